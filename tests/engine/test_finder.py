"""A mail whose last answer was lost is taken for sent where its server has filed it, and only then."""

import time
from dataclasses import replace

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.outbox.conftest import queue
from tests.outbox.reports import sample
from tests.outbox.test_reporting import ACCEPTED, ID, WORK, new_outgoing, states
from tests.protocols.smtp.scripted import CUT, Script, running
from tests.sync.fake_remote import FakeMailbox
from tuimail.engine import finder
from tuimail.events import OutgoingChanged
from tuimail.model.ids import MessageKey, OperationId, OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.store.blobs import put_blob
from tuimail.store.operations import record
from tuimail.store.outgoing import history, outgoing_row, put_outgoing
from tuimail.store.outgoing_attempts import LineFacts, Outcome, claim_due, end_claim
from tuimail.store.outgoing_history import RecipientState, ReplyRecord

SENT = sample("Postfix failed", "one").sent
LOST = RecipientState(OutgoingState.UNCERTAIN)
RAW = (
    f"From: work@example.net\r\nTo: {SENT.recipients[0]}\r\nSubject: Plans\r\n"
    f"Message-ID: <{SENT.message_id}>\r\n\r\nx\r\n"
).encode()
SMTP = """ca_file = "{ca_file}"
[account.work.smtp]
host = "localhost"
port = {port}
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(finder, "LOOKS_S", (0.0, 0.0))
    one = Home(tmp_path)
    one.write_config("work")
    one.now = float(SENT.accepted + 5)
    one.servers["work"].mailboxes["Sent"] = FakeMailbox(role=Role.SENT)
    put_outgoing(one.store, new_outgoing(SENT))
    attempt(one, LOST)
    yield one
    one.store.close()


def attempt(home: Home, answer: RecipientState, most: int = 100) -> None:
    """Make an attempt for so many recipients, each with that answer."""
    claim = claim_due(home.store, WORK, int(home.now), most)
    assert claim is not None
    answers = dict.fromkeys(claim.recipients, answer)
    line, records = LineFacts("smtp.test", "", "", reports_delivery=False), ()
    if answer is LOST:
        line, records = None, (ReplyRecord(Phase.FINAL_DOT, "", None, "", "lost", ""),)
    end_claim(home.store, claim, Outcome(answers, records, line=line), int(home.now), 0)


def state(home: Home) -> str:
    return states(home.store)[SENT.recipients[0]]


async def test_what_the_server_filed_was_taken(home: Home) -> None:
    async with home.engine(), home.link() as link:
        await link.sync()
        assert state(home) == "uncertain"
        home.servers["work"].mailboxes["Sent"].put(RAW, date=SENT.accepted)
        await link.sync()
        await until(lambda: state(home) == "accepted")
    told = [event.detail.raw for event in history(home.store, ID)]
    assert "The server has put it into Sent." in told


async def test_a_lost_answer_has_the_mailbox_for_sent_mail_looked_into_by_itself(
    home: Home,
) -> None:
    async with home.engine(), home.link() as link:
        await link.sync()
        home.servers["work"].mailboxes["Sent"].put(RAW, date=SENT.accepted)
        home.supervisor._hub.publish(OutgoingChanged(ID, OutgoingState.UNCERTAIN))
        await until(lambda: state(home) == "accepted")


async def test_a_mail_elsewhere_or_a_copy_of_ours_proves_nothing(home: Home) -> None:
    copy = Operation(
        id=OperationId(0),
        batch=0,
        account=WORK,
        kind=OperationKind.APPEND,
        mailbox="Sent",
        uid_validity=0,
        uid=0,
        key=MessageKey(0),
        blob=put_blob(home.store, RAW),
        message_id=SENT.message_id,
        created=int(home.now),
    )
    async with home.engine(), home.link() as link:
        home.servers["work"].mailboxes["INBOX"].put(RAW, date=SENT.accepted)
        await link.sync()
        await home.looked_around()
        assert state(home) == "uncertain"
        record(home.store, [copy])
        await link.sync()
        await home.looked_around()
    assert len(home.servers["work"].mailboxes["Sent"].messages) == 1
    assert state(home) == "uncertain"


async def test_what_was_received_and_sent_on_proves_nothing(home: Home) -> None:
    old = b"Date: Mon, 1 Jan 2024 00:00:00 +0000\r\n" + RAW
    async with home.engine(), home.link() as link:
        home.servers["work"].mailboxes["Sent"].put(old, date=SENT.accepted)
        await link.sync()
        await home.looked_around()
        assert state(home) == "uncertain"


@pytest.mark.parametrize("first", [ACCEPTED, LOST])
async def test_a_copy_of_what_went_to_the_others_proves_nothing(home: Home, first) -> None:
    both = replace(SENT, message_id="second@here.example", recipients=("a@x.test", "b@x.test"))
    second = OutgoingId("second")
    put_outgoing(home.store, replace(new_outgoing(both), id=second))
    attempt(home, first, most=1)
    attempt(home, LOST)
    async with home.engine(), home.link() as link:
        for raw in (RAW.replace(SENT.message_id.encode(), both.message_id.encode()), RAW):
            home.servers["work"].mailboxes["Sent"].put(raw, date=SENT.accepted)
        await link.sync()
        await until(lambda: state(home) == "accepted")
    people = outgoing_row(home.store, second).recipients
    assert [one.state for one in people] == [first.state, OutgoingState.UNCERTAIN]


@pytest.mark.proof
@pytest.mark.parametrize("files_itself", [True, False])
async def test_fifty_lost_answers_are_fifty_found_where_the_server_files_and_none_elsewhere(
    tmp_path, tls, monkeypatch, files_itself
) -> None:
    monkeypatch.setattr(finder, "LOOKS_S", (0.0, 0.0, 0.0))
    home = Home(tmp_path)
    home.now = float(int(time.time()))
    names = [f"m{n}" for n in range(50)]
    script = Script({"AUTH": "235 2.7.0 welcome"}, delivers_before="dot")
    async with running(tls.context, script) as server:
        home.write_config("work", extra=SMTP.format(port=server.port, ca_file=tls.ca_file))
        sent = home.servers["work"].mailboxes["Sent"] = FakeMailbox(role=Role.SENT)

        def lose(line: bytes) -> str:
            if files_itself:
                sent.put(server.delivered[-1].raw, date=int(home.now))
            return CUT

        script.answers["dot"] = lose
        async with home.engine(), home.link() as link:
            await link.sync()
            for name in names:
                queue(home.store, name, account=WORK, created=int(home.now) - 1, not_before=0)
            link.send()
            await until(lambda: server.dots == len(names))
            await link.sync()
            wanted = OutgoingState.ACCEPTED if files_itself else OutgoingState.UNCERTAIN
            await until(lambda: {outgoing_row(home.store, one).state for one in names} == {wanted})
            home.now += 10**6
            link.send()
            await link.sync()
    states = [outgoing_row(home.store, one).state for one in names]
    found = states.count(OutgoingState.ACCEPTED)
    print(f"lost answers: {len(names)}, found in Sent: {found}, sent again: {server.dots - 50}")
    assert (server.dots, found) == (50, 50 if files_itself else 0)
    assert len(sent.messages) == (50 if files_itself else 0)
    home.store.close()
