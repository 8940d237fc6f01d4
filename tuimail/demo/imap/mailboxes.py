"""Commands on mailboxes: LIST, SELECT, STATUS, CREATE and their kin."""

from dataclasses import dataclass, field
from typing import Final

from tuimail.demo.mailstore import DELIMITER, INBOX, STANDARD_MAILBOXES, Mailbox

from .session import No, Session
from .syntax import Arguments, BadSyntax, UidRange
from .view import View, flag_names, flags_line

_SYSTEM_FLAGS: Final = frozenset({"\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"})
_SPECIAL_USES: Final = frozenset(use for _, use in STANDARD_MAILBOXES if use) | {
    "\\All",
    "\\Flagged",
}


async def select(session: Session, arguments: Arguments) -> bytes:
    """SELECT (RFC 9051 section 6.3.2)."""
    return await _selected(session, arguments, is_read_only=False)


async def examine(session: Session, arguments: Arguments) -> bytes:
    """EXAMINE (RFC 9051 section 6.3.3)."""
    return await _selected(session, arguments, is_read_only=True)


@dataclass(slots=True)
class _Selecting:
    """Parameters of SELECT (RFC 7162 sections 3.1.8 and 3.2.5)."""

    wants_modseq: bool = False
    uid_validity: int = 0
    modseq: int = 0
    """0 where QRESYNC was not asked for."""
    known: list[UidRange] = field(default_factory=lambda: [(1, 0)])

    def read(self, arguments: Arguments) -> None:
        """Read one parameter."""
        match arguments.atom():
            case "CONDSTORE":
                self.wants_modseq = True
            case "QRESYNC":
                self._read_known(arguments)
            case name:
                raise BadSyntax(f"Unknown parameter {name}")

    def _read_known(self, arguments: Arguments) -> None:
        arguments.expect(b" (")
        self.uid_validity = arguments.number()
        arguments.space()
        self.modseq = arguments.number()
        if arguments.skip(b" ") and not arguments.at(b"("):
            self.known = arguments.number_set()
            arguments.skip(b" ")
        if arguments.skip(b"("):  # which number had which UID: of no use to a server that forgets
            arguments.number_set()
            arguments.space()
            arguments.number_set()
            arguments.expect(b")")
        arguments.expect(b")")


async def _selected(session: Session, arguments: Arguments, *, is_read_only: bool) -> bytes:
    arguments.space()
    name = arguments.mailbox()
    selecting = _Selecting()
    if arguments.skip(b" "):
        arguments.items(lambda: selecting.read(arguments))
    arguments.end()
    if selecting.modseq and not session.wants_vanished:
        raise BadSyntax("QRESYNC is not enabled")
    if session.view is not None and session.has("QRESYNC"):
        session.stream.write(b"* OK [CLOSED] The one before\r\n")
    session.unselect()
    mailbox = session.mailbox(name)
    if selecting.wants_modseq:
        session.wants_modseq = True
    view = View(mailbox, is_read_only=is_read_only)
    session.select(view)
    _describe(session, mailbox, is_read_only=is_read_only)
    if selecting.modseq and selecting.uid_validity == mailbox.uid_validity:
        await _resync(session, view, selecting)
    return b"OK [READ-ONLY] Done" if is_read_only else b"OK [READ-WRITE] Done"


async def _resync(session: Session, view: View, selecting: _Selecting) -> None:
    session.stream.write(view.vanished_line(selecting.known, selecting.modseq))
    for number, message in view.chosen(selecting.known, by_uid=True):
        if message.modseq > selecting.modseq:
            session.stream.write(flags_line(number, message, with_modseq=True))
            await session.stream.breathe()


def _describe(session: Session, mailbox: Mailbox, *, is_read_only: bool) -> None:
    flags = flag_names(_SYSTEM_FLAGS | mailbox.keywords)
    permanent = b"" if is_read_only else flags + b" \\*"
    lines = [
        b"FLAGS (%b)" % flags,
        b"%d EXISTS" % len(mailbox.messages),
        b"0 RECENT",
        b"OK [PERMANENTFLAGS (%b)] Kept" % permanent,
        b"OK [UIDVALIDITY %d] Valid" % mailbox.uid_validity,
        b"OK [UIDNEXT %d] Next" % mailbox.uid_next,
    ]
    if session.has("CONDSTORE"):
        lines.append(b"OK [HIGHESTMODSEQ %d] Highest" % mailbox.highest_modseq)
    for line in lines:
        session.stream.write(b"* %b\r\n" % line)


async def unselect(session: Session, arguments: Arguments) -> bytes:
    """UNSELECT (RFC 9051 section 6.4.2)."""
    arguments.end()
    session.unselect()
    return b"OK Done"


async def close(session: Session, arguments: Arguments) -> bytes:
    r"""CLOSE (RFC 9051 section 6.4.1): \Deleted messages go without a word."""
    arguments.end()
    view = session.selected
    box = view.mailbox
    gone: list[int] = []
    if not view.is_read_only:
        gone = box.expunge([m.uid for m in box.messages.values() if "\\Deleted" in m.flags])
    session.unselect()
    if gone and session.wants_vanished:  # RFC 7162 section 3.2.8
        return b"OK [HIGHESTMODSEQ %d] Done" % box.highest_modseq
    return b"OK Done"


async def create(session: Session, arguments: Arguments) -> bytes:
    """CREATE, with USE (RFC 6154 section 3)."""
    arguments.space()
    name = arguments.mailbox().removesuffix(DELIMITER)
    special_use = _wanted_use(arguments) if arguments.skip(b" ") else ""
    arguments.end()
    if not name or name.startswith(DELIMITER) or DELIMITER * 2 in name:
        raise No("[CANNOT] Not a possible name")
    if session.mailstore.find(name) is not None:
        raise No("[ALREADYEXISTS] There is such a mailbox already")
    session.mailstore.create(name, special_use)
    return b"OK Done"


def _wanted_use(arguments: Arguments) -> str:
    arguments.expect(b"(USE ")
    wanted = arguments.items(arguments.flag)
    arguments.expect(b")")
    if len(wanted) != 1 or wanted[0] not in _SPECIAL_USES:
        raise No("[USEATTR] Not a use known here")
    return wanted[0]


async def delete(session: Session, arguments: Arguments) -> bytes:
    """DELETE (RFC 9051 section 6.3.5)."""
    arguments.space()
    mailbox = session.mailbox(arguments.mailbox())
    arguments.end()
    if mailbox.name == INBOX:
        raise No("[CANNOT] INBOX stays")
    session.mailstore.delete(mailbox)
    return b"OK Done"


async def rename(session: Session, arguments: Arguments) -> bytes:
    """RENAME (RFC 9051 section 6.3.6)."""
    arguments.space()
    mailbox = session.mailbox(arguments.mailbox())
    arguments.space()
    name = arguments.mailbox()
    arguments.end()
    if mailbox.name == INBOX:
        raise No("[CANNOT] INBOX stays")
    if not name or session.mailstore.find(name) is not None:
        raise No("[ALREADYEXISTS] There is such a mailbox already")
    session.mailstore.rename(mailbox, name)
    return b"OK Done"


async def subscribe(session: Session, arguments: Arguments) -> bytes:
    """SUBSCRIBE (RFC 9051 section 6.3.7)."""
    arguments.space()
    session.mailbox(arguments.mailbox()).is_subscribed = True
    arguments.end()
    return b"OK Done"


async def unsubscribe(session: Session, arguments: Arguments) -> bytes:
    """UNSUBSCRIBE (RFC 9051 section 6.3.8)."""
    arguments.space()
    session.mailbox(arguments.mailbox()).is_subscribed = False
    arguments.end()
    return b"OK Done"


async def namespace(session: Session, arguments: Arguments) -> bytes:
    """NAMESPACE (RFC 2342)."""
    arguments.end()
    session.stream.write(b'* NAMESPACE (("" "%b")) NIL NIL\r\n' % DELIMITER.encode())
    return b"OK Done"
