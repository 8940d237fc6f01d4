"""What has to be done so that a mailbox here equals the one on the server. Pure.

`plan_opening` decides from the counters that selecting a mailbox gives what has to be asked;
`plan_steps` decides from the answer what has to be changed. The backlog is nothing but the UIDs
that are there and not here, so that no crash can lose a place in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tuimail.model.flags import Flags
from tuimail.model.uid_set import ALL_UIDS, UidSet

from .remote import RemoteFlags, RemoteState

FIRST_PAGE: Final = 100
"""Messages fetched before anything else: more than a screen holds."""


class Survey(StrEnum):
    """What has to be asked before the steps are known."""

    NONE = "none"
    CHANGES = "changes"
    """Flags changed since the modseq known here (RFC 7162)."""
    UIDS = "uids"
    """Which messages there are, no more: where hardly any is here, flags come with the headers."""
    ALL = "all"
    """UID and flags of every message."""


@dataclass(frozen=True, slots=True)
class LocalState:
    """What is known here of a mailbox."""

    uid_validity: int
    """0 where it was never opened."""
    uid_next: int
    highest_modseq: int
    """0 where the server has no CONDSTORE."""
    count: int
    """Messages here."""
    is_complete: bool
    """Whether the last pull fetched everything; False while there is a backlog."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What to ask after selecting a mailbox."""

    is_new_generation: bool
    """UIDs known here mean other messages now, or none: forget them, keep the bodies."""
    newest: UidSet
    """Headers that come before any survey."""
    survey: Survey


@dataclass(frozen=True, slots=True)
class Steps:
    """What to change here."""

    fetch: tuple[int, ...] = ()
    """UIDs whose headers are missing here, ascending."""
    flags: tuple[tuple[int, Flags], ...] = ()
    vanished: tuple[int, ...] = ()
    is_doubtful: bool = False
    """More than half went at once, or fewer messages were told than there are: what went is
    believed only where a second answer says so too."""


def plan_opening(local: LocalState, remote: RemoteState, first_page: int = FIRST_PAGE) -> Opening:
    """Decide what to ask of a mailbox that was just selected."""
    is_new = local.uid_validity != remote.uid_validity
    if is_new or not local.count:
        opening = _from_nothing(remote, first_page)
        was_known = bool(local.uid_validity or local.count)
        return Opening(is_new and was_known, opening.newest, opening.survey)
    if _is_unchanged(local, remote):
        return Opening(is_new_generation=False, newest=UidSet(), survey=Survey.NONE)
    if not (remote.uid_next and local.uid_next):
        return Opening(is_new_generation=False, newest=UidSet(), survey=Survey.ALL)
    start = max(local.uid_next, remote.uid_next - first_page)
    has_new = remote.uid_next > local.uid_next
    can_compare = 0 < local.highest_modseq <= remote.highest_modseq
    reaches_back = start == local.uid_next
    is_short = can_compare and local.is_complete and reaches_back
    return Opening(
        is_new_generation=False,
        newest=UidSet.since(start) if has_new else UidSet(),
        survey=Survey.CHANGES if is_short else Survey.ALL,
    )


def plan_steps(local: Mapping[int, Flags], seen: Iterable[RemoteFlags], exists: int) -> Steps:
    """Decide what to change, from the UIDs and flags here and all those the server told.

    `exists` is the count the server gave when the mailbox was selected.
    """
    remote = {row.uid: row.flags for row in seen if row.uid > 0}
    fetch = tuple(sorted(uid for uid in remote if uid not in local))
    flags = tuple((uid, now) for uid, now in remote.items() if uid in local and local[uid] != now)
    vanished = tuple(sorted(uid for uid in local if uid not in remote))
    is_mass = len(vanished) * 2 > len(local)
    is_short = len(remote) < exists  # a throttled server leaves messages out
    if is_mass and is_short:
        return Steps(fetch, flags)  # a cut or a mishap, not a deletion
    return Steps(fetch, flags, vanished, is_doubtful=bool(vanished) and (is_mass or is_short))


def _from_nothing(remote: RemoteState, first_page: int) -> Opening:
    if not remote.exists:
        return Opening(is_new_generation=False, newest=UidSet(), survey=Survey.NONE)
    if remote.exists <= first_page:
        return Opening(is_new_generation=False, newest=ALL_UIDS, survey=Survey.NONE)
    if not remote.uid_next:
        return Opening(is_new_generation=False, newest=UidSet(), survey=Survey.UIDS)
    start = max(1, remote.uid_next - first_page)
    return Opening(is_new_generation=False, newest=UidSet.since(start), survey=Survey.UIDS)


def _is_unchanged(local: LocalState, remote: RemoteState) -> bool:
    return (
        local.is_complete
        and local.highest_modseq == remote.highest_modseq > 0
        and local.uid_next == remote.uid_next
        and local.count == remote.exists
    )
