"""Mails as they are read, and their parts as bytes, without holding a large one in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tuimail.errors import NotFound, UserError
from tuimail.mime import render
from tuimail.mime.apart.asked import Wish
from tuimail.mime.apart.process import Asker, Ended, Form, GivenUp, OnBeginning
from tuimail.mime.octets import FileOctets, Octets
from tuimail.mime.unread import as_it_is
from tuimail.model.ids import MessageKey
from tuimail.model.part import Part, RenderedMail
from tuimail.store.bodies import opened_body

from .mail import Mail

__all__ = [
    "Asker",
    "GivenUp",
    "Waiting",
    "begin",
    "beginning",
    "octets",
    "part_of",
    "part_pieces",
    "read",
    "read_whole",
    "rendered",
]


@contextmanager
def octets(mail: Mail, key: MessageKey) -> Iterator[Octets | None]:
    """Give a mail's exact bytes, read where they are looked at; None if they are not here."""
    with opened_body(mail.store, key) as opened:
        yield opened if opened is None or isinstance(opened, bytes) else FileOctets(opened)


def begin(mail: Mail) -> None:
    """Start what reads large mails, so that the first of them need not wait for that."""
    mail.reading.begin()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a mail."""

    asker: Asker
    """May give up."""
    on_beginning: OnBeginning
    """Called with the first lines of a long mail before the others are there, from a thread."""


def rendered(
    mail: Mail, key: MessageKey, waiting: Waiting | None = None, *, prefer_html: bool = False
) -> RenderedMail | None:
    """Return a mail as a reader shows it, or None if its bytes are not here yet.

    What takes too much is shown as it is. Takes up to some seconds: for a thread where a screen
    waits.

    Raises:
        GivenUp: by who waits.
    """
    with octets(mail, key) as raw:
        if raw is None:
            return None
        form: Form = Wish.HTML_FIRST if prefer_html else Wish.TEXT_FIRST
        try:
            if waiting is None:
                return mail.reading.rendered(raw, form)
            return mail.reading.rendered(raw, form, waiting.asker, waiting.on_beginning)
        except Ended:
            return as_it_is(raw)


def read(mail: Mail, raw: Octets, *, prefer_html: bool = False) -> RenderedMail:
    """Return a mail whose bytes are at hand as a reader shows it; as `rendered`."""
    try:
        return mail.reading.rendered(raw, Wish.HTML_FIRST if prefer_html else Wish.TEXT_FIRST)
    except Ended:
        return as_it_is(raw)


def read_whole(mail: Mail, raw: Octets, *, prefer_html: bool = False) -> RenderedMail:
    """Return a mail as `read` does, but none whose files are not known: for what is made of it.

    Raises:
        UserError: it takes too much to be read.
    """
    try:
        return mail.reading.rendered(raw, Wish.HTML_FIRST if prefer_html else Wish.TEXT_FIRST)
    except Ended as error:
        raise UserError(
            "Reading this mail takes too much: what it holds cannot be taken over. "
            "It can be sent on as it is, or saved."
        ) from error


def beginning(mail: Mail, key: MessageKey, max_bytes: int) -> bytes:
    """Return the first of a mail's bytes, as they came.

    Raises:
        NotFound: they are not here.
    """
    with octets(mail, key) as raw:
        return _here(raw)[0:max_bytes]


def part_of(mail: Mail, key: MessageKey, number: str) -> Part:
    """Return what a part of a mail says of itself; nothing is decoded.

    Raises:
        NotFound: the mail's bytes are not here, or it has no such part.
    """
    with octets(mail, key) as raw:
        part, _ = render.part_pieces(_here(raw), number)
        return part


def part_pieces(mail: Mail, key: MessageKey, number: str) -> Iterator[bytes]:
    """Yield the decoded content of a part, about a megabyte at a time.

    Raises:
        NotFound: the mail's bytes are not here, or it has no such part.
        StoreError: they cannot be read.
    """
    with octets(mail, key) as raw:
        _, pieces = render.part_pieces(_here(raw), number)
        yield from pieces


def _here(raw: Octets | None) -> Octets:
    if raw is None:
        raise NotFound("This mail is not here yet; open it once while online.")
    return raw
