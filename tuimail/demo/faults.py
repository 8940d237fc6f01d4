"""Scripted faults: what a server of the embedded host does wrong, and when."""

from dataclasses import dataclass
from enum import StrEnum
from threading import Lock


class FaultKind(StrEnum):
    """What goes wrong."""

    CUT = "cut"
    """The line is cut without a goodbye."""
    DELAY = "delay"
    """The answer comes late."""
    REFUSE = "refuse"
    """The command is refused with `text` and not carried out."""
    INJECT = "inject"
    """`raw` is written in front of the answer."""


ANY_COMMAND = "*"
GREETING = "greeting"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the command it strikes.

    IMAP: `REFUSE` needs a `text` such as `NO [UNAVAILABLE] Later` (`NO` or `BAD` first). SMTP: such
    as `451 4.3.0 Later`. POP3: such as `-ERR [SYS/TEMP] Later`.
    """

    kind: FaultKind
    command: str = ANY_COMMAND
    """IMAP: a command in upper case (`SELECT`, `UID FETCH`, `IDLE`). SMTP: `EHLO`, `MAIL`, `RCPT`,
    `DATA` (before 354) and `.` (after the final dot). POP3: `PASS`, `RETR`. All: `greeting`."""
    nth: int = 1
    """Strikes at the nth such command from when it was added; 0 means every one."""
    text: str = ""
    raw: bytes = b""
    delay_s: float = 0.0
    carried_out: bool = False
    """CUT: the command is carried out first and only the answer is lost."""
    after_bytes: int = 0
    """CUT: so many bytes of the answer still reach the client. IMAP and POP3."""


class FaultScript:
    """The faults still to come. Any thread may add to it while servers run."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, *faults: Fault) -> None:
        """Script more faults."""
        with self._lock:
            self._waiting.extend((fault, 0) for fault in faults)

    def clear(self) -> None:
        """Forget all faults: from now on everything works."""
        with self._lock:
            self._waiting.clear()

    def strike(self, command: str) -> Fault | None:
        """Return the fault that strikes this command, if any; every matching one counts it."""
        with self._lock:
            struck: Fault | None = None
            left = []
            for fault, seen in self._waiting:
                seen_now = seen + (fault.command in {command, ANY_COMMAND})
                hits = seen_now > seen and fault.nth in {0, seen_now}
                if hits and struck is None:
                    struck = fault
                if not hits or fault.nth == 0:
                    left.append((fault, seen_now))
            self._waiting = left
            return struck
