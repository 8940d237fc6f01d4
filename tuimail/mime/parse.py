"""A mail's parts, split by an iterative parser with caps; leaves are decoded when asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tuimail.model.part import Disposition, Part
from tuimail.model.safe import Untrusted

from .charset import Reading, read
from .fields import Fields
from .headers import parse_envelope
from .octets import Octets
from .params import parse_parameters
from .transfer import decoded, decoded_size, pieces
from .tree import Flaw, Node, build_tree, leaves
from .words import one_line

MAX_TEXT_BYTES: Final = 4 * 1024 * 1024
"""Of one part's text; more is left out with a warning (a novel has one million)."""
HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_MAX_ID_CHARS = 500


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail's tree; its leaves in the order of the bytes."""

    raw: Octets
    root: Node
    leaves: tuple[Part, ...]
    nodes: dict[str, Node]
    """Leaves of the tree by section number."""
    flaws: frozenset[Flaw]
    by_number: dict[str, Part]

    @property
    def fields(self) -> Fields:
        """The mail's own header."""
        return self.root.fields

    def part(self, number: str) -> Part:
        """Return the leaf with this section number; KeyError where there is none."""
        return self.by_number[number]

    def content(self, part: Part) -> bytes:
        """Return a leaf's content with its transfer encoding undone. Never raises."""
        node = self.nodes[part.number]
        return decoded(self.raw[node.start : node.end], _encoding(node))

    def pieces(self, part: Part) -> Iterator[bytes]:
        """Yield a leaf's content as `content` returns it, in pieces of about a megabyte."""
        node = self.nodes[part.number]
        return pieces(self.raw, node.start, node.end, _encoding(node))

    def text(self, part: Part, max_bytes: int = MAX_TEXT_BYTES) -> str:
        """Return a leaf's text by its charset or a guess, at most `max_bytes` of it. Never raises.

        Of encoded text no more than four times as much is looked at.
        """
        return self.read(part, max_bytes).text

    def read(self, part: Part, max_bytes: int = MAX_TEXT_BYTES) -> Reading:
        """Return a leaf's text, as `text` does, and by which charset it was read."""
        most = min(max_bytes, MAX_TEXT_BYTES)
        node = self.nodes[part.number]
        # Three encoded bytes stand for one at most, but for line breaks: four times is enough.
        end = min(node.end, node.start + 4 * most)
        content = bytearray()
        for piece in pieces(self.raw, node.start, end, _encoding(node)):
            content += piece
            if len(content) >= most:
                break
        is_html = part.content_type in HTML_TYPES
        return read(bytes(content[:most]), part.charset, is_html=is_html)

    def is_cut(self, part: Part) -> bool:
        """Whether `text` leaves the end of a part out."""
        return part.size_bytes > MAX_TEXT_BYTES


def parse_mail(raw: Octets) -> ParsedMail:
    """Return the tree of a mail. Never raises; what cannot be parsed becomes one text leaf."""
    root, flaws = build_tree(raw)
    nodes = {node.number: node for node in leaves(root)}
    parts = tuple(_part(raw, node) for node in nodes.values())
    return ParsedMail(raw, root, parts, nodes, flaws, {part.number: part for part in parts})


def _part(raw: Octets, node: Node) -> Part:
    stated, parameters = parse_parameters(node.fields.first("content-disposition"))
    content_id = one_line(node.fields.first("content-id", _MAX_ID_CHARS)).strip("<> ")
    is_text = node.content_type.startswith("text/") or node.is_raw
    name = parameters.get("filename") or node.parameters.get("name") or ""
    if not name and node.content_type == "message/rfc822":
        name = _name_of_mail(raw, node)
    return Part(
        number=node.number,
        content_type="text/plain" if node.is_raw else node.content_type,
        charset=one_line(node.parameters.get("charset", ""))[:64],
        filename=Untrusted(name),
        disposition=_disposition(stated, is_body=is_text or bool(content_id)),
        content_id=content_id,
        size_bytes=decoded_size(raw, node.start, node.end, _encoding(node)),
        is_format_flowed=node.parameters.get("format", "").lower() == "flowed",
        is_delsp=node.parameters.get("delsp", "").lower() == "yes",
    )


def _disposition(stated: str, *, is_body: bool) -> Disposition:
    """RFC 2183 section 2.8: what is not known is an attachment."""
    name = stated.lower()
    if name == "inline" or (not name and is_body):
        return Disposition.INLINE
    return Disposition.ATTACHMENT


def _encoding(node: Node) -> str:
    if node.is_raw or node.content_type.startswith("multipart/"):
        return ""
    return node.fields.first("content-transfer-encoding", 64).strip(" \t;\"'").lower()


def _name_of_mail(raw: Octets, node: Node) -> str:
    beginning = raw[node.start : min(node.end, node.start + 16_384)]
    subject = parse_envelope(decoded(beginning, _encoding(node))).subject
    return f"{subject or 'message'}.eml"
