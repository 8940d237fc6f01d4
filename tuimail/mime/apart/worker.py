"""The process that reads one mail after another, until it is ended or nobody asks any more.

`python -m tuimail.mime.apart.worker VERSION LINGER_S` has its socket as standard input. It has no
environment of the person, may write no file and start no process; what a mail may cost in processor
time and memory is held by the system. See `process` for the other end.
"""

import gc
import resource
import select
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from tuimail import __version__
from tuimail.mime.octets import FileOctets, Octets
from tuimail.mime.render import render_mail, searchable_text
from tuimail.model.part import RenderedMail, Searchable
from tuimail.model.safe import Safe

from .asked import CPU_S, LENGTH_BYTES, MEMORY_BYTES, SPENT_BYTES, Wish, message, words_of
from .lines import written_lines
from .wire import writer_of

PATIENCE_S: Final = 60.0
"""For whoever asks to hand over a mail it began with, and to take an answer."""
_PAGE_BYTES = resource.getpagesize()


def main() -> None:
    """Answer until there is nobody to answer, or too much was used."""
    version, linger_s = sys.argv[1:]
    if version != __version__:
        return  # upgraded meanwhile: what it would say is not known there
    gc.disable()  # what reading a mail makes holds no circles
    _warm_up()
    begun_with = _memory_bytes()
    _be_bounded(begun_with)
    line = socket.socket(fileno=0)
    line.settimeout(PATIENCE_S)
    most_bytes = begun_with + SPENT_BYTES
    with suppress(OSError):  # gone, or nothing is asked: nobody is left to tell
        line.sendall(message(version))
        while select.select([line], [], [], float(linger_s))[0] and _answers_one(line):
            stays = _memory_bytes() < most_bytes
            line.sendall(message(stays))
            if not stays:
                return


def answers(raw: Octets, wish: Wish) -> Iterator[bytes]:
    """Yield the messages that answer a wish: what is known of the mail, then its lines."""
    if wish is Wish.SEARCHABLE:
        yield message(writer_of(Searchable)(searchable_text(raw)))
        return
    mail = render_mail(raw, prefer_html=wish is Wish.HTML_FIRST)
    yield message(writer_of(RenderedMail)(replace(mail, lines=(), plain_text=Safe(""))))
    for piece in written_lines(mail.lines):
        yield message(piece)


def _answers_one(line: socket.socket) -> bool:
    """Answer one wish; False where there is none."""
    beginning, handles, _, _ = socket.recv_fds(line, LENGTH_BYTES, 1)
    if not beginning:
        return False
    signal.setitimer(signal.ITIMER_PROF, CPU_S)  # the signal's default ends the process
    beginning += _received(line, LENGTH_BYTES - len(beginning))
    wish = Wish(str(words_of(_received(line, int.from_bytes(beginning)))))
    if handles:
        with open(handles[0], "rb") as file:  # noqa: PTH123 (a handle, no path)
            _say(line, FileOctets(file), wish)
    else:
        size_bytes = int.from_bytes(_received(line, LENGTH_BYTES))
        _say(line, _received(line, size_bytes), wish)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return True


def _say(line: socket.socket, raw: Octets, wish: Wish) -> None:
    for one in answers(raw, wish):
        line.sendall(one)


def _received(line: socket.socket, size_bytes: int) -> bytes:
    received = bytearray()
    while len(received) < size_bytes:
        piece = line.recv(min(size_bytes - len(received), 1 << 20))
        if not piece:
            raise ConnectionResetError
        received += piece
    return bytes(received)


def _warm_up() -> None:
    """Read a mail, so that what is imported late is here before memory is counted."""
    for content_type in ("text/html", "text/plain; format=flowed", "text/calendar"):
        head = f"From: a@x.example\nContent-Type: {content_type}\n\n"
        body = "<p><a href='https://x.example'>\u00e4</a>\nBEGIN:VEVENT\nEND:VEVENT\n"
        for _ in answers((head + body).encode(), Wish.HTML_FIRST):
            pass


def _be_bounded(memory_bytes: int) -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    if memory_bytes:  # else less might be let than is there, and nothing could be read
        limits[resource.RLIMIT_AS] = memory_bytes + MEMORY_BYTES
    for limit, most in limits.items():
        with suppress(OSError, ValueError):  # a system that does not know this one
            resource.setrlimit(limit, (most, most))


def _memory_bytes() -> int:
    """Return the size of the address space; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * _PAGE_BYTES
    except OSError:
        return 0


if __name__ == "__main__":
    main()
