"""Mailboxes as Gmail keeps them: a mail lies there once, and mailboxes are labels on it.

Made for tests, after what Google documents of X-GM-EXT-1 and of its mailboxes over IMAP.
"""

import re
from collections.abc import Iterable
from typing import Final

from .mailstore import INBOX, ChangeKind, Mailbox, MailStore, Message, Source

ALL_MAIL: Final = "[Gmail]/All Mail"
TRASH: Final = "[Gmail]/Trash"
SPAM: Final = "[Gmail]/Spam"
MAILBOXES: Final = (
    (INBOX, ""),
    (ALL_MAIL, "\\All"),
    ("[Gmail]/Drafts", "\\Drafts"),
    ("[Gmail]/Sent Mail", "\\Sent"),
    (SPAM, "\\Junk"),
    (TRASH, "\\Trash"),
)
_SYSTEM: Final = {
    INBOX: "\\Inbox",
    "[Gmail]/Drafts": "\\Draft",
    "[Gmail]/Sent Mail": "\\Sent",
    SPAM: "\\Spam",
    TRASH: "\\Trash",
}
_MARKS: Final = frozenset({"\\Important", "\\Muted"})
"""Labels that are no mailboxes."""
FIRST_ID: Final = 2**63 + 1
"""Ids have 64 bits without a sign."""
_LINKS: Final = re.compile(
    rb"^(?:References|In-Reply-To):((?:.*\r\n)(?:[ \t].*\r\n)*)", re.IGNORECASE | re.MULTILINE
)
_OWN: Final = re.compile(rb"^Message-ID:\s*(<[^>]*>)", re.IGNORECASE | re.MULTILINE)
_LINK: Final = re.compile(rb"<[^>]*>")


class GmailLetter:
    """A mail with the mailboxes it lies in."""

    def __init__(self, store: "GmailStore", email_id: int, thread_id: int) -> None:
        self.email_id = email_id
        self.thread_id = thread_id
        self.places: dict[LabelMailbox, Message] = {}
        self._store = store
        self._marks: set[str] = set()

    def labels_beside(self, message: Message) -> list[str]:
        """Return the labels but that of the mailbox this message lies in."""
        named = [box.name for box, one in self.places.items() if one is not message]
        labels = [_SYSTEM.get(name, name) for name in named if name != ALL_MAIL]
        return sorted({*labels, *self._marks, *self._stars(message)})

    def change_labels(self, add: Iterable[str], remove: Iterable[str]) -> None:
        """Add and remove labels; one that is not there yet is made."""
        some = next(iter(self.places.values()))
        for label in add:
            if label in _MARKS:
                self._marks.add(label)
            else:
                self._store.labelled(label).take(some)
        for label in remove:
            self._marks.discard(label)
            box = self._store.find(_name_of(label))
            if isinstance(box, LabelMailbox) and box in self.places:
                box.expunge([self.places[box].uid])
        self.touch()

    def touch(self) -> None:
        """Have every mailbox know that something is new about the mail."""
        for box, message in self.places.items():
            box.touch(message)

    @staticmethod
    def _stars(message: Message) -> list[str]:
        return ["\\Starred"] if "\\Flagged" in message.flags else []


class LabelMailbox(Mailbox):
    """A mailbox that is a label."""

    def __init__(self, store: "GmailStore", name: str, uid_validity: int, special_use: str) -> None:
        super().__init__(name, uid_validity, special_use)
        self._store = store

    @property
    def is_apart(self) -> bool:
        """Trash and Spam: what lies there lies nowhere else, and goes for good from there."""
        return self.name in {TRASH, SPAM}

    def add(
        self, source: Source, flags: Iterable[str] = (), date: int = 0, by: object | None = None
    ) -> Message:
        """Take a new mail in, which lies in All Mail from then on."""
        letter = self._store.new_letter(source.raw())
        message = self.hold(letter, Message(0, source, frozenset(flags), date), by)
        if not self.is_apart:
            self._store.all_mail.hold(letter, message)
        return message

    def hold(self, letter: GmailLetter, like: Message, by: object | None = None) -> Message:
        """Have a mail here, with what is known of it elsewhere; once."""
        if self not in letter.places:
            message = super().add(like.source, like.flags - {"\\Deleted"}, like.internal_date, by)
            message.letter = letter
            letter.places[self] = message
        return letter.places[self]

    def take(self, message: Message, by: object | None = None) -> Message:
        """Put this label on a mail; Trash and Spam take every other one off."""
        letter = _letter_of(message)
        if self not in letter.places and (
            self.is_apart or any(box.is_apart for box in letter.places)
        ):
            for box in list(letter.places):
                box.drop(letter)
        taken = self.hold(letter, message, by)
        if not self.is_apart:
            self._store.all_mail.hold(letter, message)
        letter.touch()
        return taken

    def release(self, uids: Iterable[int], by: object | None = None) -> None:
        """Take this label off what was moved; All Mail is none."""
        self.expunge(uids, by)

    def expunge(self, uids: Iterable[int], by: object | None = None) -> list[int]:
        """Take this label off; in All Mail nothing happens, in Trash and Spam it is the end."""
        if self is self._store.all_mail:
            return []
        letters = [_letter_of(self.messages[uid]) for uid in uids if uid in self.messages]
        gone = super().expunge([letter.places.pop(self).uid for letter in letters], by)
        for letter in letters:
            letter.touch()
        return gone

    def drop(self, letter: GmailLetter) -> None:
        """Have a mail no more."""
        super().expunge([letter.places.pop(self).uid])

    def set_flags(self, message: Message, flags: frozenset[str], by: object | None = None) -> None:
        r"""Flags are those of the mail, but for \Deleted."""
        super().set_flags(message, flags, by)
        for box, other in _letter_of(message).places.items():
            if box is not self:
                own = other.flags & {"\\Deleted"}
                Mailbox.set_flags(box, other, flags - {"\\Deleted"} | own)

    def touch(self, message: Message) -> None:
        """Give a message a new mod-sequence."""
        self._changed(message, ChangeKind.FLAGS, None)


class GmailStore(MailStore):
    """All mailboxes of one person at Gmail."""

    standard = MAILBOXES
    offered = ("X-GM-EXT-1",)
    lacking = frozenset({"QRESYNC", "NOTIFY", "MULTIAPPEND"})

    def __init__(self, uid_validity: int) -> None:
        self._next_id = FIRST_ID
        self._threads: dict[bytes, int] = {}
        super().__init__(uid_validity)

    @property
    def all_mail(self) -> LabelMailbox:
        """Where every mail lies but those in Trash and Spam."""
        return self.labelled(ALL_MAIL)

    def labelled(self, label: str) -> LabelMailbox:
        """Return the mailbox of a label, made now if there is none."""
        name = _name_of(label)
        box = self.find(name) or self.create(name)
        assert isinstance(box, LabelMailbox), "this store makes no others"
        return box

    def new_letter(self, raw: bytes) -> GmailLetter:
        """Return a mail that lies nowhere yet, in the thread of those it names."""
        self._next_id += 1
        head = raw.partition(b"\r\n\r\n")[0] + b"\r\n"
        links = [one for text in _LINKS.findall(head) for one in _LINK.findall(text)]
        own = _OWN.findall(head)[:1]
        known = (self._threads[link] for link in links if link in self._threads)
        thread = next(known, self._next_id)
        for link in own:
            self._threads.setdefault(link, thread)
        return GmailLetter(self, self._next_id, thread)

    def _made(self, name: str, uid_validity: int, special_use: str) -> Mailbox:
        return LabelMailbox(self, name, uid_validity, special_use)


def _letter_of(message: Message) -> GmailLetter:
    letter = message.letter
    assert isinstance(letter, GmailLetter), "every message of this store has one"
    return letter


def _name_of(label: str) -> str:
    return next((name for name, system in _SYSTEM.items() if system == label), label)
