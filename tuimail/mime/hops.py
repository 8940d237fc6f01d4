"""The way a mail took, from its Received fields: each hop, the time it took, and what is odd."""

from collections.abc import Collection, Sequence
from typing import Final

from tuimail.model.path import Hop, Oddity, Received

from .fields import Fields
from .owner import owner_of
from .received import parse_received

MAX_HOPS: Final = 200
CLOCKS_S: Final = 120
"""Two clocks may differ by so much and still be right."""
AHEAD_S: Final = 600
"""A time so far ahead of now was never true."""


def hops_of(fields: Fields, ours: Collection[str], now: int) -> tuple[Hop, ...]:
    """Return the hops, the first one first. `ours` are hosts that write for this account.

    `now` is in seconds UTC.
    """
    bodies = [body for name, body in fields.all if name == "received"][:MAX_HOPS]
    path = [parse_received(body) for body in reversed(bodies)]
    trusted = len(path) - _count_trusted(path, ours)
    right = _in_order([one.time if _is_believable(one.time, now) else None for one in path])
    delays = _delays(path, right)
    hops = []
    for n, received in enumerate(path):
        oddities = _oddities(path, n, right)
        if n < trusted and is_ours(received.by, ours):
            oddities.append(Oddity.CLAIMS_OURS)
        hops.append(Hop(received, delays[n], n >= trusted, tuple(oddities)))
    return tuple(hops)


def is_ours(host: str, ours: Collection[str]) -> bool:
    """Whether a host is one of ours, or lies below one."""
    name = host.lower()
    return any(name == one or name.endswith("." + one) for one in ours)


def first_foreign(hops: Sequence[Hop]) -> Received | None:
    """Return the field in which a server of ours says whom it took the mail from."""
    return next((hop.received for hop in hops if hop.is_trusted), None)


def _count_trusted(path: Sequence[Received], ours: Collection[str]) -> int:
    """Count from the end what our servers wrote: whoever sends a mail can write all below that.

    It ends where one of them took the mail from outside, whatever the next field says.
    Large providers hand on by address alone within their house, above their first named server.
    """
    named = 0
    for count, received in enumerate(reversed(path), 1):
        if is_ours(received.by, ours):
            named = count
        elif named or not _is_address(received.by):
            break
        if _is_from_outside(received, ours):
            break
    return named


def _is_from_outside(received: Received, ours: Collection[str]) -> bool:
    """Whether a server of ours took a mail from an address of somebody else.

    Local handing over, and Exchange within its house, state names that nobody looked up.
    """
    if received.ip is None or received.is_inside:
        return False
    kind = received.protocol.upper()
    is_told = received.is_looked_up or kind.startswith(("LMTP", "MICROSOFT SMTP", "HTTPS"))
    return not (is_told and received.names and is_ours(received.names[0], ours))


def _is_address(host: str) -> bool:
    return host == "" or ":" in host or host.replace(".", "").isdigit()


def _is_believable(time: int | None, now: int) -> bool:
    return time is not None and time <= now + AHEAD_S


def _in_order(times: Sequence[int | None]) -> set[int]:
    """Return which times are in order, as many as can be: the clocks of the others are wrong."""
    longest: dict[int, tuple[int, int]] = {}
    """By place: how many are in order up to there, and the place before it."""
    for n, time in enumerate(times):
        if time is not None:
            before = [m for m in longest if (times[m] or 0) - CLOCKS_S <= time]
            m = max(before, key=lambda place: (longest[place][0], times[place] or 0), default=-1)
            longest[n] = (longest[m][0] + 1 if before else 1, m)
    kept: set[int] = set()
    n = max(longest, key=lambda place: (longest[place][0], place), default=-1)
    while n >= 0:
        kept.add(n)
        n = longest[n][1]
    return kept


def _delays(path: Sequence[Received], right: Collection[int]) -> list[int | None]:
    """Return how long each hop took; a time a little before the last one counts as none."""
    delays: list[int | None] = []
    last: int | None = None
    for n, received in enumerate(path):
        time = received.time if n in right else None
        delays.append(None if last is None or time is None else max(0, time - last))
        last = last if time is None else time if last is None else max(last, time)
    return delays


def _oddities(path: Sequence[Received], n: int, right: Collection[int]) -> list[Oddity]:
    found: list[Oddity] = []
    received, older = path[n], path[n - 1] if n else None
    if received.time is not None and n not in right:
        found.append(Oddity.CLOCK_WRONG)
    elif received.time is not None and n - 1 in right and older is not None and older.time:
        found += [Oddity.CLOCKS_DIFFER] if received.time < older.time else []
    if older is not None and not _is_linked(older, received):
        found.append(Oddity.NO_LINK)
    return found


def _is_linked(older: Received, newer: Received) -> bool:
    """Whether the host that took a mail is, by what is stated, the one that gave it on."""
    if not older.by or not (newer.names or newer.ip) or newer.is_inside or older.is_inside:
        return True  # nothing is stated that could differ
    owners = {owner_of(name) for name in newer.names}
    return owner_of(older.by) in owners or older.by == str(newer.ip)
