"""The files of a mail in its list: looked into, saved, given to other programs."""

import stat
import threading
from dataclasses import replace

import pytest
from textual.events import Key

from tests.services.attached import with_files
from tests.ui.screens import app_over, pastes, put, sees, shown, until
from tuimail.errors import UserError
from tuimail.model.filters import Filters
from tuimail.model.safe import Safe
from tuimail.services import attachments
from tuimail.services.filters import Filtered
from tuimail.ui.handlers.filtering import MAX_SHOWN_LINES, filtered_lines
from tuimail.ui.render.panes import Part

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x07\0\0\0\x05\x08\2\0\0\0"
HEAD = (
    b"From: Carol <carol@east.example>\r\nTo: alice@north.example\r\n"
    b"Date: Thu, 19 Nov 2026 11:00:00 +0000\r\nMessage-ID: <files@east.example>\r\n"
)
NEWER = HEAD.replace(b"<files", b"<newer").replace(b"2026", b"2027")
FILES = (
    ("bill.pdf", "application/pdf", b"MZ\x90\0\3"),
    ("list.csv", "text/csv", b"Name,Town\nAnn,Rome\n"),
    ("cid:logo@x", "image/png", PNG),
    ("page.html", "text/html", b"<p>Hi<img src=https://evil.example/x>"),
)


def with_settings(mail, **changes):
    settings = replace(mail.config.settings, **changes)
    return replace(mail, config=replace(mail.config, settings=settings))


@pytest.fixture
def mail(mail, monkeypatch):
    monkeypatch.setattr("tuimail.services.filters.TIMEOUT_S", 60.0)
    monkeypatch.setattr("tuimail.services.opening_files.STARTED_S", 60.0)
    put(mail, "alice", "INBOX", [HEAD + with_files(*FILES)], first_uid=900)
    return mail


async def list_of_files(pilot) -> None:
    await pilot.press("o")
    await sees(pilot, "4 files")


async def saves_into(pilot, folder) -> None:
    await sees(pilot, "Save into")
    await pilot.press("ctrl+u")
    await pastes(pilot, str(folder))
    await pilot.press("enter")


async def test_files_are_listed_with_what_they_truly_are(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await list_of_files(pilot)
        screen = shown(app)
        assert "! says PDF document, is a Windows program" in screen
        assert "PNG picture" in screen
        assert "Enter looks   s saves   a all   o opens   | pipes" in screen
        await pilot.press("escape")
        await until(pilot, lambda: "4 files" not in shown(app))


async def test_one_file_is_looked_into_and_going_back_shows_the_mail(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Files")
        await list_of_files(pilot)
        await pilot.press("j", "enter")
        await sees(pilot, "Ann   Rome")
        assert "list.csv" in shown(app)
        await pilot.press("q")
        await until(pilot, lambda: "Ann   Rome" not in shown(app))
        assert app.desk.reader.row.subject.raw == "Files"


async def test_one_file_or_all_are_saved(mail, tmp_path):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await list_of_files(pilot)
        await pilot.press("2", "s")
        await saves_into(pilot, tmp_path / "one")
        await sees(pilot, "Saved list.csv in")
        await list_of_files(pilot)
        await pilot.press("a")
        await saves_into(pilot, tmp_path / "all")
        await sees(pilot, "Saved bill.pdf, list.csv, attachment, page.html in")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["list.csv"]
    saved = sorted((tmp_path / "all").iterdir())
    assert [path.name for path in saved] == ["attachment", "bill.pdf", "list.csv", "page.html"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in saved} == {0o600}


async def test_a_program_is_refused_whatever_it_says_it_is(mail):
    app = app_over(with_settings(mail, opener="true"))
    async with app.run_test(size=(120, 40)) as pilot:
        await list_of_files(pilot)
        await pilot.press("o")
        await sees(pilot, "bill.pdf could run (says PDF document, is a Windows program):")
        assert "it is never opened, but can be saved." in shown(app)


async def test_a_file_is_opened_after_a_yes_that_names_program_and_kind(mail, tmp_path):
    note = tmp_path / "note"
    app = app_over(with_settings(mail, opener=f"cp -t {tmp_path}"))
    async with app.run_test(size=(120, 40)) as pilot:
        await list_of_files(pilot)
        await pilot.press("3", "o")
        await sees(pilot, "Open attachment (PNG picture, ")
        assert "with cp?" in shown(app)
        await pilot.press("n")
        await until(pilot, lambda: "with cp?" not in shown(app))
        assert not (tmp_path / "attachment.png").exists()
        await list_of_files(pilot)
        await pilot.press("3", "o")
        await sees(pilot, "with cp?")
        await pilot.press("y")
        await sees(pilot, "Given to cp.")
    assert (tmp_path / "attachment.png").read_bytes() == PNG
    assert not note.exists()


async def test_a_file_is_given_to_a_command(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await list_of_files(pilot)
        await pilot.press("2", "|")
        await sees(pilot, "Give list.csv to")
        await pilot.press(*"tr a-z A-Z", "enter")
        await sees(pilot, "ANN,ROME")


async def test_a_filter_of_the_persons_own_makes_what_is_shown(mail):
    filters = Filters((("text/csv", "tr , :"),))
    app = app_over(with_settings(mail, filters=filters))
    async with app.run_test(size=(120, 40)) as pilot:
        await list_of_files(pilot)
        await pilot.press("2", "enter")
        await sees(pilot, "Ann:Rome")
        await sees(pilot, "By tr, with")


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """What a browser beside the screen is given to show."""
    browser, page = tmp_path / "some-browser", tmp_path / "page"
    browser.write_text(
        f'#!/bin/sh\necho noise\ncp "${{2#file://}}" {page}.new; mv {page}.new {page}\n'
    )
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{browser} --new %s")
    monkeypatch.setattr("tuimail.ui.handlers.browsing.START_TIMEOUT_S", 60.0)
    return page


async def test_a_mail_is_shown_in_the_browser_after_a_yes(mail, opened):
    app = app_over(mail)
    question = "Open this mail, without what is not in the mail itself, in some-browser?"
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "B")
        await sees(pilot, question)
        await pilot.press("n", "g", "B")
        await sees(pilot, question)
        assert not opened.exists()
        await pilot.press("y")
        await sees(pilot, "Opened this mail in some-browser")
        assert "noise" not in shown(app)
    assert "Content-Security-Policy" in opened.read_text()


async def test_a_page_that_hangs_on_a_mail_is_opened_clean(mail, opened):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await list_of_files(pilot)
        await pilot.press("4", "o")
        await sees(pilot, "Open page.html, without")
        await pilot.press("y")
        await sees(pilot, "Opened page.html in some-browser")
    assert "evil" not in opened.read_text()
    assert "<p>Hi</p>" in opened.read_text()


async def test_a_browser_of_the_terminal_never_shows_a_mail_beside_the_screen(
    mail, tmp_path, monkeypatch
):
    started, browser = tmp_path / "started", tmp_path / "cha"
    browser.write_text(f"#!/bin/sh\ntouch {started}\n")
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{browser} -o")
    async with app_over(mail).run_test(size=(120, 40)) as pilot:  # it cannot step aside
        await pilot.press("g", "B")
        await sees(pilot, "in cha?")
        await pilot.press("y")
        await sees(pilot, "This terminal cannot be handed to a browser.")
    assert not started.exists()


INNER = b"From: Dora <dora@west.example>\r\nSubject: Within\r\n\r\nThe inner text.\r\n"


async def test_a_mail_among_the_files_is_opened_as_a_mail(mail):
    put(
        mail,
        "alice",
        "INBOX",
        [NEWER + with_files(("in.eml", "message/rfc822", INNER))],
        first_uid=901,
    )
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "in.eml")
        await pilot.press("o")
        await sees(pilot, "1 file ")
        await pilot.press("enter")
        await sees(pilot, "The inner text.")
        await sees(pilot, "dora@west.example")
        assert app.desk.reader.row.subject.raw == "Within"


PAGE = (
    b"From: Carol <carol@east.example>\r\nSubject: Page\r\nMessage-ID: <page@east.example>\r\n"
    b"Date: Thu, 19 Nov 2027 12:00:00 +0000\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p>W\xc3\xb6rter</p>"
)


async def test_the_html_of_a_mail_is_shown_by_the_persons_own_filter(mail):
    put(mail, "alice", "INBOX", [PAGE], first_uid=902)
    filters = Filters((("text/html", "tr a-z A-Z"),))
    app = app_over(with_settings(mail, filters=filters))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "<P>WöRTER</P>")
        await sees(pilot, "By tr, with")


def test_of_what_a_filter_says_no_more_lines_are_kept_than_of_a_mail():
    said = Safe("a\n" * (2 * MAX_SHOWN_LINES))
    lines = filtered_lines(Filtered(said, Safe("w3m"), is_apart=True, is_cut=False))
    assert len(lines) < MAX_SHOWN_LINES + 10
    assert lines[-1].text == "(The rest is left out.)"


async def test_a_filter_that_fails_leaves_the_mail_as_it_was_and_says_why(mail):
    put(mail, "alice", "INBOX", [PAGE], first_uid=902)
    app = app_over(with_settings(mail, filters=Filters((("text/*", "no-such-filter"),))))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "There is no no-such-filter here")
        await sees(pilot, "Wörter")


async def test_a_filter_for_html_leaves_plain_text_alone(mail):
    filters = Filters((("text/html", "false"),))
    app = app_over(with_settings(mail, filters=filters))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "enter")
        await sees(pilot, "Text of alice 0.")
        assert "status 1" not in shown(app)


async def test_esc_stops_the_saving_of_a_file(mail, tmp_path, monkeypatch):
    began, ended = threading.Event(), threading.Event()

    def endless(_mail, _key, _number, _folder, go_on):
        began.set()
        while go_on(0):
            ended.wait(0.01)
        ended.set()
        raise UserError("Stopped; nothing of it was saved.")

    monkeypatch.setattr("tuimail.services.attachments.save_part", endless)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await list_of_files(pilot)
        await pilot.press("a")
        await saves_into(pilot, tmp_path)
        await until(pilot, began.is_set)
        await pilot.press("escape")
        await until(pilot, ended.is_set)
        assert "Saved" not in shown(app)
        await list_of_files(pilot)


async def test_of_a_large_file_it_is_said_how_much_is_saved(mail, tmp_path, monkeypatch):
    told, goes_on = threading.Event(), threading.Event()

    def slow(_mail, _key, _number, folder, go_on):
        go_on(3 << 20)
        told.set()
        goes_on.wait(60)
        return folder / "x"

    monkeypatch.setattr("tuimail.services.attachments.save_part", slow)
    monkeypatch.setattr("tuimail.ui.handlers.files.LARGE_BYTES", 1)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await list_of_files(pilot)
        await pilot.press("2", "s")
        await saves_into(pilot, tmp_path)
        await until(pilot, told.is_set)
        await sees(pilot, "Saving list.csv: 99 %")
        await sees(pilot, "Esc stops")
        goes_on.set()
        await sees(pilot, "Saved x in")


async def test_k12_a_name_with_a_command_runs_nothing_wherever_it_goes(mail, tmp_path, monkeypatch):
    name = ";$(touch x)`touch x`|touch x.csv"
    raw = NEWER + with_files((name, "text/csv", b"a,b\n"))
    put(mail, "alice", "INBOX", [raw], first_uid=903)
    monkeypatch.chdir(tmp_path)
    filters = Filters((("text/csv", "tr a-z A-Z"),))
    app = app_over(with_settings(mail, opener=f"cp -t {tmp_path}", filters=filters))
    async with app.run_test(size=(160, 40)) as pilot:
        for key, words in (("enter", "A,B"), ("|", "Give "), ("o", "with cp?")):
            await pilot.press("o")
            await sees(pilot, "1 file ")
            await pilot.press(key)
            await sees(pilot, words)
            if key == "|":
                await pilot.press(*"cat", "enter")
                await sees(pilot, " a,b")
        await pilot.press("y")
        await sees(pilot, "Given to cp.")
        await pilot.press("o", "s")
        await saves_into(pilot, tmp_path / "saved")
        await sees(pilot, "Saved ")
    assert not (tmp_path / "x").exists()
    assert not list((tmp_path / "saved").glob("x"))
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["attachment.csv"]


async def test_a_file_looked_into_from_the_list_leads_back_to_the_list(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await list_of_files(pilot)
        await pilot.press("j", "enter")
        await sees(pilot, "Ann   Rome")
        assert app.desk.mail_at_hand().subject.raw == "Files"
        await pilot.press("q")
        await until(pilot, lambda: not app.desk.reader.has_page)
        assert app.desk.active is Part.LIST
        assert app.desk.list.cursor_row.is_unread, "it was never opened"


async def test_keys_typed_while_a_file_is_looked_into_are_for_what_is_shown(mail, monkeypatch):
    may_go_on, preview = threading.Event(), attachments.preview

    def slow(*about):
        assert may_go_on.wait(60)
        return preview(*about)

    monkeypatch.setattr(attachments, "preview", slow)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.reader.mail is not None)
        await list_of_files(pilot)
        await pilot.press("j", "enter")
        try:
            assert app.dispatcher.takes(Key("q", "q"))
            assert app.desk.reader.row is not None, "the key closed the mail"
        finally:
            may_go_on.set()
        await until(pilot, lambda: not app.desk.held_keys and app.desk.reader.mail is not None)
        assert app.desk.reader.row.subject.raw == "Files"
