"""What lies on the server: each mail by what it says, its places and its flags."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from hashlib import sha256

from tests.demo.fixtures import RunningHost

SET_BY_SENDING = frozenset(
    {"\\Answered", "\\Recent", "$Forwarded", "$MDNSent", "$Delivered", "$NotDelivered"}
)
"""What a mail that was sent leaves behind: no undo brings a mail back that is on its way."""

PEOPLE = ("alice", "bob")
Mail = tuple[str, str]
"""Whose it is, and its content's digest: a mail keeps both wherever it is put."""
Place = tuple[str, tuple[str, ...]]
"""A mailbox, and the flags there."""
State = Mapping[Mail, tuple[Place, ...]]


def state(host: RunningHost) -> State:
    """Return every mail of the account holders with its places, drafts left out."""
    return host.call(lambda: _state(host))


def _state(host: RunningHost) -> State:
    found: defaultdict[Mail, list[Place]] = defaultdict(list)
    for name in PEOPLE:
        for box in host.store(name):
            if box.special_use == "\\Drafts":
                continue
            for message in box.messages.values():
                digest = sha256(message.source.raw()).hexdigest()[:16]
                flags = tuple(sorted(message.flags - SET_BY_SENDING))
                found[name, digest].append((box.name, flags))
    return {mail: tuple(sorted(places)) for mail, places in found.items()}


def lost(first: State, now: State) -> set[Mail]:
    """Return the mails of the first state that lie nowhere any more."""
    return {mail for mail in first if mail not in now}


def differences(first: State, now: State, but: Collection[Mail]) -> list[str]:
    """Say which mails of the first state are not as they were, but for some.

    A copy that undo takes back lies in Trash: it removes nothing for ever.
    """
    return [
        f"{mail[0]} {mail[1]}: was {places}, is {now.get(mail, 'gone')}"
        for mail, places in first.items()
        if mail not in but and _beside_copies(now.get(mail, ()), places) != places
    ]


def _beside_copies(places: tuple[Place, ...], first: tuple[Place, ...]) -> tuple[Place, ...]:
    """Leave out what lies in Trash beside its place of the beginning."""
    copies = [place for place in places if place[0] == "Trash" and place not in first]
    is_beside = len(places) > len(copies)
    return tuple(place for place in places if place not in copies) if is_beside else places
