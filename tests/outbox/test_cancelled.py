"""A mail the person cancels while it goes out is never delivered; afterwards it is too late."""

import asyncio
import os
import random

import pytest

from tests.engine.patience import until
from tests.protocols.smtp.scripted import Script, ScriptedServer, running
from tuimail.model.outgoing import OutgoingState
from tuimail.outbox.sender import recover_outbox
from tuimail.store.outgoing import cancel, history, requeue

from .conftest import Office, office_of, queue

S = OutgoingState
LARGE = b"From: a@north.test\r\n\r\n" + (b"x" * 76 + b"\r\n") * 100_000


@pytest.mark.parametrize("extensions", [[], ["CHUNKING", "PIPELINING"]])
async def test_an_upload_that_is_cancelled_ends_at_once_and_the_next_mail_goes(
    store, tls, extensions
) -> None:
    queue(store, raw=LARGE)
    queue(store, "m2", not_before=1_700_000_001)
    script = Script(extensions=extensions, body_delay_s=0.02)
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await server.in_body.wait()
            assert cancel(store, office.row().id, int(office.clock.now))
            script.body_delay_s = 0
            office.wake.set()
            row = await office.until("cancelled")
            await office.until("accepted", outgoing_id="m2")
    assert [one.state for one in row.recipients] == [S.CANCELLED]
    assert [b"m2@" in mail.raw for mail in server.delivered] == [True]
    assert len(server.body) < len(LARGE)
    assert "cancelled" in [event.what for event in history(store, row.id)]


async def test_without_a_hint_it_stops_before_its_end_is_announced(store, tls) -> None:
    queue(store, raw=LARGE)
    async with running(tls.context, Script(body_delay_s=0.002)) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await server.in_body.wait()
            assert cancel(store, office.row().id, int(office.clock.now))
            await office.until("cancelled")
            await asyncio.wait_for(server.gone.wait(), 60)
    assert server.delivered == []
    assert office.row().state is S.CANCELLED


async def test_a_hint_about_something_else_leaves_the_upload_alone(store, tls) -> None:
    queue(store, raw=LARGE)
    async with running(tls.context, Script(body_delay_s=0.002)) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await server.in_body.wait()
            for _ in range(5):
                office.wake.set()
                await until(lambda: not office.wake.is_set())
            row = await office.until("accepted")
    assert (row.attempts, len(server.delivered)) == (1, 1)


async def test_after_its_end_was_announced_it_is_too_late(store, tls) -> None:
    queue(store)
    script = Script(dot_waits_for=asyncio.Event())
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await server.after_dot.wait()
            assert not cancel(store, office.row().id, int(office.clock.now))
            office.wake.set()
            await until(lambda: not office.wake.is_set())
            script.dot_waits_for.set()
            await office.until("accepted")
    assert len(server.delivered) == 1


async def test_a_cancelled_upload_goes_when_the_person_asks_again(store, tls) -> None:
    queue(store, raw=LARGE)
    script = Script(body_delay_s=0.01)
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await server.in_body.wait()
            assert cancel(store, office.row().id, int(office.clock.now))
            office.wake.set()
            row = await office.until("cancelled")
            script.body_delay_s = 0
            assert requeue(store, row.id, int(office.clock.now)) == 1
            office.wake.set()
            await office.until("accepted")
    assert len(server.delivered) == 1


async def test_an_attempt_ended_by_another_process_stops_before_its_end(store, tls) -> None:
    queue(store, raw=LARGE)
    async with running(tls.context, Script(body_delay_s=0.002)) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await server.in_body.wait()
            recover_outbox(store, office.clock.now)
            assert cancel(store, office.row().id, int(office.clock.now))
            await office.until("cancelled")
            await asyncio.wait_for(server.gone.wait(), 60)
    assert server.delivered == []


@pytest.mark.proof
@pytest.mark.parametrize("extensions", [[], ["CHUNKING", "PIPELINING"]])
async def test_cancelled_at_any_moment_it_is_cancelled_or_sent_and_never_both(
    store, tls, extensions
) -> None:
    source = random.Random(len(extensions))
    count = 200 if os.environ.get("PROOF_FULL") == "1" else 12
    stopped, arrived = set(), []
    async with running(tls.context, Script(extensions=extensions)) as server:
        office = office_of(store, server, tls)
        async with office.running():
            for n in range(count):
                name = f"m{n}"
                outgoing_id = queue(store, name, raw=b"X-N: %d\r\n" % n + LARGE)
                office.wake.set()
                await asyncio.sleep(source.random() * 0.15)
                if cancel(store, outgoing_id, int(office.clock.now)):
                    stopped.add(name)
                    office.wake.set()
                else:
                    await office.until("accepted", outgoing_id=name)
                arrived += take_arrived(server)
        await asyncio.wait_for(server.gone.wait(), 60)
        arrived += take_arrived(server)
    cancelled = {name for name in map("m{}".format, range(count)) if is_cancelled(office, name)}
    print(f"cancelled {count} uploads: {len(stopped)} stopped, "
          f"{len(stopped & set(arrived))} of them delivered; {count - len(stopped)} too late")  # fmt: skip
    assert cancelled == stopped
    assert sorted([*arrived, *stopped]) == sorted(f"m{n}" for n in range(count))
    assert stopped


def take_arrived(server: ScriptedServer) -> list[str]:
    """Return the names of the mails that arrived since this was asked last."""
    firsts = [mail.raw.partition(b"\r\n")[0] for mail in server.delivered]
    server.delivered.clear()
    return [f"m{int(first.removeprefix(b'X-N: '))}" for first in firsts]


def is_cancelled(office: Office, name: str) -> bool:
    return office.row(name).state is S.CANCELLED
