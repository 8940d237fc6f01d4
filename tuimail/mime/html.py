"""HTML to lines: iterative, with caps, and never any network.

lexbor builds the tree; the walk over it keeps its own stack, so that no depth is too deep.
"""

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from tuimail.model.part import Line, Link, Span
from tuimail.model.safe import Safe

from .budget import Budget
from .html_look import Looks
from .html_source import bounded
from .html_walk import Walk
from .links import LinkTable
from .tracking import absolute

_LEFT_OUT = "(The rest of this HTML is too large or too tangled and is left out.)"
_MAX_STYLES = 20
_MAX_BASES = 20


@dataclass(frozen=True, slots=True)
class HtmlLines:
    """What a text/html part becomes."""

    lines: tuple[Line, ...]
    links: tuple[Link, ...]
    remote_hosts: tuple[Safe, ...]
    """Hosts that images, style sheets and the like would have been fetched from; none was."""
    hidden_chars: int
    """Characters of text the mail hid from readers, dropped here."""
    is_cut: bool
    """More than is read of one mail; its last line says so."""
    pixel_count: int = 0
    """Pictures that report the reading of the mail."""
    tracker_hosts: tuple[Safe, ...] = ()
    """Whom they tell."""
    misleading: tuple[tuple[Safe, Safe], ...] = ()
    """Links of the mail so far whose text names another host than they lead to: (named, real)."""


def html_to_lines(
    html: str, links: LinkTable | None = None, budget: Budget | None = None
) -> HtmlLines:
    """Return the readable form of HTML. Never raises, never opens a connection.

    Links are numbered on from those `links` holds; tags are taken from the budget of the mail.
    """
    budget = budget or Budget()
    source, is_cut = bounded(html, budget.tags)
    budget.take(tags=source.count("<"))
    parser = LexborHTMLParser(source)
    css = _style_of(parser)
    looks = Looks(css, has_dark_form="color-scheme" in source)
    walk = Walk(links or LinkTable(), looks, _base_of(parser))
    walk.remote.look_at_css(css)
    if parser.root is not None:
        walk.over(parser.root)
    lines = walk.page.out.lines
    is_cut = is_cut or walk.page.out.is_full
    if is_cut:
        lines.append(Line((Span(Safe(_LEFT_OUT), "dim"),)))
    return HtmlLines(
        lines=tuple(lines),
        links=tuple(walk.page.links.table.links),
        remote_hosts=tuple(walk.remote.hosts),
        hidden_chars=walk.hidden_chars,
        is_cut=is_cut,
        pixel_count=walk.remote.pixels,
        tracker_hosts=tuple(walk.remote.tracker_hosts),
        misleading=tuple(walk.page.links.table.misleading),
    )


def _style_of(parser: LexborHTMLParser) -> str:
    return "\n".join(node.text(deep=False) for node in parser.css("style")[:_MAX_STYLES])


def _base_of(parser: LexborHTMLParser) -> str:
    """Return what addresses of the mail are relative to, empty where it does not say."""
    for node in parser.css("base")[:_MAX_BASES]:
        href = node.attributes.get("href")
        if href:
            return absolute(href)
    return ""
