"""Bytes to text by the charset a stranger names, or by their looks where the name is wrong.

What names there are, and which are refused, stands in `charset_names`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tuimail.model.safe import Safe, safe_line

from .charset_names import codec_of, is_refused

_LATIN: Final = frozenset({"ascii", "cp1252"})
"""Labels put on by programs that never looked at the text."""
_RARE: Final = frozenset({"viscii", "iso-2022-cn"})
_WIDE: Final = frozenset({"utf-16", "utf-16le", "utf-16be"})
_SHIFTS_TO_KANJI = re.compile(rb"\x1b\$[@B]")
_SHIFTS_TO_HANGUL = b"\x1b$)C"
_META = re.compile(
    rb"<meta[^<>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.+-]{1,40})", re.IGNORECASE
)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_:.+-]{1,40})")
_META_WITHIN_BYTES = 8_192
"""Browsers look at 1,024; mail programs put style sheets before it."""
_ZEROS_LOOKED_AT = 4_096
_LEAST_ZEROS = 0.03
_LEAST_UTF8_CHARS = 3
"""Fewer may be valid UTF-8 by chance."""
_WORDS: Final = MappingProxyType(
    {
        "cp932": "Shift JIS",
        "cp949": "EUC-KR",
        "big5hkscs": "Big5",
        "cp874": "TIS-620",
        "utf-16le": "UTF-16",
        "utf-16be": "UTF-16",
        "ascii": "ASCII",
    }
)
"""What people call a codec, where its name is not what they know."""


class Doubt(StrEnum):
    """Why a text may be read wrongly."""

    NONE = ""
    REFUSED = "refused"
    """Its label names something that is never decoded."""
    UNKNOWN = "unknown"
    """Its label names no charset known here."""
    UNNAMED = "unnamed"
    """It has no label that says anything; the charset was found by looking."""
    WRONG = "wrong"
    """It is clearly in another charset than its label says."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and how it was read."""

    text: str
    codec: str
    doubt: Doubt = Doubt.NONE

    def note(self, label: str) -> Safe | None:
        """Return a sentence of ours about a charset that was refused or guessed."""
        name, read_as = safe_line(label, 40).strip() or "nothing", _word(self.codec)
        match self.doubt:
            case Doubt.REFUSED:
                return Safe(f"The text is marked as {name}, which is never read; it is as it came.")
            case Doubt.UNKNOWN:
                return Safe(f"The text is marked as {name}, not known here; read as {read_as}.")
            case Doubt.UNNAMED:
                return Safe(f"The charset of the text is not named; by its looks it is {read_as}.")
            case Doubt.WRONG:
                return Safe(f"The text is marked as {name}; by its looks it is {read_as}.")
            case _:
                return None


def decode(content: bytes, label: str = "") -> str:
    """Return text, by its charset or a guess. Never raises; what cannot be read is U+FFFD."""
    return _read(content, codec_of(label) if label else None, "").text


def read(content: bytes, label: str, *, is_html: bool = False) -> Reading:
    """Return the text of a part: by its label, by what HTML says itself, or by its looks.

    Never raises. Looks closer than `decode`: a label is not believed against the text.
    """
    codec = codec_of(label) if label else None
    meta = _stated_in_html(content) if is_html else ""
    reading = _read(content, codec, meta)
    if codec is not None and reading.codec == codec and codec not in _LATIN:
        other = _contradicted(content, codec)
        if other is not None:
            return Reading(content.decode(other, "replace"), other, Doubt.WRONG)
    return Reading(reading.text, reading.codec, _doubt(reading, codec, label, content))


def _doubt(reading: Reading, codec: str | None, label: str, content: bytes) -> Doubt:
    if is_refused(label):
        return Doubt.REFUSED
    if codec is None and label.strip() and not content.isascii():
        return Doubt.UNKNOWN
    if codec is not None and reading.doubt is Doubt.UNNAMED:
        return Doubt.WRONG
    return reading.doubt


def guess(content: bytes) -> str:
    """Return text of an unnamed charset: marked ISO-2022, UTF-8, by its looks, or windows-1252.

    UTF-8 that was cut in a character, or damaged here and there, still is UTF-8.
    """
    return _unnamed(content, "").text


def _read(content: bytes, codec: str | None, meta: str) -> Reading:
    if codec is None or codec in _LATIN:
        return _unnamed(content, meta)
    if codec in _WIDE:
        return _wide(content, codec)
    if codec == "utf-8":
        return _utf8(content, meta)
    return _named(content, codec)


def _named(content: bytes, codec: str) -> Reading:
    if codec in _RARE:
        from .rare_charsets import RARE  # loaded by mails that need it

        return Reading(RARE[codec](content), codec)
    if _is_utf8(content):
        return Reading(_without_mark(content.decode()), "utf-8")
    for likely in (codec, "utf-8"):
        try:
            return Reading(content.decode(likely), likely)
        except UnicodeDecodeError:
            continue
    return Reading(content.decode(codec, "replace"), codec)


def _unnamed(content: bytes, meta: str) -> Reading:
    if content.isascii():
        if _SHIFTS_TO_KANJI.search(content):
            return Reading(content.decode("iso-2022-jp-ext", "replace"), "iso-2022-jp-ext")
        if _SHIFTS_TO_HANGUL in content:
            return Reading(content.decode("iso-2022-kr", "replace"), "iso-2022-kr")
    if wide := _wide_by_zeros(content, is_stated=False):
        return Reading(_without_mark(content.decode(wide, "replace")), wide, Doubt.UNNAMED)
    try:
        return Reading(_without_mark(content.decode()), "utf-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    if _beyond_ascii(text) > 2 * text.count("\ufffd"):
        return Reading(_without_mark(text), "utf-8")
    return _by_looks(content, meta, Doubt.UNNAMED)


def _utf8(content: bytes, meta: str) -> Reading:
    """Text labelled UTF-8: something else where more bytes are wrong than characters right."""
    try:
        return Reading(_without_mark(content.decode()), "utf-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    valid = _beyond_ascii(text) - lost
    if valid < lost:
        other = _by_looks(content, meta, Doubt.WRONG)
        if other.codec != "cp1252" or not valid:
            return other
    return Reading(text, "utf-8")


def _by_looks(content: bytes, meta: str, doubt: Doubt) -> Reading:
    codec = codec_of(meta) if meta else None
    if codec is not None and codec not in _LATIN | _WIDE | {"utf-8"}:
        return Reading(content.decode(codec, "replace"), codec)
    from .detect import detected  # loaded by mails that need it

    found = detected(content)
    if found is None:
        return Reading(content.decode("cp1252", "replace"), "cp1252")
    return Reading(content.decode(found, "replace"), found, doubt)


def _contradicted(content: bytes, codec: str) -> str | None:
    if content.isascii():
        return None
    from .detect import contradicted  # loaded by mails that need it

    return contradicted(content, codec)


def _wide(content: bytes, codec: str) -> Reading:
    """Text labelled UTF-16: by its mark, by where its zero bytes lie, or not UTF-16 at all."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return Reading(_without_mark(content.decode("utf-16", "replace")), "utf-16")
    if b"\0" not in content:
        try:
            return Reading(_without_mark(content.decode()), "utf-8")
        except UnicodeDecodeError:
            pass
    order = _wide_by_zeros(content, is_stated=True) or ("utf-16le" if codec == "utf-16" else codec)
    return Reading(content.decode(order, "replace"), order)


def _wide_by_zeros(content: bytes, *, is_stated: bool) -> str | None:
    """Return the byte order of UTF-16 whose ASCII has its zero bytes all on one side.

    Where no label says that it is UTF-16, a few zero bytes are an accident.
    """
    if b"\0" not in content:
        return None
    sample = content[:_ZEROS_LOOKED_AT]
    if len(sample) < 4:
        return None
    before, after = sample[::2].count(0), sample[1::2].count(0)
    if not is_stated and before + after < max(3, _LEAST_ZEROS * len(sample)):
        return None
    if after > 8 * before:
        return "utf-16le"
    return "utf-16be" if before > 8 * after else None


def _is_utf8(content: bytes) -> bool:
    """Whether text of another label is UTF-8 beyond chance: several characters, none broken."""
    if content.isascii():
        return False
    try:
        return _beyond_ascii(content.decode()) >= _LEAST_UTF8_CHARS
    except UnicodeDecodeError:
        return False


def _stated_in_html(content: bytes) -> str:
    head = content[:_META_WITHIN_BYTES]
    found = _XML.match(head.lstrip()) or _META.search(head)
    return found[1].decode() if found else ""


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _without_mark(text: str) -> str:
    return text.removeprefix("\ufeff")


def _word(codec: str) -> str:
    if codec in _WORDS:
        return _WORDS[codec]
    return f"Windows-{codec[2:]}" if codec.startswith("cp125") else codec.upper()
