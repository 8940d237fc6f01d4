"""Which mail a key is about while another one is open."""

import asyncio
import os
from dataclasses import replace

import pytest
from textual.events import Key

from tests.ui.screens import NEWEST, Link, app_over, pastes, put, raw_mail, sees, shown, until
from tuimail.ui.actions import Context
from tuimail.ui.render.dates import long_date
from tuimail.ui.render.panes import Part

WITH_FILES = b"""From: Carol <carol@east.example>\r
To: alice@north.example\r
Subject: Two files\r
Date: Thu, 19 Nov 2026 11:00:00 +0000\r
Message-ID: <files@east.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=b\r
\r
--b\r
\r
Here.\r
--b\r
Content-Disposition: attachment; filename=a.txt\r
\r
A\r
--b\r
Content-Disposition: attachment; filename=b.txt\r
\r
B\r
--b--\r
"""


async def opened_and_left(pilot) -> None:
    """Open the first mail, go back to the list beside it, walk three mails on."""
    await pilot.press("enter")
    await sees(pilot, "Text of alice 0.")
    await pilot.press("alt+w", "j", "j", "j")
    assert pilot.app.desk.list.cursor_row.subject.raw == "Mail bob 1"


@pytest.mark.parametrize("key", ["r", "f"])
async def test_what_is_answered_is_the_mail_under_the_cursor_of_the_list(mail, key):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened_and_left(pilot)
        await pilot.press(key)
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert "Mail bob 1" in app.desk.compose_pane.draft.subject


async def test_header_fields_are_those_of_the_mail_under_the_cursor_of_the_list(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened_and_left(pilot)
        await pilot.press("H")
        await sees(pilot, "Message-ID: <bob-1@east.example>")
        await pilot.press("alt+w", "j", "H")
        await sees(pilot, "Message-ID: <alice-2@east.example>")
        await pilot.press("H")
        await sees(pilot, "Text of alice 2.")
        assert "Message-ID" not in shown(app)


async def test_the_open_mail_is_answered_from_the_reader(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened_and_left(pilot)
        await pilot.press("ctrl+w", "r")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert "Mail alice 0" in app.desk.compose_pane.draft.subject


def printing_with(mail, command: str):
    settings = replace(mail.config.settings, print_command=command)
    return app_over(replace(mail, config=replace(mail.config, settings=settings)))


async def test_a_mail_is_printed_as_plain_text(mail, tmp_path):
    paper = tmp_path / "paper"
    app = printing_with(mail, f"tee {paper}")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "p")
        await sees(pilot, "Given to tee to be printed.")
    assert paper.read_text() == (
        "From:    Carol Number 0 <carol0@east.example>\n"
        "To:      alice@north.example\n"
        f"Date:    {long_date(NEWEST)}\n"
        "Subject: Mail alice 0\n\n"
        "Text of alice 0.\n\nSee https://example.org/0⟦1⟧ for more.\n"
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-printer -x", "There is no no-such-printer here: set print_command under [ui]."),
        ("sh -c 'cat >/dev/null; echo out of paper; exit 3'", "status 3. out of paper"),
        ("'", "The command cannot be read"),
        (" ", "The command is empty."),
    ],
)
async def test_what_keeps_a_mail_from_being_printed_is_said(mail, command, words):
    app = printing_with(mail, command)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "p")
        await sees(pilot, words)


async def test_a_mail_is_saved_as_it_came(mail, tmp_path):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("S")
        await sees(pilot, "Save into")
        await pilot.press("ctrl+u")
        await pastes(pilot, str(tmp_path))
        await pilot.press("enter")
        await sees(pilot, "Saved Mail alice 0.eml in")
        assert (tmp_path / "Mail alice 0.eml").read_bytes() == raw_mail("alice", 0)


async def test_where_files_hang_on_a_mail_it_is_asked_what_is_saved(mail, tmp_path):
    put(mail, "alice", "INBOX", [WITH_FILES], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("S")
        await sees(pilot, "Save what?")
        await sees(pilot, "all 2 files")
        await pilot.press("enter")
        await sees(pilot, "Save into")
        await pilot.press("ctrl+u")
        await pastes(pilot, str(tmp_path))
        await pilot.press("enter")
        await until(pilot, (tmp_path / "b.txt").exists)
        await pilot.press("S", *"whole", "enter")
        await sees(pilot, "Save into")
        await pilot.press("ctrl+u")
        await pastes(pilot, str(tmp_path))
        await pilot.press("enter")
        await until(pilot, (tmp_path / "Two files.eml").exists)
        assert sorted(path.name for path in tmp_path.glob("?.txt")) == ["a.txt", "b.txt"]


async def waits_for_a_body(pilot, key: str) -> None:
    """Press a key about the oldest mail, whose bytes are not here and never come."""
    await until(pilot, lambda: Link.current is not None)
    await pilot.press("G", *key)
    await sees(pilot, "The mail is being fetched …")
    await sees(pilot, "Esc gives up")
    await until(pilot, lambda: "body" in Link.wishes)


@pytest.mark.parametrize("key", ["o", "S", "r", "f", "E", "H", "gw", "gW"])
async def test_esc_gives_up_a_mail_that_does_not_come_and_drops_what_was_typed(mail, key):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await waits_for_a_body(pilot, key)
        await pilot.press("d", "d", "escape")
        await until(pilot, lambda: "being fetched" not in shown(app))
        await pilot.press("k", "k")
        await until(pilot, lambda: "63/65" in shown(app))
        assert app.desk.compose_pane is None


async def test_a_mail_given_to_a_command_by_name_leaves_the_keys_alone(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        await pilot.press("G", ":", *"pipe wc", "enter")
        await sees(pilot, "The mail is being fetched …")
        assert "gives up" not in shown(app)
        await pilot.press("k", "k")
        await until(pilot, lambda: "63/65" in shown(app))


async def test_the_path_of_a_received_mail_is_a_page(mail):
    hop = (
        b"Received: from a.example by mx.b.example with ESMTPS; Tue, 24 Nov 2026 10:00:00 +0000\r\n"
    )
    put(mail, "alice", "INBOX", [hop + raw_mail("alice", -1)], first_uid=500)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "Mail alice -1")
        await pilot.press("g", "h")
        await sees(pilot, "The path it took: 1 hop")
        await sees(pilot, "as stated by the other side")


async def test_keys_typed_while_header_fields_are_read_are_meant_for_them(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        app.desk.invoke("headers")
        assert app.dispatcher.takes(Key("j", "j"))
        await sees(pilot, "Message-ID: <alice-0@east.example>")
        await until(pilot, lambda: not app.desk.held_keys)
        assert app.desk.list.model.cursor == 0


TWO_FORMS = b"""From: Carol <carol@east.example>\r
To: alice@north.example\r
Subject: Two forms\r
Date: Thu, 19 Nov 2026 11:00:00 +0000\r
Message-ID: <forms@east.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=b\r
\r
--b\r
\r
The plain words.\r
--b\r
Content-Type: text/html; charset=iso-8859-1\r
Content-Transfer-Encoding: quoted-printable\r
\r
<p class=3Dx>The <b>marked</b> w=F6rds.</p>\r
--b--\r
"""


async def test_a_key_goes_from_text_to_html_to_its_source_and_round(mail):
    put(mail, "alice", "INBOX", [TWO_FORMS], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "The plain words.")
        await pilot.press("T")
        await sees(pilot, "The marked wörds.")
        await pilot.press("T")
        await sees(pilot, "<p class=x>The <b>marked</b> wörds.</p>")
        await pilot.press("T")
        await sees(pilot, "The plain words.")


async def test_of_a_mail_in_one_form_the_other_is_its_source(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        await pilot.press("T")
        await sees(pilot, "This is the source of its text.")
        await pilot.press("q")
        await until(pilot, lambda: not app.desk.reader.shows)
        assert app.desk.reader.row is not None


async def test_a_command_is_given_the_text_or_the_mail_as_it_came(mail, tmp_path):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        for action, file in (("pipe", "raw"), ("pipe.text", "text")):
            app.desk.invoke(action, argument=f"tee {tmp_path / file}")
            await until(pilot, lambda: app.desk.reader.shows == "pipe")
            app.desk.invoke("message.back")
            await until(pilot, lambda: not app.desk.reader.shows)
        assert (tmp_path / "raw").read_bytes() == raw_mail("alice", 0)
        text = "Text of alice 0.\n\nSee https://example.org/0 for more."
        assert (tmp_path / "text").read_text() == text


@pytest.mark.parametrize("name", ["$(touch {0})", ";touch {0}", "`touch {0}`"])
async def test_a_command_is_words_and_never_goes_through_a_shell(mail, tmp_path, name):
    made = tmp_path / "made"
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        app.desk.invoke("pipe.text", argument="echo " + name.format(made))
        await until(pilot, lambda: app.desk.reader.shows == "pipe")
    assert not made.exists()


async def test_what_a_command_says_late_leaves_the_keys_to_the_mail_being_written(mail, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.desk.list.cursor_row is not None)
        app.desk.invoke("pipe", argument=f"cat {pipe}")
        await pilot.press("c")
        await until(pilot, lambda: app.desk.active is Part.COMPOSE)
        await asyncio.to_thread(pipe.write_text, "Said late.")
        await until(pilot, lambda: app.desk.reader.shows == "pipe")
        await pilot.press("d", "d")
        assert app.desk.active is Part.COMPOSE
        assert app.desk.context is Context.COMPOSE
