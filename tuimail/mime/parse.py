"""A mail's MIME tree, split by an own iterative parser with caps; leaves are decoded when asked for."""

from dataclasses import dataclass

from tuimail.model.part import Part


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail's tree; its leaves in the order of the bytes."""

    raw: bytes
    leaves: tuple[Part, ...]

    @property
    def text_part(self) -> Part | None:
        """The first text/plain leaf that is body, not attachment."""
        raise NotImplementedError

    @property
    def html_part(self) -> Part | None:
        """The first text/html leaf that is body, not attachment."""
        raise NotImplementedError

    def content(self, part: Part) -> bytes:
        """Return a leaf's content with its transfer encoding undone. Never raises."""
        raise NotImplementedError

    def text(self, part: Part) -> str:
        """Return a leaf's content as text, by its charset or a guess. Never raises."""
        raise NotImplementedError


def parse_mail(raw: bytes) -> ParsedMail:
    """Return the tree of a mail. Never raises; what cannot be parsed becomes one text leaf."""
    raise NotImplementedError
