"""A clock that is set back holds up no mail, and changes no time that a person has set."""

import pytest

from tests.protocols.smtp.scripted import Script, running
from tuimail.model.outgoing import OutgoingState, SendOptions

from .conftest import START, office_of, queue

YEARS_S = 10 * 365 * 86_400
BUSY = "450 4.2.0 busy"


async def test_a_mail_written_by_a_clock_years_ahead_goes_now(store, tls) -> None:
    ahead = START + YEARS_S
    queue(store, created=ahead, not_before=ahead + 10, undo_until=ahead + 10, asked=ahead + 10)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.rest()
            waiting = office.row()
            assert (waiting.undo_until, waiting.not_before) == (START + 11, START + 11)
            office.clock.now += 10
            office.wake.set()
            row = await office.until("accepted")
    assert row.created == START + 1


async def test_a_mail_put_off_by_a_clock_years_ahead_is_tried_again_now(store, tls) -> None:
    queue(store)
    async with running(tls.context, Script({"RCPT": BUSY})) as server:
        office = office_of(store, server, tls)
        office.clock.now += YEARS_S
        async with office.running():
            await office.until("queued")
            office.clock.now -= YEARS_S
            server.script.answers.clear()
            await office.look()
            await office.look()
            assert office.row().state is OutgoingState.ACCEPTED


async def test_a_line_shut_by_a_clock_years_ahead_is_open(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.clock.now += YEARS_S
        office.password = "wrong"
        async with office.running():
            await office.until("queued")
            office.clock.now -= YEARS_S
            office.password = "north wind"
            await office.look()
            await office.look()
            assert office.row().state is OutgoingState.ACCEPTED


@pytest.mark.parametrize("days", [1, 3_000])
async def test_a_time_that_was_set_stays(store, tls, days) -> None:
    at = START + days * 86_400
    queue(store, not_before=at, options=SendOptions(at=at))
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.look()
    row = office.row()
    assert (row.state, row.not_before, row.send_at) == (OutgoingState.QUEUED, at, at)
