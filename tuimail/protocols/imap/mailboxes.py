"""Commands about one mailbox: select, count, create (RFC 9051 section 6.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from tuimail.errors import ProtocolError
from tuimail.model.flags import NO_FLAGS, Flags
from tuimail.model.uid_set import MAX_PIECE_RANGES, NO_UIDS, UidSet

from .codes import Status
from .faults import Refused
from .fetch import FetchRow
from .grammar import Exists, FlagList, MailboxStatus, Untagged, Vanished
from .lexer import MAX_NUMBER64
from .receive import AUTH, SELECTED
from .session import Command, Session
from .sets import MAX_RANGES, Range, written

MAX_CHANGED: Final = 100_000
"""Changed messages that are kept of one SELECT: about 20 MB."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a mailbox since it was last looked at (RFC 7162 section 3.2.5)."""

    uid_validity: int
    modseq: int
    """The highest one seen; 0 for none: then nothing can be asked with it."""
    uids: UidSet | None = None
    """The messages known; None for all, then those that came since are told of too."""


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
    mailbox_id: str = ""
    """OBJECTID (RFC 8474): the same after a rename; empty where nobody says."""
    is_resynced: bool = False
    """The server answered as QRESYNC has it: `vanished` and `changed` are all that became of what
    is known. Otherwise they are empty, and UIDs and flags are to be compared."""
    vanished: UidSet = NO_UIDS
    """Gone since then; may name messages that were never known, in ranges of any width."""
    changed: tuple[FetchRow, ...] = ()
    """Rows with UID, flags and modseq; may name messages that are not known yet."""


async def select(
    session: Session, name: str, *, read_only: bool = False, known: Known | None = None
) -> Selected:
    """Open a mailbox; what follows acts on it.

    With `known`, and where QRESYNC is on, the answer tells what became of what is known already.

    Raises:
        MailboxMissing, Refused: it cannot be opened; no mailbox is open then.
        NetworkError, ProtocolError: as `Session.say`.
    """
    if known is not None and not (known.modseq and "QRESYNC" in session.enabled):
        known = None
    gathered = _Gathered(known)
    command = Command(
        "EXAMINE" if read_only else "SELECT",
        (session.named(name), *_parameters(session, known)),
        "to open the mailbox",
        session.timeouts.work_s if known else session.timeouts.command_s,
        is_steady=known is not None,
    )
    session.unasked.forget()
    session.has_modseqs = False
    try:
        status = await session.say(command, gathered.take)
    except Refused:
        session.receiver.mark(AUTH)
        raise
    session.receiver.mark(SELECTED)
    selected = gathered.outcome()
    session.exists = selected.exists
    session.has_modseqs = bool(session.offers("CONDSTORE") and selected.highest_modseq)
    return replace(selected, is_read_only=read_only or status.code.name == "READ-ONLY")


def _parameters(session: Session, known: Known | None) -> tuple[bytes, ...]:
    if known is None:
        return (b"(CONDSTORE)",) if session.offers("CONDSTORE") else ()
    words = b"%d %d" % (known.uid_validity, known.modseq)
    if known.uids:
        ranges = known.uids.ranges
        if len(ranges) > MAX_PIECE_RANGES:  # a wider set is right too, and a line has its limit
            ranges = ((ranges[0][0], ranges[-1][1]),)
        words += b" " + written(UidSet(ranges))
    return (b"(QRESYNC (" + words + b"))",)


@dataclass(slots=True)
class _Gathered:
    """Collects what SELECT tells, in any order."""

    known: Known | None
    selected: Selected = field(default_factory=Selected)
    gone: list[Range] = field(default_factory=list)
    changed: dict[int, FetchRow] = field(default_factory=dict)
    is_too_much: bool = False

    def take(self, response: Untagged) -> bool:
        match response:
            case Exists(count):
                self.selected = replace(self.selected, exists=count)
            case FlagList(flags):
                self.selected = replace(self.selected, flags=flags)
            case Status():
                return self._take_code(response)
            case FetchRow() | Vanished() if self.known is not None:
                return self._take_change(response)
            case _:
                return False
        return True

    def outcome(self) -> Selected:
        """Return all that was told, once the mailbox is open."""
        known, selected = self.known, self.selected
        if (
            known is None
            or self.is_too_much
            or selected.uid_validity != known.uid_validity
            # None is kept here, or the server was set back to an earlier time.
            or selected.highest_modseq < known.modseq
        ):
            return selected
        return replace(
            selected,
            is_resynced=True,
            vanished=UidSet.joined(self.gone),
            changed=tuple(self.changed.values()),
        )

    def _take_change(self, response: FetchRow | Vanished) -> bool:
        if isinstance(response, Vanished):
            if response.is_earlier:
                self.gone.extend(response.uids.ranges)
        elif response.uid and response.flags is not None:
            self.changed[response.uid] = response
        else:
            return False
        if len(self.gone) > MAX_RANGES or len(self.changed) > MAX_CHANGED:
            self.is_too_much = True
            self._forget_changes()
        return isinstance(response, FetchRow) or response.is_earlier

    def _forget_changes(self) -> None:
        self.gone.clear()
        self.changed.clear()

    def _take_code(self, status: Status) -> bool:
        code = status.code
        match code.name:
            case "CLOSED":  # RFC 7162: what came before was of the mailbox open until now
                self.selected = Selected()
                self._forget_changes()
            case "UIDVALIDITY":
                self.selected = replace(self.selected, uid_validity=code.number() or 0)
            case "UIDNEXT":
                self.selected = replace(self.selected, uid_next=code.number() or 0)
            case "HIGHESTMODSEQ":
                modseq = code.number(MAX_NUMBER64) or 0
                self.selected = replace(self.selected, highest_modseq=modseq)
            case "MAILBOXID":
                self.selected = replace(self.selected, mailbox_id=code.object_id())
            case "PERMANENTFLAGS":
                self.selected = replace(self.selected, permanent_flags=code.flags())
            case _:
                return False
        return True


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
        (session.named(name), b"(" + items + b")"),
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
        await session.say(
            Command("CREATE", (session.named(name),), "to create the mailbox", timeout_s)
        )
    except Refused as refusal:
        if refusal.code != "ALREADYEXISTS":
            raise
    try:
        await subscribe_mailbox(session, name, is_wanted=True)
    except Refused as refusal:
        session.wire.received(b"subscription refused: " + refusal.code.encode("ascii", "replace"))


async def rename_mailbox(session: Session, name: str, new_name: str) -> None:
    """Rename a mailbox and those below it, which no subscription follows (RFC 9051 section 6.3.6).

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    words = (session.named(name), session.named(new_name))
    timeout_s = session.timeouts.command_s
    await session.say(Command("RENAME", words, "to rename the mailbox", timeout_s))


async def delete_mailbox(session: Session, name: str) -> None:
    """Delete a mailbox with what lies in it (RFC 9051 section 6.3.5); not while it is open.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    timeout_s = session.timeouts.command_s
    await session.say(Command("DELETE", (session.named(name),), "to delete the mailbox", timeout_s))


async def subscribe_mailbox(session: Session, name: str, *, is_wanted: bool) -> None:
    """Subscribe to a mailbox, or no longer (RFC 9051 sections 6.3.7 and 6.3.8).

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    word, purpose = (
        ("SUBSCRIBE", "to subscribe to the mailbox")
        if is_wanted
        else ("UNSUBSCRIBE", "to unsubscribe from the mailbox")
    )
    await session.say(Command(word, (session.named(name),), purpose, session.timeouts.command_s))
