"""Mail for later: kept back by the server where it offers that, by us where it does not."""

import time
from dataclasses import replace

import pytest

from tests.protocols.smtp.scripted import Script, running
from tuimail.model.account import DeliveryReports
from tuimail.model.outgoing import OutgoingState, SendOptions
from tuimail.store.outgoing import history

from .conftest import Office, office_of, queue

S = OutgoingState
HOLDS = ["FUTURERELEASE 604800 2099-01-01T00:00:00Z", "PIPELINING"]
HOUR_S = 3600


@pytest.fixture
def now() -> int:
    return int(time.time())


def office_at(store, server, tls, now: int) -> Office:
    office = office_of(store, server, tls)
    office.clock.now = now
    return office


def queue_for(store, at: int, name: str = "m1", **fields) -> None:
    queue(store, name, created=at - HOUR_S, not_before=at, options=SendOptions(at=at), **fields)


async def test_a_server_that_holds_mail_is_given_it_at_once(store, tls, now) -> None:
    queue_for(store, now + HOUR_S)
    async with running(tls.context, Script(extensions=HOLDS)) as server:
        office = office_at(store, server, tls, now)
        async with office.running():
            row = await office.until("held")
            office.clock.now = now + HOUR_S
            office.wake.set()
            later = await office.until("accepted")
    assert [one.state for one in row.recipients] == [S.HELD]
    assert [one.state for one in later.recipients] == [S.ACCEPTED]
    assert "cannot be taken back" in row.recipients[0].explanation
    assert server.connections == 1
    assert any(b"HOLDUNTIL=" in line for line in server.lines)


async def test_one_that_holds_none_is_asked_once_and_the_mail_goes_at_its_time(
    store, tls, now
) -> None:
    queue_for(store, now + HOUR_S)
    async with running(tls.context) as server:
        office = office_at(store, server, tls, now)
        async with office.running():
            for _ in range(4):
                await office.look()
            assert server.connections == 1
            assert office.told() == []
            office.clock.now = now + HOUR_S
            office.wake.set()
            row = await office.until("accepted")
    assert row.attempts == 1
    assert len(server.delivered) == 1


async def test_the_undo_window_is_never_given_away(store, tls, now) -> None:
    queue_for(store, now + HOUR_S, undo_until=now + 10)
    queue(store, "m2", created=now, not_before=now + 100, undo_until=now + 100)
    async with running(tls.context, Script(extensions=HOLDS)) as server:
        office = office_at(store, server, tls, now)
        async with office.running():
            await office.look()
            assert server.connections == 0
            office.clock.now = now + 10
            await office.look()
            assert office.row().state is S.HELD
            assert office.row("m2").state is S.QUEUED


async def test_it_is_handed_over_as_its_undo_window_ends_and_not_at_the_next_look(
    store, tls, now
) -> None:
    queue_for(store, now + HOUR_S, undo_until=now + 2)
    async with running(tls.context, Script(extensions=HOLDS)) as server:
        office = office_of(store, server, tls)
        office.clock = time.time
        async with office.running():
            await office.until("held")
    assert server.connections == 1


async def test_a_time_past_what_the_server_holds_stays_here(store, tls, now) -> None:
    queue_for(store, now + 30 * 86_400)
    queue_for(store, now + HOUR_S, "m2")
    async with running(tls.context, Script(extensions=HOLDS)) as server:
        office = office_at(store, server, tls, now)
        async with office.running():
            await office.until("held", outgoing_id="m2")
            await office.look()
    assert office.row().state is S.QUEUED
    assert (office.row().attempts, server.mails) == (0, 1)


async def test_a_server_that_will_not_hold_it_after_all_gets_it_at_its_time(
    store, tls, now
) -> None:
    queue_for(store, now + HOUR_S)
    script = Script({"MAIL": "501 5.5.4 HOLDUNTIL too far"}, extensions=HOLDS)
    async with running(tls.context, script) as server:
        office = office_at(store, server, tls, now)
        async with office.running():
            row = await office.until("queued")
            assert (row.due, row.last_error) == (now + HOUR_S, "")
            script.answers.clear()
            for _ in range(3):
                await office.look()
            assert server.mails == 1
            office.clock.now = now + HOUR_S + 1
            office.wake.set()
            await office.until("accepted")


async def test_a_refused_password_is_not_tried_again_only_to_look(store, tls, now) -> None:
    queue_for(store, now + 10 * HOUR_S)
    async with running(tls.context, Script(extensions=HOLDS)) as server:
        office = office_at(store, server, tls, now)
        office.password = "wrong"
        async with office.running():
            for _ in range(5):
                await office.look()
                office.clock.now += HOUR_S
    assert server.sign_ins == 1


@pytest.mark.parametrize("usual", list(DeliveryReports))
async def test_reports_of_success_are_asked_for_where_they_are_wanted(store, tls, usual) -> None:
    queue(store)
    queue(store, "m2", options=SendOptions(wants_success=True))
    async with running(tls.context, Script(extensions=["DSN"])) as server:
        office = office_of(store, server, tls)
        office.account = replace(office.account, delivery_reports=usual)
        async with office.running():
            await office.until("accepted")
            await office.until("accepted", outgoing_id="m2")
    asked = [b"NOTIFY=SUCCESS" in line for line in server.lines if line.startswith(b"RCPT")]
    assert sorted(asked) == ([True, True] if usual is DeliveryReports.ALL else [False, True])


async def test_a_mail_that_is_held_is_told_in_its_history(store, tls, now) -> None:
    queue_for(store, now + HOUR_S)
    async with running(tls.context, Script(extensions=HOLDS)) as server:
        office = office_at(store, server, tls, now)
        async with office.running():
            await office.until("held")
    told = [event.what for event in history(store, office.row().id)]
    assert told[:2] == ["queued", "sending"]
    assert "final-dot" in told
