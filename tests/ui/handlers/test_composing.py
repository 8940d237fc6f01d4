"""A mail being written: what the person's editor does to it."""

import sys
import threading
from contextlib import nullcontext
from dataclasses import replace

import pytest

from tests.ui.screens import app_over, pastes, put, raw_mail, sees, shown, until
from tuimail.services import writing


@pytest.fixture
def editor(tmp_path, mail, monkeypatch):
    """Return an app whose editor writes a text and ends with a status."""
    monkeypatch.setattr("textual.app.App.suspend", lambda _: nullcontext())

    def made(text: bytes | None, status: int = 0):
        script = tmp_path / "editor.py"
        write = "" if text is None else f"open(sys.argv[1], 'wb').write({text!r})"
        script.write_text(f"import sys\n{write}\nsys.exit({status})\n")
        settings = replace(mail.config.settings, editor=f"{sys.executable} {script}")
        return app_over(replace(mail, config=replace(mail.config, settings=settings)))

    return made


async def begin(pilot) -> None:
    await pilot.press("c")
    await until(pilot, lambda: pilot.app.desk.compose_pane is not None)
    await pilot.press("alt+e")


def kept(mail) -> list[str]:
    return [draft.body for draft in writing.drafts(mail)]


async def test_what_the_editor_wrote_is_the_draft(mail, editor):
    app = editor(b"To: dan@west.example\nSubject: Hello\n\nLong text\n")
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await until(pilot, lambda: kept(mail) == ["Long text"])
        assert app.desk.compose_pane.draft.subject == "Hello"
        await until(pilot, lambda: not any((mail.profile.data_dir / "attachments").iterdir()))


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        (b"To: dan@west.example\nSubjct: Hello\n\nLong text\n", 0, "Subjct is not understood"),
        (b"To: dan@west.example\n\nLong text \xfc\n", 0, "not UTF-8"),
        (b"Long text\nand no header\n", 0, "Line 1 is no header"),
    ],
)
async def test_nothing_typed_in_the_editor_is_lost(mail, editor, text, status, words):
    app = editor(text, status)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await sees(pilot, words)
        assert "Long text" in kept(mail)[0]
        assert "Long text" in app.desk.compose_pane.draft.body
        await pilot.press("escape")
        assert words not in shown(app)


async def test_what_a_failed_editor_left_is_a_draft_beside_the_one_that_stays(mail, editor):
    app = editor(b"To: dan@west.example\n\nLong text\n", 1)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("tab", "tab", "tab", "tab", *"Precious", "alt+e")
        await sees(pilot, "ended with status 1; the draft is as it was. What it left is a draft of")
        assert app.desk.compose_pane.draft.body == "Precious"
        assert sorted(kept(mail)) == ["Long text", "Precious"]


async def test_a_failed_editor_that_wrote_nothing_leaves_one_draft(mail, editor):
    app = editor(None, 1)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("tab", "tab", "tab", "tab", *"Precious", "alt+e")
        await sees(pilot, "ended with status 1; the draft is as it was.")
        assert kept(mail) == ["Precious"]


async def test_an_editor_s_text_that_was_not_taken_is_told_when_the_draft_is_opened(mail, editor):
    app = editor(b"To: dan@west.example\n\nLong text \xfc\n")
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await sees(pilot, "not UTF-8")
        await pilot.press("escape", "p")
        await until(pilot, lambda: app.desk.compose_pane is None)
        await pilot.press("g", "d", "enter")
        await sees(pilot, "An editor left text of this mail")


async def test_an_editor_that_cannot_be_started_leaves_the_draft_and_no_file(mail, monkeypatch):
    monkeypatch.setattr("textual.app.App.suspend", lambda _: nullcontext())
    settings = replace(mail.config.settings, editor="/nowhere/ed")
    app = app_over(replace(mail, config=replace(mail.config, settings=settings)))
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await sees(pilot, "/nowhere/ed cannot be started")
        assert not any((mail.profile.data_dir / "attachments").iterdir())


async def test_an_offered_person_leaves_esc_its_meaning(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        pane = app.desk.compose_pane
        await pilot.press(*"carol1")
        await until(pilot, lambda: pane.people.display)
        await pilot.press("escape")
        assert app.desk.is_reviewing
        assert not pane.people.display


async def test_nobody_is_offered_who_is_typed_in_full(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        pane = app.desk.compose_pane
        await pilot.press(*"carol1@east.exampl")
        await until(pilot, lambda: pane.people.display)
        await pilot.press("e")
        await until(pilot, lambda: not pane.people.display)


async def test_a_postponed_mail_is_found_beside_the_outbox(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("tab", "tab", "tab", *"Later", "escape", "p")
        await sees(pilot, "Kept as a draft")
        await until(pilot, lambda: "Kept drafts" in shown(app))
        await pilot.press("alt+w", "j", "j", "enter", "enter")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert app.desk.compose_pane.draft.subject == "Later"


async def test_a_mail_in_a_drafts_mailbox_opens_to_be_gone_on_with(mail):
    put(mail, "alice", "Drafts", [raw_mail("alice", -5, subject="Half", body="Begun.\r\n")])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("alt+w", "j", "j", "j", "enter")
        await sees(pilot, "alice / Drafts · 1/1")
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert app.desk.compose_pane.draft.subject == "Half"
        await pilot.press("escape", "p")
        await until(pilot, lambda: app.desk.compose_pane is None)
        await sees(pilot, "alice / Drafts · 1/1")


async def test_the_preview_says_each_thing_once_and_names_the_files(mail, tmp_path):
    (tmp_path / "plan.txt").write_text("x" * 2_000)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("tab", "tab", "tab", *"Once", "alt+a")
        await sees(pilot, "Attach file")
        await pastes(pilot, str(tmp_path / "plan.txt"))
        await pilot.press("enter")
        await sees(pilot, "Files")
        await pilot.press("alt+v")
        await sees(pilot, "Attached: plan.txt (2.0 kB)")
        assert shown(app).count("Once") == 1
        assert "Files" not in shown(app)
        await pilot.press("alt+v")
        await sees(pilot, "Files")


async def test_a_preview_is_wrapped_anew_for_another_width(mail):
    body = "%20".join(["word"] * 30 + ["LAST"])
    app = app_over(mail, f"mailto:dan@west.example?subject=Hello&body={body}")
    async with app.run_test(size=(200, 50)) as pilot:
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("alt+v")
        await sees(pilot, "Preview")
        await pilot.resize_terminal(60, 24)
        await sees(pilot, "LAST")


async def test_a_draft_written_down_while_it_is_sent_is_no_draft_afterwards(mail, monkeypatch):
    begun, sent = threading.Event(), threading.Event()
    save, send = writing.save_draft, writing.send

    def slow(*args):
        begun.set()
        sent.wait(1)
        return save(*args)

    def sending(*args, **options):
        made = send(*args, **options)
        sent.set()
        return made

    monkeypatch.setattr(writing, "save_draft", slow)
    monkeypatch.setattr(writing, "send", sending)
    app = app_over(mail, "mailto:dan@west.example?subject=Hello&body=Text")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("x")
        app.handlers.keep()
        await until(pilot, begun.is_set)
        await pilot.press("alt+s")
        await until(pilot, lambda: app.desk.compose_pane is None)
        await app.desk.jobs.settled()
        assert writing.drafts(mail) == []


async def test_going_on_with_the_draft_that_is_open_loses_nothing_typed_since(mail):
    app = app_over(mail, "mailto:dan@west.example?subject=Hello&body=Text")
    async with app.run_test(size=(200, 50)) as pilot:
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("x")
        app.handlers.keep()
        await until(pilot, lambda: kept(mail) == ["xText"])
        app.desk.invoke("goto.drafts")
        await sees(pilot, "Go on writing")
        app.desk.compose_pane.body.insert("y")
        await pilot.press("enter")
        await until(pilot, lambda: not app.desk.overlays.is_open and not app.desk.held_keys)
        assert app.desk.compose_pane.draft.body == "xyText"
