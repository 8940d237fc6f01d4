"""The copy in Sent and the mark on the original, once a mail was accepted."""

from dataclasses import replace

import pytest

from tests.store.makers import WORK, arrival, box_id, set_recipient, store_with_mailboxes
from tests.sync.fake_remote import FakeMailbox, FakeServer, mail
from tests.sync.walk import walk_in
from tuimail.model.account import Account, PasswordSource, SaveSent, Security, Server
from tuimail.model.address import Address
from tuimail.model.draft import Draft, DraftKind
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName, DraftId, OutgoingId
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.operation import OperationKind, OperationState
from tuimail.model.outgoing import CopyStep, OutgoingState, Remark
from tuimail.outbox.filing import file_accepted, unfiled
from tuimail.outbox.self_filing import why_no_copy
from tuimail.store.mailboxes import mailbox_rows, put_mailboxes
from tuimail.store.messages import key_of, put_messages
from tuimail.store.operations import finish_many, pending
from tuimail.store.outgoing import (
    NewOutgoing,
    RecipientState,
    outgoing_row,
    put_outgoing,
)
from tuimail.store.sent_copies import ask_for_copy

MAIL = OutgoingId("m1")
NOW = 1_000
RAW = b"Message-ID: <m1@x>\r\n\r\nHello.\r\n"
SERVER = Server("mail.example.org", 993, Security.TLS, "me")
ME = Address("", "me@example.org")
ACCOUNT = Account(WORK, ME, (), "", SERVER, SERVER, PasswordSource.ASK, (), ())


@pytest.fixture
def store(tmp_path):
    one = store_with_mailboxes(tmp_path / "data")
    yield one
    one.close()


def accept(store, kind=DraftKind.NEW, original=None) -> None:
    draft = Draft(DraftId("d"), WORK, ME, kind=kind)
    new = NewOutgoing(MAIL, "m1@x", WORK, "s", "me@x", ("bob@x",), RAW, NOW, NOW, draft, original)
    put_outgoing(store, new)
    set_recipient(store, MAIL, "bob@x", RecipientState(OutgoingState.ACCEPTED))


def file(store, account=ACCOUNT, **options) -> CopyStep | None:
    return file_accepted(store, account, MAIL, NOW, **options).step


def finish(store, state: OperationState, reply: str = "") -> None:
    finish_many(store, [one.id for one in pending(store, WORK)], state, reply)


def copies(store) -> list[str]:
    return [one.mailbox for one in pending(store, WORK) if one.kind is OperationKind.APPEND]


def test_a_copy_is_filed_when_it_is_in_the_mailbox_and_not_before(store) -> None:
    accept(store)
    assert unfiled(store, ACCOUNT, NOW) == [MAIL]
    assert file(store) is CopyStep.RECORDED
    assert copies(store) == ["Sent"]
    assert file(store) is None
    assert unfiled(store, ACCOUNT, NOW) == [MAIL]
    finish(store, OperationState.DONE)
    assert file(store) is CopyStep.FILED
    assert unfiled(store, ACCOUNT, NOW) == []


def test_a_refused_copy_is_made_again_when_the_person_asks(store) -> None:
    accept(store)
    file(store)
    finish(store, OperationState.REFUSED, "over quota")
    assert file(store) is CopyStep.REFUSED
    assert file(store) is None
    assert copies(store) == []
    assert ask_for_copy(store, MAIL, NOW)
    assert file(store) is CopyStep.RECORDED
    finish(store, OperationState.DONE)
    assert file(store) is CopyStep.FILED


def test_a_refused_copy_goes_by_itself_into_another_mailbox_that_is_chosen(store) -> None:
    accept(store)
    gone = replace(ACCOUNT, mailboxes=((Role.SENT, "Gone"),))
    put_mailboxes(store, WORK, [])
    assert file(store, gone) is CopyStep.RECORDED
    assert copies(store) == ["Gone"]
    finish(store, OperationState.REFUSED, "no such mailbox")
    assert file(store, gone) is CopyStep.REFUSED
    assert file(store, replace(ACCOUNT, mailboxes=((Role.SENT, "Out"),))) is CopyStep.RECORDED
    assert copies(store) == ["Out"]


def test_where_no_mailbox_is_for_sent_mail_the_mark_does_not_wait_for_one(store) -> None:
    [row_id] = put_messages(store, box_id(store, "INBOX"), [arrival(5)])
    accept(store, DraftKind.REPLY, key_of(store, row_id))
    inbox = [one for one in _listed(store) if one.role is not Role.SENT]
    put_mailboxes(store, WORK, inbox)
    assert file(store) is CopyStep.NO_MAILBOX
    assert [one.kind for one in pending(store, WORK)] == [OperationKind.FLAGS]
    assert file(store) is None
    put_mailboxes(store, WORK, [*inbox, replace(inbox[0], name="Out", role=Role.SENT)])
    assert file(store) is CopyStep.RECORDED
    assert copies(store) == ["Out"]
    assert len(pending(store, WORK)) == 2


def test_before_the_mailboxes_are_listed_nothing_is_missed(store) -> None:
    accept(store)
    put_mailboxes(store, WORK, [])
    assert file(store) is None
    assert pending(store, WORK) == []


def test_who_wants_no_copy_after_it_was_refused_is_told_of_it_no_more(store) -> None:
    accept(store)
    file(store)
    assert file(store, no_copy=Remark.LEFT_TO_SERVER) is None  # it is on its way
    finish(store, OperationState.REFUSED, "over quota")
    assert file(store) is CopyStep.REFUSED
    assert file(store, no_copy=Remark.LEFT_TO_SERVER) is CopyStep.FILED
    assert outgoing_row(store, MAIL).copy_problem == ""


def test_a_copy_left_to_the_server_is_not_made_and_the_mark_is(store) -> None:
    [row_id] = put_messages(store, box_id(store, "INBOX"), [arrival(5)])
    accept(store, DraftKind.FORWARD, key_of(store, row_id))
    assert file(store, no_copy=Remark.LEFT_TO_SERVER) is CopyStep.FILED
    [mark] = pending(store, WORK)
    assert mark.add == frozenset({Flag.FORWARDED})
    assert unfiled(store, ACCOUNT, NOW) == []


@pytest.mark.parametrize("is_moved_first", [False, True])
async def test_the_mark_reaches_an_original_that_was_moved_meanwhile(
    tmp_path, is_moved_first
) -> None:
    server = FakeServer()
    server.mailboxes |= {
        "Archive": FakeMailbox(role=Role.ARCHIVE),
        "Sent": FakeMailbox(role=Role.SENT),
    }
    server.mailboxes["INBOX"].put(mail(1))
    with walk_in(tmp_path, server) as walk:
        await walk.sync()
        accept(walk.store, DraftKind.REPLY, walk.key(1))
        walk.ask(OperationKind.MOVE, 1, destination="Archive")
        if is_moved_first:
            await walk.sync()
        assert file(walk.store) is CopyStep.RECORDED
        await walk.sync()
        assert walk.pending() == []
        assert server.everything()["Archive"] == {1: frozenset({Flag.ANSWERED})}
        assert file(walk.store) is CopyStep.FILED


def test_a_draft_continued_from_another_account_leaves_its_own_drafts(store) -> None:
    home = AccountName("home")
    boxes = [("INBOX", Role.INBOX), ("Entwürfe", Role.DRAFTS), ("Papierkorb", Role.TRASH)]
    put_mailboxes(store, home, [ListedMailbox(name, "/", role, True) for name, role in boxes])
    drafts = next(row.id for row in mailbox_rows(store, home) if row.role is Role.DRAFTS)
    [row_id] = put_messages(store, drafts, [arrival(5)])
    accept(store, DraftKind.EDIT, key_of(store, row_id))
    assert file(store) is CopyStep.RECORDED
    [move] = pending(store, home)
    assert (move.kind, move.mailbox, move.destination) == (
        OperationKind.MOVE,
        "Entwürfe",
        "Papierkorb",
    )


def _listed(store):
    return [row.listed for row in mailbox_rows(store, WORK)]


@pytest.mark.parametrize(
    ("smtp", "imap", "is_gmail", "expected"),
    [
        ("smtp.gmail.com", "imap.gmail.com", None, True),
        ("SMTP.Gmail.com", "IMAP.Gmail.com", True, True),
        ("smtp.gmail.com", "mail.example.org", True, True),
        ("smtp.gmail.com", "mail.example.org", None, False),
        ("smtp.gmail.com", "mail.example.org", False, False),
        ("smtp-relay.gmail.com", "imap.gmail.com", True, False),
        ("mail.example.org", "imap.gmail.com", True, False),
        ("smtp.office365.com", "outlook.office365.com", False, True),
        ("smtp-mail.outlook.com", "imap-mail.outlook.com", None, True),
        ("smtp.office365.com", "mail.example.org", None, False),
        ("mail.example.org", "mail.example.org", None, False),
    ],
)
def test_a_copy_is_left_to_servers_that_make_it(smtp, imap, is_gmail, expected) -> None:
    account = replace(ACCOUNT, smtp=replace(SERVER, host=smtp), imap=replace(SERVER, host=imap))
    assert why_no_copy(account, is_gmail) is (Remark.LEFT_TO_SERVER if expected else None)
    assert why_no_copy(replace(account, save_sent=SaveSent.YES), is_gmail) is None
    for unwanted in (replace(account, save_sent=SaveSent.NO), replace(account, imap=None)):
        assert why_no_copy(unwanted, is_gmail) is Remark.NO_COPY_WANTED
