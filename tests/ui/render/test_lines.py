"""Status, hints, tree, outbox, search and compose lines."""

import time
from dataclasses import replace

import pytest

from tests.ui.mails import role_of, text_of
from tuimail.errors import QueryError
from tuimail.events import Connection
from tuimail.model.address import Address
from tuimail.model.cells import width_of
from tuimail.model.ids import AccountName, MailboxId, MessageKey, OutgoingId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.outgoing import OutgoingEvent, OutgoingRow, OutgoingState, RecipientRow
from tuimail.model.report import Grade, ReportAction, ReportKind
from tuimail.model.reported import Reported, ReportRow
from tuimail.model.safe import Safe, Untrusted
from tuimail.ui.render.compose import person_words
from tuimail.ui.render.outbox import outgoing_line
from tuimail.ui.render.search import error_line
from tuimail.ui.render.sent_head import sent_head
from tuimail.ui.render.sent_news import bad_news
from tuimail.ui.render.status import StatusFacts, SyncState, hint_line, notice_line, status_line
from tuimail.ui.render.story import Story, sentence_of, story_of
from tuimail.ui.render.tree import EntryKind, Mine, tree_entries, tree_line
from tuimail.ui.roles import StyleRole

NOW = 1_763_380_800
NORTH, SOUTH = AccountName("north"), AccountName("south")


def state(connection, name="north", **more):
    return SyncState(Safe(name), connection, **more)


def status(width=120, **facts):
    return text_of(status_line(StatusFacts(place=Safe("north / Inbox"), now=NOW, **facts), width))


def test_the_status_line_says_where_one_is():
    shown = status(position=12, total=2031, unread=7, selected=3)
    assert shown.startswith(" north / Inbox · 12/2,031 · 7 unread · 3 selected ")


def test_what_came_above_is_named_where_there_is_room():
    assert "12/2,031 · 7 unread · 3 new above " in status(
        position=12, total=2031, unread=7, new_above=3
    )
    assert "new above" not in status(width=30, position=12, total=2031, unread=7, new_above=3)


def test_an_empty_list_says_so():
    assert " · empty" in status()


def test_the_account_that_needs_a_person_comes_first():
    states = (state(Connection.SYNCING), state(Connection.STOPPED, "south"))
    assert "! south: stopped" in status(sync=states)


def test_progress_is_shown_instead_of_the_state():
    states = (state(Connection.SYNCING, progress=Safe("headers 431/2,000")),)
    assert status(sync=states).rstrip().endswith("↻ headers 431/2,000")


def test_a_large_mail_that_comes_is_shown_though_all_is_in_step():
    states = (state(Connection.IN_STEP, progress=Safe("message 37 %")),)
    assert status(sync=states).rstrip().endswith("↻ message 37 %")


def test_bodies_that_come_are_shown_though_all_is_in_step_and_give_way_to_headers():
    words = Safe("bodies 431/2,000, about 3 min")
    assert status(sync=(state(Connection.IN_STEP, bodies=words),)).rstrip().endswith(f"↻ {words}")
    headers = Safe("headers 1/20")
    both = (state(Connection.SYNCING, progress=headers, bodies=words),)
    assert status(sync=both).rstrip().endswith("↻ headers 1/20")


def test_sent_mail_that_wants_a_person_is_counted():
    assert "! 1 needs you" in status(failed=1)
    assert "2 in outbox  ! 3 need you" in status(waiting=2, failed=3)
    assert "need" not in status(waiting=2)


def test_offline_says_since_when():
    assert "○ offline since " in status(sync=(state(Connection.OFFLINE, since=NOW),))


def test_pending_keys_are_at_the_right_edge():
    assert status(pending_keys=Safe("10d")).endswith("10d ")


def test_the_status_line_is_never_wider_or_narrower_than_the_screen():
    for width in (20, 40, 80, 200):
        pieces = status_line(
            StatusFacts(
                place=Safe("x" * 300),
                total=9,
                sync=(state(Connection.OFFLINE),),
                countdown=Safe("y"),
            ),
            width,
        )
        assert sum(width_of(text) for text, _ in pieces) == width


def test_at_forty_cells_unread_and_pending_keys_stay():
    shown = status(
        width=40,
        position=12,
        total=2031,
        unread=57,
        flagged=9,
        waiting=2,
        housework=Safe("search index 431/2,000"),
        sync=(state(Connection.SYNCING, progress=Safe("headers 431/2,000, about 3 min")),),
        pending_keys=Safe("10g"),
    )
    assert shown.startswith(" north")
    assert "57 unread" in shown
    assert shown.endswith("10g ")
    assert "flagged" not in shown
    assert "headers" not in shown


def test_flagged_mails_are_counted_where_there_is_room():
    assert "7 unread · 2 flagged " in status(position=1, total=9, unread=7, flagged=2)


def test_hints_are_shown_whole_or_not_at_all():
    hints = [(Safe("Enter"), Safe("open")), (Safe("dd"), Safe("delete"))]
    assert text_of(hint_line(hints, 40)).rstrip() == " Enter open   dd delete"
    assert text_of(hint_line(hints, 20)).rstrip() == " Enter open"


def test_a_notice_is_cut_and_still_says_how_to_be_rid_of_it():
    shown = text_of(notice_line(Safe("x" * 200), StyleRole.ERROR, Safe("Esc"), 60))
    assert width_of(shown) == 60
    assert "…" in shown
    assert shown.endswith(" Esc ")


@pytest.mark.parametrize("role", [StyleRole.ERROR, StyleRole.WARNING])
def test_what_went_wrong_and_what_went_well_differ_without_colour(role):
    wrong = text_of(notice_line(Safe("The disk is full."), role, Safe("Esc"), 60))
    well = text_of(notice_line(Safe("Archived."), StyleRole.SUCCESS, Safe("u undoes it"), 60))
    assert wrong.startswith(" ! The disk is full.")
    assert well.startswith(" Archived.")


def mailbox(number, name, role=None, unread=0, account=NORTH, *, can_open=True):
    return MailboxRow(
        MailboxId(number), account, Untrusted(name), "/", role, 10, unread, can_open, False, 1
    )


def test_the_tree_has_the_unified_inbox_on_top_then_each_account():
    rows = [
        mailbox(1, "Lists/dev", unread=2),
        mailbox(2, "Trash", Role.TRASH, unread=9),
        mailbox(3, "INBOX", Role.INBOX, unread=4),
        mailbox(4, "INBOX", Role.INBOX, unread=1, account=SOUTH),
    ]
    entries = tree_entries((NORTH, SOUTH), rows, {SOUTH: Connection.STOPPED}, Mine(1))
    shown = [text_of(tree_line(entry, 24)).rstrip() for entry in entries]
    assert shown == [
        " All inboxes          5",
        " Outbox               1",
        "",
        " north",
        " Inbox                4",
        " Trash",
        " Lists",
        "   dev                2",
        "",
        " ! south",
        " Inbox                1",
    ]


def tree(*rows) -> list[str]:
    entries = tree_entries((NORTH,), rows, {}, Mine(0))
    return [text_of(tree_line(entry, 24)).rstrip() for entry in entries[4:]]


def test_mailboxes_below_the_inbox_stand_as_if_it_were_not_above_them():
    inbox = mailbox(1, "INBOX", Role.INBOX)
    assert tree(inbox, mailbox(2, "INBOX/Work"), mailbox(3, "INBOX/Work/Old")) == [
        " Inbox",
        " Work",
        "   Old",
    ]


def test_mailboxes_below_one_with_a_role_stand_below_it():
    rows = [mailbox(1, "Archive/2024"), mailbox(2, "Archive", Role.ARCHIVE), mailbox(3, "Aa")]
    assert tree(*rows) == [" Archive", "   2024", " Aa"]


def test_a_mailbox_with_a_role_below_a_folder_stands_at_the_top():
    assert tree(mailbox(1, "[Gmail]/Sent Mail", Role.SENT)) == [" Sent Mail"]


def test_a_parent_is_named_once():
    assert tree(mailbox(1, "a/b/c"), mailbox(2, "a/b/d")) == [" a", "   b", "     c", "     d"]


def test_the_outbox_is_marked_while_a_sent_mail_wants_a_person():
    outbox = tree_entries((NORTH,), [], {}, Mine(2, failed=1))[1]
    assert text_of(tree_line(outbox, 24)).rstrip() == " ! Outbox             3"
    outbox = tree_entries((NORTH,), [], {}, Mine(0))[1]
    assert text_of(tree_line(outbox, 24)).rstrip() == " Outbox"


def test_what_is_not_subscribed_to_is_dim_or_hidden():
    rows = [
        replace(mailbox(1, "INBOX", Role.INBOX), is_subscribed=False),
        mailbox(2, "Lists"),
        replace(mailbox(3, "Old/Paper"), is_subscribed=False),
    ]
    entries = tree_entries((NORTH,), rows, {}, Mine(0))
    assert [entry.text for entry in entries if entry.is_dim] == ["Paper"]
    entries = tree_entries((NORTH,), rows, {}, Mine(0), subscribed_only=True)
    assert [entry.text for entry in entries[4:]] == ["Inbox", "Lists"]


def test_where_nothing_is_subscribed_to_everything_is_shown_as_usual():
    rows = [replace(mailbox(1, "Lists"), is_subscribed=False)]
    for subscribed_only in (True, False):
        entries = tree_entries((NORTH,), rows, {}, Mine(0), subscribed_only=subscribed_only)
        assert (entries[-1].text, entries[-1].is_dim) == ("Lists", False)


def test_a_mailbox_name_cannot_draw():
    entries = tree_entries((NORTH,), [mailbox(1, "a\x1b]0;x\x07\nb")], {}, Mine(0))
    shown = text_of(tree_line(entries[-1], 24))
    assert entries[-1].kind is EntryKind.MAILBOX
    assert shown.isprintable()
    assert width_of(shown) == 24


def told(story, width, now):
    return list(story_of(story, width, now))


def outgoing(state_, explanation=""):
    person = RecipientRow(
        "nobody@south.example", state_, 550, "5.1.1", Untrusted("no such user\x1b[2J"),
        Untrusted(""), Safe(explanation),
    )  # fmt: skip
    return OutgoingRow(
        OutgoingId("o1"), "m@x", NORTH, Untrusted("Offer"), state_, 1, NOW, NOW, None, Safe(""),
        (person,),
    )  # fmt: skip


def test_the_outbox_says_state_recipient_and_subject():
    pieces = outgoing_line(outgoing(OutgoingState.REFUSED), 80, NOW)
    assert text_of(pieces).startswith(" ! refused    nobody@south.example")
    assert role_of(pieces, "refused") is StyleRole.ERROR
    assert width_of(text_of(pieces)) == 80


def test_the_story_of_a_mail_explains_and_quotes_the_server_safely():
    rows = told(Story(outgoing(OutgoingState.REFUSED, "Nobody there has that name."), []), 60, NOW)
    shown = "\n".join(text_of(row) for row in rows)
    assert "Nobody there has that name." in shown
    assert "550 5.1.1 no such user" in shown
    assert "\x1b" not in shown


def test_the_story_of_a_mail_says_that_its_copy_is_missing():
    row = replace(outgoing(OutgoingState.ACCEPTED), copy_problem=Safe("Accepted, but no copy."))
    pieces = [piece for line in told(Story(row, []), 60, NOW) for piece in line]
    assert role_of(pieces, "Accepted, but no copy.") is StyleRole.ERROR


def test_a_mail_that_a_server_took_is_not_said_to_be_delivered():
    row = outgoing(OutgoingState.ACCEPTED)
    pieces = outgoing_line(row, 100, NOW)
    assert role_of(pieces, "accepted") is not StyleRole.SUCCESS
    assert "delivery not confirmed" in text_of(pieces)
    assert width_of(text_of(pieces)) == 100
    assert "accepted, delivery not confirmed" in text_of(told(Story(row, []), 60, NOW)[1])


def said(what, who="", detail=""):
    return sentence_of(OutgoingEvent(NOW, what, Untrusted(who), Untrusted(detail)))


def test_each_thing_that_happened_to_a_mail_is_a_sentence():
    assert said("queued") == "Written down to be sent."
    assert said("queued", detail="asked for again") == "You asked for it to be sent again."
    assert said("sending", detail="attempt 2") == "Sending begins, attempt 2."
    later = said("envelope", "mx", "450 4.2.0 Later <b@x>")
    assert later.startswith("mx does not accept the recipient for now: 450")
    assert said("envelope", "mx", "550 Whom?") == "mx refuses the mail: 550 Whom?"
    assert said("final-dot", "mx", "250 Ok") == "mx has taken the mail: 250 Ok"
    assert said("final-dot", "mx", "554 Spam") == "mx refuses the mail: 554 Spam"
    assert said("connect", "mx", "The line to mx was cut.") == "The line to mx was cut."
    assert said("copy for Sent recorded", detail="Sent") == "A copy is to go to Sent."


def test_the_story_of_a_mail_has_seconds_and_the_copy_after_the_reply():
    events = [
        OutgoingEvent(NOW, "copy for Sent recorded", Untrusted(""), Untrusted("Sent")),
        OutgoingEvent(NOW, "final-dot", Untrusted("mx"), Untrusted("250 Ok")),
    ]
    shown = [text_of(row) for row in told(Story(outgoing(OutgoingState.ACCEPTED), events), 80, NOW)]
    assert shown[-2].endswith("mx has taken the mail: 250 Ok")
    assert shown[-1].endswith(time.strftime(":%S  A copy is to go to Sent.", time.localtime(NOW)))


def test_a_search_error_points_at_its_place():
    error = QueryError("There is no field “ad”.", "from:x ad:y", 7)
    assert text_of(error_line(error, 8, 80)).startswith(" " * 15 + "^ There is no field")


def test_a_search_error_points_at_its_place_behind_wide_and_hidden_characters():
    error = QueryError("Something must follow “is:”.", "会議 \u202eé is:", 9)
    assert text_of(error_line(error, 8, 80)).startswith(" " * (8 + 10) + "^ Something")


def test_a_search_error_at_the_far_right_is_said_on_its_left():
    error = QueryError("Something is missing.", "x" * 70, 70)
    shown = text_of(error_line(error, 8, 80))
    assert shown[78] == "^"
    assert "Something is missing." in shown


def test_names_that_need_quotes_get_them():
    assert person_words(Address("Bob South", "b@s.example")) == "Bob South <b@s.example>"
    assert person_words(Address("South, Bob", "b@s.example")) == '"South, Bob" <b@s.example>'
    assert person_words(Address('a"b', "b@s.example")) == '"a\\"b" <b@s.example>'
    assert person_words(Address("", "b@s.example")) == "b@s.example"


def test_the_story_of_a_mail_tells_what_was_said_where_that_was_kept():
    said = [(1, Untrusted("> MAIL FROM:<a@b>\n1970 < 250 \x1b[31mok"))]
    row = outgoing(OutgoingState.ACCEPTED, "")
    text = "\n".join(text_of(line) for line in told(Story(row, [], said=said), 60, NOW))
    assert "Said at attempt 1" in text
    assert "> MAIL FROM:<a@b>" in text
    assert "\x1b" not in text


def test_nothing_strangers_write_can_draw_in_a_story_a_row_or_a_head():
    evil = "a\x1b[2J\u202eb\nc\x9b"
    row = outgoing(OutgoingState.BOUNCED, "")
    (one,) = row.recipients
    person = replace(
        one, address=evil, enhanced_code=evil, reply=Untrusted(evil), queue_id=Untrusted(evil)
    )
    row = replace(row, subject=Untrusted(evil), replaces=evil, recipients=(person,))
    report = ReportRow(
        NOW, evil, ReportKind.DELIVERY, ReportAction.FAILED, Grade.CONFIRMED, Untrusted(evil),
        Safe(""), MessageKey(1),
    )  # fmt: skip
    events = [
        OutgoingEvent(NOW, what, Untrusted(evil), Untrusted(f"250 {evil}"))
        for what in ("failed", "final-dot", "line", "sending", "corrected", evil)
    ]
    story = Story(row, events, Reported((report,), can_be_confirmed=True))
    lines = [*told(story, 60, NOW), *sent_head(row, 60, 9, Safe("more"))]
    lines += [outgoing_line(row, 60, NOW), [(bad_news(row), StyleRole.ERROR)]]
    for line in lines:
        assert text_of(line).isprintable()


def test_a_mail_that_was_handed_on_says_to_whom_beside_who_took_it():
    row = outgoing(OutgoingState.ACCEPTED, "mx.n took it for delivery.")
    words = Safe("mx.n handed it to mx.s, which does not report further.")
    (one,) = row.recipients
    report = ReportRow(
        NOW, one.address, ReportKind.DELIVERY, ReportAction.RELAYED, Grade.PROVIDER,
        Untrusted("mx.n"), words, MessageKey(1),
    )  # fmt: skip
    shown = [text_of(line).strip() for line in told(
        Story(row, [], Reported((report,), can_be_confirmed=False)), 80, NOW
    )]  # fmt: skip
    place = shown.index("mx.n took it for delivery.")
    assert shown[place + 1] == words
    assert shown[place + 2] == "From your provider, which took the mail."
    assert any("delivery cannot be confirmed" in line for line in shown)


def test_how_sure_a_bounce_is_tells_the_report_that_told_of_it_and_no_later_one():
    row = outgoing(OutgoingState.BOUNCED)
    (one,) = row.recipients
    failed = ReportRow(
        NOW, one.address, ReportKind.DELIVERY, ReportAction.FAILED, Grade.CONFIRMED,
        Untrusted("mx.n"), Safe(""), MessageKey(1),
    )  # fmt: skip
    later = [
        replace(failed, grade=Grade.UNCONFIRMED),
        replace(failed, action=ReportAction.DELIVERED, grade=Grade.UNCONFIRMED),
        replace(failed, kind=ReportKind.AUTO_REPLY, action=None, grade=Grade.UNCONFIRMED),
    ]
    story = Story(row, [], Reported((failed, *later), can_be_confirmed=True))
    shown = " ".join(text_of(line).strip() for line in told(story, 200, NOW))
    assert "Confirmed: the report names" in shown
    assert "unconfirmed" not in shown


@pytest.mark.parametrize("width", [24, 40, 60, 80])
def test_a_story_says_whom_and_what_became_at_any_width(width):
    row = outgoing(OutgoingState.HELD, "")
    (one,) = row.recipients
    long = replace(one, address=f"{'a-very-long-local-part' * 2}@an-office-of.south.example")
    row = replace(row, recipients=(long,), send_at=NOW + 86_400)
    lines = [text_of(line) for line in told(Story(row, []), width, NOW)]
    assert max(map(width_of, lines)) < width
    assert "south.example" in "".join(lines)
    assert " ".join(" ".join(lines).split()).count("cannot be taken back") == 2
