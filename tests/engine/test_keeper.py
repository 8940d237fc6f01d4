"""One account while it is set up anew and signs in, with servers in memory and on loopback."""

import asyncio
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random

import pytest

from tests.engine.patience import until
from tests.outbox.conftest import account_of, queue
from tests.protocols.smtp.scripted import PASSWORD, Script, running
from tests.sync.fake_remote import FakeServer
from tuimail.credentials.provider import Passwords
from tuimail.engine.keeper import AccountKeeper, Household
from tuimail.errors import SecretUnavailable, SignInRefused
from tuimail.events import AccountChanged, Connection, SendingChanged
from tuimail.model.account import Auth, PasswordSource, Security, Server
from tuimail.model.address import Address
from tuimail.model.mailbox import Role
from tuimail.model.offline import EVERYTHING, HEADERS_ONLY
from tuimail.model.outgoing import OutgoingState
from tuimail.model.secret import Secret
from tuimail.protocols.sasl.mechanism import refuse_nul
from tuimail.services.engine_wire import SendWish, SyncWish
from tuimail.store.outgoing import cancel, outgoing_row


class House:
    """The household of one account and what it has said."""

    def __init__(self, store) -> None:
        self.store = store
        self.imap = FakeServer()
        self.passwords = [PASSWORD]
        """What the person types, the last one again and again; empty: nobody is there."""
        self.right = PASSWORD
        self.tried = []
        self.asked = 0
        self.connections = []
        self.trouble = []

    async def ask(self, account, prompt):
        self.asked += 1
        typed = self.passwords.pop(0) if len(self.passwords) > 1 else self.passwords[0]
        if not typed:
            raise SecretUnavailable("Nobody is there.")
        return Secret(typed)

    async def connect(self, account, secret):
        refuse_nul("", secret.reveal())
        self.tried.append(secret.reveal())
        if secret.reveal() != self.right:
            raise SignInRefused("The server refused the password.")
        return await self.imap.connect()

    def hear(self, event) -> None:
        if isinstance(event, AccountChanged):
            self.connections.append(event.connection)
        if isinstance(event, SendingChanged):
            self.trouble.append(event.hint)

    def state(self, outgoing_id="m1") -> OutgoingState:
        return outgoing_row(self.store, outgoing_id).state

    @asynccontextmanager
    async def keeping(self, account):
        household = Household(
            self.store,
            Passwords(self.ask),
            self.hear,
            lambda: True,
            random=Random(1),
            connect=self.connect,
        )
        async with asyncio.TaskGroup() as group:
            keeper = AccountKeeper(account, household)
            keeper.start(group)
            try:
                yield keeper, group
            finally:
                await keeper.end()

    @asynccontextmanager
    async def sending(self, tls):
        """Keep an account whose submission server takes everything."""
        async with running(tls.context) as server:
            account = account_of(server.server(tls.ca_file))
            async with self.keeping(account) as (keeper, _):
                yield keeper, server

    async def be(self, connection: Connection) -> None:
        await until(lambda: self.connections and self.connections[-1] is connection)


@pytest.fixture
def house(store) -> House:
    return House(store)


@asynccontextmanager
async def holding(tls, last_word: asyncio.Event):
    """Run a submission server that gives its last word when it is told to."""
    async with running(tls.context, Script(dot_waits_for=last_word)) as server:
        yield server


async def test_choosing_a_mailbox_leaves_a_mail_on_the_wire_alone(house, tls) -> None:
    last_word = asyncio.Event()
    queue(house.store, created=1, not_before=1)
    async with holding(tls, last_word) as server:
        account = account_of(server.server(tls.ca_file))
        async with house.keeping(account) as (keeper, group):
            await house.be(Connection.IN_STEP)
            await server.after_dot.wait()
            chosen = replace(account, mailboxes=((Role.SENT, "INBOX"),))
            assert await keeper.change(chosen, group)
            assert house.state() is OutgoingState.SENDING
            last_word.set()
            await until(lambda: house.state() is OutgoingState.ACCEPTED)
            assert house.imap.connections == 2
    assert server.dots == 1


async def test_what_is_kept_here_is_looked_at_again_when_the_person_wants_more(house, tls) -> None:
    async with running(tls.context) as server:
        account = account_of(server.server(tls.ca_file))
        async with house.keeping(account) as (keeper, group):
            await house.be(Connection.IN_STEP)
            assert await keeper.change(replace(account, offline=EVERYTHING), group)
            await house.be(Connection.IN_STEP)
            only_inbox = replace(account, offline_mailboxes=(("INBOX", HEADERS_ONLY),))
            assert await keeper.change(only_inbox, group)


async def test_the_next_mail_goes_as_the_account_is_then(house, tls) -> None:
    last_word = asyncio.Event()
    queue(house.store, created=1, not_before=1)
    async with holding(tls, last_word) as old, running(tls.context) as new:
        account = account_of(old.server(tls.ca_file))
        async with house.keeping(account) as (keeper, group):
            await house.be(Connection.IN_STEP)
            await old.after_dot.wait()
            changed = replace(account, smtp=new.server(tls.ca_file), signature="A.")
            assert not await keeper.change(changed, group)
            queue(house.store, "m2", created=2, not_before=2)
            last_word.set()
            await until(lambda: house.state("m2") is OutgoingState.ACCEPTED)
            assert house.state() is OutgoingState.ACCEPTED
            assert house.imap.connections == 1  # retrieval has gone on
    assert (len(old.delivered), len(new.delivered)) == (1, 1)


async def test_what_neither_server_needs_starts_nothing_again(house, tls) -> None:
    async with running(tls.context) as server:
        account = account_of(server.server(tls.ca_file))
        async with house.keeping(account) as (keeper, group):
            await house.be(Connection.IN_STEP)
            assert not await keeper.change(replace(account, address=Address("B", "b@x")), group)
            assert (house.imap.connections, house.asked) == (1, 1)


async def test_an_account_taken_out_waits_for_the_last_word_and_takes_no_more_mail(
    house,
    tls,
) -> None:
    last_word = asyncio.Event()
    queue(house.store, created=1, not_before=1)
    queue(house.store, "m2", created=2, not_before=2)
    async with holding(tls, last_word) as server:
        async with house.keeping(account_of(server.server(tls.ca_file))) as (keeper, group):
            await server.after_dot.wait()
            stopping = group.create_task(keeper.stop_sending(600))
            await asyncio.sleep(0)
            last_word.set()
            await stopping
            for _ in range(2):  # a round that begins tells that the one before has ended
                keeper.heed(SendWish())
                await until(lambda: not keeper._wake_outbox.is_set())
        assert house.state() is OutgoingState.ACCEPTED
        assert house.state("m2") is OutgoingState.QUEUED
        assert house.trouble == []


async def test_a_last_word_that_does_not_come_is_waited_for_so_long_and_no_longer(
    house,
    tls,
) -> None:
    queue(house.store, created=1, not_before=1)
    never = asyncio.Event()
    async with holding(tls, never) as server:
        async with house.keeping(account_of(server.server(tls.ca_file))) as (keeper, _):
            await server.after_dot.wait()
            await keeper.stop_sending(0.01)
        assert house.state() is OutgoingState.UNCERTAIN
        never.set()


async def test_a_refused_password_is_not_sent_again_because_a_screen_opens(house, tls) -> None:
    house.passwords = ["wrong", "wrong", PASSWORD]
    async with house.sending(tls) as (keeper, _):
        await house.be(Connection.STOPPED)
        keeper.can_ask()
        await until(lambda: house.asked >= 2)
        await house.be(Connection.STOPPED)
        assert house.tried == ["wrong"]
        keeper.can_ask()
        await house.be(Connection.IN_STEP)
        assert house.tried == ["wrong", PASSWORD]


async def test_a_password_that_cannot_be_sent_is_asked_for_anew(house, tls) -> None:
    house.passwords = ["a\0b", PASSWORD]
    async with house.sending(tls) as (keeper, _):
        await house.be(Connection.STOPPED)
        keeper.can_ask()
        await house.be(Connection.IN_STEP)
        assert (house.asked, house.tried) == (2, [PASSWORD])


async def test_who_waits_for_a_pass_has_any_password_tried(house, tls) -> None:
    house.passwords = ["wrong"]
    async with house.sending(tls) as (keeper, _):
        await house.be(Connection.STOPPED)
        await keeper.sync(SyncWish("1"))
        assert house.tried == ["wrong", "wrong"]


async def test_another_server_is_tried_with_the_password_the_last_one_refused(house, tls) -> None:
    house.right = ""
    async with running(tls.context) as server:
        account = account_of(server.server(tls.ca_file))
        async with house.keeping(account) as (keeper, group):
            await house.be(Connection.STOPPED)
            house.right = PASSWORD
            assert await keeper.change(replace(account, imap=account.smtp), group)
            await house.be(Connection.IN_STEP)
    assert house.tried == [PASSWORD, PASSWORD]


async def test_a_password_given_anew_signs_in_and_sends_at_once(house, tls) -> None:
    house.passwords = ["wrong"]
    queue(house.store, created=1, not_before=1)
    async with house.sending(tls) as (keeper, server):
        await house.be(Connection.STOPPED)
        await until(lambda: server.sign_ins)
        house.passwords = [PASSWORD]
        keeper.sign_in_again()
        await house.be(Connection.IN_STEP)
        await until(lambda: house.state() is OutgoingState.ACCEPTED)


async def test_mail_that_waited_for_a_person_goes_when_retrieval_has_asked(house, tls) -> None:
    house.passwords = [""]
    queue(house.store, created=1, not_before=1)
    async with house.sending(tls) as (keeper, _):
        await house.be(Connection.STOPPED)
        await until(lambda: outgoing_row(house.store, "m1").last_error)
        house.passwords = [PASSWORD]
        await keeper.sync(SyncWish("1"))
        await until(lambda: house.state() is OutgoingState.ACCEPTED)


COUNTING = """\
import pathlib, sys
file = pathlib.Path(sys.argv[1])
with file.open("a") as stream:
    stream.write("x")
print(f"token-{len(file.read_text())}")
"""
"""Prints token-1, token-2 and so on."""


def with_tokens(account, *command):
    """Return the account as one that signs in with what a Python program prints."""
    server = replace(account.imap, auth=Auth.OAUTH2)
    source, command = PasswordSource.COMMAND, (sys.executable, "-c", *command)
    return replace(
        account, imap=server, smtp=None, password_source=source, password_command=command
    )


async def test_a_token_that_has_expired_is_tried_and_then_another_once(house, tmp_path) -> None:
    house.right = "token-2"
    account = with_tokens(account_of(Server("x", 1, Security.TLS, "a")), COUNTING, tmp_path / "n")
    async with house.keeping(account):
        await house.be(Connection.IN_STEP)
    assert house.tried == ["token-1", "token-2"]


async def test_two_refused_tokens_are_enough(house, tmp_path) -> None:
    house.right = ""
    account = with_tokens(account_of(Server("x", 1, Security.TLS, "a")), COUNTING, tmp_path / "n")
    async with house.keeping(account):
        await house.be(Connection.STOPPED)
    assert house.tried == ["token-1", "token-2"]


async def test_a_token_refused_twice_the_same_is_one_attempt(house) -> None:
    house.right = ""
    account = with_tokens(account_of(Server("x", 1, Security.TLS, "a")), "print('token')")
    async with house.keeping(account):
        await house.be(Connection.STOPPED)
    assert house.tried == ["token"]


async def test_a_token_that_cannot_be_had_now_does_not_stop_the_account(house) -> None:
    account = with_tokens(account_of(Server("x", 1, Security.TLS, "a")), "raise SystemExit(1)")
    async with house.keeping(account):
        await house.be(Connection.OFFLINE)
    assert Connection.STOPPED not in house.connections
    assert house.tried == []


async def test_a_hint_ends_an_upload_that_was_cancelled_and_frees_the_line(house, tls) -> None:
    raw = b"From: a@north.test\r\n\r\n" + (b"x" * 76 + b"\r\n") * 100_000
    queue(house.store, created=1, not_before=1, raw=raw)
    async with house.sending(tls) as (keeper, server):
        server.script.body_delay_s = 0.02
        await server.in_body.wait()
        assert cancel(house.store, "m1", 2)
        keeper.heed(SendWish())
        await asyncio.wait_for(server.gone.wait(), 60)
        await asyncio.wait_for(keeper.stop_sending(600), 60)
    assert house.state() is OutgoingState.CANCELLED
    assert server.delivered == []
    assert len(server.body) < len(raw)


async def test_a_line_kept_open_does_not_hold_up_the_end(house, tls) -> None:
    queue(house.store, created=1, not_before=1)
    async with house.sending(tls) as (keeper, server):
        await until(lambda: house.state() is OutgoingState.ACCEPTED)
        assert not server.gone.is_set()
        await asyncio.wait_for(keeper.stop_sending(600), 60)
        await keeper.end()
        await asyncio.wait_for(server.gone.wait(), 60)
