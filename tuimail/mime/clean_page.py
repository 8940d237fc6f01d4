"""A mail's HTML written anew for a browser: what is known to be harmless, and nothing else.

The tree is not changed but read, and a new page is written from it: only elements and attributes
that stand in a list come out, every text and value escaped. So there is nothing in it that runs,
and nothing that a browser would fetch; pictures that came with the mail are put into the page.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from html import escape
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tuimail.errors import UserError
from tuimail.model.safe import Untrusted, safe_block, safe_line, safe_url

from .html_source import PREFIX, bounded

MAX_PICTURES_BYTES: Final = 8 << 20
"""Of the pictures put into one page."""
POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'"
)
"""Content Security Policy: what a browser would not do even if something had been missed."""
_HEAD: Final = (
    '<!doctype html>\n<html><head><meta charset="utf-8">'
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    '<meta name="referrer" content="no-referrer">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
    "<title>{title}</title></head><body>\n"
)
_TAIL: Final = "\n</body></html>\n"

_ELEMENTS_NAMES: Final = (
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup"
    " dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins"
    " kbd li main mark nav ol p pre q s samp section small span strike strong sub sup table tbody"
    " td tfoot th thead time tr tt u ul var wbr"
)
_ELEMENTS: Final = frozenset(_ELEMENTS_NAMES.split())
_LEFT_OUT_NAMES: Final = (
    "script style title head template noscript noframes noembed xmp plaintext iframe frame frameset"
    " object embed applet svg math audio video canvas map select textarea datalist"
)
_LEFT_OUT: Final = frozenset(_LEFT_OUT_NAMES.split())
"""Left out with all that lies in them; of other elements the content stays."""
_EMPTY: Final = frozenset({"br", "col", "hr", "img", "wbr"})
_WORD: Final = re.compile(r"[\w.,%#+ -]{1,100}", re.ASCII)
_PLAIN_ATTRIBUTES_NAMES: Final = (
    "align valign dir lang width height bgcolor color face size border cellpadding cellspacing"
    " colspan rowspan span start type value nowrap"
)
_PLAIN_ATTRIBUTES: Final = frozenset(_PLAIN_ATTRIBUTES_NAMES.split())
"""Of which the value may be a plain word, a number or a colour."""
_TEXT_ATTRIBUTES: Final = frozenset({"alt", "title"})
_PROPERTIES_NAMES: Final = (
    "color background background-color font font-family font-size font-style font-weight text-align"
    " text-decoration text-indent text-transform line-height letter-spacing white-space direction"
    " vertical-align width max-width min-width height max-height min-height margin margin-top"
    " margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom"
    " padding-left border border-top border-right border-bottom border-left border-color"
    " border-style border-width border-collapse border-spacing border-radius list-style-type float"
    " clear display overflow-wrap word-break"
)
_PROPERTIES: Final = frozenset(_PROPERTIES_NAMES.split())
_VALUE: Final = re.compile(
    r"(?:[\w\s.,%#'\"!+-]|(?:rgb|rgba|hsl|hsla)\([\d\s.,%/]{1,60}\)){1,300}", re.ASCII
)
"""Of a style: no other function, so no url(), and no escapes that could spell one."""
_MAX_STYLE_CHARS: Final = 4_000

Picture = Callable[[str], tuple[str, bytes] | None]
"""Returns type and content of the picture with a Content-ID, or None."""


def clean_page(html: str, title: str, picture: Picture) -> bytes:
    """Return a page that shows a mail's HTML and asks nobody for anything. Never raises."""
    source, _ = bounded(html, marks_links=False)
    parser = LexborHTMLParser(source)
    writer = _Writer(picture)
    body = "".join(writer.written(parser.body)) if parser.body is not None else ""
    return _page(body, title)


def plain_page(text: str, title: str) -> bytes:
    """Return a page that shows plain text. Never raises."""
    return _page(f'<pre style="white-space: pre-wrap">{_escaped(text)}</pre>', title)


def _page(body: str, title: str) -> bytes:
    head = _HEAD.replace("{title}", _escaped(safe_line(title, 200)))
    return f"{head}{body}{_TAIL}".encode()


class _Writer:
    """Writes a tree in the order of reading; every element is begun and ended once."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._room = MAX_PICTURES_BYTES

    def written(self, root: LexborNode) -> Iterator[str]:
        """Yield the pieces of what a tree becomes."""
        opened: list[tuple[LexborNode, str]] = []
        node = root.first_child
        while node is not None or opened:
            if node is None:
                element, name = opened.pop()
                if name:
                    yield f"</{name}>"
                node = element.next
                continue
            yield self._begun(node)
            name = _name_of(node)
            if name in _LEFT_OUT or name in _EMPTY or name[:1] in "-_!":
                node = node.next
            else:
                opened.append((node, name if name in _ELEMENTS else ""))
                node = node.first_child

    def _begun(self, node: LexborNode) -> str:
        name = _name_of(node)
        if name == "-text":
            return _escaped(node.text_content or "")
        if name not in _ELEMENTS:
            return ""
        attributes: dict[str, str | None] = node.attributes
        kept = "".join(_attributes(name, attributes))
        if name == "img":
            return self._image(attributes, kept)
        return f"<{name}{kept}>"

    def _image(self, attributes: dict[str, str | None], kept: str) -> str:
        """Put a picture of the mail itself into the page; of any other its words stay."""
        source = (attributes.get("src") or "").strip()
        if source[:4].lower() == "cid:":
            found = self._picture(source[4:])
            if found is not None and len(found[1]) <= self._room:
                self._room -= len(found[1])
                return f'<img{kept} src="data:{found[0]};base64,{b64encode(found[1]).decode()}">'
        words = _escaped((attributes.get("alt") or "")[:500].strip())
        return f"<span>[{words}]</span>" if words else ""


def _name_of(node: LexborNode) -> str:
    return (node.tag or "-").removeprefix(PREFIX)


def _attributes(name: str, attributes: dict[str, str | None]) -> Iterator[str]:
    for key, raw in attributes.items():
        value = raw or ""
        if key == "href" and name == "a":
            yield from _link(value)
        elif key == "style":
            style = _style(value)
            if style:
                yield f' style="{_escaped(style)}"'
        elif key in _TEXT_ATTRIBUTES:
            yield f' {key}="{_escaped(safe_line(value, 500))}"'
        elif key in _PLAIN_ATTRIBUTES and _WORD.fullmatch(value):
            yield f' {key}="{_escaped(value)}"'


def _link(value: str) -> Iterator[str]:
    """Yield what leads on when a person clicks; a browser goes nowhere by itself."""
    try:
        url = safe_url(Untrusted(value))
    except UserError:
        return
    yield f' href="{_escaped(url)}" rel="noopener noreferrer"'


def _style(value: str) -> str:
    kept = []
    for declaration in value[:_MAX_STYLE_CHARS].split(";"):
        name, _, said = declaration.partition(":")
        if name.strip().lower() in _PROPERTIES and _VALUE.fullmatch(said.strip()):
            kept.append(f"{name.strip().lower()}: {said.strip()}")
    return "; ".join(kept)


def _escaped(text: str) -> str:
    return escape(safe_block(text))
