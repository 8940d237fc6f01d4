"""HTML made harmless for the parser, before it is parsed.

The tree builder of HTML (and lexbor, which follows it) takes quadratic time in how deep elements
are nested and in how many attributes one has, and quadratic memory in unclosed formatting elements,
which it opens again in every block: 900 kB of `<div>` took it three minutes, 400 kB of
`<font><p>` more memory than the machine had. So tags are counted, and formatting elements get names
that mean nothing to it.
"""

import re
from typing import Final

from .budget import MAX_TAGS

MAX_HTML_CHARS: Final = 2_000_000
"""Ordinary newsletters have 30,000 to 150,000."""
MAX_OPENING_TAGS: Final = 15_000
MAX_TAG_CHARS: Final = 16_384
MAX_ATTRIBUTES: Final = 500

PREFIX: Final = "x-"
"""Put before the names of formatting elements, and of those with rules of their own inside."""

_TAG = re.compile(r"</?[a-zA-Z]")
_WHOLE_TAG = re.compile(
    r"""</?[a-zA-Z][^\s/>]*+
    (?: [\s/]++
      | [^\s/>][^\s/>=]*+ (?: \s*+ = \s*+ (?: "[^"]*+" | '[^']*+' | [^\s>"'][^\s>]*+ )?+ )?+
    )*+ >""",
    re.VERBOSE,
)
"""Exact as the tokeniser of HTML reads a tag, so that nothing hides an attribute from the count."""
_ATTRIBUTE = re.compile(r"[\s/\"'][^\s/>=\"']")
_LONG_TAG_CHARS = 2 * MAX_ATTRIBUTES
_FORMATTING = re.compile(
    r"(?i)<(/?)(?=(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u|svg|math)(?:[\s/>]|$))"
)
_INLINE_DATA = re.compile(r"(?i)(data:[a-z0-9.+-]{1,40}/[^\s\"'<>,]{0,100},)[^\s\"'<>]{200,}")


def bounded(html: str, max_tags: int = MAX_TAGS) -> tuple[str, bool]:
    """Return HTML that is parsed in bounded time and memory, and whether its end was cut off.

    `max_tags` counts opening and closing ones; MAX_TAGS take a second of parsing at the worst.
    """
    source = _INLINE_DATA.sub(r"\1", html[:MAX_HTML_CHARS])
    end = _end_of_plain(source, max_tags)
    is_cut = end < len(source) or len(html) > MAX_HTML_CHARS
    return _FORMATTING.sub(rf"<\1{PREFIX}", source[:end]), is_cut


def _end_of_plain(source: str, max_tags: int) -> int:
    """Return where the first tag too many or too large begins, or the length."""
    opening = 0
    for count, found in enumerate(_TAG.finditer(source)):
        start = found.start()
        opening += source[start + 1] != "/"
        if count >= max_tags or opening > MAX_OPENING_TAGS:
            return start
        if not _is_small(source, start):
            return start
    return len(source)


def _is_small(source: str, start: int) -> bool:
    """Whether a tag has an ordinary size; text that only looks like a tag at the end has."""
    near = source.find(">", start, start + _LONG_TAG_CHARS)
    if near >= 0 and source.find('"', start, near) < 0 and source.find("'", start, near) < 0:
        return True
    whole = _WHOLE_TAG.match(source, start, start + MAX_TAG_CHARS)
    if whole is None:
        return len(source) - start < _LONG_TAG_CHARS
    if whole.end() - start < _LONG_TAG_CHARS:
        return True
    return len(_ATTRIBUTE.findall(whole[0])) <= MAX_ATTRIBUTES
