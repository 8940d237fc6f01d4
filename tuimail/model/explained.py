"""The parts of an explanation: who refused and what to do, the cause alone, their own words. Pure.

`outbox.explain` puts them together: `WHO VERB: CAUSE. STEP They say: CODES WORDS`.
"""

from typing import Final

from .outgoing import RecipientRow
from .safe import Safe, safe_line

THEIR_WORDS: Final = " They say: "
"""Begins what the server said itself."""
_HEARSAY: Final = " It is reported, but not confirmed."
"""Ends our words about what others could have written."""
_MAX_CHARS: Final = 1_000


def our_words(explanation: str) -> Safe:
    """Return an explanation without what the server said itself."""
    return safe_line(explanation.partition(THEIR_WORDS)[0].strip(), _MAX_CHARS)


def server_words(recipient: RecipientRow) -> Safe:
    """Return what the server said itself, with its codes; empty where none spoke."""
    reply = safe_line(recipient.reply, 300)
    code = f"{recipient.code or ''} {safe_line(recipient.enhanced_code, 20)}".strip()
    return Safe(f"{code} {reply}".strip())


def cause_of(explanation: str) -> Safe:
    """Return the cause alone, in a few words: there is no such person."""
    who, colon, what = our_words(explanation).partition(": ")
    return safe_line((what if colon else who).partition(". ")[0].rstrip("."), _MAX_CHARS)


def as_hearsay(explanation: str) -> str:
    """Return an explanation that says of itself that nobody vouches for it."""
    ours, they_say, theirs = explanation.partition(THEIR_WORDS)
    return f"{ours}{_HEARSAY}{they_say}{theirs}" if ours else explanation


def is_hearsay(explanation: str) -> bool:
    """Whether nobody vouches for what is explained."""
    return our_words(explanation).endswith(_HEARSAY)
