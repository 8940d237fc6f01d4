"""Bytes to text by the charset a stranger names, or by a guess where the name is wrong or absent.

Only the charsets listed here are ever used: Python also knows codecs that are no charsets, and
`unicode_escape` would turn plain ASCII into control characters. Charset names are RFC 2978's;
what browsers read under a name (windows-1252 for iso-8859-1) is read here too.
"""

import re
from types import MappingProxyType
from typing import Final

_SAME_NAME = (
    "big5 big5hkscs cp437 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864"
    " cp865 cp866 cp869 cp874 cp932 cp949 cp950 cp1125 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255"
    " cp1256 cp1257 cp1258 euc-jp gb18030 hz iso-2022-jp iso-2022-jp-1 iso-2022-jp-2"
    " iso-2022-jp-3 iso-2022-jp-2004 iso-2022-jp-ext iso-2022-kr johab koi8-r koi8-t koi8-u"
    " kz1048 ptcp154 shift-jis-2004 shift-jisx0213 utf-16be utf-16le utf-32 utf-32be utf-32le"
    " iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-10"
    " iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 mac-cyrillic mac-greek mac-turkish"
)
_OTHER_NAMES = {
    "utf-8": "utf8 unicode-1-1-utf-8 x-utf-8 cp65001 utf-8-mac utf8mb4",
    "ascii": "us-ascii ansi-x3.4-1968 iso-ir-6 646 us iso646-us default",
    "cp1252": "iso-8859-1 latin1 latin-1 l1 iso8859-1 ansi 8859-1 windows-1252 x-ansi",
    "utf-16": "unicode ucs-2 utf16 iso-10646-ucs-2",
    "gb18030": "gb2312 gbk cp936 gb-2312 gb2312-80 x-gbk euc-cn iso-ir-58 chinese windows-936",
    "cp932": "shift-jis sjis s-jis x-sjis ms-kanji windows-31j shiftjis",
    "cp949": "euc-kr ks-c-5601-1987 ks-c-5601 ksc5601 korean uhc windows-949 ks-c-5601-1989",
    "big5hkscs": "big5-hkscs big-5 x-big5 cn-big5 x-x-big5 windows-950",
    "iso-2022-jp-ext": "iso-2022-jp csiso2022jp",
    "euc-jp": "eucjp x-euc-jp x-euc",
    "hz": "hz-gb-2312",
    "cp1254": "iso-8859-9 latin5 l5",
    "cp874": "tis-620 iso-8859-11 tis620 windows-874",
    "iso-8859-8": "iso-8859-8-i iso-8859-8-e hebrew visual",
    "iso-8859-6": "iso-8859-6-i iso-8859-6-e arabic",
    "iso-8859-7": "greek",
    "iso-8859-5": "cyrillic",
    "iso-8859-2": "latin2 l2",
    "iso-8859-15": "latin9 latin-9 l9",
    "koi8-r": "koi8 koi cskoi8r",
    "koi8-u": "koi8-ru",
    "cp866": "ibm866",
    "mac-roman": "macintosh mac x-mac-roman macroman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
}


def _codecs() -> dict[str, str]:
    codecs = {name: name for name in _SAME_NAME.split()}
    for codec in [name for name in codecs if name.startswith("cp")]:
        number = codec.removeprefix("cp")
        codecs |= {f"windows-{number}": codec, f"x-cp{number}": codec, f"ibm{number}": codec}
    for codec in [name for name in codecs if name.startswith("iso-8859-")]:
        codecs |= {codec.replace("iso-", "iso"): codec}
    for codec, names in _OTHER_NAMES.items():
        codecs |= dict.fromkeys([codec, *names.split()], codec)
    return codecs


CODECS: Final = MappingProxyType(_codecs())
"""Charset name, lower case with hyphens, to the Python codec that reads it."""

_LATIN: Final = frozenset({"ascii", "cp1252"})
"""Labels put on by programs that never looked at the text."""
_SHIFTS_TO_KANJI = re.compile(rb"\x1b\$[@B]")


def codec_of(label: str) -> str | None:
    """Return the codec for a charset's name, or None if it is not one that is read."""
    name = label[:64].strip(" \t\"'").lower().replace("_", "-")
    return CODECS.get(name)


def decode(content: bytes, label: str = "") -> str:
    """Return text, by its charset or a guess. Never raises; what cannot be read is U+FFFD."""
    codec = codec_of(label) if label else None
    if codec is None or codec in _LATIN:
        return guess(content)
    if codec == "utf-8":
        return _utf8(content)
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(codec, "replace")


def guess(content: bytes) -> str:
    """Return text of an unnamed charset: what ISO-2022-JP marks, UTF-8, or else windows-1252.

    UTF-8 that was cut in a character, or damaged here and there, still is UTF-8.
    """
    if _SHIFTS_TO_KANJI.search(content) and content.isascii():
        return content.decode("iso-2022-jp-ext", "replace")
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
        lost = text.count("\ufffd")
        beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
        return text.removeprefix("\ufeff") if beyond_ascii > 2 * lost else _western(content)


def _utf8(content: bytes) -> str:
    """Text labelled UTF-8: windows-1252 if it holds high bytes and not one valid sequence."""
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        valid = content.decode("utf-8", "ignore")
        return _western(content) if valid.isascii() else content.decode("utf-8", "replace")


def _western(content: bytes) -> str:
    return content.decode("cp1252", "replace")
