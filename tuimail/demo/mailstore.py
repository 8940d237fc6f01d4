"""One person's mailboxes in memory: messages, flags, mod-sequences, and who watches."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import ClassVar, Final, Protocol

UNSEEN_FLAG: Final = "\\Seen"
DELIMITER: Final = "/"
INBOX: Final = "INBOX"


class Source(Protocol):
    """Where a message's bytes come from: kept, or generated anew each time they are wanted."""

    def raw(self) -> bytes:
        """Return the whole message with CRLF line ends."""
        ...


@dataclass(frozen=True, slots=True)
class KeptSource:
    """Bytes as they were delivered or appended."""

    content: bytes

    def raw(self) -> bytes:
        """Return them."""
        return self.content


class Letter(Protocol):
    """What a message is wherever it lies, where mailboxes are labels (see `gmail`)."""

    email_id: int
    thread_id: int

    def labels_beside(self, message: "Message") -> list[str]:
        """Return the labels but that of the mailbox this message lies in."""
        ...

    def change_labels(self, add: Iterable[str], remove: Iterable[str]) -> None:
        """Add and remove labels."""
        ...


class Message:
    """A message in one mailbox."""

    __slots__ = ("_size", "flags", "internal_date", "letter", "modseq", "source", "uid")

    def __init__(self, uid: int, source: Source, flags: frozenset[str], internal_date: int) -> None:
        self.uid = uid
        self.source = source
        self.flags = flags
        self.internal_date = internal_date
        """Seconds UTC."""
        self.modseq = 1
        self.letter: Letter | None = None
        self._size = -1

    @property
    def raw(self) -> bytes:
        """The whole message."""
        content = self.source.raw()
        self._size = len(content)
        return content

    @property
    def size_bytes(self) -> int:
        """RFC822.SIZE; known without the bytes once they were made."""
        return self._size if self._size >= 0 else len(self.raw)


class ChangeKind(StrEnum):
    """What happened to a message."""

    NEW = "new"
    FLAGS = "flags"
    EXPUNGED = "expunged"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a mailbox's history, which sessions follow at their own pace."""

    kind: ChangeKind
    uid: int
    modseq: int
    by: object | None
    """The session that did it, which needs not be told of its own flags."""


class MailboxFull(Exception):
    """The person's quota does not allow another message."""


class Mailbox:
    """A mailbox (RFC 9051 section 2.3) with mod-sequences (RFC 7162)."""

    def __init__(self, name: str, uid_validity: int, special_use: str = "") -> None:
        self.name = name
        self.uid_validity = uid_validity
        self.special_use = special_use
        """Attribute of RFC 6154 such as `\\Sent`; empty means none."""
        self.is_subscribed = True
        self.uid_next = 1
        self.highest_modseq = 1
        self.messages: dict[int, Message] = {}
        """By UID, ascending."""
        self.changes: list[Change] = []
        self.keywords: set[str] = set()
        self._watchers: set[Callable[[], None]] = set()

    @property
    def unseen(self) -> int:
        """How many messages are unread."""
        return sum(UNSEEN_FLAG not in message.flags for message in self.messages.values())

    def add(
        self, source: Source, flags: Iterable[str] = (), date: int = 0, by: object | None = None
    ) -> Message:
        """Append a message; `date` is the internal date in seconds UTC."""
        message = Message(self.uid_next, source, frozenset(flags), date)
        self.uid_next += 1
        self.messages[message.uid] = message
        self.keywords.update(flag for flag in message.flags if not flag.startswith("\\"))
        self._changed(message, ChangeKind.NEW, by)
        return message

    def take(self, message: Message, by: object | None = None) -> Message:
        """Put a copy of a message of another mailbox in."""
        return self.add(message.source, message.flags, message.internal_date, by)

    def release(self, uids: Iterable[int], by: object | None = None) -> None:
        """Let go of what was moved: it was taken elsewhere."""
        self.expunge(uids, by)

    def fill(self, arrivals: Iterable[tuple[Source, frozenset[str], int]]) -> None:
        """Put in what was there before anybody looked: no history, nobody to tell."""
        for source, flags, date in arrivals:
            self.messages[self.uid_next] = Message(self.uid_next, source, flags, date)
            self.keywords.update(flag for flag in flags if not flag.startswith("\\"))
            self.uid_next += 1

    def set_flags(self, message: Message, flags: frozenset[str], by: object | None = None) -> None:
        """Replace a message's flags; the mod-sequence moves only when they differ."""
        if flags == message.flags:
            return
        message.flags = flags
        self.keywords.update(flag for flag in flags if not flag.startswith("\\"))
        self._changed(message, ChangeKind.FLAGS, by)

    def expunge(self, uids: Iterable[int], by: object | None = None) -> list[int]:
        """Remove messages for ever; return the UIDs that were there."""
        gone = [uid for uid in uids if uid in self.messages]
        for uid in gone:
            self._changed(self.messages.pop(uid), ChangeKind.EXPUNGED, by)
        return gone

    def expunged_since(self, modseq: int) -> list[int]:
        """Return the UIDs removed after a mod-sequence, ascending (RFC 7162 section 3.2)."""
        return sorted(
            change.uid
            for change in takewhile(lambda one: one.modseq > modseq, reversed(self.changes))
            if change.kind is ChangeKind.EXPUNGED
        )

    def watch(self, wake: Callable[[], None]) -> None:
        """Have `wake` called after each change, in the event loop's thread."""
        self._watchers.add(wake)

    def unwatch(self, wake: Callable[[], None]) -> None:
        """Stop calling."""
        self._watchers.discard(wake)

    def _changed(self, message: Message, kind: ChangeKind, by: object | None) -> None:
        self.highest_modseq += 1
        message.modseq = self.highest_modseq
        self.changes.append(Change(kind, message.uid, message.modseq, by))
        for wake in tuple(self._watchers):
            wake()


STANDARD_MAILBOXES: Final = (
    (INBOX, ""),
    ("Archive", "\\Archive"),
    ("Drafts", "\\Drafts"),
    ("Junk", "\\Junk"),
    ("Sent", "\\Sent"),
    ("Trash", "\\Trash"),
)


class MailStore:
    """All mailboxes of one person."""

    standard: ClassVar[Sequence[tuple[str, str]]] = STANDARD_MAILBOXES
    offered: ClassVar[Sequence[str]] = ()
    """Capabilities that come with this kind of store."""
    lacking: ClassVar[frozenset[str]] = frozenset()
    """Capabilities that do not."""

    def __init__(self, uid_validity: int, quota_bytes: int | None = None) -> None:
        self._next_uid_validity = uid_validity
        self._quota_bytes = quota_bytes
        self._mailboxes: dict[str, Mailbox] = {}
        self._watchers: set[Callable[[str], None]] = set()
        for name, special_use in self.standard:
            self.create(name, special_use)

    def __iter__(self) -> Iterator[Mailbox]:
        """Yield the mailboxes by name, INBOX first."""
        yield from sorted(self._mailboxes.values(), key=lambda m: (m.name != INBOX, m.name))

    def find(self, name: str) -> Mailbox | None:
        """Return a mailbox; INBOX in any case of letters (RFC 9051 section 5.1)."""
        return self._mailboxes.get(canonical_name(name))

    def create(self, name: str, special_use: str = "") -> Mailbox:
        """Make a mailbox, which must not exist yet, and a new UIDVALIDITY with it."""
        mailbox = self._made(canonical_name(name), self._next_uid_validity, special_use)
        self._next_uid_validity += 1
        self._mailboxes[mailbox.name] = mailbox
        self._named(mailbox.name)
        return mailbox

    def delete(self, mailbox: Mailbox) -> None:
        """Remove a mailbox and what is in it."""
        mailbox.expunge(list(mailbox.messages))
        del self._mailboxes[mailbox.name]
        self._named(mailbox.name)

    def rename(self, mailbox: Mailbox, name: str) -> None:
        """Give a mailbox and those below it another name."""
        old = mailbox.name
        for box in list(self._mailboxes.values()):
            if box is mailbox or box.name.startswith(old + DELIMITER):
                was = box.name
                del self._mailboxes[was]
                box.name = name + was.removeprefix(old)
                self._mailboxes[box.name] = box
                self._named(was)
                self._named(box.name)

    def watch(self, wake: Callable[[str], None]) -> None:
        """Have `wake` called with each name that comes or goes, in the event loop's thread."""
        self._watchers.add(wake)

    def unwatch(self, wake: Callable[[str], None]) -> None:
        """Stop calling."""
        self._watchers.discard(wake)

    def _made(self, name: str, uid_validity: int, special_use: str) -> Mailbox:
        return Mailbox(name, uid_validity, special_use)

    def _named(self, name: str) -> None:
        for wake in tuple(self._watchers):
            wake(name)

    def receive(self, raw: bytes, date: int, mailbox: str = INBOX) -> Message:
        """Take in an arriving message.

        Raises:
            MailboxFull: the quota is used up.
        """
        if self._quota_bytes is not None and self.used_bytes() + len(raw) > self._quota_bytes:
            raise MailboxFull
        target = self.find(mailbox) or self.create(mailbox)
        return target.add(KeptSource(raw), date=date)

    @property
    def is_full(self) -> bool:
        """Not even an empty message fits."""
        return self._quota_bytes is not None and self.used_bytes() >= self._quota_bytes

    def used_bytes(self) -> int:
        """Return the size of all messages together."""
        return sum(message.size_bytes for box in self for message in box.messages.values())


def canonical_name(name: str) -> str:
    """Return the one spelling of a mailbox name."""
    return INBOX if name.upper() == INBOX else name
