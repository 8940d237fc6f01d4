"""Has mails read by the process for it, and ends that where one takes too much.

To be used from threads: whoever asks waits. One mail is read at a time; who does not want an answer
any more gives up, and the process is ended in the midst of it.
"""

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic, sleep
from typing import Final, Generic, Literal, TypeVar

from tuimail import __version__
from tuimail.mime.budget import MAX_LINES
from tuimail.mime.fields import MAX_HEADER_BYTES
from tuimail.mime.headers import looks_attached, parse_envelope
from tuimail.mime.octets import Octets
from tuimail.mime.plain import plain_text
from tuimail.mime.render import render_mail, searchable_text
from tuimail.model.part import Line, RenderedMail, Searchable

from .asked import Wish
from .handle import Worker
from .lines import read_lines
from .wire import reader_of

COMMAND: Final = (sys.executable, "-s", "-S", "-P", "-m", "tuimail.mime.apart.worker", __version__)
PATIENCE_S: Final = 5.0
"""For one mail; the process ends itself sooner where it is let run (see `asked.CPU_S`)."""
INDEX_PATIENCE: Final = 12
"""Times as long is waited for what is indexed: nobody looks on, and what is not read is not found
for ever."""
START_S: Final = 20.0
"""Until it says that it is there: a tenth of a second where nothing else runs."""
LINGER_S: Final = 900.0
"""A process that is asked nothing for so long ends."""
SMALL_BYTES: Final = 16 * 1024
"""The worst mail of this size takes 25 ms."""
ORDINARY_BYTES: Final = 64 * 1024
MANY_TAGS: Final = 1_000
YIELD_S: Final = 0.001
"""Between two pieces of an answer, so that a screen that waits for the interpreter gets it."""

_T = TypeVar("_T")
Form = Literal[Wish.TEXT_FIRST, Wish.HTML_FIRST]
OnBeginning = Callable[[RenderedMail], None]

log = logging.getLogger(__name__)


class Ended(Exception):
    """The process was ended, or ended, before a mail was read."""


class Disturbed(Ended):
    """It was ended by another than itself: what it was about to say of the mail is not known."""


class GivenUp(Exception):
    """Whoever asked does not want the answer any more."""


class Asker:
    """Who waits for one mail, and may give up. To be used for one question."""

    def __init__(self) -> None:
        self.has_given_up = False
        self._worker: Worker | None = None
        self._lock = threading.Lock()
        """Who gives up must not end what works for another already."""

    def give_up(self) -> None:
        """Want no answer any more; from any thread."""
        with self._lock:
            self.has_given_up = True
            if self._worker is not None:
                self._worker.end()

    def is_answered(self) -> None:
        """Nobody works for it any more."""
        with self._lock:
            self._worker = None

    def waits_for(self, worker: Worker | None) -> None:
        """Note who works for it. Raises GivenUp."""
        with self._lock:
            self._worker = worker
            if self.has_given_up:
                raise GivenUp


def is_ordinary(raw: Octets) -> bool:
    """Whether a mail is read at once as quickly as it is handed on, whatever is in it."""
    size_bytes = len(raw)
    if size_bytes <= SMALL_BYTES:
        return True
    if size_bytes > ORDINARY_BYTES:
        return False
    hides_tags = raw[0:size_bytes].lower().find(b"base64") >= 0
    return not hides_tags and raw.count(b"<", 0, size_bytes) < MANY_TAGS


class Apart:
    """One process for reading, begun when it is needed."""

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        patience_s: float = PATIENCE_S,
        linger_s: float = LINGER_S,
    ) -> None:
        self._command = (*command, str(linger_s))
        self._patience_s = patience_s
        self._rests_s = linger_s * 0.9  # it may be ending at this moment
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._is_possible = True
        """No process failed to start."""
        self._is_over = False
        """Nobody looks at mails any more."""

    def begin(self) -> None:
        """Start the process, so that the first large mail need not wait for that."""
        self._is_over = False
        with self._lock:
            self._ready()

    def end(self) -> None:
        """End the process; whoever waits to see a mail gets none, and the index asks anew."""
        self._is_over = True
        worker = self._worker
        if worker is not None:
            worker.end()
        with self._lock:
            if self._worker is not None:
                self._worker.close()
            self._worker = None

    def rendered(
        self,
        raw: Octets,
        form: Form = Wish.TEXT_FIRST,
        asker: Asker | None = None,
        on_beginning: OnBeginning | None = None,
    ) -> RenderedMail:
        """Return a mail as a reader shows it.

        Of a mail that is told in several pieces `on_beginning` gets the first, with all the rest
        that is known of it, from the thread that asks.

        Raises:
            Ended: it took too much.
            GivenUp: by the asker.
        """
        if not is_ordinary(raw):
            tell = on_beginning or _nobody
            wanted = _Wanted(form, lambda told: _mail_of(told, tell), self._patience_s)
            read = self._ask(raw, wanted, asker or Asker())
            if read is not None:
                return read
        return render_mail(raw, prefer_html=form is Wish.HTML_FIRST)

    def searchable(self, raw: Octets) -> Searchable:
        """Return what the search index keeps of a mail; of one that takes too much, no text."""
        if not is_ordinary(raw):
            patience_s = INDEX_PATIENCE * self._patience_s
            try:
                read = self._ask(raw, _Wanted(Wish.SEARCHABLE, _searchable_of, patience_s), Asker())
            except Ended:
                log.info("a mail takes too much to be read: its text cannot be searched")
                head = parse_envelope(raw[0:MAX_HEADER_BYTES])
                return Searchable("", "", "", has_attachments=looks_attached(head))
            if read is not None:
                return read
        return searchable_text(raw)

    def _ask(self, raw: Octets, wanted: "_Wanted[_T]", asker: Asker) -> _T | None:
        """Return what is read of the answer; None where no process can be had.

        Of a process that somebody else ended another one is asked, once: that says nothing of the
        mail.
        """
        try:
            return self._ask_once(raw, wanted, asker)
        except Disturbed:
            if self._is_over and wanted.wish is not Wish.SEARCHABLE:
                raise
            return self._ask_once(raw, wanted, asker)

    def _ask_once(self, raw: Octets, wanted: "_Wanted[_T]", asker: Asker) -> _T | None:
        with self._lock:
            worker = self._ready()
            if worker is None or not self._has_begun(worker):
                return None
            is_asked = is_answered = False
            try:
                asker.waits_for(worker)
                deadline = monotonic() + wanted.patience_s
                is_asked = True
                worker.ask(raw, wanted.wish, deadline)
                read = wanted.read(worker.answers(deadline))
                is_answered = True
            except (OSError, ValueError, TypeError, RecursionError) as error:
                ended = Disturbed if _was_disturbed(worker, error) else Ended
                worker.close()
                asker.waits_for(None)
                # Only the kind: the words might be a stranger's.
                log.info("a mail was not read: %s", type(error).__name__)
                raise ended from error
            finally:
                asker.is_answered()
                if is_asked and not is_answered:
                    worker.close()  # the rest of its answer would be taken for that to another mail
            return read

    def _ready(self) -> Worker | None:
        """Return the process, started if need be; None where none can be."""
        worker = self._worker
        if worker is not None and worker.can_be_asked(self._rests_s):
            return worker
        if worker is not None:
            worker.close()
        self._worker = None
        if self._is_possible:
            try:
                self._worker = Worker(self._command)
            except OSError as error:
                self._cannot(error)
        return self._worker

    def _has_begun(self, worker: Worker) -> bool:
        """Wait until a process has started; False where it does not, or is of another version."""
        try:
            worker.greet(monotonic() + START_S)
        except (OSError, ValueError) as error:
            worker.close()
            self._cannot(error)
            return False
        return True

    def _cannot(self, error: Exception) -> None:
        log.info("large mails are read in here, the process for it: %s", type(error).__name__)
        self._worker, self._is_possible = None, False


@dataclass(frozen=True, slots=True)
class _Wanted(Generic[_T]):
    """What is wanted of a mail."""

    wish: Wish
    read: Callable[[Iterator[object]], _T]
    """Makes something of the answer. Raises ValueError, TypeError."""
    patience_s: float


def _was_disturbed(worker: Worker, error: Exception) -> bool:
    """Whether the line to a process broke because another than itself ended it."""
    return isinstance(error, ConnectionError) and worker.was_disturbed()


def _nobody(beginning: RenderedMail) -> None:
    """Nobody wants to see the beginning alone."""


def _mail_of(answers: Iterator[object], on_beginning: OnBeginning) -> RenderedMail:
    """Read a mail and its lines. Raises ValueError, TypeError."""
    mail = reader_of(RenderedMail)(next(answers, None))
    assert isinstance(mail, RenderedMail)
    lines: list[Line] = []
    for number, piece in enumerate(answers):
        if number == 1:
            on_beginning(replace(mail, lines=tuple(lines), plain_text=plain_text(lines)))
        if number:
            sleep(YIELD_S)
        lines += read_lines(piece)
        if len(lines) > 2 * MAX_LINES:
            raise ValueError("too many lines")
    return replace(mail, lines=tuple(lines), plain_text=plain_text(lines))


def _searchable_of(answers: Iterator[object]) -> Searchable:
    """Read what the search index keeps. Raises ValueError, TypeError."""
    found = reader_of(Searchable)(next(answers, None))
    assert isinstance(found, Searchable)
    for _ in answers:
        raise ValueError("more than was asked")
    return found
