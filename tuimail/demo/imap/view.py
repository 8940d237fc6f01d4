"""What one session believes about its selected mailbox, and how it learns better."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tuimail.demo.mailstore import Change, ChangeKind, Mailbox, Message

from .syntax import UidRange

MAX_UID: Final = 2**32 - 1


class View:
    """Sequence numbers of a mailbox as one client counts them (RFC 9051 section 2.3.1.2)."""

    def __init__(self, mailbox: Mailbox, *, is_read_only: bool) -> None:
        self.mailbox = mailbox
        self.is_read_only = is_read_only
        self._uids = array("Q", mailbox.messages)
        self._followed = len(mailbox.changes)

    @property
    def exists(self) -> int:
        """How many messages the client knows of."""
        return len(self._uids)

    def number(self, uid: int) -> int:
        """Return a known message's sequence number."""
        return bisect_left(self._uids, uid) + 1

    def chosen(self, ranges: Sequence[UidRange], *, by_uid: bool) -> Iterator[tuple[int, Message]]:
        """Yield (sequence number, message) of a set, ascending; expunged ones are left out."""
        last = (self._uids[-1] if self._uids else 0) if by_uid else len(self._uids)
        spans = sorted(self._span(one, last, by_uid=by_uid) for one in ranges)
        done = 0
        for start, end in spans:
            for index in range(max(start, done), end):
                message = self.mailbox.messages.get(self._uids[index])
                if message is not None:
                    yield index + 1, message
            done = max(done, end)

    def vanished_line(self, ranges: Sequence[UidRange], modseq: int) -> bytes:
        """Return VANISHED (EARLIER) for what of a set went after a modseq; empty for nothing."""
        low_high = [sorted(bound or MAX_UID for bound in one) for one in ranges]
        gone = [
            uid
            for uid in self.mailbox.expunged_since(modseq)
            if any(low <= uid <= high for low, high in low_high)
        ]
        return b"* VANISHED (EARLIER) %b\r\n" % uid_set(gone) if gone else b""

    def _span(self, one: UidRange, last: int, *, by_uid: bool) -> tuple[int, int]:
        low, high = sorted(bound or last for bound in one)
        if not by_uid:
            return max(low, 1) - 1, min(high, len(self._uids))
        return bisect_left(self._uids, low), bisect_right(self._uids, min(high, MAX_UID))

    def news(self, session: object, *, with_modseq: bool, with_vanished: bool) -> Iterator[bytes]:
        """Yield untagged lines for what happened since the last time, and take note of it.

        A session is not told of flags it set itself: the answer to STORE said so already.
        """
        changes = self.mailbox.changes[self._followed :]
        self._followed += len(changes)
        is_longer = False
        touched: dict[int, None] = {}
        for change in changes:
            if change.kind is ChangeKind.NEW:
                self._uids.append(change.uid)
                is_longer = True
            elif change.kind is ChangeKind.EXPUNGED:
                touched.pop(change.uid, None)
                if is_longer:  # one that came and went: its number must be known to be taken away
                    yield b"* %d EXISTS\r\n" % len(self._uids)
                    is_longer = False
                yield self._forget(change, with_vanished=with_vanished)
            elif change.by is not session:
                touched[change.uid] = None
        if is_longer:
            yield b"* %d EXISTS\r\n" % len(self._uids)
        for uid in touched:
            message = self.mailbox.messages.get(uid)
            if message is not None:
                yield flags_line(self.number(uid), message, with_modseq=with_modseq)

    def _forget(self, change: Change, *, with_vanished: bool) -> bytes:
        index = bisect_left(self._uids, change.uid)
        del self._uids[index]
        if with_vanished:
            return b"* VANISHED %d\r\n" % change.uid
        return b"* %d EXPUNGE\r\n" % (index + 1)


def flags_line(
    number: int, message: Message, *, with_modseq: bool, with_flags: bool = True
) -> bytes:
    """Return an untagged FETCH with UID, flags and, where wanted, the mod-sequence."""
    items = [b"UID %d" % message.uid]
    if with_flags:
        items.append(b"FLAGS (%b)" % flag_names(message.flags))
    if with_modseq:
        items.append(b"MODSEQ (%d)" % message.modseq)
    return b"* %d FETCH (%b)\r\n" % (number, b" ".join(items))


def uid_set(numbers: Iterable[int]) -> bytes:
    """Return numbers as a set, in their order, runs joined (COPYUID pairs by position)."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in runs)


def flag_names(flags: frozenset[str]) -> bytes:
    """Return flags as the wire has them, in a fixed order."""
    return " ".join(sorted(flags)).encode("ascii")
