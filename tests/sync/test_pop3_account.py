"""A POP3 account: its mailboxes are here, and only the looks need the server."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.demo.fixtures import RunningHost
from tests.engine.patience import until
from tests.sync.pop3_home import OLD, Pop3Home, letter
from tuimail.demo.faults import Fault, FaultKind
from tuimail.errors import EngineUnavailable, ExitStatus
from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.ids import MessageKey, OperationId
from tuimail.model.mailbox import MailboxChange, MailboxVerb
from tuimail.model.operation import Operation, OperationKind
from tuimail.store.blobs import put_blob
from tuimail.store.bodies import body_of
from tuimail.store.database import Database, open_store
from tuimail.store.files import path_of
from tuimail.store.local_mail import local_mailbox, local_mailboxes, local_mails
from tuimail.store.operations import pending, record
from tuimail.store.projection import project_new
from tuimail.sync import pop3_account
from tuimail.sync.pop3_pass import BATCH_MAILS


@pytest.fixture
def home(tmp_path, mail_host: RunningHost) -> Iterator[Pop3Home]:
    store = open_store(tmp_path)
    home = Pop3Home(store, mail_host)
    yield home
    home.store.close()


def ask(home: Pop3Home, kind: OperationKind, key: MessageKey, **fields: object) -> OperationId:
    """Record an operation on a message in INBOX as triage does."""
    operation = Operation(OperationId(0), 1, OLD, kind, "INBOX", 0, 0, key, **fields)
    [number] = record(home.store, [operation], [NO_FLAGS])
    project_new(home.store)
    return number


async def test_new_mail_is_listed_with_its_words(home: Pop3Home) -> None:
    home.host.deliver(letter(1))
    async with home.running() as sync:
        end = await sync.sync()
        await until(lambda: "words1" in home.shown()[0].snippet.raw)
    assert (end.exit_status, end.counts["INBOX"].new) == (ExitStatus.DONE, 1)
    [row] = home.shown()
    assert row.subject.raw == "Mail 1"
    assert body_of(home.store, row.key) == letter(1)
    assert home.store.rows(Database.BODIES, "select count(*) from body") == [(0,)]
    assert home.told()[-1] == ("in step", "")
    roles = {box.name: box.role for box in local_mailboxes(home.store, OLD)}
    assert roles["Sent"] == "sent"
    assert roles["Trash"] == "trash"


async def test_mail_is_handled_while_the_server_is_away(home: Pop3Home) -> None:
    home.host.deliver(letter(1))
    async with home.running() as sync:
        await sync.sync()
        key = home.shown()[0].key
        home.host.pop3_fault(Fault(FaultKind.CUT, "greeting", nth=0))
        end = await sync.sync()
        assert end.exit_status == ExitStatus.NETWORK
        assert home.told()[-1][0] == "offline"
        ask(home, OperationKind.FLAGS, key, add=frozenset({Flag.FLAGGED.value}))
        ask(home, OperationKind.MOVE, key, destination="Archive")
        raw = letter(2)
        blob = put_blob(home.store, raw)
        append = Operation(
            OperationId(0), 0, OLD, OperationKind.APPEND, "Sent", 0, 0, MessageKey(0), blob=blob,
            add=frozenset({Flag.SEEN.value}), message_id="m2@north.example", created=1_700_000_000,
        )  # fmt: skip
        record(home.store, [append])
        await sync.change_mailbox(MailboxChange(MailboxVerb.CREATE, "Box/2025"))
        sync.agenda.wish_push()
        await until(lambda: not pending(home.store, OLD))
        await until(lambda: [row.key for row in home.shown("Archive")] == [key])
        assert body_of(home.store, key) == letter(1)
    assert home.bodies_here("Archive") == [letter(1)]
    assert home.bodies_here("Sent") == [raw]
    assert home.bodies_here("INBOX") == []
    box = local_mailbox(home.store, OLD, "Archive")
    assert local_mails(home.store, box.id)[0].flags == {Flag.FLAGGED}


async def test_everything_is_there_again_when_the_cache_was_lost(home: Pop3Home) -> None:
    for number in (1, 2):
        home.host.deliver(letter(number))
    async with home.running() as sync:
        await sync.sync()
        key = next(row.key for row in home.shown() if row.subject.raw == "Mail 2")
        ask(home, OperationKind.FLAGS, key, add=frozenset({Flag.FLAGGED.value, "work"}))
        ask(home, OperationKind.MOVE, key, destination="Archive")
        sync.agenda.wish_push()
        await until(lambda: not pending(home.store, OLD))
    folder = home.store.folder
    home.store.close()
    for database in (Database.CACHE, Database.SEARCH, Database.BODIES):
        path_of(folder, database).unlink()
    home.store = open_store(folder)
    home.host.pop3_fault(Fault(FaultKind.CUT, "greeting", nth=0))
    async with home.running() as sync:
        await sync.sync()
        await until(lambda: "words2" in home.shown("Archive")[0].snippet.raw)
    [archived] = home.shown("Archive")
    assert (archived.key, archived.flags) == (key, {Flag.FLAGGED, "work"})
    assert [row.subject.raw for row in home.shown()] == ["Mail 1"]
    found = home.store.rows(Database.SEARCH, "select count(*) from ft where ft match 'words2'")
    assert found == [(1,)]


async def test_a_wrong_password_is_tried_once_and_then_when_asked_for(home: Pop3Home) -> None:
    home.password, right = "wrong", home.password
    async with home.running() as sync:
        await until(lambda: home.told()[-1:] and home.told()[-1][0] == "stopped")
        assert "refused the name or password" in home.told()[-1][1]
        end = await sync.sync()
        assert end.exit_status == ExitStatus.SIGN_IN
        assert home.sign_ins == 2
        home.password = right
        sync.retry()
        await until(lambda: home.told()[-1][0] == "in step")
    assert sync.problem is None


async def test_a_look_that_is_stopped_keeps_what_came(home: Pop3Home) -> None:
    for number in range(BATCH_MAILS + 10):
        home.host.deliver(letter(number))
    home.host.pop3_fault(Fault(FaultKind.DELAY, "RETR", nth=BATCH_MAILS + 5, delay_s=30.0))
    async with home.running() as sync:
        await until(
            lambda: local_mailboxes(home.store, OLD) and len(home.bodies_here()) == BATCH_MAILS
        )
        sync.cancel()
        await until(lambda: home.told()[-1][0] == "in step")
        assert len(home.bodies_here()) == BATCH_MAILS


async def test_whoever_waits_is_told_when_retrieval_breaks(home: Pop3Home) -> None:
    home.host.pop3_fault(Fault(FaultKind.DELAY, "STAT", delay_s=30.0))
    async with home.running() as sync:
        await until(lambda: home.sign_ins)
        waiting = asyncio.ensure_future(sync.sync())
        broken = EngineUnavailable("It broke.")

        def told() -> bool:
            sync.give_up(broken)
            return waiting.done()

        await until(told)
        assert waiting.result().hint == "It broke."


async def test_what_lacks_its_words_is_looked_for_once_for_many_mails(home, monkeypatch) -> None:
    looks: list[int] = []
    look = pop3_account.local_keys_without_text

    def counted(*about) -> list[MessageKey]:
        found = look(*about)
        looks.append(len(found))
        return found

    monkeypatch.setattr(pop3_account, "local_keys_without_text", counted)
    for number in range(20 * pop3_account.TEXTS_A_STEP):
        home.host.deliver(letter(number))
    async with home.running() as sync:
        await sync.sync()
        await until(lambda: all("words" in row.snippet.raw for row in home.shown()))
    assert len(looks) < 10
