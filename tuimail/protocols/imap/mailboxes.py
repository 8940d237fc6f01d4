"""Commands about mailboxes: list, select, count, create (RFC 9051 sections 6.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from tuimail.errors import ProtocolError
from tuimail.model.flags import NO_FLAGS, Flags

from .arguments import mailbox
from .codes import Status
from .faults import Refused, unreadable
from .grammar import Exists, FlagList, Listed, MailboxStatus, Untagged
from .lexer import MAX_NUMBER64
from .receive import AUTH, SELECTED
from .session import Command, Session

MAX_MAILBOXES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Selected:
    """What SELECT told."""

    exists: int = 0
    uid_validity: int = 0
    """0 where the server does not say (Tencent)."""
    uid_next: int = 0
    """0 where the server does not say."""
    highest_modseq: int = 0
    """0 where the server has none."""
    flags: Flags = NO_FLAGS
    permanent_flags: Flags | None = None
    """None where the server does not say: then all flags can be changed for good."""
    is_read_only: bool = False


async def list_mailboxes(session: Session) -> list[Listed]:
    """Return every mailbox once, with the attributes of RFC 6154 where the server has them.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    seen: dict[str, Listed] = {}

    def take(response: Untagged) -> bool:
        if not isinstance(response, Listed):
            return False
        seen.setdefault(response.name, response)
        if len(seen) > MAX_MAILBOXES:
            raise unreadable("mailboxes without end")
        return True

    timeout_s = session.timeouts.command_s
    command = Command("LIST", (b'""', b'"*"'), "to list its mailboxes", timeout_s, is_steady=True)
    if session.offers("SPECIAL-USE", "LIST-EXTENDED"):
        try:
            extended = (*command.words, b"RETURN (SPECIAL-USE)")
            await session.say(replace(command, words=extended), take)
        except Refused:
            seen.clear()  # Proton Bridge offers it and says BAD
    if not seen:
        await session.say(command, take)
    return list(seen.values())


@dataclass(slots=True)
class _Gathered:
    """Collects what SELECT tells, in any order."""

    selected: Selected = field(default_factory=Selected)

    def take(self, response: Untagged) -> bool:
        match response:
            case Exists(count):
                self.selected = replace(self.selected, exists=count)
            case FlagList(flags):
                self.selected = replace(self.selected, flags=flags)
            case Status():
                return self._take_code(response)
            case _:
                return False
        return True

    def _take_code(self, status: Status) -> bool:
        code = status.code
        match code.name:
            case "CLOSED":  # RFC 7162: what came before was of the mailbox open until now
                self.selected = Selected()
            case "UIDVALIDITY":
                self.selected = replace(self.selected, uid_validity=code.number() or 0)
            case "UIDNEXT":
                self.selected = replace(self.selected, uid_next=code.number() or 0)
            case "HIGHESTMODSEQ":
                modseq = code.number(MAX_NUMBER64) or 0
                self.selected = replace(self.selected, highest_modseq=modseq)
            case "PERMANENTFLAGS":
                self.selected = replace(self.selected, permanent_flags=code.flags())
            case _:
                return False
        return True


async def select(session: Session, name: str, *, read_only: bool = False) -> Selected:
    """Open a mailbox; what follows acts on it.

    Raises:
        MailboxMissing, Refused: it cannot be opened; no mailbox is open then.
        NetworkError, ProtocolError: as `Session.say`.
    """
    gathered = _Gathered()
    condstore = (b"(CONDSTORE)",) if session.offers("CONDSTORE") else ()
    command = Command(
        "EXAMINE" if read_only else "SELECT",
        (mailbox(name), *condstore),
        "to open the mailbox",
        session.timeouts.command_s,
    )
    session.unasked.forget()
    session.has_modseqs = False
    try:
        status = await session.say(command, gathered.take)
    except Refused:
        session.receiver.mark(AUTH)
        raise
    session.receiver.mark(SELECTED)
    selected = gathered.selected
    session.exists = selected.exists
    session.has_modseqs = bool(condstore and selected.highest_modseq)
    return replace(selected, is_read_only=read_only or status.code.name == "READ-ONLY")


async def mailbox_counts(session: Session, name: str) -> Mapping[str, int]:
    """Return MESSAGES, UIDNEXT, UIDVALIDITY and, where kept, HIGHESTMODSEQ without opening it.

    Raises:
        MailboxMissing, Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    found: list[MailboxStatus] = []

    def take(response: Untagged) -> bool:
        if not isinstance(response, MailboxStatus):
            return False
        if response.name == name or response.name.upper() == name.upper() == "INBOX":
            found.append(response)
        return True

    items = b"MESSAGES UIDNEXT UIDVALIDITY"
    items += b" HIGHESTMODSEQ" if session.offers("CONDSTORE") else b""
    command = Command(
        "STATUS",
        (mailbox(name), b"(" + items + b")"),
        "to count a mailbox",
        session.timeouts.command_s,
    )
    await session.say(command, take)
    if not found:
        raise ProtocolError("The mail server did not say what the mailbox holds.")
    return found[-1].items


async def create_mailbox(session: Session, name: str) -> None:
    """Create a mailbox and subscribe to it; one that is there already is fine.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    timeout_s = session.timeouts.command_s
    try:
        await session.say(Command("CREATE", (mailbox(name),), "to create the mailbox", timeout_s))
    except Refused as refusal:
        if refusal.code != "ALREADYEXISTS":
            raise
    try:
        await session.say(
            Command("SUBSCRIBE", (mailbox(name),), "to subscribe to the mailbox", timeout_s)
        )
    except Refused as refusal:
        session.wire.received(b"subscription refused: " + refusal.code.encode("ascii", "replace"))
