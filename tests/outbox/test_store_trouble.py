"""A store that cannot be used: said once, nothing lost, sent when there is room."""

from pathlib import Path

import pytest

from tests.engine.patience import until
from tests.protocols.smtp.scripted import Script, running
from tuimail.errors import StoreError
from tuimail.model.outgoing import OutgoingState
from tuimail.outbox import filing, observer, recording, sender
from tuimail.store.operations import pending
from tuimail.store.outgoing import blob_of, cancel, requeue

from .conftest import NORTH, office_of, queue

S = OutgoingState
FULL = "local.db: the disk is full."


class Disk:
    """Stands before a function of the store and fails while the disk is full."""

    def __init__(self, monkeypatch) -> None:
        self.is_full = True
        self.failures = 0
        self._monkeypatch = monkeypatch

    def behind(self, module, name: str) -> None:
        real = getattr(module, name)

        def call(*words):
            if self.is_full:
                self.failures += 1
                raise StoreError(FULL)
            return real(*words)

        self._monkeypatch.setattr(module, name, call)


@pytest.fixture
def disk(monkeypatch) -> Disk:
    return Disk(monkeypatch)


def bytes_of_mail(store, outgoing_id) -> Path:
    digest = blob_of(store, outgoing_id)
    return store.folder / "blobs" / digest[:2] / digest


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"rubbish")])
async def test_a_mail_whose_bytes_are_gone_is_refused_and_the_others_go(store, tls, spoil) -> None:
    spoil(bytes_of_mail(store, queue(store)))
    queue(store, "m2")
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("refused")
            await office.until("accepted", outgoing_id="m2")
    assert "write it again" in row.last_error
    assert "write it again" in row.recipients[0].explanation
    assert len(server.delivered) == 1


async def test_a_disk_that_is_full_while_sending_is_said_and_the_mail_goes_later(
    store, tls, disk
) -> None:
    queue(store)
    disk.behind(observer, "set_phase")
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("queued")
            assert (row.last_error, row.recipients[0].state) == (FULL, S.QUEUED)
            await office.see(lambda: office.trouble() == [FULL])
            assert server.delivered == []
            disk.is_full = False
            office.wake.set()
            await office.until("accepted")
            await office.see(lambda: office.trouble() == [FULL, ""])
    assert len(server.delivered) == 1


async def test_while_the_disk_is_full_the_person_can_cancel_and_ask_again(store, tls, disk) -> None:
    outgoing_id = queue(store)
    disk.behind(observer, "set_phase")
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.see(lambda: office.trouble() == [FULL])
            assert cancel(store, outgoing_id, int(office.clock.now))
            office.wake.set()
            await office.see(lambda: office.trouble() == [FULL, ""])
            disk.is_full = False
            requeue(store, outgoing_id, int(office.clock.now))
            office.wake.set()
            await office.until("accepted")


@pytest.mark.parametrize("first_step", ["recover", "claim_due", "next_due"])
async def test_a_store_that_cannot_be_used_at_all_is_said_once(
    store, tls, disk, first_step
) -> None:
    queue(store)
    disk.behind(sender, first_step)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            for _ in range(3):
                disk.failures = 0
                office.wake.set()
                await until(lambda: disk.failures)
            assert office.trouble() == [FULL]
            disk.is_full = False
            office.wake.set()
            await office.until("accepted")
            await office.see(lambda: office.trouble() == [FULL, ""])
    assert len(server.delivered) == 1


async def test_what_the_server_took_is_known_once_there_is_room_and_never_sent_again(
    store, tls, disk
) -> None:
    queue(store)
    disk.behind(recording, "end_claim")
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.see(lambda: office.trouble() == [FULL])
            assert office.row().state is S.SENDING
            office.wake.set()
            await until(lambda: disk.failures >= 2)
            disk.is_full = False
            office.wake.set()
            row = await office.until("accepted")
            await office.see(lambda: bool(pending(store, NORTH)))
    assert row.recipients[0].queue_id.raw == "4XyZ123"
    assert server.dots == 1
    assert len(pending(store, NORTH)) == 1


async def test_an_end_that_could_not_be_written_is_written_when_the_sender_leaves(
    store, tls, disk
) -> None:
    queue(store)
    disk.behind(recording, "end_claim")
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.see(lambda: office.trouble() == [FULL])
            disk.is_full = False
    assert office.row().state is S.ACCEPTED
    assert server.dots == 1


async def test_the_copy_for_sent_waits_for_room(store, tls, disk) -> None:
    queue(store)
    disk.behind(filing, "note_copy")
    async with running(tls.context, Script()) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.until("accepted")
            await office.see(lambda: office.trouble() == [FULL])
            assert pending(store, NORTH) == []
            disk.is_full = False
            office.wake.set()
            await office.see(lambda: office.trouble() == [FULL, ""])
    assert len(pending(store, NORTH)) == 1
    assert server.dots == 1
