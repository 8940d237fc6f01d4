"""A mail's parts, split by an iterative parser with caps; leaves are decoded when asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tuimail.model.part import Disposition, Part
from tuimail.model.safe import Untrusted

from .charset import Reading, decode, read
from .fields import Fields
from .headers import parse_envelope
from .octets import Octets
from .params import parse_parameters
from .transfer import UU_NAMES, decoded, decoded_size, pieces
from .tree import MAX_PARTS, Flaw, Node, build_tree, leaves
from .uuencoded import blocks_in
from .words import one_line

MAX_TEXT_BYTES: Final = 4 * 1024 * 1024
"""Of one part's text; more is left out with a warning (a novel has one million)."""
CALENDAR_TYPES: Final = frozenset({"text/calendar", "application/ics"})
HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_MAX_ID_CHARS = 500
_UUENCODED = "x-uuencode"
_ANY_TYPE = "application/octet-stream"


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
    spans_of_files: dict[str, tuple[tuple[int, int], ...]]
    """Where files lie uuencoded within a text, by the section number of the text."""

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

    def beginning(self, part: Part, max_bytes: int) -> bytes:
        """Return the first bytes of a leaf's content, no more than `max_bytes`."""
        content = bytearray()
        for piece in self.pieces(part):
            content += piece
            if len(content) >= max_bytes:
                break
        return bytes(content[:max_bytes])

    def text(self, part: Part, max_bytes: int = MAX_TEXT_BYTES) -> str:
        """Return a leaf's text by its charset or a guess, at most `max_bytes` of it. Never raises.

        Of encoded text no more than four times as much is looked at.
        """
        return self.read(part, max_bytes).text

    def read(self, part: Part, max_bytes: int = MAX_TEXT_BYTES) -> Reading:
        """Return a leaf's text, as `text` does, and by which charset it was read."""
        most = min(max_bytes, MAX_TEXT_BYTES)
        content = bytearray()
        for start, end in self._spans_of_text(part):
            # Three encoded bytes stand for one at most, but for line breaks: four times is enough.
            last = min(end, start + 4 * (most - len(content)))
            for piece in pieces(self.raw, start, last, _encoding(self.nodes[part.number])):
                content += piece
                if len(content) >= most:
                    break
        is_html = part.content_type in HTML_TYPES
        return read(bytes(content[:most]), part.charset, is_html=is_html)

    def _spans_of_text(self, part: Part) -> Iterator[tuple[int, int]]:
        """Yield where a text lies, between the files within it."""
        node = self.nodes[part.number]
        at = node.start
        for start, end in self.spans_of_files.get(part.number, ()):
            yield at, start
            at = end
        yield at, node.end

    def is_cut(self, part: Part) -> bool:
        """Whether `text` leaves the end of a part out."""
        return part.size_bytes > MAX_TEXT_BYTES


def parse_mail(raw: Octets) -> ParsedMail:
    """Return the tree of a mail. Never raises; what cannot be parsed becomes one text leaf."""
    root, flaws = build_tree(raw)
    nodes: dict[str, Node] = {}
    by_number: dict[str, Part] = {}
    spans: dict[str, tuple[tuple[int, int], ...]] = {}
    for node in leaves(root):
        part = _part(raw, node)
        within = tuple(_files_within(raw, node, part)) if len(nodes) < MAX_PARTS else ()
        if within:
            spans[node.number] = tuple((file.start, file.end) for file, _ in within)
            text_bytes = part.size_bytes - sum(file.end - file.start for file, _ in within)
            part = replace(part, size_bytes=text_bytes)
        for one, its_part in ((node, part), *within):
            nodes[one.number], by_number[one.number] = one, its_part
    return ParsedMail(raw, root, tuple(by_number.values()), nodes, flaws, by_number, spans)


def _files_within(raw: Octets, node: Node, part: Part) -> Iterator[tuple[Node, Part]]:
    """Yield the files that a plain text holds uuencoded, numbered below it."""
    is_text = part.content_type == "text/plain" and part.disposition is Disposition.INLINE
    if not is_text or _encoding(node) in {"base64", "quoted-printable"} | UU_NAMES:
        return
    for index, block in enumerate(blocks_in(raw, node.start, node.end), 1):
        number = f"{node.number}.{index}"
        size = decoded_size(raw, block.start, block.end, _UUENCODED)
        fields = Fields((("content-transfer-encoding", _UUENCODED),))
        file = Node(number, fields, _ANY_TYPE, {}, block.start, block.end, node.depth + 1)
        name = Untrusted(decode(block.name))
        yield file, Part(number, _ANY_TYPE, "", name, Disposition.ATTACHMENT, "", size)


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
