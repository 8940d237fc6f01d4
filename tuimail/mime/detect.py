"""The charset of a text whose label is absent or wrong, found by looking at its bytes.

Where several bytes make a character it is the one in which most characters are common ones;
where one does, the one in whose language these bytes would occur most likely. What is not clear
is not guessed at: western text, short text and rubbish have no answer here.
"""

import re
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from types import MappingProxyType
from typing import Final

from . import letters
from .accents import accented

MIN_HIGH_BYTES: Final = 6
"""Fewer bytes above 127 say too little."""
SAMPLE_BYTES: Final = 2_048
"""Looked at from the first byte above 127 on: time does not grow with the text."""

_ALL_HIGH = bytes(range(128, 256))
_HIGH = re.compile(rb"[\x80-\xff]")
_TELLING = bytes(set(_ALL_HIGH) - {0x85, *range(0x91, 0x98), 0x99, 0xA0})
"""Without the quotes, dashes and blanks of windows-1252."""
_LATIN_PAIRS = re.compile(rb"(?<![\x80-\xff])[\x80-\xff]{1,2}(?![\x80-\xff])")
"""How letters with accents lie in western words; elsewhere whole words lie above 127."""
_REPEATED = re.compile(rb"([\x80-\xff])\1{2,}")
"""Frames and rules drawn of one character; no word has a letter three times."""
_MOST_LATIN = 0.6
_LEAST_COMMON = 0.3
_CLEARLY_COMMON = 0.5
_MOST_BROKEN = 0.02
_LEAST_LIKELY = -4.2
"""Mean logarithm per byte; text of the right language has -3.0 to -3.4, others -4.5 to -8."""

_CLEARLY_LIKELIER = 12.0
"""Logarithm of the odds, over the whole of the text looked at."""
_SYMBOL_SHARE = 5e-4
_UNDEFINED_SHARE = 1e-5
_RARE_CASE_SHARE = 0.08
"""Of capitals in ordinary text, of small letters in text that is all capitals."""
_ALL_CAPITALS_COST = 0.15
_ODD_PAIR_COST = 4.0


def detected(content: bytes) -> str | None:
    """Return the codec of a text that is neither ASCII nor UTF-8, or None where it is unclear."""
    first = _HIGH.search(content)
    if first is None:
        return None
    sample = content[first.start() : first.start() + SAMPLE_BYTES]
    high = len(sample) - len(sample.translate(None, _ALL_HIGH))
    telling = len(sample) - len(sample.translate(None, _TELLING))
    if telling < MIN_HIGH_BYTES:
        return None
    if _is_latin(sample, high):
        return accented(sample)
    return _of_several_bytes(sample) or _of_one_byte(sample)


def contradicted(content: bytes, codec: str) -> str | None:
    """Return the codec of a text that clearly is not in the one its label says, or None."""
    found = detected(content)
    family = _FAMILIES.get(codec, codec)
    if found is None or found == family:
        return None
    sample = content[:SAMPLE_BYTES]
    if found in _SEVERAL_BYTES:
        stated = _common_share(sample, family) if family in _SEVERAL_BYTES else 0.0
        is_clear = _common_share(sample, found) >= _CLEARLY_COMMON and stated < _LEAST_COMMON / 2
        return found if is_clear and (family in _SEVERAL_BYTES or family in _ONE_BYTE) else None
    if family not in _ONE_BYTE or found not in _ONE_BYTE:
        return None
    counts = _counts(sample)
    gain = _likelihood(sample, counts, _model(found)) - _likelihood(sample, counts, _model(family))
    return found if gain * sum(count for _, count in counts) > _CLEARLY_LIKELIER else None


def _is_latin(sample: bytes, high: int) -> bool:
    return sum(map(len, _LATIN_PAIRS.findall(sample))) > _MOST_LATIN * high


def _is_chinese(char: str) -> bool:
    return char in letters.HAN


def _is_japanese(char: str) -> bool:
    return "\u3041" <= char <= "\u30fe" or char in letters.KANJI


def _is_korean(char: str) -> bool:
    return char in letters.HANGUL


_SEVERAL_BYTES: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {
        "gb18030": _is_chinese,
        "big5hkscs": _is_chinese,
        "cp932": _is_japanese,
        "euc-jp": _is_japanese,
        "cp949": _is_korean,
    }
)


def _of_several_bytes(sample: bytes) -> str | None:
    shares = {codec: _common_share(sample, codec) for codec in _SEVERAL_BYTES}
    best = max(shares, key=lambda codec: shares[codec])
    return best if shares[best] >= _LEAST_COMMON else None


def _common_share(sample: bytes, codec: str) -> float:
    """Return which part of the characters that are not ASCII is common; 0 if much is broken."""
    text = getincrementaldecoder(codec)("replace").decode(sample)
    chars = {char: count for char, count in Counter(text).items() if char > "\x7f"}
    total = sum(chars.values())
    if chars.get("\ufffd", 0) > _MOST_BROKEN * total:
        return 0.0
    marks = sum(count for char, count in chars.items() if _is_mark(char))
    if total <= marks:
        return 0.0
    is_common = _SEVERAL_BYTES[codec]
    return sum(count for char, count in chars.items() if is_common(char)) / (total - marks)


def _is_mark(char: str) -> bool:
    """CJK punctuation and full-width forms, which all these charsets have."""
    return "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff60"


@dataclass(frozen=True, slots=True)
class _Model:
    """How likely each byte above 127 is in text of a charset, and which pairs it never has."""

    logs: tuple[float, ...]
    logs_of_capitals: tuple[float, ...]
    """Of text that is written in capitals throughout."""
    odd_pairs: re.Pattern[bytes] | None


_ONE_BYTE: Final = MappingProxyType(
    {
        "cp1251": letters.CYRILLIC,
        "koi8-u": letters.CYRILLIC,
        "cp866": letters.CYRILLIC,
        "iso-8859-5": letters.CYRILLIC,
        "cp1253": letters.GREEK,
        "cp1255": letters.HEBREW,
        "cp1256": letters.ARABIC,
        "cp874": letters.THAI,
    }
)
_FAMILIES: Final = MappingProxyType(
    {
        "koi8-r": "koi8-u",
        "big5": "big5hkscs",
        "cp950": "big5hkscs",
        "cp1125": "cp866",
        "shift-jis-2004": "cp932",
        "shift-jisx0213": "cp932",
        "euc-jis-2004": "euc-jp",
        "euc-jisx0213": "euc-jp",
    }
)
"""Codecs of which one stands for all."""
_ONLY_AT_END = frozenset("ςםןךףץةى")


def _of_one_byte(sample: bytes) -> str | None:
    sample = _REPEATED.sub(b"", sample)
    counts = _counts(sample)
    if sum(count for _, count in counts) < MIN_HIGH_BYTES:
        return None
    likely = {codec: _likelihood(sample, counts, _model(codec)) for codec in _ONE_BYTE}
    best = max(likely, key=lambda codec: likely[codec])
    return best if likely[best] >= _LEAST_LIKELY else None


def _counts(sample: bytes) -> Sequence[tuple[int, int]]:
    return [(byte - 128, count) for byte, count in Counter(sample).items() if byte > 127]


def _likelihood(sample: bytes, counts: Sequence[tuple[int, int]], model: _Model) -> float:
    """Return the mean logarithm per byte above 127; `counts` are (byte - 128, how often)."""
    total = sum(count for _, count in counts)
    ordinary, capitals = (
        sum(logs[byte] * count for byte, count in counts) / total
        for logs in (model.logs, model.logs_of_capitals)
    )
    odd = len(model.odd_pairs.findall(sample)) if model.odd_pairs else 0
    return max(ordinary, capitals - _ALL_CAPITALS_COST) - odd * _ODD_PAIR_COST / total


@cache
def _model(codec: str) -> _Model:
    table = bytes(range(128, 256)).decode(codec, "replace")
    places = {letter: place for place, letter in enumerate(_ONE_BYTE[codec])}
    ordinary = tuple(log(_share(char, places, 1, _RARE_CASE_SHARE)) for char in table)
    capitals = tuple(log(_share(char, places, _RARE_CASE_SHARE, 1)) for char in table)
    return _Model(ordinary, capitals, _odd_pairs(table, places))


def _share(char: str, places: Mapping[str, int], small: float, capital: float) -> float:
    """Return how often a letter occurs: the first of n has 2/n of all, the last next to nothing."""
    if char == "\ufffd":
        return _UNDEFINED_SHARE
    place = places.get(char.lower())
    if place is None:
        return _SYMBOL_SHARE
    count = len(places)
    return 2 * (count - place) / (count * (count + 1)) * (small if char in places else capital)


def _odd_pairs(table: str, places: Mapping[str, int]) -> re.Pattern[bytes] | None:
    """A small letter before a capital one; a letter that ends words before any letter."""
    small = _class(table, lambda char: char in places)
    capital = _class(table, lambda char: char not in places and char.lower() in places)
    at_end = _class(table, lambda char: char in _ONLY_AT_END)
    pairs = [small + capital] if capital else []
    pairs += [at_end + small] if at_end else []
    return re.compile(b"|".join(pairs)) if pairs else None


def _class(table: str, belongs: Callable[[str], bool]) -> bytes:
    found = b"".join(
        b"\\x%02x" % (place + 128) for place, char in enumerate(table) if belongs(char)
    )
    return b"[" + found + b"]" if found else b""
