"""Which leaves of a mail are its text, and which are attachments.

Each leaf that is text is rendered by itself: nothing of one part can reach into another.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from tuimail.model.part import Disposition, Part

from .dsn import STATUS_TYPES
from .parse import CALENDAR_TYPES, HTML_TYPES, ParsedMail
from .tree import Node

PLAIN_TYPES: Final = frozenset(
    {
        "text/plain",
        "text/markdown",
        "text/x-markdown",
        "text/x-patch",
        "text/x-diff",
        "text/enriched",
        "text/richtext",
        "application/pgp",
    }
)
MAIL_TYPES: Final = frozenset({"message/rfc822", "message/global"})
PARTIAL_TYPE: Final = "message/partial"
"""A piece of a mail (RFC 2046 section 5.2.2), never joined with others."""
_FOR_PROGRAMS = frozenset(
    {
        *("application/pgp-signature", "application/pkcs7-signature"),
        *("application/x-pkcs7-signature", "application/pgp-encrypted"),
    }
)
_WRAPPING_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_WRAPPING_NAMES = frozenset({"winmail.dat", "win.dat"})
_STUB_CHARS = 400
_STUB = re.compile(r"(?i)html|browser|view (this|it)|online|webversion|im browser")
"""A plain text that only sends the reader to the HTML."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is shown as text, in reading order, and what hangs on the mail."""

    bodies: tuple[Part, ...]
    alternatives: tuple[Part, ...]
    """Text in another form than the one shown."""
    attachments: tuple[Part, ...]
    """In the order of the mail; the pictures of an HTML text come last."""


def choose(mail: ParsedMail, *, prefer_html: bool) -> Chosen:
    """Choose between the forms of a mail's text, plain before HTML unless asked otherwise."""
    chooser = _Chooser(mail, prefer_html=prefer_html)
    bodies = chooser.bodies(mail.root)
    if not bodies and len(mail.leaves) == 1 and _is_readable(mail.leaves[0]):
        bodies = [mail.leaves[0].number]  # nothing else to show
    shown = tuple(mail.part(number) for number in bodies)
    others = tuple(mail.part(n) for n in chooser.other_forms if n not in bodies)
    taken = {*bodies, *chooser.other_forms}
    rest = [p for p in mail.leaves if p.number not in taken]
    files = [p for p in rest if p.number not in chooser.pictures and _hangs_on(p)]
    named = [p for p in shown if p.filename and p.filename.raw.strip()]
    order = {part.number: place for place, part in enumerate(mail.leaves)}
    hanging = sorted([*files, *named], key=lambda part: order[part.number])
    pictures = [replace(p, is_picture_of_text=True) for p in rest if p.number in chooser.pictures]
    return Chosen(shown, others, (*hanging, *pictures))


class _Chooser:
    def __init__(self, mail: ParsedMail, *, prefer_html: bool) -> None:
        self.mail = mail
        self.prefer_html = prefer_html
        self.other_forms: list[str] = []
        self.pictures: set[str] = set()
        """Inline pictures of an HTML text."""

    def bodies(self, node: Node) -> list[str]:
        """Return the numbers of the leaves shown as text; depth is at most tree.MAX_DEPTH."""
        if not node.children:
            part = self.mail.part(node.number)
            is_body = _is_text(part) and part.disposition is Disposition.INLINE
            is_mail = part.content_type in MAIL_TYPES or part.content_type == PARTIAL_TYPE
            return [part.number] if is_body or is_mail else []
        match node.subtype:
            case "alternative":
                return self._best(node)
            case "related":
                return self._related(node)
            case "signed" | "report":
                return self.bodies(node.children[0])
            case "encrypted":
                return []
            case _:
                return [number for child in node.children for number in self.bodies(child)]

    def _best(self, node: Node) -> list[str]:
        forms = [found for child in node.children if (found := self.bodies(child))]
        if not forms:
            return []
        html = [form for form in forms if self._kind(form) == "html"]
        plain = [form for form in forms if self._kind(form) == "plain"]
        if self.prefer_html or not plain or self._is_stub(plain[-1], html):
            best = (html or forms)[-1]
        else:
            best = plain[-1]
        self.other_forms += [n for form in forms if form is not best for n in form]
        return best

    def _related(self, node: Node) -> list[str]:
        start = node.parameters.get("start", "").strip("<> ")
        wanted = [c for c in node.children if start and _content_id(self.mail, c) == start]
        root = (wanted or node.children)[0]
        for child in node.children:
            if child is not root and not child.children:
                part = self.mail.part(child.number)
                is_inline = part.disposition is Disposition.INLINE
                if part.content_id and is_inline and part.content_type.startswith("image/"):
                    self.pictures.add(part.number)
        return self.bodies(root)

    def _kind(self, form: list[str]) -> str:
        types = {self.mail.part(number).content_type for number in form}
        return "html" if types & HTML_TYPES else "plain"

    def _is_stub(self, plain: list[str], html: list[list[str]]) -> bool:
        if not html:
            return False
        parts = [self.mail.part(number) for number in plain]
        if sum(part.size_bytes for part in parts) > 4 * _STUB_CHARS:
            return False
        text = " ".join(self.mail.text(part) for part in parts).strip()
        return not text or (len(text) < _STUB_CHARS and bool(_STUB.search(text)))


def is_wrapping(part: Part) -> bool:
    """Whether a part is Outlook's own wrapping of a mail, winmail.dat (MS-OXTNEF)."""
    name = part.filename.raw[:40].strip().lower()
    return part.content_type in _WRAPPING_TYPES or name in _WRAPPING_NAMES


def _is_text(part: Part) -> bool:
    return part.content_type in PLAIN_TYPES or part.content_type in HTML_TYPES


def _is_readable(part: Part) -> bool:
    """RFC 2046 section 4.1.4: text of an unknown kind is shown as plain text."""
    is_known = part.content_type in CALENDAR_TYPES
    return _is_text(part) or (part.content_type.startswith("text/") and not is_known)


def _content_id(mail: ParsedMail, node: Node) -> str:
    return mail.part(node.number).content_id if not node.children else ""


def _hangs_on(part: Part) -> bool:
    """Whether a leaf that is not text is something to save or open."""
    if part.content_type in _FOR_PROGRAMS or part.content_type in STATUS_TYPES:
        return False
    return not part.content_type.startswith("multipart/") or part.size_bytes > 0
