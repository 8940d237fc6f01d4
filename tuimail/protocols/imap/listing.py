"""All mailboxes of an account in one round trip: LIST with what it can be asked to return.

RFC 5258 (LIST-EXTENDED), 5819 (LIST-STATUS), 6154 (SPECIAL-USE). Where a server has none of it, or
refuses what it offers, plain LIST tells the names and LSUB the subscriptions (RFC 3501); shared
mailboxes, which such servers leave out, are asked for by their name space (RFC 2342).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from .arguments import Argument
from .faults import Refused, unreadable
from .grammar import Listed, MailboxStatus, Untagged
from .namespaces import namespaces, prefixes_besides
from .session import Command, Session

MAX_MAILBOXES: Final = 50_000

_EVERYTHING: Final = (b'""', b'"*"')


async def list_mailboxes(session: Session, *, with_counts: bool = False) -> list[Listed]:
    """Return every mailbox once, with its attributes and whether it is subscribed.

    `with_counts` asks for MESSAGES, UIDNEXT, UIDVALIDITY, UNSEEN and, where kept, HIGHESTMODSEQ of
    each; `Listed.counts` stays None where the server cannot tell them with the list.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    listing = _Listing()
    if session.offers("LIST-EXTENDED"):
        returned = b" ".join(_returned(session, with_counts=with_counts))
        try:
            await listing.ask(session, "LIST", (*_EVERYTHING, b"RETURN (" + returned + b")"))
        except Refused:
            listing = _Listing()  # Proton Bridge offers it and says BAD
        if listing.mailboxes:
            return listing.outcome(lambda one: "\\subscribed" in one.attributes)
    await listing.ask(session, "LIST", _EVERYTHING)
    for prefix in prefixes_besides(await namespaces(session)):
        await listing.ask(session, "LIST", (b'""', session.named(prefix + "*")))
    subscribed = _Listing()
    try:
        await subscribed.ask(session, "LSUB", _EVERYTHING)
    except Refused:
        return listing.outcome(lambda _: None)
    return listing.outcome(lambda one: one.name in subscribed.mailboxes)


def _returned(session: Session, *, with_counts: bool) -> Iterator[bytes]:
    yield b"SUBSCRIBED"
    if session.offers("SPECIAL-USE"):
        yield b"SPECIAL-USE"
    if with_counts and session.offers("LIST-STATUS"):
        modseq = b" HIGHESTMODSEQ" if session.offers("CONDSTORE") else b""
        object_id = b" MAILBOXID" if session.offers("OBJECTID") else b""
        yield b"STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN" + modseq + object_id + b")"


class _Listing:
    """Collects mailboxes and what STATUS says of them."""

    def __init__(self) -> None:
        self.mailboxes: dict[str, Listed] = {}
        self._counts: dict[str, MailboxStatus] = {}

    async def ask(self, session: Session, name: str, words: tuple[Argument, ...]) -> None:
        """Say LIST or LSUB and keep the answer."""
        timeout_s = session.timeouts.work_s  # counting thousands of mailboxes takes a server long
        command = Command(name, words, "to list its mailboxes", timeout_s, is_steady=True)
        await session.say(command, self._take)

    def outcome(self, is_subscribed: Callable[[Listed], bool | None]) -> list[Listed]:
        """Return the mailboxes in the order listed."""
        return [self._completed(one, is_subscribed(one)) for one in self.mailboxes.values()]

    def _completed(self, listed: Listed, is_subscribed: bool | None) -> Listed:
        told = self._counts.get(listed.name)
        if told is None:
            return replace(listed, is_subscribed=is_subscribed)
        return replace(
            listed, is_subscribed=is_subscribed, counts=told.items, mailbox_id=told.mailbox_id
        )

    def _take(self, response: Untagged) -> bool:
        match response:
            case Listed():
                self.mailboxes.setdefault(response.name, response)
            case MailboxStatus():
                self._counts[response.name] = response
            case _:
                return False
        if max(len(self.mailboxes), len(self._counts)) > MAX_MAILBOXES:
            raise unreadable("mailboxes without end")
        return True
