"""How near two words are: by how many slips of a typing hand they differ. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

SHORT_CHARS: Final = 8
MOST_SLIPS: Final = 2
"""Of a longer word; in a shorter one a second slip makes another word of it."""


class Known(NamedTuple):
    """An address somebody has written to or was written from."""

    addr_spec: str
    """In lower case."""
    name: str
    times: int
    """How often it was used; more is likelier meant."""


class Near(NamedTuple):
    """An address that may have been meant."""

    slips: int
    known: Known


def slips(wrong: str, right: str, most: int = MOST_SLIPS) -> int | None:
    """Return how many letters were added, left out, exchanged or swapped; None beyond `most`.

    The restricted Damerau-Levenshtein distance (optimal string alignment).
    """
    if abs(len(wrong) - len(right)) > most:
        return None
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(wrong, start=1):
        last, row, earlier = row, [i], before
        for j, other in enumerate(right, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and wrong[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        before = last
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None


def near(address: str, known: Iterable[Known], domains: Iterable[str]) -> list[Near]:
    """Return which addresses may have been meant by one that does not exist, likeliest first.

    People who are known come first, then the same name at a domain that is: at one of theirs or
    one of `domains`, unless others are known at the very domain that was written.
    """
    local, _, domain = address.lower().rpartition("@")
    people = [one for one in known if one.addr_spec != address.lower()]
    theirs = dict.fromkeys(one.addr_spec.rpartition("@")[2] for one in people)
    missed = {other: _slips_of(domain, other) for other in (*theirs, *domains)}
    found = {one.known.addr_spec: one for one in _near_people(local, people, missed)}
    for other, count in missed.items() if domain not in theirs else ():
        if count:
            meant = Known(f"{local}@{other}", "", 0)
            found.setdefault(meant.addr_spec, Near(count, meant))
    return sorted(found.values(), key=_rank)


def _near_people(
    local: str, people: Iterable[Known], missed: Mapping[str, int | None]
) -> Iterator[Near]:
    for one in people:
        other, _, domain = one.addr_spec.rpartition("@")
        in_domain = missed[domain]
        in_local = _slips_of(local, other) if in_domain is not None else None
        if in_domain is not None and in_local is not None and in_domain + in_local <= MOST_SLIPS:
            yield Near(in_domain + in_local, one)


def _rank(near: Near) -> tuple[bool, int, int]:
    return (near.known.times == 0, near.slips, -near.known.times)


def _slips_of(wrong: str, right: str) -> int | None:
    if wrong == right:
        return 0
    most = MOST_SLIPS if min(len(wrong), len(right)) >= SHORT_CHARS else 1
    return slips(wrong, right, most)
