"""Which bodies an account still lacks, and which come next. No input or output.

Of every mailbox first what somebody is likely to open, then the rest that is to be kept here:
INBOX, then wherever the newest lies. Read from the store a page at a time, so that the queue of
500,000 messages takes no more memory than one of 500.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tuimail.model.ids import MessageKey
from tuimail.model.mailbox import INBOX
from tuimail.store.lacking import PAGE, Lacking, Survey

from .steps import CountBodies, FetchBodies, FetchBody, FindBodies

LARGE_BYTES: Final = 256 * 1024
"""Mails from here on come alone and in pieces, after the smaller ones around them."""
FEW: Final = 10
"""At once after a cut: a server may hang up at one broken mail, and this finds it soon."""


@dataclass(slots=True)
class _Lack:
    """What one mailbox lacks."""

    since: int
    first: dict[MessageKey, Lacking]
    page: dict[MessageKey, Lacking] = field(default_factory=dict)
    below: int = 0
    """The next page begins below this row id; 0 where there is none."""
    count: int = 0
    bytes: int = 0

    @property
    def is_over(self) -> bool:
        return not (self.first or self.page or self.below)

    @property
    def newest(self) -> int:
        return next(iter(self.page.values())).row_id if self.page else self.below


class BodyQueue:
    """What is to come, mailbox by mailbox, and how much that is."""

    def __init__(self) -> None:
        self.done = 0
        """Bodies that came, or cannot come, since there was nothing to do."""
        self._lacks: dict[str, _Lack] = {}
        self._surveyed: set[str] = set()
        self._unsure: dict[str, None] = {}
        """Mailboxes of which is still to be counted what they lack."""
        self._alone: set[MessageKey] = set()
        self._at_once = PAGE
        self._careful = 0
        """So many more must come before many are asked for at once again."""

    @property
    def left(self) -> int:
        """How many are still to come."""
        return sum(lack.count for lack in self._lacks.values())

    @property
    def bytes_left(self) -> int:
        """How many bytes, as the server states sizes."""
        return sum(lack.bytes for lack in self._lacks.values())

    def is_over(self, name: str) -> bool:
        """Whether a mailbox lacks nothing."""
        return name not in self._lacks and name not in self._unsure

    def expect(self, name: str) -> None:
        """All headers of a mailbox are here: count what it lacks, unless that is known."""
        if name not in self._surveyed:
            self._unsure[name] = None

    def begin_count(self, name: str) -> None:
        """What a mailbox lacks is being counted; what comes meanwhile is counted again."""
        self._unsure.pop(name, None)
        self._surveyed.add(name)

    def put(self, name: str, survey: Survey) -> None:
        """Take in what a mailbox lacks."""
        if not self._lacks:
            self.done = 0
        self._lacks.pop(name, None)
        if survey.since is None or not survey.wanted:
            return
        first = {one.key: one for one in survey.first}
        below = survey.newest + 1 if survey.newest else 0
        self._lacks[name] = _Lack(
            survey.since, first, {}, below, survey.wanted, survey.wanted_bytes
        )

    def put_page(self, name: str, found: Sequence[Lacking], below: int) -> None:
        """Take in the next page; `below` as `store.lacking.page` returns it."""
        lack = self._lacks.get(name)
        if lack is None:
            return
        lack.page, lack.below = {one.key: one for one in found}, below
        if not below:  # only now is it sure how many there are
            lack.count = len({*lack.page, *lack.first})
            lack.bytes = sum(one.size_bytes for one in found)
        self._forget_if_over(name)

    def next_step(
        self, awaited: Collection[str] = ()
    ) -> FetchBody | FetchBodies | CountBodies | FindBodies | None:
        """Return what comes next, or None where nothing lacks.

        `awaited` are mailboxes that somebody waits for: they come before all others.
        """
        for name in self._unsure:
            return CountBodies(name)
        names = sorted(self._lacks, key=lambda name: (name not in awaited, name != INBOX))
        if names and names[0] in awaited:
            names = names[:1]
        for name in names:
            if self._lacks[name].first:
                return self._step(name, self._lacks[name].first)
        if names and names[0] != INBOX:
            names.sort(key=lambda name: -self._lacks[name].newest)
        for name in names[:1]:
            lack = self._lacks[name]
            if lack.page:
                return self._step(name, lack.page)
            return FindBodies(name, lack.since, lack.below)
        return None

    def came(self, keys: Iterable[MessageKey]) -> list[str]:
        """Note bodies that came, or cannot come; return the mailboxes that lack none any more."""
        keys = list(keys)
        self._alone.difference_update(keys)
        self._careful -= len(keys)
        if self._careful <= 0:
            self._at_once = PAGE
        for lack in self._lacks.values():
            for key in keys:
                found = lack.first.pop(key, None) or lack.page.get(key)
                lack.page.pop(key, None)
                if found is not None:
                    self.done += 1
                    lack.count = max(0, lack.count - 1)
                    lack.bytes = max(0, lack.bytes - found.size_bytes)
        return [name for name in list(self._lacks) if self._forget_if_over(name)]

    def leave_alone(self, keys: Iterable[MessageKey]) -> None:
        """These did not come with others: each is to be asked for by itself."""
        self._alone.update(keys)

    def comes_alone(self, key: MessageKey) -> bool:
        """Whether a body is to be asked for by itself."""
        return key in self._alone

    def cut_among(self, count: int) -> None:
        """The line was cut while so many came together: perhaps because of one of them."""
        self._at_once = FEW if count > FEW else 1
        self._careful = count

    def doubt(self, name: str) -> None:
        """A mailbox has new messages: what it lacks is to be counted again."""
        self._surveyed.discard(name)

    def drop(self, name: str) -> None:
        """Forget a mailbox."""
        self._surveyed.discard(name)
        self._unsure.pop(name, None)
        self._lacks.pop(name, None)

    def keep(self, names: Collection[str]) -> None:
        """Forget all mailboxes but these."""
        for name in [
            name for name in {*self._lacks, *self._surveyed, *self._unsure} if name not in names
        ]:
            self.drop(name)

    def clear(self) -> None:
        """Forget everything but what is known of broken mails."""
        self._lacks.clear()
        self._surveyed.clear()
        self._unsure.clear()

    def _step(self, name: str, wanted: dict[MessageKey, Lacking]) -> FetchBody | FetchBodies:
        small = [
            key
            for key, one in wanted.items()
            if one.size_bytes < LARGE_BYTES and key not in self._alone
        ]
        if small and self._at_once > 1:
            return FetchBodies(tuple(small[: self._at_once]), name)
        return FetchBody(small[0] if small else next(iter(wanted)), name)

    def _forget_if_over(self, name: str) -> bool:
        is_over = self._lacks[name].is_over
        if is_over:
            del self._lacks[name]
        return is_over
