import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.mails import DAY, NOON, role_of, row, text_of
from tuimail.model.cells import width_of
from tuimail.ui.render.rows import RowLook, RowPlace, message_row, short_date
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
    assert shown.startswith("    Bob South          Lunch on Tuesday  Shall we meet at noon?  ")
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
    assert shown.startswith("  ★ Bob South 4 ")
    assert " + " in shown


def test_an_answered_mail_has_an_arrow():
    shown = text_of(message_row(row(flags=frozenset({"\\Seen", "\\Answered"})), RowLook(80, NOON)))
    assert shown.startswith("  ← ")


def test_a_selected_row_is_marked_and_wholly_in_its_role():
    pieces = message_row(row(), RowLook(80, NOON), place=RowPlace(is_selected=True))
    assert text_of(pieces).startswith(" ✓")
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
