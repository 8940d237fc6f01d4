"""The sequences by which a terminal tells of new mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.mails import row
from tuimail.model.notify import TerminalNotice
from tuimail.model.safe import Safe
from tuimail.services.announcing import Announcement, announcement
from tuimail.ui.output_screen import CellScreen
from tuimail.ui.terminal_notice import MAX_TEXT_CHARS, sequence_of

WORDS = Announcement(Safe("2 new mails"), (Safe("Bob: Lunch; today"), Safe("Eve: 4;1;")))


def test_osc_9_is_one_text_that_is_no_command() -> None:
    said = sequence_of(WORDS, TerminalNotice.OSC9)
    assert said == "\x1b]9;tuimail: 2 new mails. Bob: Lunch, today. Eve: 4,1,\x1b\\"


def test_osc_777_has_title_and_text_and_no_other_field() -> None:
    said = sequence_of(WORDS, TerminalNotice.OSC777)
    assert said == "\x1b]777;notify;2 new mails;Bob: Lunch, today. Eve: 4,1,\x1b\\"


def test_off_says_nothing() -> None:
    assert sequence_of(WORDS, TerminalNotice.OFF) == ""


@pytest.mark.parametrize("notice", [TerminalNotice.OSC9, TerminalNotice.OSC777])
def test_the_driver_lets_it_through_as_it_is(notice: TerminalNotice) -> None:
    screen = CellScreen(80, 24)
    screen.write("\x1b[?2026h\x1b[1;1HText\x1b[?2026l")
    said = sequence_of(WORDS, notice)
    assert screen.write(said) == said
    assert screen.refused == 0


@given(st.text(), st.text(), st.sampled_from(TerminalNotice))
def test_no_mail_writes_a_sequence_of_its_own(
    sender: str, subject: str, notice: TerminalNotice
) -> None:
    one = row(sender_name=sender, subject=subject)
    said = sequence_of(announcement([one], 1), notice)
    inner = said.removeprefix("\x1b]").removesuffix("\x1b\\")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in inner)
    assert inner.count(";") == {"off": 0, "osc9": 1, "osc777": 3}[notice]
    assert len(said) <= 2 * MAX_TEXT_CHARS + 40


def test_a_notice_names_the_real_address_of_a_name_that_shows_another() -> None:
    liar = row(sender_name="ceo@bank.com", sender_address="mallory@evil.example")
    said = sequence_of(announcement([liar], 1), TerminalNotice.OSC9)
    assert "mallory@evil.example" in said
    assert "ceo@bank.com" not in said
