from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.mails import DAY, NOON, role_of, row, text_of
from tuimail.model.cells import width_of
from tuimail.model.columns import DateFormat, Density, columns_of
from tuimail.ui.ascii import in_ascii
from tuimail.ui.render import later, rows
from tuimail.ui.render.dates import relative_date, short_date
from tuimail.ui.render.layout import RowLook, account_width
from tuimail.ui.render.marks import MARKS
from tuimail.ui.render.rows import RowPlace, is_dated_anew, message_row, second_line
from tuimail.ui.roles import StyleRole


@pytest.fixture(autouse=True)
def _utc(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_read_mail_has_no_mark_and_plain_roles():
    pieces = message_row(row(), RowLook(80, NOON))
    shown = text_of(pieces)
    assert shown.startswith("     Bob South          Lunch on Tuesday  Shall we meet at noon?  ")
    assert shown.endswith("  12:00 ")
    assert role_of(pieces, "Lunch") is StyleRole.ROW


def test_an_unread_mail_is_marked_and_stands_out_without_colour():
    pieces = message_row(row(flags=frozenset()), RowLook(80, NOON))
    assert text_of(pieces).startswith(" ● ")
    assert role_of(pieces, "Lunch") is StyleRole.UNREAD
    assert role_of(pieces, "Bob") is StyleRole.UNREAD


def test_flags_attachments_and_thread_counts_are_seen():
    shown = text_of(
        message_row(
            row(flags=frozenset({"\\Seen", "\\Flagged"}), has_attachments=True, thread_count=4),
            RowLook(80, NOON),
        )
    )
    assert shown.startswith("  ★  Bob South 4 ")
    assert " + " in shown


def test_an_answered_mail_has_an_arrow():
    shown = text_of(message_row(row(flags=frozenset({"\\Seen", "\\Answered"})), RowLook(80, NOON)))
    assert shown.startswith("   ← Bob ")


def test_a_selected_row_is_marked_and_wholly_in_its_role():
    pieces = message_row(row(), RowLook(80, NOON), place=RowPlace(is_selected=True))
    assert text_of(pieces).startswith("■ ")
    assert {role for _, role in pieces} == {StyleRole.SELECTED}


def test_sent_mail_names_whom_it_went_to():
    assert "to Alice North" in text_of(message_row(row(), RowLook(80, NOON, shows_recipients=True)))


def test_a_list_over_accounts_names_the_account_where_there_is_room():
    assert " north " in text_of(message_row(row(), RowLook(80, NOON, shows_account=True)))
    assert "north" not in text_of(message_row(row(), RowLook(50, NOON, shows_account=True)))


def test_a_mail_without_sender_and_subject_says_so():
    bare = row(sender_name="", sender_address="", subject=" ", snippet="")
    assert "(no sender)" in text_of(message_row(bare, RowLook(80, NOON)))
    assert "(no subject)" in text_of(message_row(bare, RowLook(80, NOON)))


@given(
    st.text(max_size=60),
    st.text(max_size=30),
    st.integers(1, 200),
    st.integers(1, 5000),
    st.booleans(),
)
def test_a_row_is_exactly_as_wide_as_the_list(subject, name, width, count, is_flagged):
    flags = frozenset({"\\Flagged"}) if is_flagged else frozenset()
    made = row(subject=subject, sender_name=name, snippet=subject, thread_count=count, flags=flags)
    pieces = message_row(made, RowLook(width, NOON, shows_account=True))
    assert sum(width_of(text) for text, _ in pieces) == width


@given(st.text(max_size=60))
def test_no_control_character_of_a_mail_is_drawn(subject):
    shown = text_of(message_row(row(subject=subject, sender_name=subject), RowLook(120, NOON)))
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (0, "12:00"),
        (DAY, "Sun 16"),
        (5 * DAY, "Wed 12"),
        (30 * DAY, "18 Oct"),
        (400 * DAY, "Oct '24"),
        (-2 * DAY, "19 Nov"),
    ],
)
def test_dates_are_short_and_never_ambiguous(ago, shown):
    assert short_date(NOON - ago, NOON) == shown


def test_labels_stand_behind_the_subject_where_there_is_room():
    labelled = row(flags=frozenset({"\\Seen", "work", "$Junk", "NonJunk"}))
    wide = message_row(labelled, RowLook(100, NOON))
    assert "Lunch on Tuesday  #work  Shall we meet" in text_of(wide)
    assert role_of(wide, "#work") is StyleRole.LABEL
    for width in (40, 60, 80, 100, 200):
        assert width_of(text_of(message_row(labelled, RowLook(width, NOON)))) == width


def test_many_labels_leave_the_subject_its_place():
    labels = frozenset(f"label{n}" for n in range(30)) | {"\\Seen"}
    shown = text_of(message_row(row(flags=labels), RowLook(100, NOON)))
    assert "Lunch on Tuesday  #label0 " in shown


ALL = ("flags", "from", "subject", "labels:9", "size", "account:8", "date")
TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "مرحبا بالعالم كيف حالك",
        "שלום עולם, מה שלומך",
        "日本語の件名がとても長い場合",
        "e\u0301 👩‍👩‍👧 é́",
        "\u202e\u2066 turned",
    ]
)


@given(
    st.tuples(TEXTS, TEXTS),
    st.integers(20, 250),
    st.lists(st.sampled_from([*ALL, "from:31", "labels", "date:16"]), unique_by=lambda w: w[:4]),
    st.tuples(st.sampled_from(list(Density)), st.sampled_from(list(DateFormat)), st.booleans()),
    st.tuples(st.booleans(), st.integers(0, 9), st.booleans()),
)
def test_rows_of_any_columns_are_exactly_as_wide_as_the_list(texts, width, words, ways, place):
    if "subject" not in words:
        words = [*words, "subject"]
    flags = frozenset({"\\Flagged", "\\Answered", "work", "an-other-label"})
    made = row(
        subject=texts[0], sender_name=texts[1], snippet=texts[0], flags=flags, thread_count=12
    )
    look = RowLook(width, NOON, False, True, ("north", "south-west"), columns_of(words), *ways)
    set_apart = RowPlace(*place)
    for draw in (message_row, second_line):
        assert sum(width_of(text) for text, _ in draw(made, look, (), set_apart)) == width


@pytest.mark.parametrize("width", range(20, 251))
def test_the_usual_row_is_exact_at_every_width(width):
    for is_shown in (True, False):
        look = RowLook(width, NOON, shows_account=is_shown, accounts=("north", "south"))
        assert width_of(text_of(message_row(row(), look))) == width


def look_of(width: int, *words: str, **changes: object) -> RowLook:
    return replace(RowLook(width, NOON, columns=columns_of(words)), **changes)


def test_columns_stand_in_the_order_that_was_set_and_as_wide():
    words = ("date", "flags", "subject", "from:12", "size")
    shown = text_of(message_row(row(), look_of(80, *words)))
    assert shown.startswith("  12:00      Lunch on Tuesday  Shall we meet at noon?")
    assert shown.endswith("Bob South     1.2 kB ")


def test_labels_of_a_given_width_have_a_column_of_their_own():
    labelled = row(flags=frozenset({"\\Seen", "work"}))
    shown = text_of(message_row(labelled, look_of(90, "labels:8", "subject", "date")))
    assert shown.startswith("#work    Lunch on Tuesday  Shall")


def test_without_labels_and_snippets_the_subject_stands_alone():
    labelled = row(flags=frozenset({"\\Seen", "work"}))
    look = look_of(100, "flags", "from", "subject", "date", has_snippet=False)
    shown = text_of(message_row(labelled, look))
    assert "#work" not in shown
    assert "Shall we" not in shown


def test_columns_give_way_where_it_is_narrow_the_least_needed_first():
    seen = []
    for width in (110, 96, 70, 24):
        look = look_of(width, *ALL, shows_account=True, accounts=("north", "south"))
        seen.append({str(column) for column, _ in look.layout.columns})
    assert seen[0] == {word.partition(":")[0] for word in ALL}
    assert [sorted(b - a) for a, b in zip(seen[1:], seen, strict=False)] == [
        ["size"],
        ["account", "labels"],
        ["date"],
    ]
    assert "subject" in seen[-1]


def test_flagged_and_answered_are_both_seen():
    both = row(flags=frozenset({"\\Flagged", "\\Answered"}))
    assert text_of(message_row(both, RowLook(80, NOON))).startswith(" ●★← Bob South")
    chosen = message_row(both, RowLook(80, NOON), (), RowPlace(is_selected=True))
    assert text_of(chosen).startswith("■●★← Bob South")


def test_every_mark_is_a_sign_of_its_own():
    marks = [
        rows.UNREAD_MARK, rows.FLAG_MARK, rows.ANSWERED_MARK, rows.FORWARDED_MARK,
        rows.SELECTED_MARK, rows.ATTACHMENT_MARK, later.WOKEN_MARK, later.ASLEEP_MARK, later.MUTED_MARK,
        *(mark.glyph for mark in MARKS.values()),
    ]  # fmt: skip
    shown = [mark for mark in marks if mark != " "]
    assert len(shown) == len(set(shown))
    assert {width_of(mark) for mark in shown} == {1}


def test_marks_of_rows_are_signs_of_their_own_in_ascii_too():
    marks = [
        rows.UNREAD_MARK, rows.FLAG_MARK, rows.ANSWERED_MARK, rows.FORWARDED_MARK,
        rows.SELECTED_MARK, rows.ATTACHMENT_MARK, later.WOKEN_MARK, later.ASLEEP_MARK,
        later.MUTED_MARK,
    ]  # fmt: skip
    plain = [in_ascii(mark, 1) for mark in marks]
    assert len(set(plain)) == len(marks)
    assert "?" not in plain


def test_two_lines_give_the_subject_a_line_of_its_own():
    labelled = row(flags=frozenset({"\\Seen", "work"}), sender_name="Bob South of the Southern Sea")
    look = RowLook(60, NOON, density=Density.TWO_LINE)
    place = RowPlace(depth=2)
    assert text_of(message_row(labelled, look, (), place)) == (
        "     Bob South of the Southern Sea          #work     12:00 "
    )
    assert text_of(second_line(labelled, look, (), place)) == (
        "         └ Lunch on Tuesday  Shall we meet at noon?         "
    )


def test_answers_are_set_in_by_their_depth_up_to_a_limit():
    shown = [
        text_of(message_row(row(), RowLook(120, NOON), (), RowPlace(depth=n)))
        for n in (0, 1, 3, 6, 7, 900)
    ]
    places = [line.index("Lunch") for line in shown]
    assert [place - places[0] for place in places] == [0, 2, 6, 12, 12, 12]
    assert [line[places[0] :].split("Lunch")[0].strip() for line in shown] == [
        "",
        "└",
        "└",
        "└",
        ">",
        ">",
    ]


def test_ones_own_answer_is_dim_and_called_me():
    pieces = message_row(row(), RowLook(80, NOON), (), RowPlace(depth=1, is_own=True))
    assert text_of(pieces).startswith("     me                 └ Lunch")
    assert {role for _, role in pieces} == {StyleRole.DIM}


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (-50, "now"), (59, "now"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h"), (DAY - 1, "23 h"),
        (DAY, "1 d"), (7 * DAY, "1 wk"), (34 * DAY, "4 wk"), (35 * DAY, "1 mo"), (364 * DAY, "12 mo"),
        (365 * DAY, "1 y"), (90 * 365 * DAY, "90 y"),
    ],
)  # fmt: skip
def test_relative_dates_say_how_long_ago(ago, shown):
    assert relative_date(NOON - ago, NOON) == shown
    assert len(shown) <= 6


def test_iso_dates_have_their_time_where_there_is_room():
    wide = look_of(120, "subject", "date", date_format=DateFormat.ISO)
    assert text_of(message_row(row(), wide)).endswith(" 2025-11-17 12:00 ")
    narrow = replace(wide, width=60)
    assert text_of(message_row(row(), narrow)).endswith("      12:00 ")
    assert text_of(message_row(row(date=NOON - DAY), narrow)).endswith(" 2025-11-16 ")


def test_a_row_is_drawn_anew_when_its_date_reads_otherwise():
    relative = RowLook(80, NOON, date_format=DateFormat.RELATIVE)
    recent, old = row(date=NOON - 120), row(date=NOON - 3 * DAY)
    assert is_dated_anew(recent, relative, NOON, NOON + 60)
    assert not is_dated_anew(recent, relative, NOON, NOON + 59)
    assert not is_dated_anew(old, relative, NOON, NOON + 60)
    assert is_dated_anew(row(), RowLook(80, NOON), NOON, NOON + DAY)
    assert not is_dated_anew(
        recent, replace(relative, columns=columns_of(["subject"])), NOON, NOON + 60
    )


@pytest.mark.parametrize(
    ("names", "width", "cells"),
    [
        (("alice", "bob"), 80, 5),
        (("alice", "bob"), 200, 5),
        (("personal-gmail", "personal-work"), 80, 11),
        (("university", "work"), 80, 6),
        (("university", "work"), 120, 10),
        (("a-very-long-name-one", "a-very-long-name-two"), 120, 16),
        ((), 80, 6),
    ],
)
def test_account_names_are_as_wide_as_they_differ(names, width, cells):
    assert account_width(names, width) == cells


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["from"], "subject"), (["subject", "colour"], "colour"), (["subject", "subject"], "twice"),
        (["subject:9"], "no width"), (["subject", "from:0"], "1 to 80"), (["subject", "from:"], "1 to 80"),
        (["subject", "from:\u0661"], "1 to 80"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_are_refused(words, problem):
    with pytest.raises(ValueError, match=problem):
        columns_of(words)


def test_a_name_that_shows_another_address_gives_way_to_the_real_one():
    liar = row(sender_name="ceo@bank.com", sender_address="mallory@evil.example")
    shown = text_of(message_row(liar, RowLook(120, NOON)))
    assert "ceo@bank.com" not in shown
    assert "@evil.example" in shown
    narrow = text_of(message_row(liar, RowLook(60, NOON)))
    assert "evil.example" in narrow
