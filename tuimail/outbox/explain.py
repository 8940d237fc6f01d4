"""A server's reply in plain words: who refused, what, and what to do next.

Nothing found means that their own words are shown and nothing is guessed.
"""

from typing import Final

from tuimail.model.causes import Kind, Stage, kind_of, saying_of
from tuimail.model.safe import Safe, safe_line

MAX_WORDS_CHARS: Final = 160
"""Of the server's own text that are shown after ours."""
_ITSELF: Final = "Nothing to do: it is tried again by itself."
_YET: Final = "did not take it yet"
_ASK: Final = "Ask the person, or your provider."


def explain(code: int, enhanced_code: str, text: str, stage: Stage, who: str) -> Safe:
    """Return a sentence or two about a refusal by `who`, their own words last."""
    codes = f"{code} {enhanced_code}".strip()
    kind = kind_of(code, enhanced_code, text, stage)
    is_trying = stage is Stage.DELAY or (stage is not Stage.REPORT and 400 <= code < 500)
    shown = safe_line(" ".join(text.split()), MAX_WORDS_CHARS)
    quote = f" They say: {codes} {shown}".rstrip()
    verb = _verb(kind, codes, is_trying=is_trying)
    if kind is None:
        more = _ITSELF if is_trying else _ASK
        return safe_line(f"{who} {verb} and gives no reason known here. {more}{quote}")
    saying = saying_of(kind)
    step = saying.while_trying if is_trying else saying.step
    return safe_line(f"{who} {verb}: {saying.cause}. {step}{quote}")


def no_longer_tried(explanation: str) -> str:
    """Return what `explain` said of a mail that was tried, now that it is tried no more."""
    text = explanation.replace(f" {_YET}", " did not take it", 1)
    for saying in map(saying_of, Kind):
        before = f": {saying.cause}. {saying.while_trying}"
        if before in text:
            return text.replace(before, f": {saying.cause}. {saying.step}", 1)
    return text.replace(_ITSELF, _ASK, 1)


def _verb(kind: Kind | None, codes: str, *, is_trying: bool) -> str:
    if is_trying:
        return _YET
    if kind is Kind.EXPIRED:
        return "gave up"
    return "did not take it" if codes.startswith("4") or " 4." in codes else "refused"


__all__ = ["MAX_WORDS_CHARS", "Stage", "explain", "no_longer_tried"]
