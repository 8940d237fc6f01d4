"""The engine as its clients see it, with servers in memory."""

import asyncio
import threading

import pytest

from tests.engine.home import BY_ASKING, Home
from tests.engine.patience import turns, until
from tests.sync.fake_remote import FakeMailbox, FakeRemote, mail
from tests.sync.walk import Walk
from tuimail.config.load import load_config
from tuimail.engine.supervisor import Supervisor
from tuimail.errors import (
    ExitStatus,
    NotFound,
    ProtocolError,
    SecretUnavailable,
    SignInRefused,
    StoreError,
    UserError,
)
from tuimail.events import AccountChanged, BodyArrived, RoleAsked, SecretAsked, SyncFinished
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.mailbox import MailboxChange, MailboxVerb
from tuimail.model.operation import OperationKind
from tuimail.model.secret import Secret
from tuimail.services.engine_hint import hint
from tuimail.services.engine_socket import socket_path
from tuimail.services.engine_wire import MAX_VISIBLE, BodiesWish, SignInWish, encode, hello
from tuimail.store.bodies import body_of
from tuimail.store.mailboxes import mailbox_rows
from tuimail.sync.mailbox_work import MAX_RENUMBERED

SEEN = frozenset({Flag.SEEN})


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path)
    one.write_config("work", "home")
    yield one
    one.store.close()


def walk_of(home: Home) -> Walk:
    return Walk(home.store, home.servers["work"])


async def test_a_pass_over_all_accounts_tells_what_it_did(home):
    home.servers["work"].mailboxes["INBOX"].put(mail(1))
    home.servers["work"].mailboxes["INBOX"].put(mail(2), SEEN)
    async with home.engine(), home.link() as link:
        passes = {one.account: one for one in await link.sync()}
    assert set(passes) == {"work", "home"}
    [inbox] = passes["work"].mailboxes
    assert (inbox.name.raw, inbox.total, inbox.unread, inbox.new) == ("INBOX", 2, 1, 2)
    assert passes["work"].exit_status == ExitStatus.DONE
    assert home.secrets == ["hunter2", "hunter2"]


async def test_a_pass_over_one_mailbox_of_one_account(home):
    home.servers["work"].mailboxes["Lists"] = FakeMailbox()
    async with home.engine(), home.link() as link:
        [one] = await link.sync(AccountName("work"), "Lists", headers_only=True)
    assert [m.name.raw for m in one.mailboxes] == ["Lists"]


async def test_an_account_that_fails_says_why_and_the_others_go_on(home):
    home.servers["home"].connect_error = SignInRefused("The server refused the password of home.")
    home.servers["work"].mailboxes["INBOX"].put(mail(1))
    events = []
    async with home.engine(), home.link(on_event=events.append) as link:
        passes = {one.account: one for one in await link.sync()}
    assert passes["home"].hint == "The server refused the password of home."
    assert passes["home"].exit_status == ExitStatus.SIGN_IN
    assert passes["work"].mailboxes[0].new == 1
    assert any(isinstance(e, AccountChanged) and e.connection == "stopped" for e in events)
    assert {e.account for e in events if isinstance(e, SyncFinished)} == {"work", "home"}


async def test_an_unknown_account_is_a_usage_error(home):
    async with home.engine(), home.link() as link:
        with pytest.raises(UserError, match="no account 'nobody'"):
            await link.sync(AccountName("nobody"))


async def test_a_wish_that_comes_before_the_accounts_were_read_is_granted(home, monkeypatch):
    may_read, has_come = threading.Event(), asyncio.Event()
    grant = Supervisor.grant

    def read_late(profile):
        may_read.wait()
        return load_config(profile)

    async def granting(supervisor, wish):
        has_come.set()
        return await grant(supervisor, wish)

    monkeypatch.setattr("tuimail.engine.supervisor.load_config", read_late)
    monkeypatch.setattr(Supervisor, "grant", granting)
    change = MailboxChange(MailboxVerb.CREATE, "Archive")
    async with home.engine(), home.link() as link:
        made = asyncio.ensure_future(link.change_mailbox(AccountName("work"), change))
        try:
            await has_come.wait()
        finally:
            may_read.set()
        await made
    assert "Archive" in home.servers["work"].mailboxes


async def test_an_operation_reaches_the_server_after_a_push(home):
    home.servers["work"].mailboxes["INBOX"].put(mail(1))
    async with home.engine(), home.link() as link:
        await link.sync()
        walk_of(home).ask(OperationKind.FLAGS, 1, add=SEEN)
        link.push()
        await until(lambda: home.servers["work"].everything()["INBOX"][1] == SEEN)


async def test_an_operation_whose_hint_was_lost_reaches_the_server(home):
    home.servers["work"].mailboxes["INBOX"].put(mail(1))
    async with home.engine(), home.link() as link:
        await link.sync()
        walk_of(home).ask(OperationKind.FLAGS, 1, add=SEEN)
        await until(lambda: home.servers["work"].everything()["INBOX"][1] == SEEN)


async def test_a_wished_body_arrives_or_its_absence_is_said(home):
    home.servers["work"].mailboxes["INBOX"].put(mail(1, body="x" * 2_000_000))
    events = []
    async with home.engine(), home.link(on_event=events.append) as link:
        await link.sync()
        key = walk_of(home).key(1)
        await link.body(key)
        assert body_of(home.store, key) is not None
        assert BodyArrived(key) in events
        with pytest.raises(NotFound):
            await link.body(MessageKey(404))


async def test_visible_bodies_are_fetched_by_the_account_that_has_them(home):
    home.servers["work"].mailboxes["INBOX"].put(mail(1, body="x" * 2_000_000))
    async with home.engine(), home.link() as link:
        await link.sync()
        key = walk_of(home).key(1)
        link.want_bodies([key])
        await until(lambda: body_of(home.store, key) is not None)


async def test_no_more_mails_count_as_visible_than_a_screen_has_rows(home, monkeypatch):
    looked_at = []
    monkeypatch.setattr(
        "tuimail.engine.supervisor.places_of_key", lambda _, key: looked_at.append(key) or []
    )
    async with home.engine():
        _, writer = await asyncio.open_unix_connection(socket_path(home.profile))
        writer.write(encode(hello()) + encode(BodiesWish(tuple(range(2_000)))))
        await until(lambda: looked_at)
        writer.close()
    assert len(looked_at) == MAX_VISIBLE


async def test_a_mailbox_is_created(home):
    async with home.engine(), home.link() as link:
        await link.sync()
        await link.change_mailbox(AccountName("work"), MailboxChange(MailboxVerb.CREATE, "Archive"))
        assert "Archive" in [row.name.raw for row in mailbox_rows(home.store, AccountName("work"))]
        home.servers["work"].refuse = lambda call, mailbox: "no" if call == "create" else ""
        with pytest.raises(ProtocolError):
            await link.change_mailbox(
                AccountName("work"), MailboxChange(MailboxVerb.CREATE, "More")
            )


async def test_a_screen_that_comes_later_hears_how_things_stand(home):
    async with home.engine(), home.link() as first:
        await first.sync()
        events = []
        async with home.link(on_event=events.append) as second:
            await second.ready()
            await until(lambda: sum(isinstance(e, RoleAsked) for e in events) == 8)
        standing = {e.account: e.connection for e in events if isinstance(e, AccountChanged)}
        assert standing == {"work": "in step", "home": "in step"}


async def test_a_password_is_asked_for_on_the_screen_and_kept_in_memory(home):
    home.write_config("work", password=BY_ASKING)
    asked, events = [], []

    async def ask(account, prompt):
        asked.append((account, prompt))
        return Secret("typed")

    async with home.engine(), home.link(ask=ask, on_event=events.append) as link:
        [one] = await link.sync(AccountName("work"))
        assert one.hint == ""
    assert asked == [("work", "Password of work@example.net")]
    assert home.secrets == ["typed"]
    assert [e for e in events if isinstance(e, SecretAsked)]
    assert "typed" not in home.profile.config_file.read_text()


async def test_where_nobody_can_be_asked_the_account_stops_until_somebody_comes(home):
    home.write_config("work", password=BY_ASKING)

    async def ask(account, prompt):
        return Secret("typed")

    async with home.engine(), home.link() as script:
        [one] = await script.sync(AccountName("work"))
        assert one.exit_status == ExitStatus.SIGN_IN
        events = []
        async with home.link(ask=ask, on_event=events.append):
            await until(lambda: home.secrets == ["typed"])


async def test_who_will_not_say_the_password_is_not_asked_again_and_again(home):
    home.write_config("work", password=BY_ASKING)
    asked = []

    async def ask(account, prompt):
        asked.append(account)
        raise SecretUnavailable("no")

    async with home.engine(), home.link(ask=ask) as link:
        [one] = await link.sync(AccountName("work"))
        assert one.exit_status == ExitStatus.SIGN_IN
        times = len(asked)  # by coming and by the wish, unless one attempt served both
        await home.looked_around()
        await turns()
    assert len(asked) == times <= 2


async def test_a_question_answered_elsewhere_is_taken_back(home):
    home.write_config("work", password=BY_ASKING)
    taken_back = asyncio.Event()

    async def never(account, prompt):
        try:
            await asyncio.Event().wait()
        finally:
            taken_back.set()

    async def ask(account, prompt):
        return Secret("typed")

    async with home.engine(), home.link(ask=never) as slow:
        await slow.ready()
        async with home.link(ask=ask):
            await asyncio.wait_for(taken_back.wait(), 60)
    assert home.secrets == ["typed"]


async def test_a_changed_configuration_is_taken_over(home):
    async with home.engine(), home.link() as link:
        assert {one.account for one in await link.sync()} == {"work", "home"}
        home.write_config("work", "third")
        assert {one.account for one in await link.sync()} == {"work", "third"}
        assert home.servers["work"].connections == 1  # an account that did not change goes on
        home.profile.config_file.write_text("not = [toml")
        link.reload()
        assert {one.account for one in await link.sync()} == {"work", "third"}


async def test_a_store_that_cannot_be_read_fails_the_wish_and_not_the_engine(home, monkeypatch):
    def fail(*words):
        raise StoreError("local.db: the disk refused a read.")

    async with home.engine() as task, home.link() as link:
        await link.sync()
        monkeypatch.setattr("tuimail.engine.keeper.mailbox_rows", fail)
        monkeypatch.setattr("tuimail.engine.keeper.pending", fail)
        with pytest.raises(StoreError, match="refused a read"):
            await link.sync()
        monkeypatch.undo()
        await link.sync()
        assert not task.done()


async def test_an_engine_that_cannot_see_what_waits_stays(home, monkeypatch):
    def fail(*words):
        raise StoreError("local.db: the disk refused a read.")

    async with home.engine(stay=False, idle_s=0.0) as task:
        async with home.link() as link:
            await link.sync()
            monkeypatch.setattr("tuimail.engine.keeper.pending", fail)
        await home.is_left_alone()
        home.now += 31
        await home.looked_around()
        assert not task.done()
        monkeypatch.undo()
        await asyncio.wait_for(asyncio.shield(task), 60)


async def test_a_password_given_on_the_command_line_is_tried_at_once(home):
    home.write_config("work", password=BY_ASKING)
    typed = "wrong"

    async def ask(account, prompt):
        return Secret(typed)

    home.servers["work"].connect_error = SignInRefused("refused")
    async with home.engine(), home.link(ask=ask) as link:
        [one] = await link.sync()
        assert one.exit_status == ExitStatus.SIGN_IN
        home.servers["work"].connect_error, typed = None, "right"
        assert await hint(home.profile, SignInWish("work"))
        await until(lambda: home.secrets[-1] == "right")
        assert await hint(home.profile, SignInWish("nobody"))
    assert not await hint(home.profile, SignInWish("work"))


async def test_a_bug_in_one_account_leaves_the_others_alone_and_is_mended(home, monkeypatch):
    monkeypatch.setattr("tuimail.sync.backoff.SHORTEST_S", 0.0)
    monkeypatch.setattr("tuimail.sync.backoff.LONGEST_S", 0.01)
    faults = [ZeroDivisionError("mail of alice@example.org")]

    def refuse(call, mailbox):
        if faults:
            raise faults.pop()
        return ""

    home.servers["work"].refuse = refuse
    home.servers["home"].mailboxes["INBOX"].put(mail(1))
    heard = []
    async with home.engine(), home.link(on_event=heard.append) as link:
        [one] = await link.sync(AccountName("home"))
        assert one.hint == ""
        await until(lambda: home.servers["work"].connections == 2)
        said = [e for e in heard if isinstance(e, AccountChanged) and e.account == "work"]
        assert any(e.connection == "offline" and "fault of this program" in e.hint for e in said)
        [one] = await link.sync(AccountName("work"))
        assert one.hint == ""


async def test_the_engine_ends_when_nobody_is_there_and_nothing_waits(home):
    async with home.engine(stay=False, idle_s=30) as task:
        async with home.link() as link:
            await link.sync()
            home.now += 3_600
            assert not task.done()  # somebody is there
        await home.is_left_alone()
        assert not task.done()  # 30 seconds have not passed
        await home.has_ended(task)
    assert not home.profile.socket.exists()


async def test_the_engine_stays_while_an_operation_waits(home):
    home.servers["work"].mailboxes["INBOX"].put(mail(1))
    async with home.engine(stay=False, idle_s=30) as task:
        async with home.link() as link:
            await link.sync()
            home.servers["work"].cut_after = 0  # and nobody is told to try again at once
            walk_of(home).ask(OperationKind.FLAGS, 1, add=SEEN)
        await home.is_left_alone()
        home.now += 31
        await home.looked_around()
        assert not task.done()


async def test_the_engine_ends_although_operations_wait_for_a_password(home):
    home.servers["work"].mailboxes["INBOX"].put(mail(1))
    async with home.engine(stay=False, idle_s=30) as task:
        async with home.link() as link:
            await link.sync()
            walk_of(home).ask(OperationKind.FLAGS, 1, add=SEEN)
            home.servers["work"].connect_error = SignInRefused("no")
            home.servers["work"].cut_after = 0
            link.push()
            await until(lambda: home.servers["work"].connections == 2)
        await home.is_left_alone()
        await home.has_ended(task)


async def test_fetching_that_is_stopped_ends_the_pass_with_a_hint(home, monkeypatch):
    is_asked = asyncio.Event()

    async def never(remote):
        is_asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(FakeRemote, "mailboxes", never)
    async with home.engine(), home.link() as link, asyncio.TaskGroup() as group:
        asked = group.create_task(link.sync(AccountName("work")))
        await is_asked.wait()
        link.cancel()
        [one] = await asked
    assert (one.exit_status, one.hint[:20]) == (ExitStatus.NETWORK, "Fetching was stopped")


async def test_stop_ends_the_engine_and_the_link_does_not_start_another(home):
    async with home.engine() as task, home.link() as link:
        await link.stop()
        await asyncio.wait_for(asyncio.shield(task), 60)
        assert not link.is_connected
        assert not home.profile.lock.exists()


async def test_a_mailbox_that_is_numbered_anew_each_time_it_is_opened_ends_the_pass(
    home, monkeypatch
):
    box = home.servers["work"].mailboxes["INBOX"]
    for number in range(1, 4):
        box.put(mail(number))
    opened = FakeRemote.open

    async def renumbering(remote, mailbox, **how):
        if remote.server is home.servers["work"]:
            box.uid_validity += 1
        return await opened(remote, mailbox, **how)

    monkeypatch.setattr(FakeRemote, "open", renumbering)
    async with home.engine(), home.link() as link:
        passes = [await link.sync() for _ in range(MAX_RENUMBERED + 2)]
    last = {one.account: one.hint for one in passes[-1]}
    assert "numbers the messages of a mailbox anew" in last["work"]
    assert last["home"] == ""
