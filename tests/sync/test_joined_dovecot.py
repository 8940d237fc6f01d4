"""Mail between Dovecot and a mailbox that lives here: the same bytes, flags and date, once."""

from tests.servers.real import RealServers
from tuimail.model.account import Security, Server
from tuimail.model.ids import AccountName
from tuimail.model.secret import Secret
from tuimail.model.uid_set import UidSet
from tuimail.store.database import open_store
from tuimail.store.local_mail import create_local
from tuimail.sync.imap_remote import connect_imap
from tuimail.sync.joined_remote import JoinedRemote
from tuimail.sync.local_remote import LocalRemote
from tuimail.sync.remote import RemoteHeader

BOB = AccountName("bob")
BOX = "local/Archive 2025"
FLAGS = frozenset({"\\Flagged", "\\Seen", "work"})
MAIL = b"Subject: hard\r\nMessage-ID: <h@x.example>\r\n\r\n.\r\n..\r\n\xfc\r\nend\r\n"


async def only(remote: JoinedRemote, mailbox: str) -> RemoteHeader:
    """Return the one message of a mailbox."""
    await remote.open(mailbox)
    [row] = [row async for rows in remote.headers(await remote.uids()) for row in rows]
    return row


async def test_mail_goes_here_and_back_unchanged(real_servers: RealServers, tmp_path) -> None:
    person = real_servers.account("bob")
    real_servers.deliver(MAIL, person.email)
    server = Server(
        real_servers.host, real_servers.imaps_port, Security.TLS, person.username,
        real_servers.ca_file,
    )  # fmt: skip
    store = open_store(tmp_path)
    create_local(store, BOB, BOX)
    local = LocalRemote(store, BOB, lambda: 1_700_000_000)
    remote = JoinedRemote(await connect_imap(server, Secret(person.password)), local)
    before = await only(remote, "INBOX")
    raw = await remote.body(before.uid)
    assert raw.endswith(MAIL)
    await remote.change_flags(UidSet.of([before.uid]), FLAGS, frozenset())
    moved = await remote.move(UidSet.of([before.uid]), BOX)
    assert [old for old, _ in moved.uids] == [before.uid]
    assert (await remote.open("INBOX")).exists == 0
    here = await only(remote, BOX)
    assert await remote.body(here.uid) == raw
    assert here.flags == FLAGS
    assert (here.internal_date, here.size_bytes) == (before.internal_date, before.size_bytes)
    await remote.move(UidSet.of([here.uid]), "Trash")
    there = await only(remote, "Trash")
    assert await remote.body(there.uid) == raw
    assert there.flags >= FLAGS
    assert there.internal_date == before.internal_date
    assert (await remote.open(BOX)).exists == 0
    await remote.close()
    store.close()
