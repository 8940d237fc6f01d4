"""A mail as a page for the browser: what came with it, and nothing from anywhere else."""

from tuimail.mime.choose import choose
from tuimail.mime.clean_page import MAX_PICTURES_BYTES, clean_page, plain_page
from tuimail.mime.parse import HTML_TYPES, ParsedMail
from tuimail.mime.sniff import HEAD_BYTES, kind_of
from tuimail.mime.words import header_text
from tuimail.model.file_kind import AttachedFile, Group
from tuimail.model.ids import MessageKey
from tuimail.model.part import Part

from .attachments import parsed_mail
from .mail import Mail

_DRAWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Kinds of pictures put into a page: a browser runs nothing in them."""


def page_of_mail(mail: Mail, key: MessageKey) -> bytes:
    """Return the HTML of a mail, or its text, as a page. Raises as `attachments.parsed_mail`."""
    with parsed_mail(mail, key) as parsed:
        title = header_text(parsed.fields.first("subject"))
        bodies = choose(parsed, prefer_html=True).bodies
        html = next((part for part in bodies if part.content_type in HTML_TYPES), None)
        if html is not None:
            return clean_page(parsed.text(html), title, _Pictures(parsed))
        texts = [parsed.text(part) for part in bodies if part.content_type.startswith("text/")]
        return plain_page("\n\n".join(texts), title)


def page_of_file(mail: Mail, key: MessageKey, file: AttachedFile) -> bytes:
    """Return an HTML file that hangs on a mail as a page. Raises as `attachments.part_pieces`."""
    with parsed_mail(mail, key) as parsed:
        part = parsed.part(file.part.number)
        return clean_page(parsed.text(part), file.name, _Pictures(parsed))


class _Pictures:
    """Finds pictures of a mail by their Content-ID, looked at by their own bytes, each once."""

    def __init__(self, parsed: ParsedMail) -> None:
        self._parsed = parsed
        self._by_id = {part.content_id: part for part in parsed.leaves if part.content_id}
        self._known: dict[str, tuple[str, bytes] | None] = {}
        """A page may name the same file of many megabytes thousands of times."""

    def __call__(self, content_id: str) -> tuple[str, bytes] | None:
        name = content_id.strip("<> ")
        part = self._by_id.get(name)
        if part is None:
            return None
        if name not in self._known:
            self._known[name] = self._picture(part)
        return self._known[name]

    def _picture(self, part: Part) -> tuple[str, bytes] | None:
        kind = kind_of(self._parsed.beginning(part, HEAD_BYTES), part)
        if kind.group is not Group.PICTURE or kind.content_type not in _DRAWN:
            return None
        # Of one that is too large a little more: the page finds no room for it.
        return kind.content_type, self._parsed.beginning(part, MAX_PICTURES_BYTES + 1)
