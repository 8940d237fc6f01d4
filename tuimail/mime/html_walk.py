"""The walk over an HTML tree: which elements and texts are seen, and in which order."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from selectolax.lexbor import LexborNode

from .html_look import PLAIN, Looks
from .html_page import Attributes, Close, Page
from .html_sheet import Element, element_of
from .html_source import LINK_BEGINS, LINK_ENDS, PREFIX
from .html_style import UNKNOWN, Style
from .links import LinkTable
from .tracking import LOADING, Remote, is_point

_SKIPPED_NAMES = (
    "script style title template noframes embed iframe canvas meta link base param source track"
    " datalist frameset rp"
)
_SKIPPED_IN_DRAWINGS_NAMES = (
    "defs desc metadata symbol clippath mask pattern annotation annotation-xml"
)
_SKIPPED_IN_DRAWINGS: Final = frozenset(_SKIPPED_IN_DRAWINGS_NAMES.split())
_SKIPPED: Final = frozenset(_SKIPPED_NAMES.split())


class Walk:
    """Goes over the tree in reading order; every element is entered once and closed once."""

    def __init__(self, links: LinkTable, looks: Looks, base: str = "") -> None:
        """`base` is what addresses of the mail are relative to (`<base href>`)."""
        self.page = Page(links, base)
        self.remote = Remote(base)
        self.hidden_chars = 0
        self._links = self.page.links
        self._looks = looks
        self._look = looks.first
        self._link_styles: dict[Style, Style] = {}
        self._open: list[tuple[LexborNode, Close]] = []
        self._around: list[Element] = []
        """The elements that are open, where a style sheet speaks of them."""
        self._seen_styles: set[str] = set()

    def over(self, root: LexborNode) -> None:
        """Go over a tree, once."""
        open_elements = self._open
        leaves = {"-text": self._text, LINK_BEGINS: self._link_begins, LINK_ENDS: self._link_ends}
        node: LexborNode | None = root
        while node is not None or open_elements:
            if node is None:
                element, close = open_elements.pop()
                close()
                node = element.next
                continue
            tag = node.tag or "-"
            leaf = leaves.get(tag)
            if leaf is not None:
                leaf(node)
                node = node.next
                continue
            close_or_none = None if tag[0] in "-_!" else self._enter(node, tag)
            if close_or_none is None:
                node = node.next
            else:
                open_elements.append((node, close_or_none))
                node = node.first_child
        self._links.end()
        self.page.out.end_block()

    def _enter(self, node: LexborNode, tag: str) -> Close | None:
        """Begin an element; return what ends it, or None to leave its children out."""
        attributes: Attributes = node.attributes
        name = tag.removeprefix(PREFIX)
        style = self._looks.style(name, attributes, self._around)
        if style.may_call or name in LOADING:
            self._look_out(name, attributes, style, is_hidden=style.hides)
        if style.hides:
            self._pass_over(node)
            return None
        if name in _SKIPPED or (self.page.drawings and name in _SKIPPED_IN_DRAWINGS):
            return None
        if name in {"img", "area"}:
            self._picture(name, attributes, style)
            return None
        close = self.page.element(name, attributes, is_block=style.is_block)
        if style is PLAIN and name != "table" and not self._looks.wants_surroundings:
            return close
        return close and self._entered(name, attributes, style, close)

    def _entered(self, name: str, attributes: Attributes, style: Style, close: Close) -> Close:
        """Take the look of an element for what lies in it; return what ends both."""
        look = self._look
        self._look = self._looks.below(look, style, name)
        has_surroundings = self._looks.wants_surroundings
        if self._look is look and not has_surroundings:
            return close
        if has_surroundings:
            self._around.append(element_of(name, attributes))
        link = self._links.innermost

        def end() -> None:
            close()
            if has_surroundings:
                self._around.pop()
            self._look = look
            if link is not self._links.innermost:
                self._mend_look(was_in_link=link is not None)

        return end

    def _mend_look(self, *, was_in_link: bool) -> None:
        """An element ends in which a link began or ended: the link's look does not end with it."""
        if was_in_link:
            self._look = self._looks.of_unknown_color(self._look)
        link = self._links.innermost
        if link is not None:
            link.outer = self._look
            self._look = self._looks.below(self._look, link.style, "a")

    def _look_out(
        self, name: str, attributes: Attributes, style: Style, *, is_hidden: bool
    ) -> None:
        """Note whom an element would have a browser call."""
        css = attributes.get("style")
        if css and ("(" in css or "\\" in css) and css not in self._seen_styles:
            self._seen_styles.add(css)
            self.remote.look_at_css(css)
        if name in LOADING or "background" in attributes:
            is_hidden = is_hidden or self._look.is_invisible
            is_small = style.is_dot or is_point(attributes)
            self.remote.look(name, attributes, is_hidden=is_hidden, is_small=is_small)

    def _pass_over(self, root: LexborNode) -> None:
        """Count what lies in an element that cannot be seen; links begin and end in it too."""
        for below in _descendants(root):
            tag = below.tag or "-"
            if tag == "-text":
                self._count_hidden(below.text_content or "")
            elif tag == LINK_BEGINS:
                self._begin_link(below.attributes)
            elif tag == LINK_ENDS:
                self._end_link()
            elif tag[0] not in "-_!" and below.attributes:
                self._look_out(tag.removeprefix(PREFIX), below.attributes, PLAIN, is_hidden=True)

    def _count_hidden(self, text: str) -> None:
        self.hidden_chars += len(text.strip())

    def _text(self, node: LexborNode) -> None:
        text = node.text_content or ""
        if self._look.shows_text and not self._links.is_hidden:
            self.page.text(text)
        else:
            self._count_hidden(text)

    def _picture(self, name: str, attributes: Attributes, style: Style) -> None:
        """`img` and `area`: the alternative text, unless there is nothing to be seen."""
        if self._look.is_invisible or self._links.is_hidden:
            return
        alt = attributes.get("alt") or ""
        if name == "area":
            self._begin_link(attributes)
            if self._links.innermost is not None and self._links.innermost.url:
                self.page.words(alt.strip() or "part of a picture", "link")
            self._end_link()
        elif not is_point(attributes) and not style.is_dot:
            self.page.image(alt, is_block=style.is_block)

    def _link_begins(self, node: LexborNode) -> None:
        self._begin_link(node.attributes)

    def _link_ends(self, _: LexborNode) -> None:
        self._end_link()

    def _begin_link(self, attributes: Attributes) -> None:
        """`<a>`: an anchor without an address ends an open link as well."""
        self._end_link()
        style = self._looks.style("a", attributes, self._around)
        if style.may_call:
            self._look_out("a", attributes, style, is_hidden=style.hides)
        href = attributes.get("href") or attributes.get("xlink:href") or ""
        if style.is_block:
            self.page.end_line(gap=False)
        if href and style.color is None:
            style = self._of_link(style)
        self._links.begin(href, style, self._look)
        self._look = self._looks.below(self._look, style, "a")

    def _of_link(self, style: Style) -> Style:
        """Return a style with a colour of its own, as links have whatever is around them."""
        found = self._link_styles.get(style)
        if found is None:
            found = self._link_styles[style] = replace(style, color=UNKNOWN)
        return found

    def _end_link(self) -> None:
        """`</a>`."""
        link = self._links.end()
        if link is not None:
            self._look = link.outer
            if link.style.is_block:
                self.page.end_line(gap=False)


def _descendants(root: LexborNode) -> Iterator[LexborNode]:
    """Yield everything below a node in reading order, however deep."""
    waiting = [root.first_child]
    while waiting:
        node = waiting.pop()
        while node is not None:
            yield node
            if node.first_child is not None:
                waiting.append(node.next)
                node = node.first_child
            else:
                node = node.next
