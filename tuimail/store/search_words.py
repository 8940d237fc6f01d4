"""Words of a search as the full-text index understands them."""

from typing import Final

from tuimail.model.query import Field, Word

from .text import has_token, indexed, is_wide, storable

MIN_PREFIX_CHARS: Final = 3
"""Shorter beginnings match so much that they would cost hundreds of milliseconds."""

_COLUMN: Final = {
    Field.FROM: "sender",
    Field.TO: "rcpt",
    Field.CC: "rcpt",
    Field.SUBJECT: "subject",
    Field.BODY: "body",
    Field.FILENAME: "attach",
}
_PLAIN: Final = {
    Field.FROM: ("m.sender", "m.addr"),
    Field.TO: ("m.people",),
    Field.CC: ("m.people",),
    Field.SUBJECT: ("m.subject",),
    Field.BODY: ("m.snippet",),
}
_ANYWHERE: Final = ("m.subject", "m.sender", "m.addr", "m.snippet")


def match_of(word: Word) -> str | None:
    """Return the full-text expression of a word, or None if the index sees no word in it.

    A phrase without words would match nothing and take every AND with it.
    """
    text = storable(word.text)
    if not has_token(text):
        return None
    is_prefix = text.endswith("*") and not word.is_phrase
    text = text.rstrip("*") if is_prefix else text
    is_prefix = is_prefix and len(text) >= MIN_PREFIX_CHARS
    phrase = _phrase(text, is_prefix=is_prefix)
    column = _COLUMN.get(word.field)
    return f"{column} : {phrase}" if column else phrase


def text_condition(word: Word) -> tuple[str, tuple[str, ...]]:
    """Return a condition that looks for signs the index does not know, such as emoji."""
    columns = _PLAIN.get(word.field, _ANYWHERE)
    text = storable(word.text)
    return " or ".join(f"instr({c}, ?) > 0" for c in columns), (text,) * len(columns)


def cc_condition(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a condition that looks for a text among the stored Cc and Bcc alone."""
    copies = "substr(m.people, nullif(instr(m.people, char(29)), 0))"
    return f"instr(lower({copies}), ?) > 0", (storable(text).rstrip("*").lower(),)


def _phrase(text: str, *, is_prefix: bool) -> str:
    words = indexed(text)
    if is_wide(text[-1:]):
        words, is_prefix = _ending_wide(words)
    quoted = words.replace('"', '""').strip()
    return f'"{quoted}" *' if is_prefix else f'"{quoted}"'


def _ending_wide(words: str) -> tuple[str, bool]:
    """Leave out the single character that ends a run, since in a mail the run may go on.

    A run of one character is the beginning of a pair.
    """
    head, _, _ = words.rstrip().rpartition(" ")
    is_pair = is_wide(head[-1:])
    return (head, False) if is_pair else (words.rstrip(), True)
