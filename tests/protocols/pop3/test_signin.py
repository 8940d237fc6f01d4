"""Connecting and signing in: only over a verified line, once, with what was learned inside it."""

import ssl
from base64 import b64encode

import pytest

from tests.protocols.certificates import Trust, bad_certificates
from tests.protocols.scripted import Peer, Script, serving
from tuimail.errors import (
    NetworkError,
    ProtocolError,
    Scope,
    SecretUnavailable,
    SignInRefused,
    TlsError,
)
from tuimail.model.account import Security
from tuimail.model.secret import Secret
from tuimail.protocols.pop3.signin import check_sign_in, connect

from .dialogue import (
    CAPABILITIES,
    FAST,
    PASSWORD,
    USERNAME,
    answering,
    expect,
    secret,
    server_at,
    signed_in,
)

PLAIN = b64encode(f"\0{USERNAME}\0{PASSWORD}".encode())


def holds_secret(received: bytes) -> bool:
    return any(one in received for one in (PASSWORD.encode(), PLAIN, USERNAME.encode()))


async def refusal(trust: Trust, script: Script, security: Security) -> tuple[Exception, bytes]:
    """Return why a connection is refused and all the server saw."""
    context = trust.context() if security is Security.TLS else None
    async with serving(script, context) as server:
        with pytest.raises((NetworkError, ProtocolError)) as found:
            await connect(server_at(server.port, trust.ca_file, security), secret(), FAST)
    return found.value, bytes(server.received)


# Signing in


async def test_signs_in_over_implicit_tls_with_an_initial_response(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await signed_in(peer)
        await expect(peer, b"QUIT", b"+OK bye")

    async with serving(script, trust.context()) as server:
        facts = await check_sign_in(server_at(server.port, trust.ca_file), secret(), FAST)
    assert facts.tls.startswith("TLSv1.3 TLS_")
    assert "PIPELINING" in facts.extensions
    assert b"AUTH PLAIN " + PLAIN + b"\r\n" in server.received


async def test_signs_in_over_stls_and_asks_for_capabilities_inside_it_alone(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"STLS", b"+OK go ahead")
        await peer.start_tls(trust.context())
        await expect(peer, b"CAPA", b"+OK", b"USER", b".")
        await expect(peer, b"USER alice", b"+OK")
        await expect(peer, b"PASS canary", b"+OK")
        await expect(peer, b"CAPA", b"+OK", b"X-AFTER", b".")
        await peer.drained()

    async with serving(script) as server:
        account = server_at(server.port, trust.ca_file, Security.STARTTLS)
        connection = await connect(account, secret(), FAST)
        assert set(connection.capabilities) == {"X-AFTER"}
        await connection.close()


async def test_a_server_without_capa_is_given_name_and_password(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"CAPA", b"-ERR unknown")
        await expect(peer, b"USER alice", b"+OK")
        await expect(peer, b"PASS canary", b"+OK")
        await expect(peer, b"CAPA", b"-ERR unknown")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        connection = await connect(server_at(server.port, trust.ca_file), secret(), FAST)
        await connection.close()


async def test_a_long_password_goes_on_a_line_of_its_own(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"CAPA", b"+OK", *CAPABILITIES, b".")
        assert await peer.line() == b"AUTH PLAIN"
        await peer.say(b"+ ")
        assert len(await peer.line()) > 255
        await peer.say(b"+OK")
        await expect(peer, b"CAPA", b"+OK", b".")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        account = server_at(server.port, trust.ca_file)
        connection = await connect(account, Secret("x" * 300), FAST)
        await connection.close()


async def test_a_server_that_takes_no_password_stops_the_account(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"CAPA", b"+OK", b"UIDL", b"SASL XOAUTH2", b".")
        await peer.drained()

    error, received = await refusal(trust, script, Security.TLS)
    assert isinstance(error, ProtocolError)
    assert error.scope is Scope.ACCOUNT
    assert not holds_secret(received)


@pytest.mark.parametrize("password", ["a\r\nDELE 1", "a\nb", "a\0b"])
async def test_a_password_with_a_line_end_is_never_sent(trust: Trust, password: str) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"CAPA", b"+OK", b"USER", b".")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        with pytest.raises(SecretUnavailable):
            await connect(server_at(server.port, trust.ca_file), Secret(password), FAST)
    assert b"DELE" not in server.received


@pytest.mark.parametrize(
    ("reply", "scope", "words"),
    [
        (b"-ERR [AUTH] no", Scope.ACCOUNT, "refused the name or password"),
        (b"-ERR no", Scope.ACCOUNT, "refused the name or password"),
        (b"-ERR [IN-USE] locked", Scope.CONNECTION, "Another program reads the mailbox"),
        (b"-ERR maildrop already locked", Scope.CONNECTION, "takes no sign-in just now"),
        (b"-ERR [LOGIN-DELAY] slowly", Scope.CONNECTION, "wants a longer pause"),
        (b"-ERR [SYS/TEMP] disk", Scope.CONNECTION, "trouble of its own"),
        (b"-ERR [SYS/PERM] gone", Scope.ACCOUNT, "cannot open this mailbox"),
    ],
)
async def test_a_refused_sign_in_says_whose_fault_it_is(trust, reply, scope, words) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"CAPA", b"+OK", *CAPABILITIES, b".")
        await expect(peer, b"AUTH PLAIN", reply)
        await peer.drained()

    error, received = await refusal(trust, script, Security.TLS)
    assert isinstance(error, ProtocolError)
    assert (error.scope, words in error.hint) == (scope, True), error.hint
    assert isinstance(error, SignInRefused) == ("password" in words)
    assert received.count(b"AUTH") == 1
    assert b"PASS" not in received


async def test_a_server_that_repeats_the_password_is_not_quoted(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"CAPA", b"+OK", *CAPABILITIES, b".")
        await expect(peer, b"AUTH", b"-ERR wrong: " + PASSWORD.encode() + b" " + PLAIN)

    error, _ = await refusal(trust, script, Security.TLS)
    assert PASSWORD not in str(error)
    assert PLAIN.decode() not in str(error)


# Lines that are not safe

REFUSING = {
    "refuses": b"-ERR no TLS here\r\n",
    "plus": b"+ \r\n",
    "nonsense": b"* BAD what\r\n",
    "smtp": b"220 go ahead\r\n",
    "nothing": b"\r\n",
    "binary": bytes(range(128, 256)) + b"\r\n",
    "injected ok": b"+OK go\r\n+OK\r\n",
    "injected capability": b"+OK go\r\n+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n",
    "injected byte": b"+OK go\r\nx",
    "injected 4 kB": b"+OK go\r\n" + b"+OK welcome\r\n" * 300,
    "starts a line": b"+OK go\r\n+",
}


@pytest.mark.parametrize("answer", REFUSING.values(), ids=REFUSING.keys())
async def test_nothing_secret_follows_a_stls_that_did_not_work(trust, answer) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"STLS")
        await peer.send(answer)
        await peer.drained()

    error, received = await refusal(trust, script, Security.STARTTLS)
    assert isinstance(error, TlsError), error
    assert received.split(b"\r\n")[0] == b"STLS"
    assert not holds_secret(received)


async def test_what_is_injected_while_the_handshake_begins_is_not_believed(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"STLS", b"+OK go")
        await peer.reader.readexactly(20)  # the handshake's first bytes
        await peer.say(b"+OK", b"USER", b".", b"+OK welcome")
        await peer.drained()

    error, received = await refusal(trust, script, Security.STARTTLS)
    assert isinstance(error, NetworkError)
    assert not holds_secret(received)


GREETINGS = {
    "CVE-2020-28896 no greeting of POP3": b"* OK imap\r\n",
    "an error": b"-ERR go away\r\n",
    "continuation": b"+ go on\r\n",
    "nonsense": b"\x00\xff\r\n",
    "two greetings": b"+OK\r\n+OK signed in already\r\n",
    "endless": b"+OK " + b"x" * 100_000,
}


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("greeting", GREETINGS.values(), ids=GREETINGS.keys())
async def test_a_wrong_greeting_ends_the_line(trust, greeting, security) -> None:
    async def script(peer: Peer) -> None:
        await peer.send(greeting)
        await peer.drained()

    _, received = await refusal(trust, script, security)
    assert not holds_secret(received)
    assert set(received.split(b"\r\n")) <= {b"", b"CAPA", b"STLS"}


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_bad_certificates_get_no_password(trust: Trust, security: Security) -> None:
    kinds = bad_certificates(trust)
    assert len(kinds) >= 10
    for kind, (context, word) in kinds.items():
        is_implicit = security is Security.TLS
        script = Peer.drained if is_implicit else _upgrading(context)
        async with serving(script, context if is_implicit else None) as server:
            with pytest.raises(TlsError) as found:
                await connect(server_at(server.port, trust.ca_file, security), secret(), FAST)
        assert word in found.value.hint, (kind, found.value.hint)
        assert not holds_secret(bytes(server.received)), kind


def _upgrading(context: ssl.SSLContext) -> Script:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await expect(peer, b"STLS", b"+OK go")
        await peer.start_tls(context)
        await peer.drained()

    return script


# The end of a line


async def test_a_silent_server_is_given_up_and_the_line_cut(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"+OK ready")
        await answering(peer, {b"CAPA": b""})

    async with serving(script, trust.context()) as server:
        with pytest.raises(NetworkError, match="did not answer CAPA in time"):
            await connect(server_at(server.port, trust.ca_file), secret(), FAST)
