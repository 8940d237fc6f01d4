"""The names charsets go by (RFC 2978 and IANA's register, and what programs write), as codecs.

Only the charsets listed here are ever used: Python also knows codecs that are no charsets, and
`unicode_escape` would turn plain ASCII into control characters. UTF-7 is left out with them: it
hides characters as ASCII, and nothing has written it for twenty years. What browsers read under
a name (windows-1252 for iso-8859-1) is read here too.
"""

import re
from types import MappingProxyType
from typing import Final

_SAME_NAME = (
    "big5 big5hkscs cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863"
    " cp864 cp865 cp866 cp869 cp874 cp932 cp949 cp950 cp1125 cp1250 cp1251 cp1252 cp1253 cp1254"
    " cp1255 cp1256 cp1257 cp1258 euc-jp gb18030 hz iso-2022-jp iso-2022-jp-1 iso-2022-jp-2"
    " iso-2022-jp-3 iso-2022-jp-2004 iso-2022-jp-ext iso-2022-kr johab koi8-r koi8-t koi8-u"
    " kz1048 ptcp154 shift-jis-2004 shift-jisx0213 euc-jis-2004 euc-jisx0213 utf-16be utf-16le"
    " utf-32 utf-32be utf-32le iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7"
    " iso-8859-8 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 mac-arabic"
    " mac-croatian mac-cyrillic mac-farsi mac-greek mac-iceland mac-latin2 mac-romanian"
    " mac-turkish"
)
_OTHER_NAMES = {
    "utf-8": "utf8 unicode-1-1-utf-8 unicode-2-0-utf-8 unicode11utf8 unicode20utf8 x-utf-8"
    " x-unicode20utf8 cp65001 utf-8-mac utf-8-sig utf8mb3 utf8mb4 csutf8 iso-10646-utf-1",
    "ascii": "us-ascii ansi-x3.4-1968 ansi-x3.4-1986 iso-ir-6 iso-646.irv iso-646 iso646 646 us"
    " iso646-us default csascii",
    "cp1252": "iso-8859-1 iso8859-1 latin1 latin-1 l1 ansi 8859-1 iso-ir-100 ibm819 cp819"
    " csisolatin1 windows-1252 x-ansi cswindows1252 iso-8859-1-windows-3.1-latin-1"
    " iso-8859-1-windows-3.0-latin-1 cswindows30latin1 cswindows31latin1 western",
    "utf-16": "unicode ucs-2 utf16 iso-10646 iso-10646-ucs-2 csunicode csutf16",
    "utf-16be": "unicodefffe csutf16be unicode-1-1",
    "utf-16le": "unicodefeff csutf16le",
    "utf-32": "utf32 ucs-4 iso-10646-ucs-4 csucs4 csutf32",
    "utf-32be": "csutf32be",
    "utf-32le": "csutf32le",
    "gb18030": "gb2312 gbk cp936 ms936 gb-2312 gb2312-80 gb-2312-80 x-gbk euc-cn iso-ir-58 chinese"
    " windows-936 csgb18030 csgb2312 csgbk csiso58gb231280 gb18030-2000 gb18030-2005 gb18030-2022",
    "cp932": "shift-jis sjis s-jis x-sjis ms-kanji windows-31j shiftjis csshiftjis cswindows31j"
    " ms932 x-ms-cp932",
    "shift-jisx0213": "shift-jis-x0213",
    "shift-jis-2004": "x-sjis-2004 sjis-2004",
    "cp949": "euc-kr ks-c-5601-1987 ks-c-5601 ks-c-5601-1989 ks-x-1001 ksc5601 ksc-5601 korean uhc"
    " windows-949 ms949 iso-ir-149 cseuckr csksc56011987",
    "big5hkscs": "big5-hkscs big-5 x-big5 cn-big5 x-x-big5 big5-eten windows-950 csbig5"
    " csbig5hkscs",
    "iso-2022-jp-ext": "iso-2022-jp csiso2022jp jis x-jis",
    "iso-2022-jp-2": "csiso2022jp2",
    "iso-2022-kr": "csiso2022kr",
    "euc-jp": "eucjp x-euc-jp x-euc ujis cseucpkdfmtjapanese"
    " extended-unix-code-packed-format-for-japanese",
    "hz": "hz-gb-2312",
    "iso-8859-2": "latin2 l2 iso-ir-101 csisolatin2",
    "iso-8859-3": "latin3 l3 iso-ir-109 csisolatin3",
    "iso-8859-4": "latin4 l4 iso-ir-110 csisolatin4",
    "iso-8859-5": "cyrillic iso-ir-144 csisolatincyrillic",
    "iso-8859-6": "iso-8859-6-i iso-8859-6-e arabic iso-ir-127 ecma-114 asmo-708 csisolatinarabic"
    " csiso88596i csiso88596e",
    "iso-8859-7": "greek greek8 iso-ir-126 elot-928 ecma-118 csisolatingreek sun-eu-greek",
    "iso-8859-8": "iso-8859-8-i iso-8859-8-e hebrew visual logical iso-ir-138 csisolatinhebrew"
    " csiso88598i csiso88598e dos-862",
    "cp1254": "iso-8859-9 latin5 l5 iso-ir-148 csisolatin5 turkish cswindows1254",
    "iso-8859-10": "latin6 l6 iso-ir-157 csisolatin6",
    "cp874": "tis-620 tis620 iso-8859-11 windows-874 dos-874 thai cstis620 cswindows874",
    "iso-8859-13": "latin7 l7 csiso885913",
    "iso-8859-14": "latin8 l8 iso-ir-199 iso-celtic csiso885914",
    "iso-8859-15": "latin9 latin-9 l9 csiso885915",
    "iso-8859-16": "latin10 latin-10 l10 iso-ir-226 csiso885916",
    "cp437": "cspc8codepage437",
    "cp850": "cspc850multilingual",
    "cp852": "cspcp852",
    "cp858": "ccsid00858 ibm00858 cp00858 pc-multilingual-850+euro csibm00858",
    "cp862": "cspc862latinhebrew",
    "cp866": "csibm866 866",
    "cp1125": "ruscii cp866u",
    "cp1250": "cswindows1250 x-cp1250",
    "cp1251": "cswindows1251 win-1251 win1251 1251",
    "cp1253": "cswindows1253",
    "cp1255": "cswindows1255",
    "cp1256": "cswindows1256",
    "cp1257": "cswindows1257",
    "cp1258": "cswindows1258 viet",
    "koi8-r": "koi8 koi cskoi8r",
    "koi8-u": "koi8-ru cskoi8u",
    "viscii": "viscii1.1-1 csviscii x-viscii",
    "iso-2022-cn": "csiso2022cn iso-2022-cn-ext",
    "kz1048": "kz-1048 strk1048-2002 rk1048 cskz1048",
    "ptcp154": "csptcp154 pt154 cp154 cyrillic-asian",
    "mac-roman": "macintosh mac x-mac-roman macroman csmacintosh",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac-greek": "x-mac-greek",
    "mac-turkish": "x-mac-turkish",
    "mac-latin2": "x-mac-ce mac-ce mac-centraleurope x-mac-centraleurroman maccentraleurope",
    "mac-croatian": "x-mac-croatian",
    "mac-romanian": "x-mac-romanian",
    "mac-iceland": "x-mac-icelandic",
    "mac-arabic": "x-mac-arabic",
    "mac-farsi": "x-mac-farsi",
}
_PREFIXES = ("windows-", "x-cp", "ibm", "ibm-", "cp-", "csibm", "dos-", "csp")


def _codecs() -> dict[str, str]:
    codecs = {name: name for name in _SAME_NAME.split()}
    for codec in [name for name in codecs if name.startswith("cp")]:
        number = codec.removeprefix("cp")
        codecs |= {prefix + number: codec for prefix in _PREFIXES}
    for codec in [name for name in codecs if name.startswith("iso-8859-")]:
        codecs |= {codec.replace("iso-", "iso"): codec}
    for codec, names in _OTHER_NAMES.items():
        codecs |= dict.fromkeys([codec, *names.split()], codec)
    return codecs


CODECS: Final = MappingProxyType(_codecs())
"""Charset name, lower case with hyphens, to the Python codec (or `rare_charsets`) that reads it."""

_KNOWN_INSIDE = re.compile(
    r"(?<![a-z0-9])(utf-?8|iso-?8859-\d\d?|windows-\d{3,4}|cp-?\d{3,4}|koi8-[ru]|gb2312|gbk|gb18030"
    r"|big5|shift-jis|iso-2022-(?:jp|kr)|euc-(?:jp|kr)|us-ascii)(?![0-9])"
)
"""In `iso_8859-1:1987`, `_iso-2022-jp$esc` and `windows-1252http-equivcontent-type`."""
_NO_CHARSETS = re.compile(
    r".*utf-?7.*|.*escape.*|rot-?13|idna|punycode|undefined|mbcs|oem|charmap|palmos"
    r"|(?:base64|bz2|hex|quopri|uu|zlib)(?:-codec)?"
)
_MAX_LABEL_CHARS = 64


def codec_of(label: str) -> str | None:
    """Return the codec for a charset's name, or None if it is not one that is read."""
    name = _name(label)
    codec = CODECS.get(name)
    if codec is None and name and not is_refused(label):
        inside = _KNOWN_INSIDE.search(name)
        codec = CODECS.get(inside[1]) if inside else None
    return codec


def is_refused(label: str) -> bool:
    """Whether a label names something that could be decoded and, for safety, is not."""
    return _NO_CHARSETS.fullmatch(_name(label)) is not None


def _name(label: str) -> str:
    return label[:_MAX_LABEL_CHARS].strip(" \t\"'").lower().replace("_", "-")
