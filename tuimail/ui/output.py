"""The driver that keeps the cells a terminal shows and sends only those that change.

    App(driver_class=DiffDriver)

Textual's stream is read into cells; at the end of each frame the difference is sent. Everything
that leaves the screen passes here: suspension, mouse mode and what may be sent are settled here.
"""

import signal
import threading
from contextlib import suppress
from types import FrameType
from typing import Any, ClassVar, TextIO

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from .boot import Painted
from .output_cells import Cell
from .output_pieces import Terminal
from .output_screen import CellScreen
from .terminal_kind import TerminalKind, here
from .title import BRING_BACK, KEEP, sequence_of
from .typed_input import messages, reader


class Outlet:
    """The terminal as a file that swallows what comes once it is gone.

    Textual's writer would die of the first error and its queue fill: whoever writes next waits for
    ever, and what was done is never written down.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def fileno(self) -> int:
        """Return the terminal's number."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal still."""
        return self._file.isatty()

    def write(self, text: str) -> None:
        """Write, if anybody sees it."""
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Send what was written, if anybody sees it."""
        with suppress(OSError):
            self._file.flush()


class DiffDriver(LinuxDriver):
    """LinuxDriver with a cell-diff in `write`."""

    painted: ClassVar[Painted | None] = None
    """What the early paint left on the terminal; taken over by the first start."""
    kind: ClassVar[TerminalKind | None] = None
    """What the terminal is, where settings have a say in it."""

    shows_cursor: ClassVar[bool] = False
    """Whether the terminal's cursor is to be seen, where it stands on the row: for voices."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  as the base has them
        super().__init__(*args, **kwargs)
        if self._file is not None:
            self._file = Outlet(self._file)  # type: ignore[assignment]  # all the writer asks for
        self._lock = threading.RLock()  # the input thread writes too (mouse pixels, resize mode)
        self._is_open = False
        self._is_stale = False
        self._keeps_screen = False
        """While true the alternate screen is there already: entering it again would clear it."""
        self._title = ""
        """What the window is named; empty where its title is left alone."""
        self._screen = CellScreen(*self._get_terminal_size(), terminal_of(self.kind or here()))

    def forget(self) -> None:
        """Know nothing of the terminal; follow with `app.refresh(repaint=True, layout=True)`."""
        with self._lock:
            self._screen.forget()

    def cells(self) -> list[list[Cell]]:
        """Return what the terminal shows, for the paint cache."""
        with self._lock:
            return self._screen.cells()

    @property
    def refused(self) -> int:
        """How many sequences from within a frame were not sent: 0 unless there is a bug."""
        return self._screen.refused

    def start_application_mode(self) -> None:
        """Take the terminal, with what the early paint left on it."""
        painted, type(self).painted = self.painted, None
        self._is_open = True
        if painted is None:
            super().start_application_mode()  # type: ignore[no-untyped-call]
        else:
            self._start_over(painted)
        stock = signal.getsignal(signal.SIGWINCH)

        def on_resize(number: int, frame: FrameType | None) -> None:
            self._is_stale = True  # 80 -> 90 -> 80 columns: the size alone would not tell
            if callable(stock):
                stock(number, frame)

        signal.signal(signal.SIGWINCH, on_resize)
        if self._title:
            self.write(KEEP + sequence_of(self._title))

    def stop_application_mode(self) -> None:
        """Give the terminal back, its title too."""
        if self._title:
            self.write(BRING_BACK)
        super().stop_application_mode()

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal again; stopped from outside, it was not given back before.

        Textual would start its threads a second time over those that run, and never end.
        """
        if self._auto_restart and self._is_open:
            self.suspend_application_mode()
            self._must_signal_resume = True  # all is to be painted again
        super()._sigcont_application()

    def show_picture(self, sequence: str, row: int) -> None:
        """Send a picture, drawn from the left of a row on; nothing while suspended."""
        with self._lock:
            if self._is_open and (text := self._screen.picture(sequence, row)):
                super().write(text)

    def show_title(self, title: str) -> None:
        """Name the window until the terminal is given back; it then has the title it had."""
        before, self._title = self._title, title
        if title != before:
            self.write(sequence_of(title) if before else KEEP + sequence_of(title))

    def toggle_mouse(self) -> bool:
        """Have the mouse reported, or not any more; return whether it is."""
        if self._mouse:
            self._disable_mouse_support()
        self._mouse = not self._mouse
        self._enable_mouse_support()  # does nothing without a mouse
        return self._mouse

    def _start_over(self, painted: Painted) -> None:
        """Start on a terminal that shows the early paint already."""
        with self._lock:
            self._screen.resize(painted.columns, painted.rows)
            self._screen.take_over(painted.screen)
            self._keeps_screen = True
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._keeps_screen = False
        self.attrs_before = list(painted.attributes)  # Textual has read the early paint's raw ones
        painted.is_taken = True

    def close(self) -> None:
        """Stop writing: while suspended, the writer's full queue would block the event loop."""
        self._is_open = False
        super().close()

    def run_input_thread(self) -> None:
        """Hand on what is typed, until the terminal is given up."""
        for message in messages(reader(self.fileno), self.exit_event.is_set):
            self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Note what the terminal says it can do."""
        if isinstance(message, TerminalSupportsSynchronizedOutput):
            self._screen.has_sync = True
        super().process_message(message)

    def write(self, data: str) -> None:
        """Send what changes by a piece of Textual's stream; nothing while suspended."""
        if self._keeps_screen and data == "\x1b[?1049h":
            return
        if self.shows_cursor:
            data = data.replace("\x1b[?25l", "\x1b[?25h")
        with self._lock:
            if not self._is_open:
                return
            size = self._get_terminal_size()
            if size != self._screen.size or self._is_stale:
                self._is_stale = False
                self._screen.resize(*size)
            if text := self._screen.write(data):
                super().write(text)


def terminal_of(kind: TerminalKind) -> Terminal:
    """Return what the output layer has to know of a terminal."""
    return Terminal(
        kind.can_erase,
        kind.can_repeat,
        has_bright=kind.has_bright,
        is_unicode=kind.is_unicode,
        can_scroll=kind.can_scroll,
        takes_osc=kind.takes_osc,
    )
