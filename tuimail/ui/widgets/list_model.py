"""What a long list knows of itself: ids and selection besides its window. Pure."""

from array import array
from collections.abc import Collection, Iterable
from itertools import islice, takewhile

from .window import Window

_FEW = 64
"""Up to this many ids are taken out one by one, which is cheaper than making the array anew."""
_NEAR = 256
"""A row is looked for so many rows around the place where it was, before all rows are."""


class ListModel(Window):
    """A cursor in an array of row ids, newest first where nothing else is said.

    When rows come and go the cursor stays on its row, and the first row in sight where it is.
    Only with the cursor at the very top what comes above it comes into sight, from then on until
    the person moves.
    """

    def __init__(self, ids: "array[int] | None" = None, height: int = 1) -> None:
        super().__init__(self.__len__, height)
        self.ids: array[int] = ids if ids is not None else array("q")
        self.selected: set[int] = set()
        self.anchor: int | None = None
        """Where a range was begun, as an index: it reaches to the cursor. None: there is none."""
        self.own: Collection[int] = frozenset()
        """One's own answers inside threads, which are selected one by one only."""
        self.is_newest_first = True
        """Whether a higher id stands above a lower one."""
        self._newest_seen = 0
        """The highest id that was in sight, while the newest come first."""
        self._slid_to = 0
        """Where arrivals have brought the cursor that was at the top; 0 once the person moved."""
        self._moved_by_person()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def cursor_id(self) -> int | None:
        """The row id under the cursor."""
        return self.ids[self.cursor] if self.ids else None

    @property
    def position(self) -> int:
        """The place of the cursor: 1 for the first row, 0 in an empty list."""
        return self.cursor + 1 if self.ids else 0

    def set_newest_first(self, *, is_newest_first: bool) -> None:
        """Say how what is shown next is sorted; nothing that is here already is new."""
        if is_newest_first and not self.is_newest_first:
            self._newest_seen = max(self.ids, default=0)
        self.is_newest_first = is_newest_first

    @property
    def new_above(self) -> int:
        """How many rows came above the window since its first row was the first of the list."""
        if not self.is_newest_first:
            return 0
        above = islice(self.ids, self.top)
        return sum(1 for _ in takewhile(lambda row_id: row_id > self._newest_seen, above))

    def show(self, ids: "array[int]") -> None:
        """Show another list from its beginning."""
        self.ids, self.cursor, self.top = ids, 0, 0
        self.clear_selection()
        self._newest_seen = 0
        self._moved_by_person()

    def reload(self, ids: "array[int]") -> None:
        """Take the list as it is now; see the class for what stays where it is."""
        comes_into_sight = self.top == 0 and self.cursor in (0, self._slid_to)
        before, self.ids = self.ids, ids
        if before:
            self.top = self._now_at(before, self.top)
            self.cursor = self._now_at(before, self.cursor)
            if self.anchor is not None:
                anchor = min(self._now_at(before, self.anchor), len(ids) - 1)
                self.anchor = anchor if ids else None
        self._keep_cursor()
        if comes_into_sight and self.cursor < self.height:
            self.top, self._slid_to = 0, self.cursor
        if self.top - self.height < self.cursor < self.top + 2 * self.height:
            self.top = min(self.cursor, max(self.top, self.cursor - self.height + 1))
        else:
            self.top = self.cursor - self.height // 2
        self._keep_top()
        self._see()
        if self.selected:
            self.selected.intersection_update(ids)

    def remove(self, row_ids: Iterable[int]) -> None:
        """Take rows out at once, before the store says so; the cursor goes to the next row kept."""
        gone = set(row_ids)
        self.end_range()
        if len(gone) <= _FEW:
            places = sorted(self._places_of(gone), reverse=True)
            self.ids = self.ids[:]
            for place in places:
                self.ids.pop(place)
            above = self.cursor - sum(1 for place in places if place < self.cursor)
        else:
            above = self.cursor - sum(1 for i in islice(self.ids, self.cursor) if i in gone)
            self.ids = array("q", [row_id for row_id in self.ids if row_id not in gone])
        self.selected -= gone
        self.move_to(above)

    def toggle_selected(self, index: int) -> None:
        """Select or unselect a row."""
        if 0 <= index < len(self.ids):
            self.selected ^= {self.ids[index]}

    @property
    def has_choice(self) -> bool:
        """Whether the next action is about more than the row under the cursor."""
        return bool(self.selected) or self.anchor is not None

    @property
    def count_chosen(self) -> int:
        """How many rows are selected, by a range that is being chosen too."""
        if self.anchor is None:
            return len(self.selected)
        if not (self.selected or self.own):
            return abs(self.anchor - self.cursor) + 1
        return len(self.selected.union(self._in_range()))

    def is_selected(self, index: int) -> bool:
        """Whether the row at an index is selected, or within a range that is being chosen."""
        if self.anchor is not None:
            first, last = sorted((self.anchor, self.cursor))
            if first <= index <= last and self.ids[index] not in self.own:
                return True
        return 0 <= index < len(self.ids) and self.ids[index] in self.selected

    def begin_range(self) -> None:
        """Begin a range at the cursor."""
        self.anchor = self.cursor if self.ids else None

    def end_range(self) -> None:
        """Keep what a range holds selected, and end it."""
        self.selected.update(self._in_range())
        self.anchor = None

    def clear_selection(self) -> None:
        """Unselect everything, and end a range."""
        self.selected.clear()
        self.anchor = None

    def select_all(self) -> None:
        """Select every row."""
        self.selected, self.anchor = set(self.ids).difference(self.own), None

    def invert_selection(self) -> None:
        """Select what is not selected, and nothing else."""
        self.end_range()
        self.selected = set(self.ids).difference(self.selected, self.own)

    def chosen(self, count: int) -> list[int]:
        """Return the ids an action is about: the selection, or `count` rows from the cursor on."""
        in_range = self._in_range()
        if self.selected:
            chosen = self.selected.union(in_range)
            return [row_id for row_id in self.ids if row_id in chosen]
        return list(in_range or self.ids[self.cursor : self.cursor + max(1, count)])

    def _in_range(self) -> "array[int]":
        """Return the ids of a range that is being chosen."""
        if self.anchor is None:
            return array("q")
        first, last = sorted((self.anchor, self.cursor))
        ids = self.ids[first : last + 1]
        return array("q", [i for i in ids if i not in self.own]) if self.own else ids

    def visible(self) -> list[int]:
        """Return the ids in the window."""
        return list(self.ids[self.top : self.top + self.height])

    def _moved_by_person(self) -> None:
        self._slid_to = 0
        self._see()

    def _see(self) -> None:
        if self.is_newest_first and self.top < len(self.ids):
            self._newest_seen = max(self._newest_seen, self.ids[self.top])

    def _places_of(self, row_ids: set[int]) -> list[int]:
        """Return where these rows are, those that are not there left out."""
        found = (self._find(row_id, (self.cursor,)) for row_id in row_ids)
        return [place for place in found if place is not None]

    def _now_at(self, before: "array[int]", index: int) -> int:
        """Return where a row is now, or the first of its old followers that is not far."""
        around = (index, index + len(self.ids) - len(before))
        place = self._find(before[index], around)
        for follower in before[index + 1 : index + _FEW]:
            if place is not None:
                return place
            place = self._find_near(follower, around)
        return index if place is None else place

    def _find(self, row_id: int, around: Iterable[int]) -> int | None:
        place = self._find_near(row_id, around)
        if place is not None:
            return place
        try:
            return self.ids.index(row_id)
        except ValueError:
            return None

    def _find_near(self, row_id: int, around: Iterable[int]) -> int | None:
        for index in around:
            try:
                return self.ids.index(row_id, max(0, index - _NEAR), max(0, index + _NEAR))
            except ValueError:
                continue
        return None
