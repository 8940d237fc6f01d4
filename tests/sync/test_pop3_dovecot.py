"""Dovecot's POP3: what is fetched is exact, and only what is safe here is deleted there."""

from collections.abc import Iterator

import pytest

from tests.servers.real import RealServers
from tests.sync.pop3_home import OLD, letter
from tuimail.errors import SignInRefused
from tuimail.model.account import KeepOnServer, Pop3, Security, Server
from tuimail.model.mailbox import INBOX, Role
from tuimail.model.secret import Secret
from tuimail.protocols.pop3 import messages
from tuimail.protocols.pop3.signin import check_sign_in, connect
from tuimail.store.blobs import read_blob
from tuimail.store.database import Store, open_store
from tuimail.store.local_mail import create_local, local_mailbox, local_mails
from tuimail.sync.pop3_pass import Looked, Maildrop

HARD = (
    b"Subject: hard\r\nMessage-ID: <h@x.example>\r\n\r\n.\r\n..\r\n.a\r\n\xfc\r\n"
    + b"x" * 5_000
    + b"\r\n"
)


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    store = open_store(tmp_path)
    create_local(store, OLD, INBOX, Role.INBOX)
    yield store
    store.close()


def server_of(servers: RealServers, security: Security) -> Server:
    port = servers.pop3s_port if security is Security.TLS else servers.pop3_port
    return Server(servers.host, port, security, servers.account("bob").username, servers.ca_file)


def secret_of(servers: RealServers) -> Secret:
    return Secret(servers.account("bob").password)


async def look(servers: RealServers, store: Store, keep: KeepOnServer) -> Looked:
    server = server_of(servers, Security.STARTTLS)
    connection = await connect(server, secret_of(servers))
    drop = Maildrop(store, OLD, Pop3(server, keep), lambda: 1_700_000_000, lambda *_: None)
    try:
        return await drop.look(connection)
    finally:
        await connection.close()


def here(store: Store) -> list[bytes]:
    box = local_mailbox(store, OLD, INBOX)
    return [read_blob(store, mail.digest) for mail in local_mails(store, box.id)]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_signs_in_with_tls_from_the_start_or_by_stls(real_servers, security) -> None:
    server = server_of(real_servers, security)
    facts = await check_sign_in(server, secret_of(real_servers))
    assert facts.tls.startswith("TLSv1.3")
    assert {"UIDL", "TOP", "PIPELINING", "RESP-CODES"} <= set(facts.extensions)
    with pytest.raises(SignInRefused):
        await connect(server, Secret("wrong"))


async def test_mail_comes_exactly_and_once_and_is_deleted_when_wished(real_servers, store) -> None:
    email = real_servers.account("bob").email
    real_servers.deliver(HARD, email)
    for number in range(40):
        real_servers.deliver(letter(number), email)
    assert (await look(real_servers, store, KeepOnServer.LEAVE)).new == 41
    assert (await look(real_servers, store, KeepOnServer.LEAVE)).new == 0
    assert sum(raw.endswith(HARD) for raw in here(store)) == 1
    real_servers.deliver(letter(99), email)
    looked = await look(real_servers, store, KeepOnServer.DELETE)
    assert (looked.new, looked.deleted) == (1, 42)
    assert len(set(here(store))) == 42
    connection = await connect(server_of(real_servers, Security.TLS), secret_of(real_servers))
    assert await messages.count(connection) == 0
    await messages.leave(connection)


async def test_a_header_alone_and_one_refused_mail(real_servers) -> None:
    real_servers.deliver(HARD, real_servers.account("bob").email)
    connection = await connect(server_of(real_servers, Security.TLS), secret_of(real_servers))
    assert (await messages.header(connection, 1)).endswith(b"\r\n\r\n")
    wanted = [(1, len(HARD)), (7, 10)]
    mails = [mail async for _, mail in messages.retrieve(connection, wanted)]
    assert isinstance(mails[0], bytes)
    assert mails[0].endswith(HARD)
    assert isinstance(mails[1], messages.Refused)
    await connection.command(b"NOOP")
    await messages.leave(connection)
