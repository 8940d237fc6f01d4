"""A conversation is made as far as it is looked at, and every row of it can be scrolled to."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.mails import mail, row, text_of
from tuimail.model.caution import Caution, CautionKind
from tuimail.model.cells import width_of
from tuimail.model.ids import MessageKey, RowId
from tuimail.model.safe import Safe
from tuimail.ui.widgets.conversation import Conversation, Look
from tuimail.ui.widgets.flow import ALL_ROWS

UNREAD: frozenset[str] = frozenset()
SEEN = frozenset({"\\Seen"})


def talk(read: Sequence[bool], lines: int = 5, width: int = 80, height: int = 10) -> Conversation:
    """Return a conversation, the oldest first; texts of `lines` lines each are there."""
    mails = Conversation(
        [
            row(row_id=RowId(n), key=MessageKey(n), flags=SEEN if is_read else UNREAD)
            for n, is_read in enumerate(read)
        ],
        Look(80),
    )
    mails.lay_out(width, height)
    while (wanted := mails.wanted()) is not None:
        put(mails, wanted.key, lines)
    return mails


def put(mails: Conversation, key: int, lines: int = 5) -> None:
    mails.put(MessageKey(key), mail(*(f"mail {key} line {n}" for n in range(lines))))


def in_sight(mails: Conversation, height: int = 10) -> list[str]:
    return [text_of(mails.line(y)).rstrip() for y in range(height)]


def test_the_newest_unread_mail_is_on_top() -> None:
    mails = talk([True, False, True, False, True])
    assert mails.at == 3
    assert [one.is_open for one in mails.members] == [False, True, False, True, False]


def test_where_all_is_read_the_newest_mail_is_open() -> None:
    assert talk([True, True]).top.row.key == 1


def test_of_two_hundred_mails_no_more_are_wanted_than_are_near_the_screen() -> None:
    mails = talk([False] * 200)
    assert sum(one.mail is not None for one in mails.members) <= 3


@given(
    st.lists(st.booleans(), min_size=1, max_size=6),
    st.integers(0, 30),
    st.lists(st.integers(-40, 40), max_size=12),
)
def test_what_is_in_sight_is_always_a_piece_of_the_whole(read, lines, moves) -> None:
    mails = talk(read, lines)
    for one in mails.members:
        put(mails, one.row.key, lines)
    mails.move_to(0)
    height = sum(mails._height_of(n) for n in range(len(mails.members)))
    mails.lay_out(80, height + 1)
    whole = [text_of(mails.line(y)).rstrip() for y in range(height)]
    mails.lay_out(80, 10)
    place = 0
    last = max(height - 10, height - mails._height_of(len(read) - 1))
    for step in moves:
        mails.move_by(step)
        place = max(0, place + step) if step < 0 else max(place, min(place + step, last))
        expected = (whole[place:] + [""] * 10)[:10]
        assert in_sight(mails) == expected
    mails.move_to(ALL_ROWS)
    assert mails.member_at(0) is not None


def test_keys_step_from_mail_to_mail_and_back_to_the_head_first() -> None:
    mails = talk([False, False, False], lines=30)
    mails.move_to(1)
    mails.move_by(3)
    assert mails.step(-1)
    assert (mails.at, mails.above) == (1, 0)
    assert mails.step(-1)
    assert mails.at == 0
    assert not mails.step(-1)
    assert mails.step(2)
    assert not mails.step(1)


def test_a_text_that_comes_later_leaves_what_is_on_top_where_it_is() -> None:
    mails = Conversation([row(key=MessageKey(n), flags=UNREAD) for n in range(3)], Look(80))
    mails.lay_out(80, 10)
    put(mails, 2)
    before = in_sight(mails)
    put(mails, 1, 50)
    assert in_sight(mails) == before
    mails.move_by(-1)
    assert in_sight(mails)[1:] == before[:-1]


def test_what_was_put_away_is_left_out_but_not_the_last() -> None:
    mails = talk([True, True, False, True])
    assert mails.drop({2})
    assert mails.top.row.row_id == 3
    assert mails.drop({0})
    assert mails.top.row.row_id == 3
    assert not mails.drop({1, 3})


def test_only_what_was_on_top_or_seen_to_its_end_counts_as_read() -> None:
    mails = talk([False, False, False], lines=2)
    mails.move_to(0)
    for one in mails.members:
        put(mails, one.row.key, 2)
    assert [one.key for one in mails.take_read()] == [0]
    mails.move_by(2)
    assert [one.key for one in mails.take_read()] == [1]
    assert mails.take_read() == []


@pytest.mark.parametrize("width", [12, 80, 120, 200])
def test_no_row_is_wider_than_the_pane_and_no_mail_draws_at_its_edge(width) -> None:
    mails = talk([False, True], width=width)
    fake = "┃ From   Bank <bank@bank.example>"
    mails.put(MessageKey(0), mail(fake, "x" * 500, "┃▸ Bank"))
    for y in range(10):
        line = mails.line(y)
        assert sum(width_of(text) for text, _ in line) <= width
    mails.move_to(0)
    edges = [text_of(mails.line(y))[:1] for y in range(10)]
    own = len([edge for edge in edges if edge == "┃"])
    heads = sum(
        len(mails._head_of(n))
        for n in range(len(mails.members))
        if mails.member_at(9) is None or n <= (mails.member_at(9) or 0)
    )
    assert own <= heads
    assert all(edge in {"┃", " ", ""} for edge in edges)


def test_words_are_found_over_mails_and_round() -> None:
    mails = talk([False, False], lines=3)
    put(mails, 0, 3)
    assert mails.find("LINE 2", 1) == (2, 2)
    assert mails.find("line 2", 1) == (1, 2)
    assert mails.at == 0
    assert "mail 0 line 2" in in_sight(mails)[0]
    assert mails.find("line 2", -1) == (2, 2)
    assert mails.find("nowhere", 1) is None


def long_line(n: int) -> str:
    return f"line {n} " + "word " * 40


def test_wider_or_narrower_the_mail_that_keys_are_about_stays_on_top() -> None:
    mails = talk([False, False], width=40)
    mails.put(MessageKey(0), mail(*map(long_line, range(20))))
    mails.move_to(0)
    mails.move_by(70)
    number = next(words for words in in_sight(mails) if "line" in words).split()[1]
    for width in (200, 40, 120):
        mails.lay_out(width, 10)
        assert mails.member_at(0) == mails.at == 0
        assert f"line {number} " in " ".join(in_sight(mails))


def test_quotes_that_are_folded_leave_the_mail_on_top_in_sight() -> None:
    mails = talk([False, False])
    quoting = mail(*(f"quoted {n}" for n in range(60)), "answer")
    quote = (replace(line, quote_depth=1, fold=1) for line in quoting.lines[:-1])
    lines = (*quote, quoting.lines[-1])
    mails.put(MessageKey(0), replace(quoting, lines=lines))
    mails.turn_folds()
    mails.move_to(0)
    mails.move_by(40)
    mails.turn_folds()
    assert mails.member_at(0) == mails.at == 0
    assert "▸" in "".join(in_sight(mails))


def test_warnings_that_come_later_leave_the_text_where_it_is() -> None:
    mails = talk([False, False], lines=40)
    mails.move_to(0)
    mails.move_by(20)
    before = in_sight(mails)
    mails.warn(MessageKey(0), [Caution(CautionKind.FIRST, Safe("Somebody new."))])
    assert in_sight(mails) == before
