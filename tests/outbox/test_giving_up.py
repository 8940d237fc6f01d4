"""Mail that is put off, or that nobody answers: delivered in the end, or given up and told."""

from dataclasses import replace

import pytest

from tests.protocols.smtp.scripted import Script, running
from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState, SendOptions
from tuimail.store.outgoing import history

from .conftest import START, Office, office_of, queue

S = OutgoingState
BUSY = "451 4.3.0 busy"
DAY_S = 86_400


async def let_pass(office: Office, seconds: float, every_s: float = 400) -> None:
    """Let time pass as for a machine that is awake: it looks at its outbox now and then."""
    end = office.clock.now + seconds
    while office.clock.now < end:
        office.clock.now += every_s
        await office.look()


def refusing(office: Office) -> None:
    """Lead the account to a port where nobody is."""
    assert office.account.smtp is not None
    office.account = replace(office.account, smtp=replace(office.account.smtp, port=1))


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
async def test_deferred_then_delivered(store, tls, step) -> None:
    queue(store)
    script = Script({step: BUSY})
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("queued")
            script.answers.clear()
            office.clock.now = row.next_attempt + 1
            office.wake.set()
            row = await office.until("accepted")
    assert (row.attempts, len(server.delivered), row.needs_attention) == (2, 1, False)


@pytest.mark.parametrize("days", [1, 5])
async def test_deferred_then_expired_after_the_days_the_account_has(store, tls, days) -> None:
    queue(store)
    async with running(tls.context, Script({"RCPT": BUSY})) as server:
        office = office_of(store, server, tls)
        office.account = replace(office.account, give_up_days=days)
        async with office.running():
            while (row := await office.until("queued", "expired")).state is not S.EXPIRED:
                office.events.clear()
                office.clock.now = row.next_attempt + 1
                office.wake.set()
    assert days * DAY_S < office.clock.now - START < days * DAY_S + 6 * 3600
    assert (row.recipients[0].code, row.needs_attention, server.delivered) == (451, True, [])
    unit = "day" if days == 1 else "days"
    assert row.recipients[0].explanation.startswith(f"Given up after {days} {unit} of trying. ")


async def test_a_time_set_for_one_mail_ends_it_alone(store, tls) -> None:
    queue(store, "short", options=SendOptions(give_up_s=3600))
    queue(store, "long")
    async with running(tls.context, Script({"RCPT": BUSY})) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.until("queued", outgoing_id="long")
            office.clock.now += 2 * 3600
            office.wake.set()
            row = await office.until("expired", outgoing_id="short")
            await office.until("queued", outgoing_id="long", times=2)
    assert row.recipients[0].explanation.startswith("Given up after 1 hour of trying. ")


async def test_mail_that_nobody_answers_expires(store, tls) -> None:
    for number in range(3):
        queue(store, f"m{number}")
    async with running(tls.context, Script()) as server:
        office = office_of(store, server, tls)
        refusing(office)
        async with office.running():
            await let_pass(office, 3600)
            assert {office.row(f"m{number}").state for number in range(3)} == {S.QUEUED}
            await let_pass(office, 5 * DAY_S, every_s=800)
            for number in range(3):
                row = await office.until("expired", outgoing_id=f"m{number}")
                assert row.last_error.startswith("Given up: it could not be sent")
                assert history(store, OutgoingId(f"m{number}"))[-1].what == "expired"


async def test_a_machine_that_slept_for_a_week_does_not_give_up_when_it_wakes(store, tls) -> None:
    queue(store)
    async with running(tls.context, Script()) as server:
        office = office_of(store, server, tls)
        reachable = office.account
        refusing(office)
        async with office.running():
            await let_pass(office, 3600)
            office.clock.now += 7 * DAY_S
            for _ in range(10):
                office.clock.now += 1
                await office.look()
            assert office.row().state is S.QUEUED
            office.account = reachable
            office.wake.set()
            await office.until("accepted")
    assert len(server.delivered) == 1
