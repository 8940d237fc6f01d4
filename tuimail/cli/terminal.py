"""What a command prints: JSON for programs, sanitised lines for people, progress beside them.

Standard output carries what was asked for and nothing else; what is said to people about it goes
to standard error. JSON is ASCII alone, so that no character of a mail can act on a terminal.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper

from tuimail.errors import QueryError, StoreError, UserError
from tuimail.model.cells import cut, fit_cut, width_of
from tuimail.model.safe import Safe, Untrusted, safe_block, safe_line


def print_json(value: object) -> None:
    """Print one JSON document."""
    with _output():
        sys.stdout.write(json.dumps(value, ensure_ascii=True, indent=2) + "\n")


def print_lines(lines: Iterable[Safe]) -> None:
    """Print what is safe to show."""
    with _output():
        for line in lines:
            sys.stdout.write(f"{line}\n")


def say(sentence: str) -> None:
    """Tell the person something, on standard error."""
    sys.stderr.write(f"tuimail: {sentence}\n")


def agree(question: Safe) -> bool:
    """Ask on the terminal; without one nobody can agree.

    Raises:
        UserError: there is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UserError("This is asked for at a terminal alone; --yes agrees beforehand.")
    sys.stderr.write(f"tuimail: {question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def point_at(error: QueryError) -> None:
    """Show where a search cannot be understood, on standard error."""
    before = width_of(safe_line(error.text[: error.column]))
    say(f"{error.hint}\n{safe_line(error.text)}\n{' ' * before}^")


def print_bytes(raw: bytes) -> None:
    """Write bytes exactly, or escaped where a terminal would act on them."""
    if sys.stdout.isatty():
        text = raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        print_lines(Safe(_escaped(line)) for line in text.split("\n"))
        return
    with _output():
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)


@contextmanager
def _output() -> Iterator[None]:
    """Write to standard output, as far as its encoding goes.

    Raises:
        StoreError: it takes no more.
        BrokenPipeError: nobody reads any more.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows ASCII alone
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left of it
        raise StoreError(f"Standard output cannot be written: {error.strerror}.") from error


def _escaped(line: str) -> str:
    """Escape what is no text; in a line that holds nothing odd, nothing."""
    if line.isprintable() and safe_block(line) == line:
        return line
    return "".join(c if c == "\t" or _stands_alone(c) else ascii(c)[1:-1] for c in line)


def _stands_alone(char: str) -> bool:
    """Whether a character shows by itself: no control, no mark on the one before, no selector."""
    return char.isprintable() and safe_block(char) == char


class ProgressLine:
    """One line on standard error that is written over; silent where that is no terminal."""

    def __init__(self) -> None:
        self._shown = False

    def show(self, sentence: Safe) -> None:
        """Replace the line."""
        if sys.stderr.isatty():
            width = os.get_terminal_size(sys.stderr.fileno()).columns
            sys.stderr.write(f"\r\x1b[K{cut(sentence, width - 1)}")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False


def iso_time(seconds: int | None) -> str | None:
    """Return seconds UTC as ISO 8601; None stays None."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short_time(seconds: int) -> Safe:
    """Return seconds UTC as local date and time for a list."""
    return Safe(datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M"))


def column(text: Untrusted | str, width: int) -> Safe:
    """Return one line cut or padded to a number of cells."""
    return fit_cut(safe_line(text), width)
