"""The table of all actions: id, name, help sentence, where it applies, what may follow it."""

from .actions import Action, Registry
from .clip_actions import COPYING
from .invite_actions import INVITATIONS
from .later_actions import LATER
from .list_actions import LOOKS, MOVING, OPENING
from .macro_actions import MACROS
from .mail_actions import READING, WRITING
from .mailbox_actions import FINDING, MAILBOXES
from .program_actions import PROGRAM
from .reading_actions import TEXTS
from .remote_actions import REMOTE
from .sort_actions import SORTING
from .split_actions import SPLITS
from .triage_actions import TRIAGE
from .trust_actions import TRUST


def all_actions() -> tuple[Action, ...]:
    """Return every action, in the order help shows them."""
    return (
        *MOVING,
        *OPENING,
        *SORTING,
        *LOOKS,
        *TRIAGE,
        *LATER,
        *MAILBOXES,
        *WRITING,
        *READING,
        *REMOTE,
        *INVITATIONS,
        *TRUST,
        *TEXTS,
        *COPYING,
        *FINDING,
        *MACROS,
        *SPLITS,
        *PROGRAM,
    )


ACTIONS = {action.id: action for action in all_actions()}


def new_registry() -> Registry:
    """Return a registry of all actions; the handlers say who carries each out."""
    return Registry(all_actions())
