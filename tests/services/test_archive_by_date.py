"""Archiving by date: by the mail's own date, into mailboxes that are made on need."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.services.test_snooze import places, shown
from tests.store.makers import HOME, WORK, arrival, box_id
from tuimail.model.flags import ANY_LABEL
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.settings import ArchiveBy
from tuimail.services import archive_by_date, reading, triage, undo
from tuimail.store.mailboxes import (
    SyncState,
    put_mailboxes,
    put_sync_state,
    wanted_mailboxes,
)  # fmt: skip
from tuimail.store.messages import put_messages


def receive(mail, *dates: str) -> None:
    arrivals = [
        arrival(n, date=int(datetime.fromisoformat(one).replace(tzinfo=UTC).timestamp()))
        for n, one in enumerate(dates, 1)
    ]
    put_messages(mail.store, box_id(mail.store, "INBOX"), arrivals)


def by(mail, how: ArchiveBy, zone: str = "UTC"):
    settings = replace(mail.config.settings, archive_by=how, time_zone=zone)
    return replace(mail, config=replace(mail.config, settings=settings))


def archive(mail):
    return archive_by_date.archive_dated(mail, [row.ref for row in shown(mail, "INBOX")])


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (ArchiveBy.NONE, ["Archive/2022", "Archive/2023"]),
        (ArchiveBy.YEAR, ["Archive/2022", "Archive/2023"]),
        (ArchiveBy.MONTH, ["Archive/2022/12", "Archive/2023/01"]),
    ],
)
def test_each_mail_goes_where_its_own_date_says(mail, how, expected):
    mail = by(mail, how)
    receive(mail, "2022-12-31T23:30", "2023-01-01T00:30")
    done = archive(mail)
    assert done.sentence == f"2 messages moved to {', '.join(expected)}"
    assert places(mail) == {f"Subject {n}": [name] for n, name in enumerate(expected, 1)}
    assert sorted(wanted_mailboxes(mail.store, WORK)) == expected
    undo.undo(mail)
    assert places(mail) == {"Subject 1": ["INBOX"], "Subject 2": ["INBOX"]}


def test_the_year_is_that_of_the_persons_zone(mail):
    mail = by(mail, ArchiveBy.YEAR, "Pacific/Auckland")
    receive(mail, "2022-12-31T23:30")
    archive(mail)
    assert places(mail) == {"Subject 1": ["Archive/2023"]}


def test_the_servers_delimiter_is_used_and_what_lies_there_stays(mail):
    names = [("INBOX", Role.INBOX), ("INBOX.Old", Role.ARCHIVE)]
    listed = [ListedMailbox(name, ".", role, is_selectable=True) for name, role in names]
    put_mailboxes(mail.store, WORK, listed)
    receive(mail, "2022-12-31T23:30")
    archive(mail)
    assert places(mail) == {"Subject 1": ["INBOX.Old.2022"]}
    again = archive_by_date.archive_dated(mail, [row.ref for row in shown(mail, "INBOX.Old.2022")])
    assert (again.sentence, again.count) == ("Archived there already", 0)


@pytest.mark.parametrize("is_label", [True, False])
def test_where_mailboxes_are_labels_or_flat_it_is_plain_archiving_and_says_so(mail, is_label):
    delimiter = "/" if is_label else ""
    names = [("INBOX", Role.INBOX), ("Archive", Role.ARCHIVE)]
    listed = [ListedMailbox(name, delimiter, role, is_selectable=True) for name, role in names]
    put_mailboxes(mail.store, WORK, listed)
    if is_label:
        for name, _ in names:
            state = SyncState(7, permanent_flags=frozenset({"\\*", ANY_LABEL}))
            put_sync_state(mail.store, box_id(mail.store, name), state)
    receive(mail, "2022-12-31T23:30")
    assert "plainly archived" in archive(mail).sentence
    assert places(mail) == {"Subject 1": ["Archive"]}


def test_some_archived_by_date_and_some_plainly_are_one_undo(mail):
    listed = [
        ListedMailbox(name, "", role, is_selectable=True)
        for name, role in (("INBOX", Role.INBOX), ("Archive", Role.ARCHIVE))
    ]
    put_mailboxes(mail.store, HOME, listed)
    receive(mail, "2022-12-31T23:30")
    put_messages(mail.store, box_id(mail.store, "INBOX", HOME), [arrival(1)])
    inboxes = reading.unified_inbox(mail)
    rows = reading.rows(mail, inboxes, reading.view_ids(mail, inboxes))
    done = archive_by_date.archive_dated(mail, [row.ref for row in rows])
    assert done.count == 2
    assert list(reading.view_ids(mail, inboxes)) == []
    undo.undo(mail)
    assert sorted(reading.view_ids(mail, inboxes)) == sorted(row.row_id for row in rows)


def test_without_an_archive_it_is_said_what_is_missing(mail):
    listed = [ListedMailbox("INBOX", "/", Role.INBOX, is_selectable=True)]
    put_mailboxes(mail.store, WORK, listed)
    receive(mail, "2022-12-31T23:30")
    with pytest.raises(triage.MissingRole):
        archive(mail)
