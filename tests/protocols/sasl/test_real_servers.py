"""Signing in to Dovecot by IMAP and POP3, and to Postfix, by every mechanism they offer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.servers.real import RealServers
from tuimail.errors import SignInRefused
from tuimail.model.account import Auth, Security, Server
from tuimail.model.secret import Secret
from tuimail.protocols.imap.connection import check_sign_in as check_imap
from tuimail.protocols.pop3.signin import check_sign_in as check_pop3
from tuimail.protocols.sasl.bearer import OAuthBearer, XOAuth2
from tuimail.protocols.smtp.session import check_sign_in as check_smtp

CHECKS = {"imaps_port": check_imap, "pop3s_port": check_pop3, "submissions_port": check_smtp}


@pytest.fixture(params=CHECKS)
def check(request, real_servers: RealServers) -> Callable[[Auth, str, str], Awaitable[object]]:
    """Return what signs somebody in to one of the servers."""

    def sign_in(auth: Auth, name: str, secret: str) -> Awaitable[object]:
        port = getattr(real_servers, request.param)
        username = real_servers.account(name).username
        server = Server(real_servers.host, port, Security.TLS, username, real_servers.ca_file, auth)
        return CHECKS[request.param](server, Secret(secret))

    return sign_in


def sign_ins(servers: RealServers, mechanism: str) -> int:
    return (servers.dovecot.folder / "dovecot.log").read_text().count(f"method={mechanism}")


@pytest.mark.parametrize("name", ["alice", "bob"])
@pytest.mark.parametrize("auth", [Auth.PASSWORD, Auth.PLAIN])
async def test_a_password_signs_in(check, real_servers, auth, name) -> None:
    await check(auth, name, real_servers.account(name).password)


@pytest.mark.parametrize("auth", [Auth.PASSWORD, Auth.PLAIN])
async def test_a_wrong_password_is_refused(check, auth) -> None:
    with pytest.raises(SignInRefused):
        await check(auth, "alice", "wrong")


@pytest.mark.parametrize("kind", [OAuthBearer, XOAuth2])
async def test_a_token_signs_in(check, real_servers, kind, monkeypatch) -> None:
    other = XOAuth2 if kind is OAuthBearer else OAuthBearer
    monkeypatch.setattr(other, "name", "NOT OFFERED")
    alice = real_servers.account("alice")
    await check(Auth.OAUTH2, "alice", real_servers.dovecot.token(alice.username))


@pytest.mark.parametrize("kind", [OAuthBearer, XOAuth2])
@pytest.mark.parametrize("token", ["rubbish", "of somebody else", "expired"])
async def test_a_token_that_is_not_good_is_refused(
    check, real_servers, kind, token, monkeypatch
) -> None:
    other = XOAuth2 if kind is OAuthBearer else OAuthBearer
    monkeypatch.setattr(other, "name", "NOT OFFERED")
    users = {name: real_servers.account(name).username for name in ("alice", "bob")}
    tokens = {
        "rubbish": "rubbish",
        "of somebody else": real_servers.dovecot.token(users["bob"]),
        "expired": real_servers.dovecot.token(users["alice"], -30),
    }
    with pytest.raises(SignInRefused, match="refused the access token"):
        await check(Auth.OAUTH2, "alice", tokens[token])


async def test_scram_is_what_is_used(real_servers) -> None:
    alice = real_servers.account("alice")
    server = Server(
        real_servers.host, real_servers.imaps_port, Security.TLS, alice.username,
        real_servers.ca_file,
    )  # fmt: skip
    before = sign_ins(real_servers, "SCRAM-SHA-256")
    await check_imap(server, Secret(alice.password))
    assert sign_ins(real_servers, "SCRAM-SHA-256") == before + 1
