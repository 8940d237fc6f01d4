"""NOTIFY: news of every mailbox, whichever is open (RFC 5465)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from tuimail.demo.mailstore import DELIMITER, ChangeKind, Mailbox

from .listing import listed_line, status_line
from .names import encode_name
from .session import No, Session
from .syntax import Arguments, BadSyntax, quoted

_EVENTS: Final = {"MESSAGENEW", "MESSAGEEXPUNGE", "FLAGCHANGE", "MAILBOXNAME"}
_BAD_EVENT: Final = "[BADEVENT (MessageNew MessageExpunge FlagChange MailboxName)] Not known here"
_SELECTED: Final = {"SELECTED", "SELECTED-DELAYED"}
"""What is open is told of in any case."""


async def notify(session: Session, arguments: Arguments) -> bytes:
    """NOTIFY NONE, or NOTIFY SET with filters for the open mailbox and for the person's own."""
    arguments.space()
    wanted: set[str] = set()
    tells_all = arguments.skip(b"SET STATUS")
    if tells_all or arguments.skip(b"SET"):
        while arguments.skip(b" "):
            wanted |= _events_of(arguments)
    else:
        arguments.expect(b"NONE")
    arguments.end()
    elsewhere = Elsewhere(session, frozenset(wanted)) if wanted else None
    if elsewhere is not None and tells_all:
        elsewhere.tell_all()
    session.follow(elsewhere)
    return b"OK Done"


def _events_of(arguments: Arguments) -> set[str]:
    """Return the events of one filter that are for mailboxes which are not open."""
    arguments.expect(b"(")
    name = arguments.atom()
    arguments.space()
    events = set() if arguments.skip(b"NONE") else set(arguments.items(arguments.atom))
    arguments.expect(b")")
    if name not in _SELECTED | {"PERSONAL"}:
        raise BadSyntax(f"Unknown filter {name}")
    if not events <= _EVENTS:
        raise No(_BAD_EVENT)
    # RFC 5465 section 5: neither goes without the other, and flags not without both.
    both = {"MESSAGENEW", "MESSAGEEXPUNGE"}
    if events & (both | {"FLAGCHANGE"}) and not both <= events:
        raise BadSyntax("MessageNew and MessageExpunge belong together")
    return set() if name in _SELECTED else events


class Elsewhere:
    """Follows the mailboxes of a person for one session, until it is stopped."""

    def __init__(self, session: Session, events: frozenset[str]) -> None:
        self._session = session
        self._store = session.mailstore
        self._events = events
        self._followed: dict[Mailbox, Callable[[], None]] = {}
        self._changed: dict[Mailbox, None] = {}
        self._names: dict[str, None] = {}
        for mailbox in self._store:
            self._follow(mailbox)
        self._store.watch(self._on_name)

    def tell_all(self) -> None:
        """Begin with each mailbox as it is now (STATUS, RFC 5465 section 4)."""
        self._changed = dict.fromkeys(self._store)

    def stop(self) -> None:
        """Follow nothing any more."""
        self._store.unwatch(self._on_name)
        for mailbox, callback in self._followed.items():
            mailbox.unwatch(callback)

    def news(self) -> Iterator[bytes]:
        """Yield untagged lines for what happened since the last time, and take note of it."""
        changed, names = list(self._changed), list(self._names)
        self._changed.clear()
        self._names.clear()
        for name in names:
            yield self._name_line(name)
        items = ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]
        items += ["HIGHESTMODSEQ"] if self._session.has("CONDSTORE") else []
        view = self._session.view
        for mailbox in changed:
            if (view is None or view.mailbox is not mailbox) and self._store.find(mailbox.name):
                yield status_line(self._session, mailbox, items)

    def _name_line(self, name: str) -> bytes:
        mailbox = self._store.find(name)
        if mailbox is not None:
            return listed_line(self._session, mailbox, b"LIST")
        wire = quoted(encode_name(name))
        return b'* LIST (\\NonExistent) "%b" %b\r\n' % (DELIMITER.encode(), wire)

    def _follow(self, mailbox: Mailbox) -> None:
        if mailbox not in self._followed and "MESSAGENEW" in self._events:
            self._followed[mailbox] = partial(self._on_change, mailbox)
            mailbox.watch(self._followed[mailbox])

    def _on_change(self, mailbox: Mailbox) -> None:
        kind = mailbox.changes[-1].kind
        if kind is not ChangeKind.FLAGS or "FLAGCHANGE" in self._events:
            self._changed[mailbox] = None
            self._session.woken.set()

    def _on_name(self, name: str) -> None:
        mailbox = self._store.find(name)
        if mailbox is not None:
            self._follow(mailbox)
        if "MAILBOXNAME" in self._events:
            self._names[name] = None
            self._session.woken.set()
