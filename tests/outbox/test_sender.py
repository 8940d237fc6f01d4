"""The sender: what becomes of a mail whatever the server does."""

import asyncio
from dataclasses import replace

import pytest

from tests.protocols.smtp.scripted import CUT, SILENCE, Script, running
from tuimail.events import OperationsChanged, Progress, RoleAsked
from tuimail.mime.headers import parse_envelope
from tuimail.model.draft import Draft, DraftKind
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName, DraftId
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.operation import OperationKind
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.outbox.sender import MOST_AT_ONCE, recover_outbox
from tuimail.store.blobs import read_blob
from tuimail.store.mailboxes import (
    SyncState,
    mailbox_named,
    put_mailboxes,
    put_sync_state,
)
from tuimail.store.messages import key_of, put_messages
from tuimail.store.operations import pending
from tuimail.store.outgoing import cancel, history, requeue
from tuimail.store.outgoing_attempts import claim_due, set_phase
from tuimail.store.reckoned import Arrival
from tuimail.store.refusals import last_refusals

from .conftest import NORTH, START, Office, account_of, office_of, queue

S = OutgoingState


async def test_a_queued_mail_is_sent_and_its_replies_kept(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("accepted")
    assert row.state is S.ACCEPTED
    assert row.attempts == 1
    recipient = row.recipients[0]
    assert (recipient.state, recipient.code, recipient.queue_id.raw) == (S.ACCEPTED, 250, "4XyZ123")
    assert office.told() == ["sending", "accepted"]
    assert server.delivered[0].raw.endswith(b"Hi.\r\n")


async def test_a_mail_waits_for_its_time(store, tls) -> None:
    queue(store, not_before=START + 100)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.look()
            assert server.connections == 0
            office.clock.now = START + 101
            office.wake.set()
            await office.until("accepted")


async def test_the_copy_for_sent_is_an_operation_with_the_same_bytes(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.until("accepted")
            await office.see(lambda: bool(pending(store, NORTH)))
    (copy,) = pending(store, NORTH)
    assert (copy.kind, copy.mailbox, copy.message_id) == (
        OperationKind.APPEND, "Sent", "m1@north.test",
    )  # fmt: skip
    assert Flag.SEEN in copy.add
    assert read_blob(store, copy.blob) == server.delivered[0].raw
    assert OperationsChanged(NORTH, "") in office.events


async def test_the_copy_is_recorded_once_however_often_the_sender_starts(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.until("accepted")
        for _ in range(3):
            async with office.running():
                await office.rest()
    assert len(pending(store, NORTH)) == 1
    assert len(server.delivered) == 1


async def test_a_missing_sent_mailbox_is_asked_for_and_filed_later(store, tls) -> None:
    put_mailboxes(store, NORTH, [ListedMailbox("INBOX", "/", Role.INBOX, True)])
    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.until("accepted")
            await office.see(lambda: RoleAsked(NORTH, Role.SENT) in office.events)
            assert pending(store, NORTH) == []
            put_mailboxes(store, NORTH, [ListedMailbox("Gesendet", "/", Role.SENT, True)])
            office.wake.set()
            await office.see(lambda: bool(pending(store, NORTH)))
    assert pending(store, NORTH)[0].mailbox == "Gesendet"


async def test_mail_without_a_server_to_send_through_waits_and_says_so(store) -> None:
    queue(store)
    office = Office(store, account_of(None))
    async with office.running():
        await office.rest()
    assert office.trouble() == ["There is no server to send through: name one in config.toml."]
    assert office.asked == 0


async def test_without_imap_there_is_no_copy(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = Office(store, account_of(server.server(tls.ca_file), imap=False))
        async with office.running():
            await office.until("accepted")
            await office.rest()
    assert pending(store, NORTH) == []
    assert not any(isinstance(event, RoleAsked) for event in office.events)


@pytest.mark.parametrize(
    ("kind", "flag"), [(DraftKind.REPLY, Flag.ANSWERED), (DraftKind.FORWARD, Flag.FORWARDED)]
)
async def test_the_original_is_marked_once_the_answer_was_taken(store, tls, kind, flag) -> None:
    inbox = mailbox_named(store, NORTH, "INBOX").id
    put_sync_state(store, inbox, SyncState(uid_validity=9))
    raw = b"Message-ID: <o@x>\r\nFrom: bob@south.test\r\nSubject: x\r\n\r\n"
    (row_id,) = put_messages(
        store, inbox, [Arrival(5, frozenset(), START, 100, parse_envelope(raw))]
    )
    draft = Draft(DraftId("d"), NORTH, account_of(None).address, kind=kind)
    queue(store, draft=draft, original=key_of(store, row_id))
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            assert not [op for op in pending(store, NORTH) if op.kind is OperationKind.FLAGS]
            await office.until("accepted")
            await office.see(lambda: len(pending(store, NORTH)) == 2)
    marks = [op for op in pending(store, NORTH) if op.kind is OperationKind.FLAGS]
    assert [(m.mailbox, m.uid_validity, m.uid, m.add) for m in marks] == [
        ("INBOX", 9, 5, frozenset({flag.value}))
    ]


@pytest.mark.parametrize(("role", "goes"), [(Role.TRASH, [("Drafts", 5, "Trash")]), (None, [])])
async def test_a_draft_that_was_gone_on_with_goes_to_trash_once_sent(store, tls, role, goes):
    boxes = [("Sent", Role.SENT), ("Drafts", Role.DRAFTS), ("Trash", role)]
    put_mailboxes(store, NORTH, [ListedMailbox(name, "/", r, True) for name, r in boxes])
    drafts = mailbox_named(store, NORTH, "Drafts").id
    put_sync_state(store, drafts, SyncState(uid_validity=9))
    raw = b"Message-ID: <o@x>\r\nFrom: alice@north.test\r\nSubject: x\r\n\r\n"
    (row_id,) = put_messages(
        store, drafts, [Arrival(5, frozenset(), START, 100, parse_envelope(raw))]
    )
    draft = Draft(DraftId("d"), NORTH, account_of(None).address, kind=DraftKind.EDIT)
    queue(store, draft=draft, original=key_of(store, row_id))
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            assert not pending(store, NORTH)
            await office.until("accepted")
            await office.see(lambda: bool(pending(store, NORTH)))
    moves = [op for op in pending(store, NORTH) if op.kind is not OperationKind.APPEND]
    assert [(op.mailbox, op.uid, op.destination) for op in moves] == goes


async def test_some_recipients_are_taken_some_refused_some_wait(store, tls) -> None:
    answers = {b"no@": "550 5.1.1 no such user", b"later@": "450 4.2.0 greylisted"}

    def rcpt(line: bytes) -> str:
        return next((a for word, a in answers.items() if word in line), "250 2.1.5 ok")

    queue(store, recipients=("yes@s.test", "no@s.test", "later@s.test"))
    async with running(tls.context, Script({"RCPT": rcpt})) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("queued")
            states = {one.address: one.state for one in row.recipients}
            assert states == {
                "yes@s.test": S.ACCEPTED, "no@s.test": S.REFUSED, "later@s.test": S.QUEUED,
            }  # fmt: skip
            assert row.next_attempt is not None
            assert 48 <= row.next_attempt - office.clock.now <= 72
            answers.pop(b"later@")
            office.clock.now += 80
            office.wake.set()
            row = await office.until("refused")
    assert [mail.recipients for mail in server.delivered] == [["yes@s.test"], ["later@s.test"]]
    assert {one.address: one.state for one in row.recipients} == {
        "yes@s.test": S.ACCEPTED, "no@s.test": S.REFUSED, "later@s.test": S.ACCEPTED,
    }  # fmt: skip
    refused = next(one for one in row.recipients if one.address == "no@s.test")
    assert "no such person" in refused.explanation
    assert refused.code == 550


async def test_a_temporary_refusal_is_tried_again_with_growing_pauses(store, tls) -> None:
    queue(store)
    async with running(tls.context, Script({"dot": "451 4.3.0 busy"})) as server:
        office = office_of(store, server, tls)
        pauses = []
        async with office.running():
            for attempt in range(1, 5):
                row = await office.until("queued", times=attempt)
                pauses.append(row.next_attempt - office.clock.now)
                office.clock.now = row.next_attempt + 1
                office.wake.set()
    for n, pause in enumerate(pauses):
        assert 0.75 * 60 * 2**n <= pause <= 1.25 * 60 * 2**n
    assert server.delivered == []
    assert "trouble just now" in row.last_error


async def test_it_is_given_up_after_days_of_trying(store, tls) -> None:
    queue(store)
    async with running(tls.context, Script({"MAIL": "451 4.3.0 busy"})) as server:
        office = office_of(store, server, tls)
        async with office.running():
            for attempt in range(1, 5):
                row = await office.until("queued", times=attempt)
                office.clock.now += 4 * 3600
                if attempt == 4:
                    office.clock.now = START + office.account.give_up_s + 100
                office.wake.set()
            row = await office.until("expired")
    assert row.recipients[0].state is S.EXPIRED
    assert row.recipients[0].explanation.startswith("Given up")


@pytest.mark.parametrize("step", ["MAIL", "DATA", "dot"])
async def test_a_permanent_refusal_is_final_until_the_person_asks(store, tls, step) -> None:
    script = Script({step: "554 5.7.1 message looks like spam"})
    queue(store)
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("refused")
            assert "spam" in row.recipients[0].explanation
            office.clock.now += 10**6
            await office.look()
            assert server.connections == 1
            script.answers.clear()
            assert requeue(store, row.id, int(office.clock.now)) == 1
            office.wake.set()
            row = await office.until("accepted")
    assert len(server.delivered) == 1


@pytest.mark.parametrize("answer", [CUT, SILENCE, "rubbish", "421 4.3.0 closing"])
async def test_a_lost_answer_to_the_dot_is_uncertain_and_never_sent_again_by_itself(
    store, tls, answer
) -> None:
    queue(store)
    script = Script({"dot": answer}, delivers_before="dot")
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("uncertain")
            for _ in range(5):
                office.clock.now += 10**6
                await office.look()
            assert len(server.delivered) == 1
            assert office.row().state is S.UNCERTAIN
        async with office.running():
            await office.look()
        assert len(server.delivered) == 1
        assert "not sent again by itself" in row.recipients[0].explanation
        assert pending(store, NORTH) == []
        script.answers.clear()
        now = int(office.clock.now)
        assert requeue(store, row.id, now) == 0
        assert requeue(store, row.id, now, takes_uncertain=True) == 1
        async with office.running():
            await office.until("accepted")
    assert server.delivered[0].raw == server.delivered[1].raw


@pytest.mark.proof
async def test_fifty_lost_answers_are_fifty_uncertain_mails(store, tls) -> None:
    for n in range(50):
        queue(store, f"m{n}")
    script = Script({"dot": CUT}, delivers_before="dot")
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            for n in range(50):
                await office.until("uncertain", outgoing_id=f"m{n}")
            office.clock.now += 10**6
            await office.look()
    states = [office.row(f"m{n}").state for n in range(50)]
    print(
        f"lost answers: 50, uncertain: {states.count(S.UNCERTAIN)}, sent again: {server.dots - 50}"
    )
    assert states == [S.UNCERTAIN] * 50
    assert server.dots == 50


@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
async def test_a_line_lost_before_the_dot_is_tried_again_soon(store, tls, step) -> None:
    queue(store)
    script = Script({step: CUT})
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("queued")
            assert row.last_error
            assert row.next_attempt is not None
            script.answers.clear()
            office.wake.set()
            await office.until("accepted")
    assert len(server.delivered) == 1


async def test_offline_all_mail_waits_behind_one_attempt(store, tls) -> None:
    for n in range(5):
        queue(store, f"m{n}")
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.account = replace(office.account, smtp=replace(office.account.smtp, port=1))
        async with office.running():
            await office.until("queued", outgoing_id="m0")
            await office.rest()
            tried = [n for n in range(5) if office.told(f"m{n}")]
            assert tried == [0]
            assert "port" in office.row("m0").last_error


async def test_a_refused_password_is_not_tried_again_by_a_hint(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.password = "wrong"
        async with office.running():
            row = await office.until("queued")
            assert "refused the name or password" in row.last_error
            assert office.forgotten == 1
            for _ in range(20):
                await office.look()
            assert server.sign_ins == 1
            office.password = "north wind"
            office.clock.now += 1
            requeue(store, row.id, int(office.clock.now))
            office.wake.set()
            await office.until("accepted")
    assert server.sign_ins == 2


async def test_a_new_mail_is_a_reason_to_try_again(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.password = "wrong"
        async with office.running():
            await office.until("queued")
            office.password = "north wind"
            queue(store, "m2")
            office.wake.set()
            await office.until("accepted", outgoing_id="m1")
            await office.until("accepted", outgoing_id="m2")


async def test_no_password_to_be_had_says_so_and_waits(store, tls) -> None:
    from tuimail.errors import SecretUnavailable

    async def nobody() -> None:
        raise SecretUnavailable("Nobody gave a password.")

    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.secret = nobody
        async with office.running():
            row = await office.until("queued")
    assert row.last_error == "Nobody gave a password."
    assert server.connections == 0


async def test_a_cancelled_mail_is_not_sent(store, tls) -> None:
    outgoing_id = queue(store, not_before=START + 10)
    assert cancel(store, outgoing_id)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.clock.now = START + 100
        async with office.running():
            await office.rest()
    assert server.connections == 0
    assert office.row().state is S.CANCELLED


async def test_stopping_while_the_mail_goes_out_leaves_it_queued_and_undelivered(
    store, tls
) -> None:
    raw = b"From: a@north.test\r\n\r\n" + (b"x" * 76 + b"\r\n") * 200_000
    queue(store, raw=raw)
    script = Script(body_delay_s=0.01)
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await server.in_body.wait()
        await asyncio.wait_for(server.gone.wait(), 60)
        assert server.delivered == []
        row = office.row()
        assert row.state is S.QUEUED
        assert row.recipients[0].state is S.QUEUED
        script.body_delay_s = 0
        async with office.running():
            await office.until("accepted")
    assert len(server.delivered) == 1
    assert any(isinstance(event, Progress) for event in office.events)


async def test_stopping_after_the_dot_leaves_it_uncertain(store, tls) -> None:
    queue(store)
    script = Script({"dot": SILENCE}, delivers_before="dot")
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await server.after_dot.wait()
        assert office.row().state is S.UNCERTAIN
        script.answers.clear()
        async with office.running():
            await office.rest()
    assert len(server.delivered) == 1


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.DONE])
async def test_a_process_that_died_leaves_what_its_phase_says(store, tls, phase) -> None:
    queue(store)
    claim = claim_due(store, NORTH, START + 1, MOST_AT_ONCE)
    set_phase(store, claim, phase)
    uncertain = recover_outbox(store, START + 2)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.clock.now = START + 2
        async with office.running():
            if phase is Phase.FINAL_DOT:
                await office.rest()
                assert office.row().state is S.UNCERTAIN
                assert list(uncertain) == ["m1"]
            else:
                await office.until("accepted")
    assert len(server.delivered) == (0 if phase is Phase.FINAL_DOT else 1)


@pytest.mark.parametrize("leap_s", [10**6, -(10**6)])
async def test_a_clock_that_jumps_while_a_mail_goes_out_sends_it_once(store, tls, leap_s) -> None:
    raw = b"From: a@north.test\r\n\r\n" + (b"x" * 76 + b"\r\n") * 50_000
    queue(store, raw=raw)
    async with running(tls.context, Script(body_delay_s=0.002)) as server:
        office = office_of(store, server, tls)
        other = Office(store, replace(office.account, name=AccountName("south")), office.clock)
        async with office.running(), other.running():
            await server.in_body.wait()
            office.clock.now += leap_s
            for _ in range(3):  # as after a suspend: the network is back, everybody looks around
                office.wake.set()
                await other.look()
            assert office.told() == ["sending"]
            row = await office.until("accepted")
    assert [one.state for one in row.recipients] == [S.ACCEPTED]
    assert (row.attempts, len(server.delivered), other.events) == (1, 1, [])


async def test_many_recipients_go_in_several_transactions(store, tls) -> None:
    people = tuple(f"p{n}@s.test" for n in range(250))
    queue(store, recipients=people)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("accepted")
    assert [len(mail.recipients) for mail in server.delivered] == [100, 100, 50]
    assert [r for mail in server.delivered for r in mail.recipients] == list(people)
    assert row.state is S.ACCEPTED
    assert len(pending(store, NORTH)) == 1


async def test_a_process_that_died_leaves_uncertain_only_whom_it_was_sending_to(store, tls) -> None:
    people = tuple(f"p{n}@s.test" for n in range(150))
    queue(store, recipients=people)
    claim = claim_due(store, NORTH, START + 1, MOST_AT_ONCE)
    set_phase(store, claim, Phase.FINAL_DOT)
    recover_outbox(store, START + 2)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.clock.now = START + 2
        async with office.running():
            row = await office.until("uncertain")
    assert [mail.recipients for mail in server.delivered] == [list(people[100:])]
    states = [one.state for one in row.recipients]
    assert states == [S.UNCERTAIN] * 100 + [S.ACCEPTED] * 50


async def test_the_history_tells_every_step(store, tls) -> None:
    queue(store, recipients=("yes@s.test", "no@s.test"))

    def rcpt(line: bytes) -> str:
        return "550 5.1.1 \x1b[31mno" if b"no@" in line else "250 2.1.5 ok"

    async with running(tls.context, Script({"RCPT": rcpt})) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.until("refused")
    told = " ".join(f"{e.what} {e.who.raw} {e.detail.raw}" for e in history(store, office.row().id))
    for word in ("yes@s.test", "no@s.test", "4XyZ123"):
        assert word in told


async def test_a_mail_refused_as_a_whole_says_nothing_against_its_recipients(store, tls) -> None:
    refusals = {"MAIL": "550 5.7.1 not you", "RCPT": "550 5.1.1 no such user"}
    for n, (step, is_of_one) in enumerate({"MAIL": False, "dot": False, "RCPT": True}.items()):
        address = f"p{n}@south.test"
        queue(store, f"m{n}", recipients=(address,))
        script = Script({step: refusals.get(step, "554 5.7.1 looks like spam")})
        async with running(tls.context, script) as server:
            office = office_of(store, server, tls)
            async with office.running():
                await office.until("refused", outgoing_id=f"m{n}")
        assert bool(last_refusals(store, [address], START)) is is_of_one
