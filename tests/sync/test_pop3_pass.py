"""A look into a maildrop: everything once, nothing lost, nothing deleted that is not safe here."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.demo.fixtures import RunningHost
from tests.sync.pop3_home import OLD, Pop3Home, letter
from tuimail.demo.faults import Fault, FaultKind
from tuimail.errors import NetworkError, ProtocolError, Scope, StoreError
from tuimail.model.account import KeepOnServer
from tuimail.model.mailbox import INBOX, Role
from tuimail.store import blobs
from tuimail.store.database import open_store
from tuimail.store.local_mail import create_local
from tuimail.store.pop3_mail import fetched_mails
from tuimail.sync import pop3_pass

DAY = 86_400


@pytest.fixture
def home(tmp_path, mail_host: RunningHost) -> Iterator[Pop3Home]:
    store = open_store(tmp_path)
    create_local(store, OLD, INBOX, Role.INBOX)
    yield Pop3Home(store, mail_host)
    store.close()


def deliver(home: Pop3Home, *numbers: int) -> None:
    for number in numbers:
        home.host.deliver(letter(number))


async def test_mail_comes_once_and_stays_on_the_server(home: Pop3Home) -> None:
    deliver(home, 1, 2)
    assert (await home.look()).new == 2
    deliver(home, 3)
    assert (await home.look()).new == 1
    assert (await home.look()).new == 0
    assert sorted(home.bodies_here()) == [letter(1), letter(2), letter(3)]
    assert len(home.on_server()) == 3


async def test_mail_is_deleted_there_once_it_is_here(home: Pop3Home) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, *range(30))
    looked = await home.look()
    assert (looked.new, looked.deleted) == (30, 30)
    assert home.on_server() == []
    assert len(set(home.bodies_here())) == 30


async def test_mail_is_deleted_there_when_its_days_are_over(home: Pop3Home) -> None:
    home.keep(KeepOnServer.DAYS, 14)
    deliver(home, 1)
    await home.look()
    home.now += 14 * DAY - 1
    deliver(home, 2)
    assert (await home.look()).deleted == 0
    home.now += 1
    assert (await home.look()).deleted == 1
    assert home.on_server() == [letter(2)]


async def test_the_same_bytes_twice_are_two_mails(home: Pop3Home) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, 1, 1)
    assert (await home.look()).new == 2
    deliver(home, 1)
    assert (await home.look()).new == 1
    assert home.bodies_here() == [letter(1)] * 3


@pytest.mark.parametrize("command", ["STAT", "UIDL", "LIST", "RETR", "DELE", "QUIT"])
@pytest.mark.parametrize("carried_out", [False, True])
async def test_a_cut_anywhere_loses_and_doubles_nothing(home, command, carried_out) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, *range(30))
    home.host.pop3_fault(Fault(FaultKind.CUT, command, nth=1, carried_out=carried_out))
    assert isinstance(await home.failing_look(), NetworkError)
    await home.look()
    assert sorted(home.bodies_here()) == sorted(letter(n) for n in range(30))
    assert home.on_server() == []


async def test_what_came_before_a_cut_is_not_fetched_again(home: Pop3Home) -> None:
    batch = pop3_pass.BATCH_MAILS
    deliver(home, *range(batch + 10))
    cut = Fault(FaultKind.CUT, "RETR", nth=batch + 5, carried_out=True, after_bytes=20)
    home.host.pop3_fault(cut)
    await home.failing_look()
    assert len(home.bodies_here()) == batch
    assert (await home.look()).new == 10


async def test_nothing_is_deleted_there_when_the_disk_is_full(home, monkeypatch) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, 1, 2)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs, "_write", full)
    assert isinstance(await home.failing_look(), StoreError)
    assert len(home.on_server()) == 2
    monkeypatch.undo()
    assert (await home.look()).new == 2


async def test_a_refused_mail_stays_and_is_tried_again(home: Pop3Home) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, 1, 2)
    home.host.pop3_fault(Fault(FaultKind.REFUSE, "RETR", text="-ERR broken"))
    looked = await home.look()
    assert (looked.new, looked.deleted) == (1, 1)
    assert "broken" in looked.hints[0]
    assert (await home.look()).new == 1


async def test_a_mail_that_is_too_large_stays_and_is_told(home, monkeypatch) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, 1)
    monkeypatch.setattr(pop3_pass.messages, "MAX_MAIL_BYTES", 10)
    looked = await home.look()
    assert (looked.new, looked.deleted) == (0, 0)
    assert "too large" in looked.hints[0]
    assert len(home.on_server()) == 1


async def test_a_server_that_names_every_mail_anew_doubles_none(home: Pop3Home) -> None:
    deliver(home, 1, 2)
    await home.look()
    home.host.store("alice").find("INBOX").uid_validity += 1
    assert (await home.look()).new == 0
    deliver(home, 3)
    assert (await home.look()).new == 1
    assert len(home.bodies_here()) == 3
    assert sum(one.is_on_server for one in fetched_mails(home.store, OLD).values()) == 3


async def test_without_uidl_mails_are_told_apart_by_their_headers(home: Pop3Home) -> None:
    home.host.host.pop3_withheld.add("UIDL")
    deliver(home, 1, 2, 2)
    assert (await home.look()).new == 3
    deliver(home, 3)
    assert (await home.look()).new == 1


@pytest.mark.parametrize("keep", [KeepOnServer.DELETE, KeepOnServer.DAYS])
async def test_without_uidl_nothing_is_deleted(home: Pop3Home, keep: KeepOnServer) -> None:
    home.keep(keep, 1)
    home.host.host.pop3_withheld.add("UIDL")
    deliver(home, 1)
    problem = await home.failing_look()
    assert isinstance(problem, ProtocolError)
    assert problem.scope is Scope.ACCOUNT
    assert 'keep = "leave"' in problem.hint
    assert len(home.on_server()) == 1


async def test_without_uidl_and_top_the_account_stops(home: Pop3Home) -> None:
    home.host.host.pop3_withheld.update({"UIDL", "TOP"})
    deliver(home, 1)
    problem = await home.failing_look()
    assert isinstance(problem, ProtocolError)
    assert problem.scope is Scope.ACCOUNT
    assert "neither UIDL nor TOP" in problem.hint


async def test_a_large_mail_goes_onto_the_disk_as_it_comes(home: Pop3Home) -> None:
    home.keep(KeepOnServer.DELETE)
    large = letter(1) + b"0123456789abcde\r\n" * 400_000
    home.host.deliver(large)
    deliver(home, 2)
    cut = Fault(FaultKind.CUT, "RETR", nth=2, carried_out=True, after_bytes=3 << 20)
    home.host.pop3_fault(cut)
    assert isinstance(await home.failing_look(), NetworkError)
    assert home.bodies_here() == [letter(2)]
    assert list((home.store.folder / "blobs" / "new").iterdir()) == []
    assert (await home.look()).new == 1
    assert home.bodies_here() == [letter(2), large]
    assert home.on_server() == []


async def test_a_large_mail_that_is_refused_stays(home: Pop3Home) -> None:
    home.keep(KeepOnServer.DELETE)
    home.host.deliver(letter(1) + b"0123456789abcde\r\n" * 400_000)
    home.host.pop3_fault(Fault(FaultKind.REFUSE, "RETR", text="-ERR broken"))
    looked = await home.look()
    assert (looked.new, looked.deleted, "broken" in looked.hints[0]) == (0, 0, True)
    assert (await home.look()).new == 1


async def test_a_name_used_again_for_another_mail_hides_none(home: Pop3Home) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, 1)
    await home.look()
    home.host.store("alice").find("INBOX").uid_next = 1
    deliver(home, 2)
    looked = await home.look()
    assert (looked.new, looked.deleted) == (1, 1)
    assert home.bodies_here() == [letter(1), letter(2)]
    assert home.on_server() == []


async def test_a_name_used_again_is_not_deleted_unseen(home: Pop3Home) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, 1)
    await home.look()
    home.host.store("alice").find("INBOX").uid_next = 1
    deliver(home, 2)
    home.host.pop3_fault(Fault(FaultKind.REFUSE, "RETR", text="-ERR broken"))
    assert (await home.look()).deleted == 0
    assert home.on_server() == [letter(2)]
    assert (await home.look()).new == 1


async def test_a_name_used_again_after_a_lost_goodbye_is_not_deleted_unseen(home) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, 1)
    home.host.pop3_fault(Fault(FaultKind.CUT, "QUIT", carried_out=True))
    assert isinstance(await home.failing_look(), NetworkError)
    home.host.store("alice").find("INBOX").uid_next = 1
    deliver(home, 2)
    assert (await home.look()).new == 1
    assert home.bodies_here() == [letter(1), letter(2)]
    assert home.on_server() == []


async def test_mail_the_server_lists_again_is_not_put_in_twice(home: Pop3Home) -> None:
    deliver(home, 1, 2)
    await home.look()
    inbox = home.host.store("alice").find("INBOX")
    kept, inbox.messages = inbox.messages, {}
    await home.look()
    inbox.messages = kept
    assert (await home.look()).new == 0
    assert len(home.bodies_here()) == 2
    assert sum(one.is_on_server for one in fetched_mails(home.store, OLD).values()) == 2


async def test_a_large_mail_said_to_be_small_comes_after_the_others(home, monkeypatch) -> None:
    home.keep(KeepOnServer.DELETE)
    large = letter(3) + b"0123456789abcde\r\n" * 200_000
    deliver(home, 1, 2)
    home.host.deliver(large)
    told = pop3_pass.messages.sizes

    async def lying(*about) -> dict[int, int]:
        return dict.fromkeys(await told(*about), 50)

    monkeypatch.setattr(pop3_pass.messages, "sizes", lying)
    looked = await home.look()
    assert (looked.new, looked.deleted, looked.hints) == (3, 3, [])
    assert home.bodies_here() == [letter(2), letter(1), large]


async def test_a_mail_at_which_the_server_hangs_up_does_not_keep_others_away(home) -> None:
    home.keep(KeepOnServer.DELETE)
    deliver(home, 1, 2, 3)
    ended_at: Counter[str] = Counter()
    for nth in (1, 3):  # the newest comes first, and last once a look ended there
        home.host.pop3_fault(Fault(FaultKind.CUT, "RETR", nth=nth, carried_out=False))
        assert isinstance(await home.failing_look(ended_at), NetworkError)
    looked = await home.look(ended_at)
    assert (looked.new, looked.deleted) == (2, 2)
    assert "failed twice" in looked.hints[0]
    assert home.on_server() == [letter(3)]
    assert (await home.look()).new == 1


async def test_names_of_another_server_mean_other_mails(home: Pop3Home) -> None:
    deliver(home, 1)
    await home.look()
    inbox = home.host.store("alice").find("INBOX")
    inbox.messages, inbox.uid_next = {}, 1
    deliver(home, 2)
    home.pop3 = replace(home.pop3, server=replace(home.server, host="elsewhere.example"))
    home.keep(KeepOnServer.DELETE)
    looked = await home.look()
    assert (looked.new, looked.deleted) == (1, 1)
    assert home.bodies_here() == [letter(1), letter(2)]
