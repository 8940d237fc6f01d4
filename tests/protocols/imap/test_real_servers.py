"""The extensions against servers that speak them: Dovecot, and the embedded one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import pytest

from tests.demo.fixtures import RunningHost
from tests.servers.real import HOST, RealServers
from tuimail.model.account import Security, Server
from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.secret import Secret
from tuimail.model.uid_set import ALL_UIDS, UidSet
from tuimail.protocols.imap import appending, flags, listing, mailboxes, messages, watch
from tuimail.protocols.imap import searching as s
from tuimail.protocols.imap.about import Namespace
from tuimail.protocols.imap.appending import Arrival
from tuimail.protocols.imap.compress import compress
from tuimail.protocols.imap.connection import connect
from tuimail.protocols.imap.mailboxes import Known
from tuimail.protocols.imap.namespaces import namespaces
from tuimail.protocols.imap.quota import quotas, storage_of
from tuimail.protocols.imap.session import Session
from tuimail.protocols.imap.settle import settle

DATE = 1_790_000_000
"""21 September 2026."""


@dataclass(frozen=True)
class Place:
    """A server with an account whose mailboxes are empty."""

    server: Server
    secret: Secret

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """Give a session as sync has it."""
        session = await connect(self.server, self.secret)
        try:
            await settle(session)
            yield session
        finally:
            await session.close()


def mail(subject: str) -> bytes:
    return f"From: ann@north.test\r\nSubject: {subject}\r\n\r\nHello.\r\n".encode()


async def filled(session: Session, count: int) -> list[int]:
    """Put mails into INBOX; return their UIDs."""
    return [
        (await appending.append_message(session, "INBOX", mail(f"No {n}"), NO_FLAGS, DATE))[1]
        for n in range(count)
    ]


async def a_mailbox_tells_what_became_of_it(place: Place) -> None:
    async with place.session() as session, place.session() as other:
        assert session.enabled >= {"CONDSTORE", "QRESYNC"}
        uids = await filled(session, 6)
        before = await mailboxes.select(session, "INBOX")
        known = Known(before.uid_validity, before.highest_modseq, UidSet.of(uids))
        again = await mailboxes.select(session, "INBOX", known=known)
        assert (again.is_resynced, again.vanished, again.changed) == (True, UidSet(), ())
        await mailboxes.select(other, "INBOX")
        await messages.expunge_messages(other, UidSet.of([uids[1], uids[4]]))
        await flags.change_flags(other, UidSet.of([uids[2]]), frozenset({Flag.SEEN}), NO_FLAGS)
        await watch.ask_for_news(session)  # Dovecot shows an open mailbox as it last told of it
        gone: list[UidSet] = []
        rows = [
            row
            async for batch in flags.fetch_flags(session, ALL_UIDS, known.modseq, gone.append)
            for row in batch
        ]
        assert [uid for one in gone for uid in one] == [uids[1], uids[4]]
        assert (rows[-1].uid, rows[-1].flags) == (uids[2], {Flag.SEEN})
        after = await mailboxes.select(session, "INBOX", known=known)
        assert after.is_resynced
        assert list(after.vanished) == [uids[1], uids[4]]
        assert [(row.uid, row.flags) for row in after.changed] == [(uids[2], {Flag.SEEN})]
        other_box = Known(before.uid_validity + 1, before.highest_modseq)
        assert not (await mailboxes.select(session, "INBOX", known=other_box)).is_resynced


async def what_goes_while_waiting_is_news(place: Place) -> None:
    async with place.session() as session, place.session() as other:
        uids = await filled(session, 3)
        await mailboxes.select(session, "INBOX")
        await mailboxes.select(other, "INBOX")
        await messages.move_messages(other, UidSet.of(uids[:1]), "Trash")
        assert not other.unasked.has_news
        assert await watch.wait_for_news(session, 10)
        session.unasked.forget()
        await messages.move_messages(session, UidSet.of(uids[1:]), "Trash")
        assert not session.unasked.has_news


async def all_mailboxes_come_with_their_counts(place: Place) -> None:
    async with place.session() as session:
        await filled(session, 2)
        found = {box.name: box for box in await listing.list_mailboxes(session, with_counts=True)}
        counts = await mailboxes.mailbox_counts(session, "INBOX")
        inbox = found["INBOX"].counts
        assert inbox is not None
        assert (inbox["MESSAGES"], inbox["UNSEEN"]) == (2, 2)
        assert {name: inbox[name] for name in counts} == counts
        assert found["Sent"].is_subscribed
        assert "\\sent" in found["Sent"].attributes
        await mailboxes.create_mailbox(session, "Böte")
        await mailboxes.subscribe_mailbox(session, "Böte", is_wanted=False)
        found = {box.name: box for box in await listing.list_mailboxes(session)}
        assert found["Böte"].is_subscribed is False
        assert found["Böte"].counts is None
        await mailboxes.delete_mailbox(session, "Böte")


async def search_finds_what_it_is_asked_for(place: Place) -> None:
    async with place.session() as session:
        uids = await filled(session, 4)
        extra = await appending.append_message(
            session, "INBOX", mail('Grüße (a) "b" \\c'), frozenset({Flag.FLAGGED}), DATE - 86400
        )
        await mailboxes.select(session, "INBOX")
        greeting = s.contains(s.Field.SUBJECT, "grüße")
        cases = [
            (s.EVERY_MESSAGE, [*uids, extra[1]]),
            (greeting, [extra[1]]),
            (s.contains(s.Field.SUBJECT, '(a) "b" \\c'), [extra[1]]),
            (s.negated(greeting), uids),
            (s.either(greeting, s.contains(s.Field.SUBJECT, "No 2")), [uids[2], extra[1]]),
            (s.every([s.has_flag(Flag.FLAGGED), s.negated(s.has_flag("$x"))]), [extra[1]]),
            (s.day(s.Day.SINCE, date(2026, 9, 21)), uids),
            (s.every([s.larger(10), s.smaller(1 << 20), s.among(UidSet.of(uids[:2]))]), uids[:2]),
            (s.header("From", "ann@"), [*uids, extra[1]]),
            (s.contains(s.Field.BODY, "nobody"), []),
        ]
        for criterion, expected in cases:
            assert list(await s.search(session, criterion)) == expected, criterion


async def every_mailbox_is_watched(place: Place) -> None:
    async with place.session() as session, place.session() as other:
        await mailboxes.select(session, "INBOX", read_only=True)
        assert await watch.watch_all(session)
        uid = (await appending.append_message(other, "Archive", mail("x"), NO_FLAGS, DATE))[1]
        assert "Archive" in (await watch.wait_for_news(session, 10)).elsewhere
        await mailboxes.select(other, "Archive")
        await flags.change_flags(other, UidSet.of([uid]), frozenset({Flag.SEEN}), NO_FLAGS)
        assert "Archive" in (await watch.wait_for_news(session, 10)).elsewhere
        await mailboxes.create_mailbox(other, "Böte")
        assert "Böte" in (await watch.wait_for_news(session, 10)).elsewhere
        await mailboxes.delete_mailbox(other, "Böte")
        await appending.append_message(other, "INBOX", mail("x"), NO_FLAGS, DATE)
        while not (await watch.wait_for_news(session, 10)).is_here:
            pass


async def a_compressed_line_carries_all(place: Place) -> None:
    async with place.session() as session:
        assert await compress(session)
        raw = mail("x" * 900) + b"The same again.\r\n" * 20_000
        uid = (await appending.append_message(session, "INBOX", raw, NO_FLAGS, DATE))[1]
        await filled(session, 3)
        selected = await mailboxes.select(session, "INBOX")
        assert selected.exists == 4
        assert await messages.fetch_body(session, uid) == raw
        assert session.receiver.moved_bytes < len(raw) / 2


async def name_spaces_are_told(place: Place) -> None:
    async with place.session() as session:
        assert (await namespaces(session)).personal == (Namespace("", "/"),)


async def several_messages_are_kept_at_once(place: Place) -> None:
    async with place.session() as session:
        arrivals = [Arrival(mail(f"No {n}"), frozenset({Flag.SEEN}), DATE) for n in range(40)]
        uids = await appending.append_messages(session, "INBOX", arrivals)
        await mailboxes.select(session, "INBOX")
        assert list(await s.search(session, s.has_flag(Flag.SEEN))) == uids
        assert await messages.fetch_body(session, uids[7]) == arrivals[7].raw


CHECKS: list[Callable[[Place], Awaitable[None]]] = [
    a_mailbox_tells_what_became_of_it,
    what_goes_while_waiting_is_news,
    all_mailboxes_come_with_their_counts,
    search_finds_what_it_is_asked_for,
    several_messages_are_kept_at_once,
    name_spaces_are_told,
    every_mailbox_is_watched,
]
DOVECOT_CHECKS = [
    *CHECKS,
    a_compressed_line_carries_all,
]


def dovecot_of(servers: RealServers, name: str) -> Place:
    one = servers.account(name)
    server = Server(HOST, servers.imaps_port, Security.TLS, one.username, servers.ca_file)
    return Place(server, Secret(one.password))


@pytest.mark.parametrize("check", DOVECOT_CHECKS, ids=lambda check: check.__name__)
async def test_on_dovecot(
    real_servers: RealServers, check: Callable[[Place], Awaitable[None]]
) -> None:
    await check(dovecot_of(real_servers, "bob"))


async def test_a_quota_is_told(real_servers: RealServers) -> None:
    async with dovecot_of(real_servers, "full").session() as session:
        used, allowed = storage_of(await quotas(session, "INBOX")) or (-1, -1)
    assert 0 <= used <= allowed
    assert allowed == 2048


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_on_the_embedded_server(
    mail_host: RunningHost, check: Callable[[Place], Awaitable[None]]
) -> None:
    alice = mail_host.person("alice")
    ports = mail_host.ports
    server = Server("localhost", ports.imap_tls, Security.TLS, alice.email, mail_host.ca_file)
    await check(Place(server, Secret(alice.password)))
