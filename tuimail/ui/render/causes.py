"""Why a mail did not reach a recipient, in our words."""

from typing import Final

from tuimail.model import explained
from tuimail.model.outgoing import RecipientRow
from tuimail.model.safe import Safe

_NEEDLESS: Final = "there is "
"""Takes room where a cause stands behind a state."""


def our_words(recipient: RecipientRow) -> Safe:
    """Return who refused, what, and what to do next; empty where nothing went wrong."""
    return explained.our_words(recipient.explanation)


def reason(recipient: RecipientRow) -> Safe:
    """Return the cause alone, in a few words: no such person."""
    return Safe(explained.cause_of(recipient.explanation).removeprefix(_NEEDLESS))
