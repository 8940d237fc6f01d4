"""Connecting and signing in: only over a verified line, once, with what was learned inside it."""

import asyncio
from base64 import b64encode

import pytest

from tests.protocols.certificates import LOCALHOST, Trust, Wish, bad_certificates
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
from tuimail.protocols.imap.connection import check_sign_in, connect, open_session

from .dialogue import (
    CAPABILITIES,
    FAST,
    PASSWORD,
    USERNAME,
    secret,
    server_at,
    signed_in,
    tls_script,
)

PLAIN = b64encode(f"\0{USERNAME}\0{PASSWORD}".encode())
QUOTED = PASSWORD.replace("\\", "\\\\").replace('"', '\\"').encode()
SECRETS = (PASSWORD.encode(), QUOTED, PLAIN, b64encode(PASSWORD.encode()))


def holds_secret(received: bytes) -> bool:
    return any(one in received for one in SECRETS)


async def refused(trust: Trust, script: Script, error: type[Exception]) -> tuple[Exception, bytes]:
    """Connect with STARTTLS; return why it was refused and all the server saw."""
    async with serving(script) as server:
        account = server_at(server.port, trust.ca_file, Security.STARTTLS)
        with pytest.raises(error) as found:
            await connect(account, secret(), FAST)
    return found.value, bytes(server.received)


# Signing in


async def test_sign_in_over_implicit_tls(trust: Trust) -> None:
    async with serving(signed_in(Peer.drained), trust.context()) as server:
        facts = await check_sign_in(server_at(server.port, trust.ca_file), secret(), FAST)
    assert facts.tls.startswith("TLSv1.3 TLS_")
    assert "IDLE" in facts.extensions
    assert bytes(server.received).split(b"\r\n")[0].endswith(b" AUTHENTICATE PLAIN " + PLAIN)


async def test_sign_in_over_starttls(trust: Trust) -> None:
    async def after(peer: Peer) -> None:
        await peer.answer(b"CAPABILITY", b"* CAPABILITY " + CAPABILITIES)
        await peer.answer(b"AUTHENTICATE PLAIN " + PLAIN)
        await peer.answer(b"CAPABILITY", b"* CAPABILITY IMAP4rev1 X-AFTER")
        await peer.drained()

    async with serving(tls_script(trust.context(), after)) as server:
        account = server_at(server.port, trust.ca_file, Security.STARTTLS)
        session = await connect(account, secret(), FAST)
        assert session.capabilities == {"IMAP4REV1", "X-AFTER"}
        assert session.receiver.tls.version == "TLSv1.3"
        await session.close()


async def test_plain_without_initial_response_waits_for_the_server(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
        assert await peer.command() == b"AUTHENTICATE PLAIN"
        await peer.say(b"+ ")
        assert await peer.line() == PLAIN
        await peer.say(b"%T OK [CAPABILITY IMAP4rev1] in")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        await check_sign_in(server_at(server.port, trust.ca_file), secret(), FAST)


async def test_login_is_the_last_choice_and_quotes(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY IMAP4rev1] ready")
        assert await peer.command() == b'LOGIN "alice@example.org" "' + QUOTED + b'"'
        await peer.say(b"%T OK in")
        await peer.answer(b"CAPABILITY", b"* CAPABILITY IMAP4rev1")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        await check_sign_in(server_at(server.port, trust.ca_file), secret(), FAST)


async def test_login_sends_a_password_of_other_letters_as_literal(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY IMAP4rev1] ready")
        assert await peer.command() == b'LOGIN "alice@example.org" {6}'
        await peer.say(b"+ go on")
        assert await peer.exactly(6) == "gärn".encode() + b"e"
        assert await peer.line() == b""
        await peer.say(b"%T OK [CAPABILITY IMAP4rev1] in")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        await check_sign_in(server_at(server.port, trust.ca_file), Secret("gärne"), FAST)


async def test_logindisabled_sends_no_password(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2] ready")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        with pytest.raises(ProtocolError, match="takes no password") as found:
            await connect(server_at(server.port, trust.ca_file), secret(), FAST)
    assert found.value.scope is Scope.ACCOUNT
    assert not server.received


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"%T NO [AUTHENTICATIONFAILED] Wrong \x1b[31mpassword", "Wrong \x1b[31mpassword"),
        (b"%T NO", ""),
        (b"%T NO [ALERT] Log in via your web browser", "Log in via your web browser"),
        (b"%T BAD no such thing", "no such thing"),
    ],
)
async def test_wrong_password_is_refused_once(trust: Trust, reply: bytes, words: str) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY " + CAPABILITIES + b"] ready")
        await peer.command()
        await peer.say(reply)
        await peer.drained()

    async with serving(script, trust.context()) as server:
        with pytest.raises(SignInRefused) as found:
            await connect(server_at(server.port, trust.ca_file), secret(), FAST)
    assert found.value.reply == words
    assert "\x1b" not in found.value.hint
    assert server.received.count(b"\r\n") == 1
    assert server.connections == 1


async def test_a_server_that_repeats_the_sign_in_shows_it_to_nobody(trust: Trust) -> None:

    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY " + CAPABILITIES + b"] ready")
        await peer.command()
        await peer.say(b"* OK [ALERT] you said " + PLAIN, b"%T BAD what is " + PLAIN)
        await peer.drained()

    async with serving(script, trust.context()) as server:
        with pytest.raises(SignInRefused) as found:
            await connect(server_at(server.port, trust.ca_file), secret(), FAST)
    shown = f"{found.value.hint} {found.value.reply}"
    assert "what is ***" in shown
    assert PLAIN.decode() not in shown


async def test_password_error_in_a_challenge_is_answered(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY " + CAPABILITIES + b"] ready")
        await peer.command()
        await peer.say(b"+ eyJzdGF0dXMiOiI0MDAifQ==")
        assert await peer.line() == b"*"
        await peer.say(b"%T NO [AUTHENTICATIONFAILED] wrong")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        with pytest.raises(SignInRefused):
            await connect(server_at(server.port, trust.ca_file), secret(), FAST)


async def test_a_server_that_cannot_check_now_is_tried_later(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY " + CAPABILITIES + b"] ready")
        await peer.command()
        await peer.say(b"%T NO [UNAVAILABLE] database is down")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        with pytest.raises(ProtocolError) as found:
            await connect(server_at(server.port, trust.ca_file), secret(), FAST)
    assert not isinstance(found.value, SignInRefused)
    assert found.value.scope is Scope.CONNECTION


async def test_cve_2026_43859_a_password_with_nul_is_never_cut_short(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY " + CAPABILITIES + b"] ready")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        with pytest.raises(SecretUnavailable, match="NUL"):
            await connect(server_at(server.port, trust.ca_file), Secret("a\0b"), FAST)
    assert not server.received


async def test_referrals_are_not_followed(trust: Trust) -> None:
    async with serving(Peer.drained) as elsewhere:

        async def script(peer: Peer) -> None:
            await peer.say(b"* OK [CAPABILITY " + CAPABILITIES + b" LOGIN-REFERRALS] ready")
            await peer.command()
            url = b"imap://alice@127.0.0.1:%d/" % elsewhere.port
            await peer.say(b"%T NO [REFERRAL " + url + b"] try there")
            await peer.drained()

        async with serving(script, trust.context()) as server:
            with pytest.raises(SignInRefused):
                await connect(server_at(server.port, trust.ca_file), secret(), FAST)
    assert elsewhere.connections == 0


# T1: STARTTLS stripped

STRIPPING = {
    "no": b"%T NO not now\r\n",
    "no with text about TLS": b"%T NO [PRIVACYREQUIRED] TLS is not available\r\n",
    "bad": b"%T BAD unknown command\r\n",
    "bad without text": b"%T BAD\r\n",
    "plus": b"+ go ahead\r\n",
    "plus alone": b"+\r\n",
    "bye": b"* BYE shutting down\r\n",
    "untagged ok": b"* OK begin TLS\r\n",
    "untagged no": b"* NO no TLS\r\n",
    "wrong tag": b"ZZZ9 OK begin TLS\r\n",
    "smtp 220": b"220 2.0.0 ready\r\n",
    "smtp 454": b"454 4.7.0 not available\r\n",
    "smtp 554": b"554 5.7.0 no\r\n",
    "smtp 354": b"354 go ahead\r\n",
    "preauth": b"* PREAUTH you are in\r\n%T NO already\r\n",
    "nothing": b"",
    "hang up": b"HANGUP",
    "empty line": b"\r\n",
    "ok and clear text": b"%T OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
}


@pytest.mark.parametrize("reply", STRIPPING.values(), ids=STRIPPING.keys())
async def test_t1_stripped_starttls_sends_nothing_more(trust: Trust, reply: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
        await peer.command()
        if reply == b"HANGUP":
            return
        await peer.send(reply.replace(b"%T", peer.tag))
        await peer.drained()

    error, received = await refused(trust, script, NetworkError)
    assert received.endswith(b" STARTTLS\r\n")
    assert received.count(b"\n") == 1
    assert "\n" not in str(error)
    if reply not in (b"", b"\r\n", b"HANGUP") and not reply.startswith(b"* "):
        assert isinstance(error, TlsError)
        assert "993" in error.hint


async def test_cve_2021_39272_a_server_without_starttls_gets_no_password(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN] ready")
        await peer.command()
        await peer.say(b"%T BAD Unknown command STARTTLS")
        await peer.drained()

    error, received = await refused(trust, script, TlsError)
    assert not holds_secret(received)
    assert "port 993" in str(error)


# T2: PREAUTH before TLS

PREAUTH = [
    b"* PREAUTH welcome",
    b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome",
    b"* preauth welcome",
    b"* PREAUTH",
    b"* PREAUTH [ALERT] \x1b]0;x\x07 press enter",
    b"* PREAUTH [REFERRAL imap://evil.example/] hello",
    b"* PREAUTH " + b"x" * 5_000,
]


@pytest.mark.parametrize("greeting", PREAUTH)
async def test_cve_2014_2567_2020_14093_14929_12398_preauth_in_clear_ends_it(
    trust: Trust, greeting: bytes
) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(greeting)
        await peer.drained()

    error, received = await refused(trust, script, TlsError)
    assert received == b""
    assert "993" in str(error)


async def test_preauth_over_verified_tls_is_signed_in(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* PREAUTH welcome")
        await peer.answer(b"CAPABILITY", b"* CAPABILITY IMAP4rev1")
        await peer.drained()

    async with serving(script, trust.context()) as server:
        session = await connect(server_at(server.port, trust.ca_file), secret(), FAST)
        await session.close()
    assert not holds_secret(bytes(server.received))


@pytest.mark.parametrize(
    "greeting",
    [
        b"HTTP/1.1 400 Bad Request",
        b"220 mail ESMTP",
        b"* ",
        b"+ hello",
        b"* BAD go",
        b"A1 OK x",
        b"\xff",
    ],
)
async def test_cve_2020_28896_after_a_false_greeting_nothing_is_said(
    trust: Trust, greeting: bytes
) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(greeting)
        await peer.drained()

    _, received = await refused(trust, script, ProtocolError)
    assert received == b""


# T3: bytes before the handshake


@pytest.mark.parametrize("size", [1, 2, 100, 4096])
@pytest.mark.parametrize("is_split", [False, True])
async def test_cve_2020_14954_15917_15953_bytes_after_the_reply_end_it(
    trust: Trust, size: int, is_split: bool
) -> None:
    injected = (b"* CAPABILITY IMAP4rev1 AUTH=PLAIN X-INJECTED\r\n" * 100)[:size]

    async def script(peer: Peer) -> None:
        await peer.say(b"* OK ready")
        await peer.command()
        reply = peer.tag + b" OK begin\r\n"
        if is_split:
            await peer.send(reply)
            await peer.exactly(1)  # the client has taken the reply and begins the handshake
            await peer.send(injected)
        else:
            await peer.send(reply + injected)
        await peer.start_tls(trust.context())
        await peer.drained()

    _, received = await refused(trust, script, TlsError)
    assert not holds_secret(received)
    assert b"AUTHENTICATE" not in received


# T4, T5: what was said before TLS

UNTAGGED = [
    b'* LIST () "/" Injected',
    b'* LSUB () "/" Injected',
    b"* 5 EXISTS",
    b"* 5 RECENT",
    b"* 1 FETCH (UID 1 FLAGS (\\Deleted))",
    b"* 1 EXPUNGE",
    b"* FLAGS (\\Seen)",
    b"* SEARCH 1 2 3",
    b"* STATUS INBOX (MESSAGES 9)",
    b"* CAPABILITY IMAP4rev1 LOGINDISABLED X-INJECTED",
    b"* OK [ALERT] call this number",
    b"* OK [UIDVALIDITY 7] x",
    b"* VANISHED 1:9",
    b"* NO [ALERT] x",
    b'* ID ("name" "x")',
    b"* ENABLED QRESYNC",
    b"* BAD x",
    b"* \xff\xfe FETCH",
]


@pytest.mark.parametrize("injected", UNTAGGED)
@pytest.mark.parametrize("is_late", [False, True])
async def test_cve_2021_38370_29969_untagged_data_before_tls_does_not_count(
    trust: Trust, injected: bytes, is_late: bool
) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK ready", *(() if is_late else (injected,)))
        await peer.command()
        await peer.say(*((injected,) if is_late else ()), b"%T OK begin")
        await peer.start_tls(trust.context())
        await peer.answer(b"CAPABILITY", b"* CAPABILITY " + CAPABILITIES)
        await peer.answer(b"AUTHENTICATE PLAIN")
        await peer.answer(b"CAPABILITY", b"* CAPABILITY " + CAPABILITIES)
        await peer.drained()

    async with serving(script) as server:
        account = server_at(server.port, trust.ca_file, Security.STARTTLS)
        session = await connect(account, secret(), FAST)
        assert not session.unasked.has_news
        assert session.alerts == []
        assert "X-INJECTED" not in session.capabilities
        await session.close()


async def test_t5_capabilities_of_the_clear_line_are_forgotten(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN X-OLD] ready")
        await peer.command()
        await peer.say(b"%T OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN X-OLD] begin")
        await peer.start_tls(trust.context())
        await peer.answer(b"CAPABILITY", b"* CAPABILITY IMAP4rev1 LOGINDISABLED")
        await peer.drained()

    _, received = await refused(trust, script, ProtocolError)
    assert not holds_secret(received)


# T7: words of the server


@pytest.mark.parametrize("where", ["greeting", "refusal"])
async def test_t7_words_of_the_server_are_labelled_safe_and_short(trust: Trust, where: str) -> None:
    words = b"\x1b]8;;http://evil.example\x07Click me!\x1b]8;;\x07 \xe2\x80\xae" + b"A" * 2_000

    async def script(peer: Peer) -> None:
        if where == "greeting":
            await peer.say(b"* BYE " + words)
            return
        await peer.say(b"* OK [CAPABILITY " + CAPABILITIES + b"] ready")
        await peer.command()
        await peer.say(b"%T NO " + words)
        await peer.drained()

    async with serving(script, trust.context()) as server:
        with pytest.raises((NetworkError, SignInRefused)) as found:
            await connect(server_at(server.port, trust.ca_file), secret(), FAST)
    hint = found.value.hint
    assert "The server says:" in hint
    assert hint.isprintable()
    assert len(hint) < 450


# T9: certificates


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_cve_2020_14154_bad_certificates_are_refused_by_name(
    trust: Trust, security: Security
) -> None:
    kinds = bad_certificates(trust)
    assert len(kinds) >= 10
    for kind, (context, word) in kinds.items():

        async def in_tls(peer: Peer) -> None:
            await peer.drained()

        script = (
            signed_in(Peer.drained) if security is Security.TLS else tls_script(context, in_tls)
        )
        async with serving(script, context if security is Security.TLS else None) as server:
            with pytest.raises(TlsError) as found:
                await connect(server_at(server.port, trust.ca_file, security), secret(), FAST)
        assert word in found.value.hint, (kind, found.value.hint)
        assert "localhost" in found.value.hint
        assert not holds_secret(bytes(server.received)), kind
        assert b"AUTHENTICATE" not in server.received, kind


async def test_t9_an_address_needs_a_certificate_for_it(trust: Trust) -> None:
    context = trust.context(Wish(names=(LOCALHOST,)))
    async with serving(signed_in(Peer.drained), context) as server:
        account = server_at(server.port, trust.ca_file, host="127.0.0.1")
        with pytest.raises(TlsError, match="not for this address"):
            await connect(account, secret(), FAST)
    assert not server.received


async def test_t9_without_ca_file_the_systems_authorities_decide(trust: Trust) -> None:
    async with serving(signed_in(Peer.drained), trust.context()) as server:
        with pytest.raises(TlsError, match="issuer"):
            await connect(server_at(server.port), secret(), FAST)
    assert not server.received


async def test_a_clear_server_on_the_tls_port_is_explained(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK ready")
        await peer.drained()

    async with serving(script) as server:
        with pytest.raises(TlsError, match="does not speak TLS"):
            await connect(server_at(server.port, trust.ca_file), secret(), FAST)


# Where nobody answers


async def test_a_closed_port_is_explained(trust: Trust) -> None:
    async with serving(Peer.drained) as server:
        port = server.port
    with pytest.raises(NetworkError, match=f"Nothing answers on localhost:{port}"):
        await connect(server_at(port, trust.ca_file), secret(), FAST)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 70 + ".example"])
async def test_an_unknown_host_is_explained(trust: Trust, host: str) -> None:
    with pytest.raises(NetworkError, match=r"is not known|cannot be reached"):
        await connect(server_at(9, trust.ca_file, host=host), secret(), FAST)


async def test_greeting_times_out(trust: Trust) -> None:
    async with serving(Peer.drained, trust.context()) as server:
        with pytest.raises(NetworkError, match="did not answer"):
            await connect(server_at(server.port, trust.ca_file), secret(), FAST)


async def test_bye_instead_of_a_greeting_is_told(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* BYE too many connections")

    async with serving(script, trust.context()) as server:
        with pytest.raises(NetworkError, match="too many connections"):
            await open_session(server_at(server.port, trust.ca_file), FAST)


async def test_a_cancelled_sign_in_closes_the_line(trust: Trust) -> None:
    asked, closed = asyncio.Event(), asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY " + CAPABILITIES + b"] ready")
        await peer.command()
        asked.set()
        await peer.drained()
        closed.set()

    async with serving(script, trust.context()) as server, asyncio.TaskGroup() as group:
        account = server_at(server.port, trust.ca_file)
        signing_in = group.create_task(connect(account, secret(), FAST))
        await asked.wait()
        signing_in.cancel()
        await closed.wait()
