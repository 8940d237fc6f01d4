"""HTML made harmless for the parser, before it is parsed.

The tree builder of HTML (and lexbor, which follows it) takes quadratic time in how deep elements
are nested and in how many attributes one has, and quadratic memory in unclosed formatting elements,
which it opens again in every block: 900 kB of `<div>` took it three minutes, 400 kB of
`<font><p>` more memory than the machine had. So tags are counted, and formatting elements get names
that mean nothing to it.

Links are formatting elements too. A browser opens them again in every block they reach over, and
that is followed here with marks: `<a>` becomes one empty element, `</a>` another, so that a link
begins and ends where the mail says so, whatever blocks the tree closes in between.
"""

import re
from itertools import islice
from typing import Final

from .budget import MAX_TAGS

MAX_HTML_CHARS: Final = 2_000_000
"""Ordinary newsletters have 30,000 to 150,000."""
MAX_OPENING_TAGS: Final = 15_000
MAX_ATTRIBUTES: Final = 500

PREFIX: Final = "x-"
"""Put before the names of formatting elements, and of those with rules of their own inside."""
LINK_BEGINS: Final = "keygen"
LINK_ENDS: Final = "bgsound"
"""Elements that are empty by the rules of HTML and occur nowhere any more; a real one is renamed.

The first ends a head as `<a>` does. The second leaves it as it is, as `</a>` does.
"""

_TAG = re.compile(r"</?[a-zA-Z]")
_OPENING = re.compile(r"<[a-zA-Z]")
_ORDINARY = re.compile(
    rf"""(?: [^<]++ | (?: <(?!/?[a-zA-Z]) )++ | </?[a-zA-Z][^\s/>]*+
      (?: [\s/]*+ [^\s/>][^\s/>=]*+
          (?: \s*+ = \s*+ (?: "[^"]*+" | '[^']*+' | [^\s>"'][^\s>]*+ )?+ )?+
      ){{0,{MAX_ATTRIBUTES}}}+ [\s/]*+ >
    )*+""",
    re.VERBOSE,
)
"""Reaches to the first tag of too many attributes, or that never ends.

Exact as the tokeniser of HTML reads a tag, so that nothing hides an attribute from the count.
"""
_RENAMED_NAMES = (
    "b big code em font i nobr s small strike strong tt u svg math image keygen bgsound"
)
_RENAMED = "|".join(
    "".join(f"[{char}{char.upper()}]" for char in name) for name in _RENAMED_NAMES.split()
)
"""Ten times as quick as a pattern that ignores case."""
_FORMATTING = re.compile(rf"<(?=[bceifnstumkBCEIFNSTUMK])(?=(?:{_RENAMED})(?:[\s/>]|$))")
_END_OF_FORMATTING = re.compile(rf"</(?=[bceifnstumkBCEIFNSTUMK])(?=(?:{_RENAMED})(?:[\s/>]|$))")
_LINK = re.compile(r"<[aA](?=[\s/>]|$)")
_END_OF_LINK = re.compile(r"</[aA](?=[\s/>]|$)")
_INLINE_DATA = re.compile(r"(?i)(data:[a-z0-9.+-]{1,40}/[^\s\"'<>,]{0,100},)[^\s\"'<>]{200,}")
_SVG = re.compile(r"(?is)<svg[\s/>].*?</svg|<svg[\s/>].*")
_EMPTY_RAW_TEXT = re.compile(
    r"(?i)<(?=(?:title|style|script|textarea|xmp|iframe|noembed|noframes)[^<>]{0,1000}/>)"
)
"""Empty inside of a picture; elsewhere it would take all that follows for its own text."""
_LOOSE_CHARS = 1_000


def bounded(html: str, max_tags: int = MAX_TAGS, *, marks_links: bool = True) -> tuple[str, bool]:
    """Return HTML that is parsed in bounded time and memory, and whether its end was cut off.

    `max_tags` counts opening and closing ones; MAX_TAGS take a second of parsing at the worst.
    `marks_links` makes links marks, as said above; without it they hold their text.
    """
    source = html[:MAX_HTML_CHARS]
    if "data:" in source:
        source = _INLINE_DATA.sub(r"\1", source)
    end = _end_of_plain(source, max_tags)
    is_cut = end < len(source) or len(html) > MAX_HTML_CHARS
    source = source[:end]
    if "<svg" in source or "<SVG" in source:
        source = _SVG.sub(_without_raw_text, source)
    source = _FORMATTING.sub(f"<{PREFIX}", source)
    source = _END_OF_FORMATTING.sub(f"</{PREFIX}", source)
    begins, ends = (LINK_BEGINS, LINK_ENDS) if marks_links else (f"{PREFIX}a", f"/{PREFIX}a")
    source = _LINK.sub(f"<{begins}", source)
    return _END_OF_LINK.sub(f"<{ends}", source), is_cut


def _without_raw_text(picture: re.Match[str]) -> str:
    return _EMPTY_RAW_TEXT.sub(f"<{PREFIX}empty-", picture[0])


def _end_of_plain(source: str, max_tags: int) -> int:
    """Return where the first tag too many or too large begins, or the length."""
    found = _ORDINARY.match(source)
    end = found.end() if found else 0
    if len(source) - end < _LOOSE_CHARS and source.find(">", end) < 0:
        end = len(source)  # text that only looks like a tag
    if source.count("<", 0, end) <= min(MAX_OPENING_TAGS, max_tags):
        return end
    opening = islice(_OPENING.finditer(source, 0, end), MAX_OPENING_TAGS, None)
    tags = islice(_TAG.finditer(source, 0, end), max_tags, None)
    return min((tag.start() for tag in (next(opening, None), next(tags, None)) if tag), default=end)
