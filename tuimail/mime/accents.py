"""Which charset a text is in whose words are Latin letters, some with accents.

Windows-1252 is what it is taken for unless another reading is far likelier: the letters of one
language of Central Europe, the Baltic or Turkey, where it would be a mixture of none.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import log
from types import MappingProxyType
from typing import Final

from . import letters

_WESTERN: Final = (letters.WESTERN, letters.ICELANDIC, letters.ALBANIAN)
_CENTRAL = (
    letters.POLISH,
    letters.CZECH,
    letters.HUNGARIAN,
    letters.ROMANIAN,
    letters.CROATIAN,
)
_CENTRAL_CODECS = ("cp1250", "iso-8859-2")
_OTHERS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        **dict.fromkeys(_CENTRAL_CODECS, _CENTRAL),
        "cp1254": (letters.TURKISH,),
        "cp1257": (letters.LITHUANIAN, letters.LATVIAN),
    }
)
_CLEARLY_LIKELIER = 12.0
"""Logarithm of the odds, over all of the text that is looked at."""
_LEAST_TELLING = 3
"""Letters of the language that are others in windows-1252: so many must occur."""
_SYMBOLS = re.compile(rb"(?<![A-Za-z])[\xa1-\xbf]|[\xa1-\xbf](?![A-Za-z])")
"""Not within a word it is a symbol: `m\u00b3`, `n\u00ba` and `\u00bfqu\u00e9` are western."""
_STRANGER_SHARE = 5e-4
_CONTROL_SHARE = 1e-5
_CAPITAL_SHARE = 0.08


def accented(sample: bytes) -> str | None:
    """Return the codec of a text by its accented letters, or None for windows-1252."""
    counts = _counts(_SYMBOLS.sub(b"", sample))
    likeliest = max(_likelihood(counts, alphabet, "cp1252") for alphabet in _WESTERN)
    likeliest += _CLEARLY_LIKELIER
    best: str | None = None
    language = ""
    for codec, alphabets in _OTHERS.items():
        for alphabet in alphabets:
            likely = _likelihood(counts, alphabet, codec)
            if likely > likeliest and _is_told(counts, alphabet, codec):
                best, language, likeliest = codec, alphabet, likely
    if language not in _CENTRAL:
        return best
    everything = _counts(sample)  # the two differ in letters that begin and end words, too
    return max(_CENTRAL_CODECS, key=lambda codec: _likelihood(everything, language, codec))


def _counts(sample: bytes) -> Sequence[tuple[int, int]]:
    """Return (byte - 128, how often) of the bytes above 127."""
    return [(byte - 128, count) for byte, count in Counter(sample).items() if byte > 127]


def _is_told(counts: Sequence[tuple[int, int]], alphabet: str, codec: str) -> bool:
    telling = _telling(alphabet, codec)
    found = [count for byte, count in counts if byte in telling]
    kinds = {_table(codec)[byte].lower() for byte, _ in counts if byte in telling}
    all_kinds = {_table(codec)[byte].lower() for byte in telling}
    return sum(found) >= _LEAST_TELLING and len(kinds) >= min(_LEAST_TELLING, len(all_kinds) - 1)


def _likelihood(counts: Sequence[tuple[int, int]], alphabet: str, codec: str) -> float:
    logs = _logs(alphabet, codec)
    return sum(logs[byte] * count for byte, count in counts)


@cache
def _table(codec: str) -> str:
    return bytes(range(128, 256)).decode(codec, "replace")


@cache
def _telling(alphabet: str, codec: str) -> frozenset[int]:
    pairs = enumerate(zip(_table(codec), _table("cp1252"), strict=True))
    return frozenset(at for at, (one, other) in pairs if one != other and one.lower() in alphabet)


@cache
def _logs(alphabet: str, codec: str) -> tuple[float, ...]:
    places = {letter: place for place, letter in enumerate(alphabet)}
    return tuple(log(_share(char, places)) for char in _table(codec))


def _share(char: str, places: Mapping[str, int]) -> float:
    """Return how often a letter occurs among those with accents; the first of n has 2/n."""
    if char == "\ufffd" or (not char.isprintable() and char != "\xa0"):
        return _CONTROL_SHARE
    place = places.get(char.lower())
    if place is None:
        return _STRANGER_SHARE
    count = len(places)
    share = 2 * (count - place) / (count * (count + 1))
    return share if char in places else share * _CAPITAL_SHARE
