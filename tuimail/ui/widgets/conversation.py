"""A conversation in one scroll: heads and texts of its mails, made as far as they are looked at."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

from tuimail.model.caution import Caution, worst_first
from tuimail.model.flags import Flag
from tuimail.model.ids import MessageKey
from tuimail.model.message import MessageRow
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe
from tuimail.ui.render.conversation import folded_mail, mail_head
from tuimail.ui.render.wrap import Row
from tuimail.ui.roles import StyleRole

from .flow import ALL_ROWS, MARGIN, Flow, Place, found_lines, lines_source, rows_source
from .folding import Folding

_BEING_READ = Safe(" The mail is being read …")


@dataclass(frozen=True, slots=True)
class Look:
    """How conversations are shown."""

    columns: int
    """Words are wrapped at so many; 0 means the pane's width."""
    fold_key: Safe = MARGIN
    """What shows quotes."""
    warned_more: Safe = MARGIN
    """Where all warnings are shown."""


@dataclass(slots=True)
class Member:
    """One mail of a conversation."""

    row: MessageRow
    is_open: bool
    """Whether its text is shown, not only who wrote it."""
    was_read: bool = False
    """Whether it was read here; who marks it as unread then has it stay so."""
    mail: RenderedMail | None = None
    words: Safe = _BEING_READ
    """In place of its text, while that is not here."""
    has_failed: bool = False
    folding: Folding | None = None
    head: list[Row] | None = None
    flow: Flow | None = None
    """Its text for the width as it is; made when it is looked at."""

    def forget_rows(self) -> None:
        """Have it laid out anew."""
        self.head = self.flow = None


class Conversation:
    """The mails of one conversation, and where in them one is; what is unread is open."""

    def __init__(self, rows: Iterable[MessageRow], look: Look) -> None:
        self.members = [Member(row, is_open=row.is_unread) for row in rows]
        self._look = look
        self._width = self._height = 1
        unread = [index for index, one in enumerate(self.members) if one.is_open]
        self.at = unread[-1] if unread else len(self.members) - 1
        """The mail that the row on top is of."""
        self.members[self.at].is_open = True
        self.above = 0
        """How many rows of it are above."""
        self._folds = True
        self._found: tuple[str, int, int, tuple[int, int]] | None = None
        """Words, the place scrolled to for them, and where they are."""
        self.on_moved: Callable[[], None] = lambda: None
        """Called when others come into sight."""
        self.read_all: Callable[[], Awaitable[None]] | None = None
        """Has every text read that is here, for who looks through all of them."""
        self._seen: list[tuple[int, int]] | None = None
        """Mail and row of what is in sight; None where that is not known."""

    @property
    def top(self) -> Member:
        """The mail on top: the one that keys are about."""
        return self.members[self.at]

    @property
    def progress(self) -> Safe:
        """Which mail is on top."""
        return Safe(f"mail {self.at + 1} of {len(self.members)}")

    def lay_out(self, width: int, height: int) -> None:
        """Take the size of the pane below the head, and whatever changed."""
        self._seen = None
        with self._stays_on_top():
            if width != self._width:
                for member in self.members:
                    member.forget_rows()
            self._width, self._height = width, height

    def line(self, y: int) -> Row:
        """Return row `y` in sight; nothing below the end."""
        seen = self._in_sight()
        return (self._row(*seen[y]) or []) if y < len(seen) else []

    def member_at(self, y: int) -> int | None:
        """Return the index of the mail drawn in row `y` in sight."""
        seen = self._in_sight()
        return seen[y][0] if y < len(seen) else None

    # Where one is

    def move_by(self, rows: int) -> bool:
        """Scroll by rows; return whether anything moved."""
        before = (self.at, self.above)
        if rows < 0:
            self.above += rows
            while self.above < 0 and self.at > 0:
                self.at -= 1
                self.above += self._height_of(self.at)
            self.above = max(0, self.above)
        else:
            for _ in range(rows):
                if not self._step_down():
                    break
        return (self.at, self.above) != before

    def move_to(self, index: int) -> bool:
        """Go to a mail by its index; beyond the last one, to the end of that."""
        last = len(self.members) - 1
        self.at, self.above = min(index, last), 0
        if index > last:
            self.above = max(0, self._height_of(last) - self._height)
        return True

    def step(self, mails: int) -> bool:
        """Go on by mails, or back; back from within one, to its head. False at the ends."""
        if mails < 0 and self.above:
            mails += 1
        before = (self.at, self.above)
        self.at, self.above = max(0, min(self.at + mails, len(self.members) - 1)), 0
        return (self.at, self.above) != before

    def _step_down(self) -> bool:
        is_last = self.at == len(self.members) - 1
        if is_last and self._row(self.at, self.above + self._height) is None:
            return False
        if self._row(self.at, self.above + 1) is None:
            self.at, self.above = self.at + 1, 0
        else:
            self.above += 1
        return True

    # What is shown of the mails

    def turn(self, index: int) -> None:
        """Fold or unfold one mail."""
        self._seen = None
        member = self.members[index]
        member.is_open = not member.is_open
        member.forget_rows()
        if index == self.at:
            self.above = 0

    def turn_folds(self) -> None:
        """Fold or unfold the quotes of all mails."""
        self._seen = None
        self._folds = not self._folds
        with self._stays_on_top():
            for member in self.members:
                if member.folding is not None and member.folding.is_folded != self._folds:
                    member.folding.turn()
                member.forget_rows()

    def put(self, key: MessageKey, mail: RenderedMail) -> None:
        """Take the text of a mail."""
        for member in self._with(key):
            member.mail = mail
            member.folding = Folding(mail.lines, self._look.fold_key, is_folded=self._folds)
            member.forget_rows()

    def fail(self, key: MessageKey, words: Safe) -> None:
        """Say why a mail's text is not there."""
        for member in self._with(key):
            member.words, member.has_failed = Safe(f" {words}"), True
            member.forget_rows()

    def retry(self, key: MessageKey) -> bool:
        """Have a text read that was not there; return whether it is one of these."""
        lacking = [one for one in self._with(key) if one.mail is None]
        for member in lacking:
            member.words, member.has_failed = _BEING_READ, False
            member.forget_rows()
        return bool(lacking)

    def forget_texts(self) -> None:
        """Have the texts read again; they may be others, so the mail on top begins anew."""
        self._seen, self.above = None, 0
        for member in self.members:
            member.mail = member.folding = None
            member.words, member.has_failed = _BEING_READ, False
            member.forget_rows()

    def renew(self, row: MessageRow) -> None:
        """Take what changed about a mail in its mailbox."""
        for member in self._with(row.key):
            member.row, member.head = row, None

    def warn(self, key: MessageKey, cautions: Iterable[Caution]) -> None:
        """Add what was found out about a sender."""
        for member in self._with(key):
            if member.mail is not None:
                warnings = worst_first((*member.mail.warnings, *cautions))
                with self._stays_on_top():
                    member.mail, member.head = replace(member.mail, warnings=warnings), None

    def drop(self, row_ids: Collection[int]) -> bool:
        """Leave out mails that were put away; False if none would be left."""
        stays = [one for one in self.members if one.row.row_id not in row_ids]
        if stays:
            before = sum(one.row.row_id not in row_ids for one in self.members[: self.at])
            self.above = self.above if self.top.row.row_id not in row_ids else 0
            self._seen = None
            self.members, self.at = stays, min(before, len(stays) - 1)
        return bool(stays)

    def wanted(self) -> MessageRow | None:
        """Return the next mail whose text is to be read: what is in sight, then its neighbours."""
        seen = self._members_in_sight()
        near = [*seen, seen[-1] + 1, seen[0] - 1]
        members = (self.members[n] for n in near if 0 <= n < len(self.members))
        lacking = (one for one in members if one.is_open and one.mail is None)
        return next((one.row for one in lacking if not one.has_failed), None)

    def take_read(self) -> list[MessageRow]:
        """Return the unread mails that are read now: on top, or in sight to the end."""
        read = []
        for index, number in dict(self._in_sight()).items():  # the last row of each in sight
            member = self.members[index]
            is_seen = index == self.at or self._row(index, number + 1) is None
            is_read = is_seen and member.is_open and member.mail is not None
            if is_read and not member.was_read and member.row.is_unread:
                read.append(member.row)
                member.row = replace(member.row, flags=member.row.flags | {Flag.SEEN})
            member.was_read |= is_read
        return read

    def find(self, words: str, step: int) -> Place | None:
        """Go to the next place of words in the texts read so far; see `Reader.find`."""
        low = words.casefold()
        places = [
            (index, line)
            for index, one in enumerate(self.members)
            if one.mail is not None
            for line in found_lines((text.text for text in one.mail.lines), words)
        ]
        if not places:
            return None
        is_there = self._found is not None and self._found[:3] == (low, self.at, self.above)
        at = self._found[3] if self._found is not None and is_there else (self.at, -(step > 0))
        beyond = [n for n, place in enumerate(places) if (place > at if step > 0 else place < at)]
        first = (beyond or range(len(places)))[0 if step > 0 else -1]
        number = (first + step - (1 if step > 0 else -1)) % len(places)
        self._seen = None
        self.at, line = places[number]
        self.top.is_open = True
        if self.top.folding is not None:
            self.top.folding.unfold(line)
        self.top.forget_rows()
        self.above = len(self._head_of(self.at)) + self._flow_of(self.at).row_with(line, low)
        self._found = (low, self.at, self.above, places[number])
        return Place(number + 1, len(places))

    # Rows

    @contextmanager
    def _stays_on_top(self) -> Iterator[None]:
        """Keep the row on top where it is, of the same mail, while rows are made anew."""
        if not self.above:
            yield
            return
        number = self.above - len(self._head_of(self.at))
        is_in_text = number >= 0 and self.top.is_open
        anchor = self._flow_of(self.at).anchor_of(number) if is_in_text else None
        yield
        head = len(self._head_of(self.at))
        if anchor is None:
            self.above = min(self.above, head - 1)
        else:
            self.above = head + self._flow_of(self.at).row_of(anchor)

    def _places(self) -> Iterator[tuple[int, int]]:
        """Yield mail and row of all that follows what is on top, and that itself."""
        index, number = self.at, self.above
        while index < len(self.members):
            if self._row(index, number) is None:
                index, number = index + 1, 0
            else:
                yield index, number
                number += 1

    def _in_sight(self) -> list[tuple[int, int]]:
        """Return mail and row of what is in sight; made once until something changes."""
        if self._seen is None or self._seen[:1] != [(self.at, self.above)]:
            self._seen = list(islice(self._places(), self._height))
        return self._seen

    def _members_in_sight(self) -> list[int]:
        return list(dict.fromkeys(index for index, _ in self._in_sight())) or [self.at]

    def _row(self, index: int, number: int) -> Row | None:
        head = self._head_of(index)
        if number < len(head):
            return head[number]
        number -= len(head)
        if not self.members[index].is_open:
            return None
        flow = self._flow_of(index)
        flow.lay_out(number + 1)
        if number >= len(flow.rows):
            return None
        return [(MARGIN, StyleRole.TEXT), *flow.rows[number]]

    def _height_of(self, index: int) -> int:
        if not self.members[index].is_open:
            return len(self._head_of(index))
        flow = self._flow_of(index)
        flow.lay_out(ALL_ROWS)
        return len(self._head_of(index)) + len(flow.rows)

    def _head_of(self, index: int) -> list[Row]:
        member = self.members[index]
        if member.head is None:
            if member.is_open:
                more = self._look.warned_more
                member.head = mail_head(member.row, member.mail, self._width, more)
            else:
                member.head = [folded_mail(member.row, self._width)]
        return member.head

    def _flow_of(self, index: int) -> Flow:
        member = self.members[index]
        if member.flow is None:
            words: Row = [(member.words, StyleRole.ERROR if member.has_failed else StyleRole.DIM)]
            source = rows_source(lambda _: [words, []])
            if member.folding is not None:
                source = lines_source(member.folding, self._look.columns)
            member.flow = Flow(source, self._width, self._height)
        return member.flow

    def _with(self, key: MessageKey) -> list[Member]:
        """Return the mail with this key, which is about to change."""
        self._seen = None
        return [one for one in self.members if one.row.key == key]
