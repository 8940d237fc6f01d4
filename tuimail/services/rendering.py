"""Mails as they are read, and their parts as bytes, without holding a large one in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from tuimail.errors import NotFound
from tuimail.mime import render
from tuimail.mime.octets import FileOctets, Octets
from tuimail.model.ids import MessageKey
from tuimail.model.part import Part
from tuimail.store.bodies import opened_body

from .mail import Mail


@contextmanager
def octets(mail: Mail, key: MessageKey) -> Iterator[Octets | None]:
    """Give a mail's exact bytes, read where they are looked at; None if they are not here."""
    with opened_body(mail.store, key) as opened:
        yield opened if opened is None or isinstance(opened, bytes) else FileOctets(opened)


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
