"""STATUS, LIST and LSUB: what mailboxes there are, and what they hold."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tuimail.demo.mailstore import DELIMITER, INBOX, Mailbox

from .names import encode_name
from .session import Session
from .syntax import Arguments, BadSyntax, quoted


async def status(session: Session, arguments: Arguments) -> bytes:
    """STATUS (RFC 9051 section 6.3.11)."""
    arguments.space()
    mailbox = session.mailbox(arguments.mailbox())
    arguments.space()
    wanted = arguments.items(arguments.atom)
    arguments.end()
    session.stream.write(status_line(session, mailbox, wanted))
    return b"OK Done"


def status_line(session: Session, mailbox: Mailbox, wanted: Iterable[str]) -> bytes:
    """Return a STATUS line with what is wanted (RFC 9051 section 7.3.4).

    Raises:
        BadSyntax: there is no such counter.
    """
    known: dict[str, Callable[[], int]] = {
        "MESSAGES": lambda: len(mailbox.messages),
        "RECENT": lambda: 0,
        "UIDNEXT": lambda: mailbox.uid_next,
        "UIDVALIDITY": lambda: mailbox.uid_validity,
        "UNSEEN": lambda: mailbox.unseen,
        "DELETED": lambda: sum("\\Deleted" in m.flags for m in mailbox.messages.values()),
        "SIZE": lambda: sum(m.size_bytes for m in mailbox.messages.values()),
    }
    if session.has("CONDSTORE"):
        known["HIGHESTMODSEQ"] = lambda: mailbox.highest_modseq
    try:
        items = b" ".join(b"%b %d" % (item.encode("ascii"), known[item]()) for item in wanted)
    except KeyError as error:
        raise BadSyntax(f"Unknown status item {error.args[0]}") from error
    return b"* STATUS %b (%b)\r\n" % (quoted(encode_name(mailbox.name)), items)


@dataclass(slots=True)
class _Listing:
    """A LIST command as asked (RFC 5258)."""

    patterns: list[str] = field(default_factory=list)
    subscribed_only: bool = False
    special_only: bool = False
    returned: set[str] = field(default_factory=set)
    status_items: list[str] = field(default_factory=list)


async def list_mailboxes(session: Session, arguments: Arguments) -> bytes:
    """LIST, with the options of RFC 5258, 5819 and 6154."""
    arguments.space()
    listing = _listing_of(arguments)
    if listing.patterns == [""]:
        session.stream.write(b'* LIST (\\Noselect) "%b" ""\r\n' % DELIMITER.encode())
        return b"OK Done"
    _write_listing(session, listing, b"LIST")
    return b"OK Done"


async def lsub(session: Session, arguments: Arguments) -> bytes:
    """LSUB (RFC 3501 section 6.3.9)."""
    arguments.space()
    reference = arguments.mailbox()
    arguments.space()
    listing = _Listing([reference + arguments.list_mailbox()], subscribed_only=True)
    arguments.end()
    _write_listing(session, listing, b"LSUB")
    return b"OK Done"


def _listing_of(arguments: Arguments) -> _Listing:
    listing = _Listing()
    if arguments.at(b"("):
        options = arguments.items(arguments.atom)
        listing.subscribed_only = "SUBSCRIBED" in options
        listing.special_only = "SPECIAL-USE" in options
        listing.returned.update(options)
        arguments.space()
    reference = arguments.mailbox()
    arguments.space()
    if arguments.at(b"("):
        listing.patterns = [reference + p for p in arguments.items(arguments.list_mailbox)]
    else:
        listing.patterns = [reference + arguments.list_mailbox()]
    if arguments.skip(b" RETURN "):
        arguments.items(lambda: _return_option(listing, arguments))
    arguments.end()
    return listing


def _return_option(listing: _Listing, arguments: Arguments) -> None:
    option = arguments.atom()
    listing.returned.add(option)
    if option == "STATUS":
        arguments.space()
        listing.status_items = arguments.items(arguments.atom)


def _write_listing(session: Session, listing: _Listing, response: bytes) -> None:
    names = re.compile("|".join(_pattern(p) for p in listing.patterns), re.DOTALL)
    for mailbox in list(session.mailstore):
        if not names.fullmatch(mailbox.name):
            continue
        if listing.subscribed_only and not mailbox.is_subscribed:
            continue
        if listing.special_only and not mailbox.special_use:
            continue
        line = listed_line(
            session, mailbox, response, with_subscribed="SUBSCRIBED" in listing.returned
        )
        session.stream.write(line)
        if listing.status_items:
            session.stream.write(status_line(session, mailbox, listing.status_items))


def listed_line(
    session: Session, mailbox: Mailbox, response: bytes, *, with_subscribed: bool = False
) -> bytes:
    """Return a line that lists a mailbox with its attributes (RFC 9051 section 7.3.1)."""
    below = mailbox.name + DELIMITER
    has_children = any(other.name.startswith(below) for other in session.mailstore)
    attributes = ["\\HasChildren" if has_children else "\\HasNoChildren"]
    if mailbox.special_use and session.has("SPECIAL-USE"):
        attributes.append(mailbox.special_use)
    if mailbox.is_subscribed and with_subscribed:
        attributes.append("\\Subscribed")
    words = " ".join(attributes).encode("ascii")
    name = quoted(encode_name(mailbox.name))
    return b'* %b (%b) "%b" %b\r\n' % (response, words, DELIMITER.encode(), name)


def _pattern(pattern: str) -> str:
    """Return a regular expression: `*` is anything, `%` anything but the delimiter."""
    wild = {"*": ".*", "%": f"[^{DELIMITER}]*"}
    single = re.sub(r"([*%])\1+", r"\1", pattern)
    if single.upper() == INBOX:
        return "(?i:INBOX)"
    return "".join(wild.get(character, re.escape(character)) for character in single)
