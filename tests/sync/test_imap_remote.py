"""IMAP as sync sees it, against a real Dovecot."""

import asyncio

import pytest

from tests.servers.real import HOST, RealServers
from tuimail.errors import NetworkError, NotFound, Scope, SignInRefused
from tuimail.model.account import Security, Server
from tuimail.model.flags import NO_FLAGS
from tuimail.model.mailbox import Role
from tuimail.model.secret import Secret
from tuimail.model.uid_set import ALL_UIDS, UidSet
from tuimail.protocols.imap.faults import MailboxMissing, Refused
from tuimail.sync.imap_remote import connect_imap
from tuimail.sync.remote import Remote, RemoteArrival, RemoteFlags, RemoteHeader

DATE = 1_790_000_000


def mail(number: int, size: int = 0) -> bytes:
    body = "x" * 70 + "\r\n"
    return (
        f"From: Ann <ann@north.test>\r\nTo: bob@south.test\r\nSubject: 5 * 3 = (15 {number}\r\n"
        f"Message-ID: <m{number}@north.test>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        f"X-Long: no\r\n\r\n" + body * (size // len(body) + 1)
    ).encode()


def settings(servers: RealServers, security: Security = Security.TLS) -> Server:
    bob = servers.account("bob")
    port = servers.imaps_port if security is Security.TLS else servers.imap_port
    return Server(HOST, port, security, bob.username, servers.ca_file)


async def connected(servers: RealServers, security: Security = Security.TLS) -> Remote:
    secret = Secret(servers.account("bob").password)
    return await connect_imap(settings(servers, security), secret)


async def flags(remote: Remote, changed_since: int = 0) -> list[RemoteFlags]:
    return [row async for batch in remote.flags(ALL_UIDS, changed_since) for row in batch]


async def headers(remote: Remote, uids: str) -> list[RemoteHeader]:
    return [row async for batch in remote.headers(uids) for row in batch]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_sign_in_and_mailboxes(real_servers: RealServers, security: Security) -> None:
    remote = await connected(real_servers, security)
    boxes = {box.name: box for box in await remote.mailboxes()}
    assert boxes["INBOX"].role is Role.INBOX
    assert boxes["Sent"].role is Role.SENT
    assert boxes["Trash"].delimiter == "/"
    assert remote.can_move
    assert remote.can_expunge
    assert remote.can_watch
    await remote.close()


async def test_wrong_password_is_refused(real_servers: RealServers) -> None:
    with pytest.raises(SignInRefused) as found:
        await connect_imap(settings(real_servers), Secret("wrong"))
    assert found.value.reply


async def test_a_message_comes_back_byte_for_byte(real_servers: RealServers) -> None:
    remote = await connected(real_servers)
    raws = [mail(1), mail(2, 262_144 - 250), mail(3, 3_000_000)]
    uids = [
        await remote.append("INBOX", raw, frozenset({"\\Flagged", "$Label1"}), DATE) for raw in raws
    ]
    state = await remote.open("INBOX")
    assert (state.exists, state.uid_next) == (3, uids[-1] + 1)
    assert "\\*" in state.permanent_flags
    seen: list[tuple[int, int]] = []
    for uid, raw in zip(uids, raws, strict=True):
        assert await remote.body(uid, lambda done, total: seen.append((done, total))) == raw
    assert seen[-1] == (len(raws[-1]), len(raws[-1]))
    together = [tuple(body) async for batch in remote.bodies(ALL_UIDS) for body in batch]
    assert together == list(zip(uids, raws, strict=True))[:2]  # the third is large
    assert not any("\\Seen" in row.flags for row in await flags(remote))
    rows = await headers(remote, ALL_UIDS)
    assert [row.uid for row in rows] == uids
    assert rows[0].flags == {"\\Flagged", "$Label1"}
    assert rows[0].internal_date == DATE
    assert rows[2].size_bytes == len(raws[2])
    assert b"Subject: 5 * 3 = (15 1\r\n" in rows[0].raw
    assert b"X-Long" not in rows[0].raw
    assert rows[0].modseq > 0
    await remote.close()


async def test_flags_change_and_only_changes_are_told(real_servers: RealServers) -> None:
    remote = await connected(real_servers)
    uids = [await remote.append("INBOX", mail(n), NO_FLAGS, DATE) for n in range(3)]
    before = await remote.open("INBOX")
    await remote.change_flags(UidSet.of([uids[1]]), frozenset({"\\Seen", "mine"}), NO_FLAGS)
    await remote.change_flags(UidSet.of([uids[1]]), NO_FLAGS, frozenset({"mine"}))
    changed = await flags(remote, before.highest_modseq)
    assert [(row.uid, row.flags) for row in changed] == [(uids[1], {"\\Seen"})]
    assert len(await flags(remote)) == 3
    counts = await remote.status("INBOX")
    assert counts.exists == 3
    assert counts.highest_modseq > before.highest_modseq
    await remote.close()


async def test_move_copy_expunge_find(real_servers: RealServers) -> None:
    remote = await connected(real_servers)
    uids = [await remote.append("INBOX", mail(n), NO_FLAGS, DATE) for n in range(4)]
    await remote.open("INBOX")
    assert list(await remote.uids()) == uids
    moved = await remote.move(UidSet.of(uids[:2]), "Trash")
    assert [old for old, _ in moved.uids] == uids[:2]
    copied = await remote.copy(UidSet.of([uids[2]]), "Archive")
    assert [old for old, _ in copied.uids] == [uids[2]]
    assert await remote.find_message_id("m3@north.test") == [uids[3]]
    assert await remote.find_message_id("m0@north.test") == []
    await remote.expunge(UidSet.of([uids[3]]))
    assert [row.uid for row in await flags(remote)] == [uids[2]]
    with pytest.raises(NotFound, match="no longer"):
        await remote.body(uids[3])
    state = await remote.open("Trash", read_only=True)
    assert (state.exists, state.is_read_only) == (2, True)
    assert state.uid_validity == moved.uid_validity
    await remote.close()


ROOMS = ((1, 0), (2, 4_000))
"""Numbers and sizes of mails of which the second does not fit any more."""


async def test_several_mails_go_by_one_command(real_servers: RealServers) -> None:
    remote = await connected(real_servers)
    assert remote.can_append_several
    state = await remote.open("INBOX", read_only=True)
    arrivals = [RemoteArrival(mail(n), frozenset({f"$f{n}"}), DATE + n) for n in range(4)]
    uids = await remote.append_several("INBOX", arrivals)
    assert list(uids) == list(range(state.uid_next, state.uid_next + 4))
    await remote.open("INBOX")
    wanted = [f"m{n}@north.test" for n in (3, *range(100, 160), 1)] + ["n" * 900] * 9
    assert {uids[1], uids[3]} <= set(await remote.find_message_ids(wanted))
    assert list(await remote.find_message_ids(wanted[:60])) == [uids[3]]
    rows = [row async for batch in remote.headers(UidSet.of(uids)) for row in batch]
    assert [(row.flags, row.internal_date) for row in rows] == [
        (frozenset({f"$f{n}"}), DATE + n) for n in range(4)
    ]
    await remote.close()


async def test_a_full_account_refuses_a_mail_and_says_what_helps(
    real_servers: RealServers,
) -> None:
    full = real_servers.config_account("full").imap
    assert full is not None
    remote = await connect_imap(full, Secret(real_servers.account("full").password))
    with pytest.raises(Refused, match="no room left for it in your account") as error:
        await remote.append("INBOX", mail(1, 4_000), NO_FLAGS, DATE)
    several = [RemoteArrival(mail(number, size), NO_FLAGS, DATE) for number, size in ROOMS]
    with pytest.raises(Refused, match="no room left for it in your account"):
        await remote.append_several("INBOX", several)
    assert (error.value.code, error.value.scope) == ("OVERQUOTA", Scope.COMMAND)
    assert (await remote.open("INBOX")).exists == 0
    await remote.close()


async def test_move_without_the_extension_removes_only_what_it_copied(
    real_servers: RealServers,
) -> None:
    remote = await connected(real_servers)
    uids = [await remote.append("INBOX", mail(n), NO_FLAGS, DATE) for n in range(3)]
    await remote.open("INBOX")
    await remote.change_flags(UidSet.of([uids[2]]), frozenset({"\\Deleted"}), NO_FLAGS)
    session = remote._session  # type: ignore[attr-defined]
    session.capabilities -= {"MOVE"}
    moved = await remote.move(UidSet.of([uids[0]]), "Archive")
    assert [old for old, _ in moved.uids] == [uids[0]]
    assert [row.uid for row in await flags(remote)] == uids[1:]
    await remote.close()


async def test_missing_mailboxes_are_named_and_made(real_servers: RealServers) -> None:
    name = 'Entwürfe & Notizen/日本語 "x"'
    remote = await connected(real_servers)
    with pytest.raises(MailboxMissing):
        await remote.append(name, mail(1), NO_FLAGS, DATE)
    with pytest.raises(Refused, match="doesn't exist"):
        await remote.open(name)
    await remote.create(name)
    await remote.create(name)
    assert await remote.append(name, mail(1), NO_FLAGS, DATE) == 1
    assert (await remote.open(name)).exists == 1
    assert (await remote.status(name)).exists == 1
    assert name in {box.name for box in await remote.mailboxes()}
    await remote.close()


async def test_news_arrive_while_watching(real_servers: RealServers) -> None:
    remote, other = await connected(real_servers), await connected(real_servers)
    await remote.open("INBOX")
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(remote.watch(15))
        uid = await other.append("INBOX", mail(1), NO_FLAGS, DATE)
    assert watching.result()
    await other.open("INBOX")
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(remote.watch(15))
        await other.change_flags(UidSet.of([uid]), frozenset({"\\Seen"}), NO_FLAGS)
    assert watching.result()
    await other.expunge(UidSet.of([uid]))
    await remote.keep_alive()
    assert await remote.watch(15)
    assert not await remote.watch(0.1)
    await remote.close()
    await other.close()


async def test_a_large_mailbox_is_fetched_in_batches(real_servers: RealServers) -> None:
    remote = await connected(real_servers)
    for number in range(1_200):
        await remote.append("INBOX", mail(number), NO_FLAGS, DATE)
    await remote.open("INBOX")
    sizes = [len(batch) async for batch in remote.headers(ALL_UIDS)]
    assert sizes == [250, 250, 250, 250, 200]
    assert len(await flags(remote)) == 1_200
    await remote.close()


async def test_nothing_can_be_said_after_close(real_servers: RealServers) -> None:
    remote = await connected(real_servers)
    await remote.close()
    await remote.close()
    with pytest.raises(NetworkError):
        await remote.mailboxes()


async def test_a_mailbox_is_renamed_and_deleted_with_its_uids_kept(
    real_servers: RealServers,
) -> None:
    remote = await connected(real_servers)
    name = 'Pläne (1) "alt"'
    await remote.create(name)
    await remote.create(f"{name}/unten")
    await remote.create("Da")
    uid = await remote.append(name, mail(1), NO_FLAGS, DATE)
    before = await remote.open(name)
    await remote.open("INBOX", read_only=True)
    await remote.rename(name, "Ziele")
    after = await remote.open("Ziele")
    assert (after.uid_validity, list(await remote.uids())) == (before.uid_validity, [uid])
    names = [box.name for box in await remote.mailboxes()]
    assert {"Ziele", "Ziele/unten"} <= set(names)
    assert name not in names
    with pytest.raises(Refused):
        await remote.rename("Ziele", "Da")
    await remote.open("INBOX", read_only=True)
    await remote.delete("Da")
    await remote.delete("Ziele/unten")
    await remote.delete("Ziele")
    assert not [box for box in await remote.mailboxes() if box.name.startswith("Ziele")]
    with pytest.raises(Refused):
        await remote.delete("Ziele")
    await remote.close()


async def test_subscriptions_end_and_begin(real_servers: RealServers) -> None:
    remote = await connected(real_servers)
    await remote.create("Zeitung")
    await remote.subscribe("Zeitung", is_wanted=False)
    [zeitung] = [box for box in await remote.mailboxes() if box.name == "Zeitung"]
    assert not zeitung.is_subscribed
    await remote.subscribe("Zeitung", is_wanted=True)
    [zeitung] = [box for box in await remote.mailboxes() if box.name == "Zeitung"]
    assert zeitung.is_subscribed
    await remote.close()
