"""What has to be asked so that a mailbox here equals the one on the server. Pure.

`plan_opening` decides from the counters that selecting a mailbox gives; `compare_uids` says from
both lists of UIDs what is missing here and what is gone there. The backlog is nothing but the UIDs
that are there and not here, so that no crash can lose a place in it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tuimail.model.uid_set import ALL_UIDS, NO_UIDS, UidSet

from .remote import Known, RemoteState

FIRST_PAGE: Final = 100
"""Messages fetched before anything else: more than a screen holds."""


class FlagSurvey(StrEnum):
    """How it is learnt which flags changed."""

    NONE = "none"
    """None changed, or they come with the headers."""
    CHANGES = "changes"
    """The server tells what changed since the modseq known here (RFC 7162)."""
    NOW_AND_THEN = "now and then"
    """No modseqs: those of the newest messages are compared now, all when they are due."""
    ALL = "all"
    """Modseqs are kept, but what is known here is older than any: all are compared once."""


def has_moved(before: RemoteState, now: RemoteState) -> bool:
    """Tell whether counters show that messages or, where modseqs are kept, flags changed."""
    return _counters(before) != _counters(now)


def _counters(state: RemoteState) -> tuple[int, int, int, int]:
    return state.uid_validity, state.uid_next, state.highest_modseq, state.exists


@dataclass(frozen=True, slots=True)
class LocalState:
    """What is known here of a mailbox."""

    uid_validity: int
    """0 where it was never opened."""
    uid_next: int
    highest_modseq: int
    """Flags here are at least as new as this; 0 where the server has no CONDSTORE."""
    count: int
    """Messages here."""
    is_complete: bool
    """Whether the last pull fetched everything; False while there is a backlog."""

    @property
    def known(self) -> Known | None:
        """What the server may be told to leave out; None where nothing is here."""
        if not (self.uid_validity and self.highest_modseq and self.count):
            return None
        return Known(self.uid_validity, self.highest_modseq)

    def equals(self, told: RemoteState) -> bool:
        """Tell whether counters show that messages and, where modseqs are kept, flags are equal."""
        here = (self.uid_validity, self.uid_next, self.highest_modseq, self.count)
        return self.is_complete and here == _counters(told)


@dataclass(frozen=True, slots=True)
class Opening:
    """What to ask after selecting a mailbox."""

    newest: UidSet = NO_UIDS
    """Headers that come before any survey."""
    flags: FlagSurvey = FlagSurvey.NONE
    needs_uids: bool = False
    """Whether UIDs are compared even where, with the newest here, the counts are equal."""
    is_new_generation: bool = False
    """UIDs known here mean other messages now, or none: forget them, keep the bodies."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What tells the UIDs here from those there."""

    missing: UidSet = NO_UIDS
    """There and not here."""
    gone: UidSet = NO_UIDS
    """Here and no longer there."""
    is_doubtful: bool = False
    """More than half went at once, or fewer messages were told than there are: what went is
    believed only where a second answer says so too."""


def plan_opening(local: LocalState, remote: RemoteState, first_page: int = FIRST_PAGE) -> Opening:
    """Decide what to ask of a mailbox that was just selected."""
    is_new = local.uid_validity != remote.uid_validity
    if is_new or not local.count:
        was_known = bool(local.uid_validity or local.count)
        return _from_nothing(remote, first_page, is_new_generation=is_new and was_known)
    if remote.highest_modseq and local.equals(remote):
        return Opening()
    flags = _flag_survey(local, remote)
    if not (remote.uid_next and local.uid_next):
        return Opening(flags=flags, needs_uids=True)
    start = max(local.uid_next, remote.uid_next - first_page)
    return Opening(
        newest=UidSet.since(start) if remote.uid_next > local.uid_next else NO_UIDS,
        flags=flags,
        needs_uids=not local.is_complete or start > local.uid_next,
    )


def compare_uids(here: UidSet, there: UidSet, exists: int) -> Difference:
    """Say what is missing here and what is gone there.

    `exists` is the count the server gave when the mailbox was selected.
    """
    gone = here - there
    is_mass = is_most(gone.count, here.count)
    is_short = there.count < exists  # a throttled server leaves messages out
    if is_mass and is_short:
        return Difference(there - here)  # a cut or a mishap, not a deletion
    return Difference(there - here, gone, is_doubtful=bool(gone) and (is_mass or is_short))


def is_most(gone: int, here: int) -> bool:
    """Tell whether so many are more than half, which is not believed at once."""
    return gone * 2 > here


def _flag_survey(local: LocalState, remote: RemoteState) -> FlagSurvey:
    if not remote.highest_modseq:
        return FlagSurvey.NOW_AND_THEN
    if not 0 < local.highest_modseq <= remote.highest_modseq:
        return FlagSurvey.ALL  # none was known, or the server was set back to an earlier time
    return FlagSurvey.CHANGES


def _from_nothing(remote: RemoteState, first_page: int, *, is_new_generation: bool) -> Opening:
    if not remote.exists:
        return Opening(is_new_generation=is_new_generation)
    if remote.exists <= first_page:
        return Opening(newest=ALL_UIDS, is_new_generation=is_new_generation)
    start = max(1, remote.uid_next - first_page)
    newest = UidSet.since(start) if remote.uid_next else NO_UIDS
    return Opening(newest=newest, needs_uids=True, is_new_generation=is_new_generation)
