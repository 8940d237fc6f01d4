"""Text written by strangers, and the one door through which it reaches people.

`Untrusted` is what came in, `Safe` is what may go out to a terminal. A widget takes `Safe` alone,
so both mypy and the running program see a raw string on its way to the screen. (This lives in
`model` because the front doors, which may not enter `mime`, need it most. It imports nothing until
it meets more than plain ASCII, because the first paint of the screen waits for it.)

What is safe: no control character but the line break of a block, nothing that changes the
direction of text, nothing invisible, at most eight combining marks on a character, joiners
only inside emoji. Making safe text safe again changes nothing.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, NoReturn

MAX_LINE_CHARS: "Final" = 2_000
"""Longer than any screen is wide; a header of megabytes costs nothing beyond it."""


class Untrusted:
    """Text a stranger wrote. Not a `str`: it cannot be joined, formatted or shown by accident."""

    __slots__ = ("raw",)

    raw: str
    """The text as it came: for comparing, searching and storing, never for showing."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    def __str__(self) -> "NoReturn":
        raise TypeError("text from a stranger reaches people through safe_line or safe_block")

    def __format__(self, spec: str) -> "NoReturn":
        raise TypeError("text from a stranger reaches people through safe_line or safe_block")

    def __repr__(self) -> str:
        return f"Untrusted({len(self.raw)} characters)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Untrusted) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __bool__(self) -> bool:
        return bool(self.raw)


class Safe(str):
    """Text that may be shown: sanitised, or our own words."""

    __slots__ = ()

    def __add__(self, other: str) -> "Safe":
        if not isinstance(other, Safe):
            return NotImplemented
        return Safe(str.__add__(self, other))


def ours(text: str) -> Safe:
    """Mark words of the program itself as safe; never call it with anything a stranger wrote."""
    return Safe(text)


def safe_line(text: Untrusted | str, max_chars: int = MAX_LINE_CHARS) -> Safe:
    """Return one line that may be shown, cut at `max_chars`; line breaks and tabs become spaces."""
    raw = text.raw if isinstance(text, Untrusted) else text
    cut = raw[:max_chars]
    if cut.isascii() and cut.isprintable():
        return Safe(cut)
    from .glyphs import clean_line

    return Safe(clean_line(cut, max_chars))


def safe_block(text: Untrusted | str) -> Safe:
    r"""Return text of several lines that may be shown; the only control character left is \n."""
    raw = text.raw if isinstance(text, Untrusted) else text
    from .glyphs import clean_block

    return Safe(clean_block(raw))


def safe_filename(name: Untrusted) -> str:
    """Return a name that is one path component, hides nothing and may be created in a folder.

    Never empty, at most 120 bytes, never begins with `.`, `-` or `~`, no reserved DOS name.
    """
    from .filename import component_of

    return component_of(name.raw)


def safe_url(url: Untrusted) -> str:
    """Return a http, https or mailto URL, percent-encoded ASCII, that may be handed to a browser.

    Raises:
        UserError: another scheme, or a form that hides where it leads; names the real host.
    """
    from .url import plain_url

    return plain_url(url.raw)
