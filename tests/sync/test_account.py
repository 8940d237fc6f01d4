"""The loop of one account: it comes back after every cut and stops where only a person helps."""

import asyncio
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from functools import partial
from random import Random

import pytest

from tests.engine.patience import turns, until
from tests.sync.fake_remote import FakeMailbox, FakeRemote, FakeServer, mail, message_id_of
from tests.sync.walk import ACCOUNT, NAME
from tuimail.errors import (
    ExitStatus,
    NetworkError,
    NotFound,
    ProtocolError,
    SecretUnavailable,
    SignInRefused,
    StoreError,
    TlsError,
)
from tuimail.events import AccountChanged, BodyArrived, BodyFailed, Progress
from tuimail.model.ids import AccountName, MailboxId, MessageKey, OperationId
from tuimail.model.mailbox import MailboxChange, MailboxVerb
from tuimail.model.offline import HEADERS_ONLY
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.uid_set import UidSet
from tuimail.store.blobs import put_blob
from tuimail.store.bodies import bodies_here, body_of
from tuimail.store.database import Database, open_store
from tuimail.store.mailboxes import mailbox_named
from tuimail.store.messages import key_of, known_flags
from tuimail.store.operations import record
from tuimail.sync import account as account_module
from tuimail.sync.account import AccountSync
from tuimail.sync.backoff import Backoff
from tuimail.sync.pull import Pulled, Target
from tuimail.sync.push_plan import IMPORTS_AT_ONCE
from tuimail.sync.steps import Push, Refresh
from tuimail.sync.surroundings import Surroundings

STOPPED = "Fetching was stopped. Check for mail to go on."


class Home:
    """A store, a server, and an account's loop running between them."""

    def __init__(self, store, account=ACCOUNT, server=None):
        self.store = store
        self.server = server or FakeServer()
        self.events = []
        self.now = 1_000_000.0
        self.wall = 0.0
        self.moved = asyncio.Event()
        self.has_screen = False
        self.listen = lambda _: None
        self.sync = AccountSync(
            account,
            Surroundings(
                store=store,
                connect=self.server.connect,
                on_event=self._hear,
                clock=lambda: self.now + self.wall,
                monotonic=lambda: self.now,
                random=Random(1),
                has_screen=lambda: self.has_screen,
            ),
        )

    def _hear(self, event):
        self.events.append(event)
        self.listen(event)
        self.moved.set()

    def events_of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, is_so, patience_s=60.0):
        """Look after every event, and now and then: not all that happens is told."""
        async with asyncio.timeout(patience_s):
            while not is_so():
                self.moved.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await self.moved.wait()

    def states(self):
        return [e.connection for e in self.events if isinstance(e, AccountChanged)]

    def is_in_step(self):
        return self.states()[-1:] == ["in step"]

    def flags(self, mailbox="INBOX"):
        row = mailbox_named(self.store, NAME, mailbox)
        return known_flags(self.store, row.id) if row else {}

    def uids(self, mailbox="INBOX"):
        return set(self.flags(mailbox))

    def key(self, uid):
        row = mailbox_named(self.store, NAME, "INBOX")
        found = self.store.rows(
            Database.CACHE,
            "select message from placement where smailbox = ? and ref = ?",
            (row.id, uid),
        )
        return key_of(self.store, found[0][0])


@asynccontextmanager
async def running(home):
    async with asyncio.TaskGroup() as group:
        task = group.create_task(home.sync.run())
        try:
            yield home
        finally:
            task.cancel()


@pytest.fixture
def home(tmp_path):
    store = open_store(tmp_path)
    yield Home(store)
    store.close()


@pytest.fixture
def thrifty_home(tmp_path):
    """One where a body comes only when somebody opens it."""
    store = open_store(tmp_path)
    yield Home(store, replace(ACCOUNT, offline=HEADERS_ONLY))
    store.close()


def fill(home, count, start=1):
    for number in range(start, start + count):
        home.server.mailboxes["INBOX"].put(mail(number))


async def test_an_account_says_how_it_stands(home):
    fill(home, 3)
    async with running(home):
        await home.until(home.is_in_step)
    assert home.states() == ["connecting", "syncing", "in step"]


async def test_a_pass_tells_what_it_did_to_each_mailbox(home):
    fill(home, 120)
    home.server.mailboxes["Work"] = FakeMailbox()
    async with running(home):
        end = await home.sync.sync()
        assert (end.hint, end.exit_status) == ("", ExitStatus.DONE)
        assert end.counts["INBOX"].new == 120
        home.server.mailboxes["INBOX"].remove(5)
        home.server.mailboxes["INBOX"].flag(6, frozenset({"\\Seen"}))
        home.server.mailboxes["Work"].put(mail(999))
        end = await home.sync.sync()
    inbox, work = end.counts["INBOX"], end.counts["Work"]
    assert (inbox.new, inbox.changed, inbox.vanished) == (0, 1, 1)
    assert (work.new, work.changed, work.vanished) == (1, 0, 0)


async def test_a_pass_over_one_mailbox_opens_no_other(home):
    home.server.mailboxes["Work"] = FakeMailbox()
    async with running(home):
        await home.until(home.is_in_step)
        home.server.calls.clear()
        await home.sync.sync("Work")
    assert [c for c in home.server.calls if c.startswith("open")] == ["open Work"]


async def test_a_pass_over_a_mailbox_that_is_not_there_says_so(home):
    async with running(home):
        end = await home.sync.sync("Nowhere")
    assert end.hint == "There is no such mailbox in this account."
    assert end.exit_status == ExitStatus.USAGE


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SignInRefused("The server refused the password."), ExitStatus.SIGN_IN),
        (TlsError("The certificate expired."), ExitStatus.NETWORK),
        (SecretUnavailable("Nobody is there."), ExitStatus.SIGN_IN),
    ],
)
async def test_what_only_a_person_mends_stops_the_account_until_a_wish(home, error, status):
    home.server.connect_error = error
    async with running(home):
        await home.until(lambda: home.states()[-1:] == ["stopped"])
        assert home.events[-1].hint == error.hint
        end = await home.sync.sync()
        assert (end.hint, end.exit_status) == (error.hint, status)
        tried = home.server.connections
        with pytest.raises(type(error)):
            await home.sync.body(MessageKey(1))
        assert home.server.connections == tried  # opening a mail does not knock again
        home.server.connect_error = None
        assert (await home.sync.sync()).hint == ""


async def test_a_server_that_is_down_is_tried_again_by_a_wish(home):
    home.server.connect_error = NetworkError("imap.example.net does not answer.")
    async with running(home):
        await home.until(lambda: home.states()[-1:] == ["offline"])
        end = await home.sync.sync()
        assert end.exit_status == ExitStatus.NETWORK
        home.server.connect_error = None
        fill(home, 3)
        assert (await home.sync.sync()).counts["INBOX"].new == 3


async def test_a_cut_is_mended_and_the_pass_goes_on(home):
    fill(home, 200)
    home.server.cut_after = 5
    async with running(home):
        end = await home.sync.sync()
    assert end.hint == ""
    assert len(home.uids()) == 200
    assert home.server.connections == 2


async def test_a_pass_at_which_the_line_is_cut_again_and_again_is_given_up(home, monkeypatch):
    monkeypatch.setattr("tuimail.sync.backoff.SHORTEST_S", 0.0)
    monkeypatch.setattr("tuimail.sync.backoff.LONGEST_S", 0.001)
    fill(home, 3)

    def refuse(call, mailbox):
        if call == "headers":
            raise NetworkError("The line was cut.")
        return ""

    home.server.refuse = refuse
    async with running(home):
        end = await home.sync.sync()
    assert end.exit_status == ExitStatus.NETWORK


async def test_no_second_line_opens_inbox_before_the_first_has_seen_it(home):
    home.server.capabilities |= {"IDLE"}
    lines = []

    def note(call, mailbox):
        lines.append((call, mailbox, home.server.connections))
        return ""

    home.server.refuse = note
    async with running(home):
        await home.until(lambda: home.is_in_step() and home.sync.agenda.is_watched)
    openings = [count for call, mailbox, count in lines if (call, mailbox) == ("open", "INBOX")]
    assert openings[:2] == [1, 2]


async def test_news_come_by_watching_inbox(home):
    home.server.capabilities |= {"IDLE"}
    fill(home, 2)
    async with running(home):
        await home.until(lambda: home.is_in_step() and home.sync.agenda.is_watched)
        fill(home, 1, start=3)
        home.server.news.set()
        await home.until(lambda: home.uids() == {1, 2, 3})


async def test_a_server_that_allows_one_connection_is_worked_with_all_the_same(home):
    home.server.capabilities |= {"IDLE"}
    fill(home, 2)
    first = home.server.connect

    async def connect_once():
        if home.server.connections >= 1:
            home.server.connections += 1
            raise ProtocolError("Too many connections.")
        return await first()

    object.__setattr__(home.sync._surroundings, "connect", connect_once)
    async with running(home):
        await home.until(home.is_in_step)
        assert home.uids() == {1, 2}
        assert not home.sync.agenda.is_watched
        assert home.server.connections == 2


async def test_after_sleep_every_connection_is_made_anew_at_once(home, monkeypatch):
    monkeypatch.setattr(account_module, "CLOCK_EVERY_S", 0.01)
    async with running(home):
        await home.until(home.is_in_step)
        monkeypatch.setattr("tuimail.sync.backoff.SHORTEST_S", 1_000.0)
        home.wall += 3_600
        await home.until(lambda: home.states().count("in step") == 2)
    assert "offline" not in home.states()


@pytest.fixture
def no_waiting(monkeypatch):
    monkeypatch.setattr("tuimail.sync.backoff.SHORTEST_S", 0.0)
    monkeypatch.setattr("tuimail.sync.backoff.LONGEST_S", 0.0)


async def test_a_server_that_cuts_right_after_the_sign_in_is_tried_ever_more_seldom(
    home, no_waiting
):
    def cut(call, mailbox):
        raise NetworkError("The line was cut.")

    home.server.refuse = cut
    async with running(home):
        await home.until(lambda: home.server.connections >= 5)
        assert home.sync._backoff.failures >= 4


async def test_a_store_that_cannot_be_written_ends_the_pass_at_once(home, monkeypatch):
    def full(*_, **__):
        raise StoreError("The disk is full: free some space.")

    fill(home, 3)
    monkeypatch.setattr("tuimail.sync.pull.put_reckoned", full)
    monkeypatch.setattr("tuimail.sync.backoff.SHORTEST_S", 1_000.0)
    async with running(home), asyncio.timeout(60):
        end = await home.sync.sync()
        assert (end.hint, end.exit_status) == (
            "The disk is full: free some space.",
            ExitStatus.STORE,
        )


async def test_a_body_that_cannot_be_written_is_said_to_who_waits_for_it(thrifty_home, monkeypatch):
    home = thrifty_home

    def full(*_):
        raise StoreError("The disk is full: free some space.")

    fill(home, 1)
    monkeypatch.setattr("tuimail.sync.bodies.put_body", full)
    async with running(home), asyncio.timeout(60):
        await home.sync.sync(headers_only=True)
        with pytest.raises(StoreError):
            await home.sync.body(home.key(1))


async def test_who_waits_for_a_pass_does_not_wait_for_failures_of_before(home):
    home.sync._backoff._failures = 10
    fill(home, 3)
    async with running(home), asyncio.timeout(60):
        home.server.cut_after = 2
        assert (await home.sync.sync()).hint == ""


async def test_after_a_connection_that_held_the_first_wait_is_short_again(home, no_waiting):
    def cut(call, mailbox):
        home.now += account_module.STEADY_S
        raise NetworkError("The line was cut.")

    home.server.refuse = cut
    async with running(home):
        await home.until(lambda: home.server.connections >= 5)
        assert home.sync._backoff.failures == 1


async def test_a_line_that_is_not_safe_is_tried_again_without_a_word(home, no_waiting):
    home.server.connect_error = TlsError("The certificate is for another name.")
    async with running(home):
        await until(lambda: home.server.connections >= 4)
        assert home.states() == ["connecting", "stopped"]
        home.server.connect_error = None
        await home.until(home.is_in_step)
    assert home.states() == ["connecting", "stopped", "syncing", "in step"]


async def test_a_refused_password_is_not_tried_again_by_itself(home, no_waiting, monkeypatch):
    monkeypatch.setattr(account_module, "CLOCK_EVERY_S", 0)
    home.server.connect_error = SignInRefused("The password is wrong.")
    async with running(home):
        await home.until(lambda: home.sync.is_stopped)
        await turns()
        home.wall += 3_600
        await turns()
        assert home.server.connections == 1


async def test_after_sleep_an_account_that_was_offline_does_not_wait_any_longer(home, monkeypatch):
    monkeypatch.setattr(account_module, "CLOCK_EVERY_S", 0.01)
    monkeypatch.setattr("tuimail.sync.backoff.SHORTEST_S", 1_000.0)
    home.server.connect_error = NetworkError("No network.")
    async with running(home):
        await home.until(lambda: home.states()[-1:] == ["offline"])
        home.server.connect_error = None
        await turns()  # it has looked at the clocks before the lid is closed
        home.wall += 3_600
        await home.until(home.is_in_step)


async def test_a_second_sign_in_that_is_refused_is_not_tried_again(home, no_waiting):
    home.server.capabilities |= {"IDLE"}
    first = home.server.connect

    async def connect_once():
        if home.server.connections >= 1:
            home.server.connect_error = SignInRefused("The password is wrong.")
        return await first()

    object.__setattr__(home.sync._surroundings, "connect", connect_once)
    async with running(home):
        await until(lambda: home.server.connections == 2)
        await home.until(home.is_in_step)
        await turns()
        assert home.server.connections == 2


async def test_a_watch_that_is_cut_at_once_is_tried_ever_more_seldom(home, no_waiting, monkeypatch):
    made = []

    class Noted(Backoff):
        def __init__(self, random):
            super().__init__(random)
            made.append(self)

    monkeypatch.setattr("tuimail.sync.watch.Backoff", Noted)
    home.server.capabilities |= {"IDLE"}

    def cut(call, mailbox):
        if call == "watch":
            raise NetworkError("The line was cut.")
        return ""

    home.server.refuse = cut
    async with running(home):
        await until(lambda: home.server.connections >= 6)
    assert made[0].failures >= 4


async def test_a_wished_body_comes_before_the_backlog(home):
    fill(home, 400)
    home.has_screen = True
    async with running(home):
        await home.until(lambda: len(home.uids()) >= 100)
        key = home.key(max(home.uids()))
        await home.sync.body(key)
        assert body_of(home.store, key) == mail(400)
        await home.until(home.is_in_step)
    first_body = home.server.calls.index("body INBOX")
    assert "headers INBOX" in home.server.calls[first_body:]
    assert BodyArrived(key) in home.events


async def test_visible_bodies_come_without_being_opened(home):
    fill(home, 3)
    async with running(home):
        await home.until(home.is_in_step)
        key = home.key(2)
        home.sync.agenda.wish_bodies([key])
        await home.until(lambda: BodyArrived(key) in home.events)
    assert bodies_here(home.store, [key])


async def test_a_body_that_is_gone_is_said_to_be(thrifty_home):
    home = thrifty_home
    home.server.mailboxes["INBOX"].put(mail(1))
    async with running(home):
        await home.until(home.is_in_step)
        key = home.key(1)
        home.server.mailboxes["INBOX"].remove(1)
        with pytest.raises(NotFound):
            await home.sync.body(key)
    assert BodyFailed(key, "The message is no longer on the server.") in home.events


@pytest.mark.parametrize("size", [10, 2_000_000])
async def test_a_body_that_left_one_mailbox_is_fetched_from_another(thrifty_home, size):
    home, large = thrifty_home, mail(1, body="x" * size)
    home.server.mailboxes["INBOX"].put(large)
    home.server.mailboxes["Work"] = FakeMailbox()
    home.server.mailboxes["Work"].put(large)
    async with running(home):
        await home.until(home.is_in_step)
        home.server.mailboxes["INBOX"].remove(1)
        key = home.key(1)
        await home.sync.body(key)
        assert body_of(home.store, key) == large


async def test_a_mailbox_is_created_and_listed(home):
    async with running(home):
        await home.until(home.is_in_step)
        await home.sync.change_mailbox(MailboxChange(MailboxVerb.CREATE, "Archive"))
        assert mailbox_named(home.store, NAME, "Archive") is not None
        home.server.refuse = lambda call, mailbox: "no" if call == "create" else ""
        with pytest.raises(ProtocolError):
            await home.sync.change_mailbox(MailboxChange(MailboxVerb.CREATE, "Other"))


async def test_a_server_that_lists_nothing_costs_no_mailbox(home):
    fill(home, 3)
    home.server.mailboxes["Work"] = FakeMailbox()
    async with running(home):
        await home.until(home.is_in_step)
        kept, home.server.mailboxes = home.server.mailboxes, {}
        home.sync.agenda.wish_pass()
        await home.until(lambda: home.states()[-1:] == ["offline"])
        home.server.mailboxes = kept
    assert mailbox_named(home.store, NAME, "Work") is not None
    assert home.uids() == {1, 2, 3}


async def test_a_bug_leaves_the_loop_as_a_bug(home):
    def refuse(call, mailbox):
        raise ZeroDivisionError

    home.server.refuse = refuse
    with pytest.raises(ExceptionGroup) as caught:
        await home.sync.run()
    assert caught.group_contains(ZeroDivisionError)


async def test_fetching_that_was_stopped_rests_until_the_next_pass(home, monkeypatch):
    monkeypatch.setattr("tuimail.sync.mailbox_work.BATCH_WATCHED", 50)
    home.has_screen = True
    fill(home, 400)

    def stop(event):
        if isinstance(event, Progress) and event.done < event.total:
            home.sync.agenda.cancel()

    async with running(home):
        home.listen = stop
        end = await home.sync.sync()
        assert (end.hint, end.exit_status) == (STOPPED, ExitStatus.NETWORK)
        await home.until(home.is_in_step)
        assert len(home.uids()) == 200
        fill(home, 1, start=401)
        home.sync.agenda.wish_refresh(["INBOX"])
        await home.until(lambda: 401 in home.uids())
        await home.until(home.is_in_step)
        assert len(home.uids()) == 201
        home.listen = lambda _: None
        assert (await home.sync.sync()).hint == ""
    assert len(home.uids()) == 401


async def test_an_operation_that_waits_for_a_pull_does_not_wait_less_when_fetching_stops(home):
    agenda = home.sync.agenda
    targets = [Target(MailboxId(1), "INBOX"), Target(MailboxId(2), "Work")]
    agenda.listed(targets, {}, is_first=True)
    agenda.pushed((), ["Work"])
    agenda.cancel()
    agenda.wish_push()
    assert agenda.take_step() == Push()
    agenda.pushed((), ["Work"])
    assert agenda.take_step() == Refresh(Target(MailboxId(1), "INBOX"))
    refresh = agenda.take_step()
    assert refresh == Refresh(Target(MailboxId(2), "Work"))
    agenda.pulled(Pulled(refresh.target, None, 0, backlog=UidSet.of([1, 2])))
    assert agenda.take_step() is None


@contextmanager
def flaky(home, how):
    """Nineteen more accounts on the same loop and store, none of which ever comes to anything."""
    tasks = []
    for number in range(19):
        server = FakeServer()
        server.capabilities |= {"IDLE"}
        server.connect = partial(how, server)
        around = replace(home.sync._surroundings, connect=server.connect, on_event=lambda _: None)
        account = replace(ACCOUNT, name=AccountName(f"flaky{number}"))
        tasks.append(asyncio.ensure_future(AccountSync(account, around).run()))
    try:
        yield
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()


async def never(server):
    await asyncio.Event().wait()


async def refused(server):
    raise NetworkError("Nothing answers.")


async def deaf(server):
    """Connects, and then nothing is ever answered."""
    remote = FakeRemote(server)
    remote.mailboxes = asyncio.Event().wait
    return remote


async def cut(server):
    server.cut_after = 1
    return FakeRemote(server)


@pytest.mark.parametrize("how", [never, refused, deaf, cut])
async def test_accounts_that_come_to_nothing_do_not_hold_up_another(home, how):
    home.server.capabilities |= {"IDLE"}
    fill(home, 150)
    with flaky(home, how):
        async with running(home):
            await home.until(lambda: home.is_in_step() and home.sync.agenda.is_watched)
            assert len(home.uids()) == 150
            fill(home, 1, start=151)
            home.server.news.set()
            await home.until(lambda: 151 in home.uids())
            assert (await home.sync.sync()).exit_status == ExitStatus.DONE


async def test_a_pass_ends_when_every_mail_from_a_file_is_listed(home):
    home.server.mailboxes["Old"] = FakeMailbox()
    async with running(home):
        await home.until(home.is_in_step)
        for number in range(3 * IMPORTS_AT_ONCE - 5):
            raw = mail(500 + number)
            operation = Operation(
                id=OperationId(0),
                batch=0,
                account=NAME,
                kind=OperationKind.APPEND,
                mailbox="Old",
                uid_validity=0,
                uid=0,
                key=MessageKey(900 + number),
                blob=put_blob(home.store, raw),
                message_id=message_id_of(raw),
            )
            record(home.store, [operation])
        end = await home.sync.sync()
    assert not end.hint
    row = mailbox_named(home.store, NAME, "Old")
    assert row is not None
    assert row.total == len(home.server.mailboxes["Old"].messages) == 3 * IMPORTS_AT_ONCE - 5
