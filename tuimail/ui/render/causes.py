"""Why a mail did not reach a recipient: our words, and the server's own apart from them."""

from typing import Final

from tuimail.model import explained
from tuimail.model.outgoing import RecipientRow
from tuimail.model.safe import Safe, safe_line

_NEEDLESS: Final = "there is "
"""Takes room where a cause stands behind a state."""


def our_words(recipient: RecipientRow) -> Safe:
    """Return who refused, what, and what to do next; empty where nothing went wrong."""
    return explained.our_words(recipient.explanation)


def server_words(recipient: RecipientRow) -> Safe:
    """Return what the server said itself, with its codes; empty where none spoke."""
    reply = safe_line(recipient.reply, 300)
    code = f"{recipient.code or ''} {safe_line(recipient.enhanced_code, 20)}".strip()
    return Safe(f"{code} {reply}".strip())


def reason(recipient: RecipientRow) -> Safe:
    """Return the cause alone, in a few words: no such person."""
    return Safe(explained.cause_of(recipient.explanation).removeprefix(_NEEDLESS))
