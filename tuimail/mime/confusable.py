"""Domains that are drawn like others: letters that imitate, and names that read as one you know.

After UTS 39, cut down to what imitates Latin: a table of our own of letters that nobody tells
apart, and a few pairs of ASCII that run together (`rn` for m, `1` for l).
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from unicodedata import category, normalize
from unicodedata import name as character_name

from tuimail.errors import UserError
from tuimail.model.domain import ascii_domain, unicode_domain
from tuimail.model.safe import Safe, safe_line

from .owner import owner_of

SHOWN_CHARS: Final = 240
_FOREIGN: Final = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u051b\u051d\u0501\u04cf"
        "\u03bf\u03bd\u03b1\u03b9\u03c1\u0578\u057d\u0585",
        "aeopcyxsijhqwdlovaipnuo",
        strict=True,
    )
)
"""Cyrillic, Greek and Armenian letters drawn as Latin ones."""
_LATIN: Final = {
    drawn: letter
    for letter, drawings in {
        "a": "\u0251\u1d00\u2c65", "b": "\u0299\u0180\u0253\u0183", "c": "\u1d04\u0188\u023c",
        "d": "\u1d05\u0257\u0256\u018c", "e": "\u1d07\u0247\uab32", "f": "\ua730\u0192",
        "g": "\u0261\u0262\u0260\u01e5", "h": "\u029c\u0127\u0266",
        "i": "\u0131\u0269\u026a\u0268", "j": "\u1d0a\u0237\u029d\u0249",
        "k": "\u1d0b\u0199\u0138", "l": "\u029f\u0142\u019a\u026b\u026d\u01c0",
        "m": "\u1d0d\u0271", "n": "\u0274\u0272\u019e", "o": "\u1d0f\u0275",
        "p": "\u1d18\u01a5\u01bf", "q": "\u024b\u02a0", "r": "\u0280\u027e\u027c\u027d\u024d",
        "s": "\ua731\u0282", "t": "\u1d1b\u0167\u01ab\u01ad", "u": "\u1d1c\u028a\u0289",
        "v": "\u1d20\u028b", "w": "\u1d21\u026f", "y": "\u028f\u01b4\u024f\u1eff",
        "z": "\u1d22\u01b6\u0225\u0290",
    }.items()
    for drawn in drawings
}  # fmt: skip
"""Latin letters that are read as plain ones."""
_NATIVE: Final = {
    "\u0131": ("tr", "az", "kz", "cy"),
    "\u0142": ("pl",),
    "\u0127": ("mt",),
    "\u0167": ("no", "se", "fi"),
    "\u0199": ("ng", "ne"),
    "\u0253": ("ng", "ne"),
    "\u0257": ("ng", "ne"),
    "\u0138": ("gl",),
}
"""Where such a letter is at home: there it imitates nothing."""
_MARKED: Final = {"\u00f8": "o", "\u0111": "d", "\u014b": "n", "\u00f0": "d", "\u00fe": "p"}
"""Letters people tell apart, but not from one they know; like those with accents."""
_ASCII: Final = str.maketrans({"0": "o", "1": "l", "5": "s", "|": "l"})
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_DRAWN_AS: Final = str.maketrans({**_FOREIGN, **_LATIN, **_MARKED})
_MIXABLE: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "LATIN"})
"""Scripts that are written together; Latin beside CJK is ordinary."""
_WESTERN: Final = frozenset({"LATIN", "GREEK", "CYRILLIC"})
_JOINERS: Final = frozenset("\u200c\u200d")
"""Persian and Indic words are spelled with them (RFC 5892 appendix A)."""
_PUNCTUATION: Final = frozenset("-_\u00b7\u0375\u05f3\u05f4\u30fb") | _JOINERS
"""All that a label may hold beside letters, digits and marks (RFC 5892)."""
_ENDS: Final = frozenset({"com", "org", "gov"})
"""Below another owner's domain such a label makes what stands before it look like the domain."""


def imitating_domain(domain: str) -> Safe | None:
    """Return a domain in both forms if its letters imitate others, else None."""
    shown = unicode_domain(domain)
    *_, end = labels = shown.split(".")
    if shown.isascii():
        return safe_line(shown, SHOWN_CHARS) if "xn--" in shown else None
    if not any(_imitates(label, end) for label in labels):
        return None
    try:
        return safe_line(f"{shown} ({ascii_domain(shown)})", SHOWN_CHARS)
    except UserError:
        return safe_line(shown, SHOWN_CHARS)


def mixes_scripts(word: str) -> bool:
    """Whether a word is written in scripts that are not written together."""
    return not word.isascii() and _is_mixed(_scripts(word))


def wears_another(domain: str) -> str:
    """Return what a domain puts before its owner's to look like another; empty if nothing.

    `bank.com` of `bank.com.evil.example`.
    """
    low = domain.lower()
    if _ENDS.isdisjoint(low.split(".")[1:-1]):
        return ""
    before = low.removesuffix(owner_of(low)).rstrip(".").split(".")
    at = next((n for n, label in enumerate(before) if n and label in _ENDS), 0)
    return ".".join(before[at - 1 : at + 1]) if at else ""


def lookalike_of(domain: str, known: Iterable[str]) -> str | None:
    """Return which of the known domains a domain can be taken for, or None. Pure.

    `known` are domains as somebody registered them (`owner.owner_of`), in letters; `domain` is as
    it was written: a capital I is an l.
    """
    known = frozenset(known)
    own = owner_of(domain)
    if own in known:
        return None
    drawn = skeleton(_as_written(domain, own))
    inside = f".{unicode_domain(domain).removesuffix(own)}"
    for other in sorted(known):
        if skeleton(other) == drawn or _wears(inside, other):
            return other
    return None


@lru_cache(maxsize=16_384)
def skeleton(domain: str) -> str:
    """Return what a domain is drawn like; two that are drawn alike have the same."""
    text = domain if domain.isupper() else domain.replace("I", "l")
    drawn = unicode_domain(text.lower())
    if not drawn.isascii():
        parts = normalize("NFKD", drawn[:SHOWN_CHARS].translate(_DRAWN_AS))
        drawn = "".join(char for char in parts if category(char) not in ("Mn", "Cf"))
        drawn = drawn.translate(_DRAWN_AS)
    drawn = drawn.translate(_ASCII)
    for pair, letter in _PAIRS:
        drawn = drawn.replace(pair, letter)
    return drawn


def _as_written(domain: str, own: str) -> str:
    """Return the owner's part of a domain in the letters it was written in."""
    tail = domain[-len(own) :]
    return tail if tail.lower() == own else own


def _wears(inside: str, other: str) -> bool:
    return f".{other}." in inside or f".{other.replace('.', '-')}." in inside


def _imitates(label: str, end: str) -> bool:
    """Whether a label of a domain with this last label is made to be taken for another."""
    if label.isascii():
        return label.startswith("xn--")
    scripts = _scripts(label)
    if _is_mixed(scripts) or any(_is_deceptive(char, end) for char in label):
        return True
    if not _JOINERS.isdisjoint(label) and scripts <= _WESTERN:
        return True
    letters = {char for char in label if char.isalpha()}
    return end.isascii() and bool(letters) and letters <= _FOREIGN.keys()


def _is_deceptive(char: str, end: str) -> bool:
    if char.isascii():
        return False
    if char in _LATIN:
        return end not in _NATIVE.get(char, ())
    is_word = char.isalnum() or category(char).startswith("M") or char in _PUNCTUATION
    return not is_word or normalize("NFKC", char) not in (char, normalize("NFC", char))


def _scripts(word: str) -> set[str]:
    letters = [char for char in word if char.isalpha()]
    scripts = {
        character_name(char, "UNKNOWN").replace("-", " ").split(" ", 1)[0] for char in letters
    }
    return scripts - {"IDEOGRAPHIC"}


def _is_mixed(scripts: set[str]) -> bool:
    return len(scripts) > 1 and not scripts <= _MIXABLE
