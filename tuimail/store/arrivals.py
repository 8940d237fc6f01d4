"""A batch of headers on its way into the cache: row ids, threads, rows, counters.

Written for speed: 2,000 headers in one transaction, each table filled in key order by one
statement. Measured in benchmarks/store_bulk.py.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tuimail.model.flags import Flags
from tuimail.model.ids import MailboxId, RowId
from tuimail.model.uid_set import MAX_UID

from . import props
from .base_subject import BaseSubject
from .database import Writing
from .free_ids import FreeIds
from .keywords import SEEN, Keywords
from .orphans import forget_orphans
from .reckoned import COLUMNS, Columns, Reckoned
from .row_ids import date_of
from .statement import sql, with_ids
from .subjects import Subject, join_by_subject
from .threads import Threads, known_hashes, merge

_MESSAGE: Final = sql("insert into message(", COLUMNS, ", id, thread)")
_PLACEMENT: Final = "insert into placement(mailbox, message, smailbox, ref, sflags, flags, thread)"
_REFHASH: Final = "insert or ignore into refhash"
_PERSON: Final = "insert into person"
_PERSON_KNOWN: Final = """on conflict(addr) do update set
    seen = seen + excluded.seen, last = max(last, excluded.last),
    name = iif(excluded.name <> '' and (excluded.last >= last or name = ''), excluded.name, name)"""


_TOLD: Final = "(?3 | (sflags & ?4))"
_WHERE: Final = f"where smailbox = ?1 and ref = ?2 and sflags <> {_TOLD}"
_SHOWN_TOO: Final = (
    f"update placement set flags = {_TOLD}, sflags = {_TOLD} {_WHERE} and flags = sflags"  # noqa: S608
)
_SERVER_ALONE: Final = f"update placement set sflags = {_TOLD} {_WHERE}"  # noqa: S608


Placement = tuple[int, int, int, int, int, int, int]
"""mailbox, message, smailbox, ref, sflags, flags, thread: see `schema`."""


FlagChange = tuple[int, int, int]
"""UID, the bits that are told, and those of others that stay as they are."""


class FlagsTold(NamedTuple):
    """What a server says the flags of a message are."""

    uid: int
    flags: Flags
    labels: Flags | None = None
    """As they are among flags; None where the server did not say."""

    def change(self, keywords: Keywords, writing: Writing) -> FlagChange:
        """Return the bits to be set; labels that were not told stay."""
        if self.labels is None:
            return self.uid, keywords.mask(self.flags, writing), keywords.label_mask
        return self.uid, keywords.mask(self.flags | self.labels, writing), 0


Arriving = tuple[int, Flags, Flags | None, Reckoned]
"""UID, flags, labels as in `FlagsTold`, and what was reckoned from the header."""


@dataclass(slots=True)
class Header:
    """A header on its way in: what was reckoned from it, and what the batch makes of it."""

    uid: int
    flags: Flags
    labels: Flags | None
    columns: Columns
    key: int
    hashes: list[int]
    """The content key first, then the Message-IDs and the id that tie it to its thread."""
    wanted: int
    """The row id it gets if it is free."""
    subject: BaseSubject | None
    """None where it, or the server, says which other messages it belongs to."""
    person: str
    """The author's address, to be remembered; empty where there is none."""
    row_id: int = 0
    is_new: bool = False


class Intake:
    """One batch, put into one mailbox inside an open transaction of the cache."""

    def __init__(self, writing: Writing, mailbox_id: MailboxId, keywords: Keywords) -> None:
        self._writing = writing
        self._mailbox = mailbox_id
        self._keywords = keywords
        self.headers: list[Header] = []
        self.new: list[int] = []
        """Row ids of messages that were not here, rising: to be indexed."""
        self.row_ids: list[RowId] = []

    def take(self, arriving: Iterable[Arriving]) -> None:
        """Put headers in; UIDs that are here already are brought up to date."""
        headers = self.headers = [
            Header(uid, flags, labels, columns, columns[0], hashes, wanted, subject, person)
            for uid, flags, labels, (columns, hashes, wanted, subject, person) in arriving
            if 0 < uid <= MAX_UID
        ]
        threads, rows_of_keys = self._threads()
        self._give_row_ids(rows_of_keys)
        fresh = self._without_known(headers)
        for header in headers:
            threads.join(header.row_id, header.hashes)
        merge(self._writing, threads.merged())
        self._insert_messages(threads)
        self._insert_hashes(threads)
        self._place(fresh, threads)
        self._join_by_subject()
        self._remember_people()
        self.row_ids = [RowId(header.row_id) for header in headers]

    def _threads(self) -> tuple[Threads, dict[int, int]]:
        every = {h for header in self.headers for h in header.hashes}
        pairs, rows_of_keys = known_hashes(self._writing, every)
        return Threads(pairs), rows_of_keys

    def _give_row_ids(self, known: dict[int, int]) -> None:
        free = FreeIds(self._writing, [h.wanted for h in self.headers if h.key not in known])
        seen = dict(known)
        for header in self.headers:
            row_id = seen.get(header.key)
            if row_id is None:
                row_id = seen[header.key] = free.take(header.wanted)
                header.is_new = True
            header.row_id = row_id
        self._revive(list(known.values()))

    def _revive(self, row_ids: list[int]) -> None:
        """Messages that come back: no orphans any more, and with their text again if swept."""
        if not row_ids:
            return
        forget_orphans(self._writing, row_ids)
        which = with_ids("select id from message where id in (:ids) and props & ?", row_ids)
        swept = {row[0] for row in self._writing.rows(which, (props.IS_SWEPT,))}
        for header in self.headers:
            if header.row_id in swept:
                swept.discard(header.row_id)
                header.is_new = True
                self._writing.run("delete from message where id = ?", (header.row_id,))

    def _without_known(self, headers: list[Header]) -> list[Header]:
        """Return headers whose UID is not here yet; of one that is only its flags are set."""
        here = with_ids(
            "select ref, message, sflags, mailbox from placement where smailbox = ?"
            " and ref in (:ids)",
            (h.uid for h in headers),
        )
        known = {row[0]: row[1:] for row in self._writing.rows(here, (self._mailbox,))}
        fresh: dict[int, Header] = {}
        changes = []
        for header in headers:
            uid = header.uid
            if uid in known and known[uid][0] == header.row_id:
                told = FlagsTold(uid, header.flags, header.labels)
                changes.append(told.change(self._keywords, self._writing))
                continue
            if uid in known:  # the UID means another message now: believe the server
                self._writing.run(
                    "delete from placement where smailbox = ? and ref = ?", (self._mailbox, uid)
                )
            fresh[uid] = header
        change_flags(self._writing, self._mailbox, changes)
        return list(fresh.values())

    def _insert_messages(self, threads: Threads) -> None:
        new = [h for h in self.headers if h.is_new]
        new.sort(key=lambda h: h.row_id)
        rows = [(*h.columns, h.row_id, threads.thread_of(h.key)) for h in new]
        self._writing.insert_many(_MESSAGE, rows)
        self.new = [h.row_id for h in new]

    def _insert_hashes(self, threads: Threads) -> None:
        rows = {h.key: h.row_id for h in self.headers if h.is_new}
        self._writing.insert_many(
            _REFHASH, [(h, thread, rows.get(h)) for h, thread in threads.new_hashes()]
        )

    def _place(self, fresh: list[Header], threads: Threads) -> None:
        mask_of = self._keywords.mask
        box = self._mailbox
        placements: list[Placement] = []
        for header in fresh:
            labels = header.labels
            flags = header.flags if labels is None else header.flags | labels
            mask = mask_of(flags, self._writing)
            thread = threads.thread_of(header.key)
            row = (box, header.row_id, box, header.uid, mask, mask, thread)
            placements.append(row)
        place(self._writing, placements)

    def _join_by_subject(self) -> None:
        subjects = [
            Subject(h.subject[0], h.row_id, h.subject[1])
            for h in self.headers
            if h.subject is not None and h.is_new
        ]
        if subjects:
            join_by_subject(self._writing, subjects)

    def _remember_people(self) -> None:
        times: Counter[str] = Counter()
        latest: dict[str, tuple[int, str]] = {}
        for header in self.headers:
            address = header.person
            if not address or not header.is_new:
                continue
            times[address] += 1
            date, name = latest.get(address, (0, ""))
            if header.row_id >= date:
                latest[address] = header.row_id, header.columns[1] or name
        rows = [
            (address, name, times[address], date_of(row_id))
            for address, (row_id, name) in sorted(latest.items())
        ]
        self._writing.insert_many(_PERSON, rows, _PERSON_KNOWN)


def place(writing: Writing, placements: Iterable[Placement]) -> None:
    """Insert placements and add to their mailboxes' counters; triggers do the rest."""
    rows = sorted(placements)
    writing.insert_many(_PLACEMENT, rows)
    added: dict[int, list[int]] = {}
    for row in rows:
        total = added.setdefault(row[0], [0, 0])
        total[0] += 1
        total[1] += not row[5] & SEEN
    writing.run_many(
        "update mailbox set total = total + ?, unread = unread + ?, gen = gen + 1 where id = ?",
        [(total, unread, mailbox) for mailbox, (total, unread) in added.items()],
    )


def change_flags(writing: Writing, mailbox: int, changes: Sequence[FlagChange]) -> int:
    """Set the server's flags of UIDs; where nothing is pending they are what is shown too."""
    rows = [(mailbox, *change) for change in changes]
    return writing.run_many(_SHOWN_TOO, rows) + writing.run_many(_SERVER_ALONE, rows)
