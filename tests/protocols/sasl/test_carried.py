"""Every mechanism over IMAP, POP3 and SMTP: one attempt, answered properly, nothing secret told."""

from __future__ import annotations

import logging
from base64 import b64decode, b64encode
from contextlib import asynccontextmanager

import pytest

from tests.protocols.certificates import make_trust
from tests.protocols.scripted import Peer, serving
from tuimail.errors import ProtocolError, Scope, SignInRefused
from tuimail.model.account import Auth, Security, Server
from tuimail.model.secret import Secret
from tuimail.protocols.sasl import ServerNotProven
from tuimail.protocols.smtp.signin import sign_in

from .carriers import CARRIERS, SMTP_FAST, Carrier, Smtp
from .scram_server import LIES, ScramServer

NAME, PASSWORD = "alice@north.test", "c4nary north"
TOKEN = "ya29.c4nary-" + "t" * 80
ERROR = b64encode(b'{"status":"invalid_token","schemes":"bearer","scope":"mail"}')


@pytest.fixture(scope="session")
def trust(tmp_path_factory):
    return make_trust(tmp_path_factory.mktemp("authority"))


@pytest.fixture(params=CARRIERS)
def carrier(request) -> Carrier:
    return request.param()


@asynccontextmanager
async def at(trust, script, auth=Auth.PASSWORD):
    """Give a server that plays the script, and the account's settings for it."""
    async with serving(script, trust.context()) as server:
        account = Server("localhost", server.port, Security.TLS, NAME, trust.ca_file, auth)
        yield account, server


def scram_script(carrier: Carrier, scram: ScramServer, offered: str = "PLAIN SCRAM-SHA-256"):
    async def script(peer: Peer) -> None:
        name, *initial = await carrier.begin(peer, offered)
        assert name == b"SCRAM-SHA-256"
        first = initial[0] if initial else await carrier.ask(peer, b"")
        answer = await carrier.ask(peer, b64encode(scram.first(b64decode(first))))
        if not answer or answer == b"*":
            return
        is_right, final = scram.final(b64decode(answer))
        assert await carrier.ask(peer, b64encode(final)) == b""
        await (carrier.yes(peer) if is_right else carrier.no(peer))

    return script


def bearer_script(carrier: Carrier, offered: str, expected: bytes, acknowledgement: bytes):
    async def script(peer: Peer) -> None:
        name, *initial = await carrier.begin(peer, offered)
        said = initial[0] if initial else await carrier.ask(peer, b"")
        if (name, b64decode(said)) == (offered.encode(), expected):
            await carrier.yes(peer)
            return
        assert await carrier.ask(peer, ERROR) == acknowledgement
        await carrier.no(peer, b"invalid credentials " + said)

    return script


async def test_scram_signs_in_and_sends_no_password(trust, carrier) -> None:
    script = scram_script(carrier, ScramServer(NAME, PASSWORD))
    async with at(trust, script) as (account, server):
        await carrier.check(account, Secret(PASSWORD))
    assert PASSWORD.encode() not in server.received
    assert b64encode(PASSWORD.encode()) not in server.received
    assert server.connections == 1


async def test_what_a_password_could_be_guessed_from_is_not_written_down(
    trust, carrier, caplog
) -> None:
    caplog.set_level(logging.DEBUG, logger="tuimail.wire")
    scram = ScramServer(NAME, PASSWORD)
    said: list[bytes] = []

    async def script(peer: Peer) -> None:
        await scram_script(carrier, scram)(peer)

    def remember(ask):
        async def asking(peer: Peer, challenge: bytes) -> bytes:
            said.append(challenge)
            return await ask(peer, challenge)

        return asking

    carrier.ask = remember(carrier.ask)
    async with at(trust, script) as (account, _):
        await carrier.check(account, Secret(PASSWORD))
    assert len(said) >= 2
    assert "***" in caplog.text
    for challenge in filter(None, said):
        assert challenge.decode() not in caplog.text
        assert b64decode(challenge).decode() not in caplog.text


async def test_a_wrong_password_is_one_attempt_by_scram_and_none_by_another(trust, carrier) -> None:
    script = scram_script(carrier, ScramServer(NAME, "another"))
    async with at(trust, script) as (account, server):
        with pytest.raises(SignInRefused) as found:
            await carrier.check(account, Secret(PASSWORD))
    assert len(carrier.begun) == 1
    assert server.connections == 1
    assert 'auth = "plain"' in found.value.hint
    assert PASSWORD not in found.value.hint


@pytest.mark.parametrize("lie", LIES)
async def test_a_server_that_lies_is_left_at_once(trust, carrier, lie) -> None:
    script = scram_script(carrier, ScramServer(NAME, PASSWORD, lie=lie))
    async with at(trust, script) as (account, server):
        with pytest.raises(ProtocolError) as found:
            await carrier.check(account, Secret(PASSWORD))
    if lie != "huge":  # which SMTP and POP3 take for no line at all
        assert isinstance(found.value, ServerNotProven)
        assert found.value.scope is Scope.ACCOUNT
    assert not isinstance(found.value, SignInRefused)
    assert len(carrier.begun) == 1
    assert server.connections == 1
    assert b64encode(PASSWORD.encode()) not in server.received


async def test_a_yes_before_the_server_has_proven_itself_is_not_believed(trust, carrier) -> None:
    async def script(peer: Peer) -> None:
        await carrier.begin(peer, "SCRAM-SHA-256")
        await carrier.yes(peer)

    async with at(trust, script) as (account, _):
        with pytest.raises(ServerNotProven):
            await carrier.check(account, Secret(PASSWORD))


async def test_plain_is_used_where_scram_is_not_wanted(trust, carrier) -> None:
    async def script(peer: Peer) -> None:
        name, initial = await carrier.begin(peer, "SCRAM-SHA-256 PLAIN")
        assert (name, b64decode(initial)) == (b"PLAIN", f"\0{NAME}\0{PASSWORD}".encode())
        await carrier.yes(peer)

    async with at(trust, script, Auth.PLAIN) as (account, _):
        await carrier.check(account, Secret(PASSWORD))


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        ("XOAUTH2", f"user={NAME}\x01auth=Bearer {TOKEN}\x01\x01"),
        ("OAUTHBEARER", f"n,a={NAME},\x01auth=Bearer {TOKEN}\x01\x01"),
    ],
)
async def test_a_token_signs_in(trust, carrier, offered, expected) -> None:
    script = bearer_script(carrier, offered, expected.encode(), b"")
    async with at(trust, script, Auth.OAUTH2) as (account, _):
        await carrier.check(account, Secret(TOKEN))
    assert len(carrier.begun) == 1


@pytest.mark.parametrize(("offered", "answer"), [("XOAUTH2", b""), ("OAUTHBEARER", b"AQ==")])
async def test_a_refused_token_is_acknowledged_and_shown_to_nobody(
    trust, carrier, offered, answer, caplog
) -> None:
    caplog.set_level(logging.DEBUG, logger="tuimail.wire")
    script = bearer_script(carrier, offered, b"another", answer)
    async with at(trust, script, Auth.OAUTH2) as (account, server):
        with pytest.raises(SignInRefused) as found:
            await carrier.check(account, Secret(TOKEN))
    assert len(carrier.begun) == 1
    assert server.connections == 1
    assert "refused the access token" in found.value.hint
    assert "(invalid_token)" in found.value.hint
    shown = found.value.hint + found.value.reply + caplog.text
    assert TOKEN not in shown
    assert "c4nary" not in shown
    assert b64encode(f"user={NAME}\x01auth=Bearer {TOKEN}\x01\x01".encode()).decode() not in shown


async def test_a_token_too_long_for_the_command_is_sent_when_asked(trust, carrier) -> None:
    token = "t" * 20_000

    async def script(peer: Peer) -> None:
        name, *initial = await carrier.begin(peer, "XOAUTH2")
        assert (name, initial) == (b"XOAUTH2", [])
        assert token.encode() in b64decode(await carrier.ask(peer, b""))
        await carrier.yes(peer)

    async with at(trust, script, Auth.OAUTH2) as (account, _):
        await carrier.check(account, Secret(token))


@pytest.mark.parametrize("auth", [Auth.OAUTH2, Auth.PASSWORD])
@pytest.mark.parametrize("mechanism", ["XOAUTH2", "PLAIN", "SCRAM-SHA-256"])
async def test_a_server_that_asks_without_end_is_left(trust, carrier, auth, mechanism) -> None:
    async def script(peer: Peer) -> None:
        await carrier.begin(peer, mechanism)
        for _ in range(1_000):
            await carrier.ask(peer, b64encode(b"go on"))
        raise AssertionError("it was answered a thousand times")

    async with at(trust, script, auth) as (account, server):
        with pytest.raises(ProtocolError):
            await carrier.check(account, Secret(TOKEN))
    assert server.connections == 1


@pytest.mark.parametrize(
    ("auth", "offered"), [(Auth.OAUTH2, "PLAIN SCRAM-SHA-256"), (Auth.OAUTH2, "LOGIN")]
)
async def test_a_token_is_never_given_as_a_password(trust, carrier, auth, offered) -> None:
    async def script(peer: Peer) -> None:
        await carrier.begin(peer, offered)

    async with at(trust, script, auth) as (account, server):
        with pytest.raises(ProtocolError, match="token") as found:
            await carrier.check(account, Secret(TOKEN))
    assert found.value.scope is Scope.ACCOUNT
    assert b"AUTH" not in server.received
    assert TOKEN.encode() not in server.received


async def test_the_login_mechanism_answers_two_questions_of_smtp(trust) -> None:
    carrier = Smtp()

    async def script(peer: Peer) -> None:
        name, *initial = await carrier.begin(peer, "LOGIN")
        assert (name, initial) == (b"LOGIN", [])
        assert b64decode(await carrier.ask(peer, b64encode(b"Username:"))) == NAME.encode()
        assert b64decode(await carrier.ask(peer, b"not base64")) == PASSWORD.encode()
        await carrier.yes(peer)

    async with at(trust, script) as (account, _):
        await carrier.check(account, Secret(PASSWORD))


async def test_a_transcript_of_submission_holds_no_challenge(trust) -> None:
    carrier, scram = Smtp(), ScramServer(NAME, PASSWORD)
    async with at(trust, scram_script(carrier, scram)) as (account, _):
        connection = await sign_in(account, Secret(PASSWORD), SMTP_FAST)
        heard = connection.take_heard()
        connection.say_goodbye()
    asked = [one.asked for one in heard]
    assert asked.count("AUTH SCRAM-SHA-256") == 3
    challenges = [one.reply.text for one in heard if one.reply.code == 334]
    assert challenges == ["***", "***"]
