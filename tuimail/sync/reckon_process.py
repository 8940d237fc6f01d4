"""The process that parses headers for the engine while many are fetched.

A second core parses while the engine receives and writes. The process is started when first needed
and ended soon after nobody fetches any more; it ends by itself when the engine is gone. It gets
header bytes and nothing else: no environment, no open file, no secret. Where it cannot be had the
engine parses by itself, to the same rows.
"""

import asyncio
import logging
import marshal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, get_args

from tuimail import __version__
from tuimail.model.ids import AccountName
from tuimail.store.reckoned import Columns, Reckoned

from .reckon import BLOCK_PATIENCE_S, LENGTH_BYTES, Raw

PACKAGE: Final = Path(__file__).resolve().parents[1]
COMMAND: Final = (sys.executable, "-S", "-m", f"{PACKAGE.name}.sync.reckon", __version__)
LINGER_S: Final = 2.0
"""It stays so long when nobody fetches: other steps come between those of a large mailbox."""
MAX_ASKED_BYTES: Final = 16 << 20
"""Of headers that wait for it, however many accounts fetch: they are kept here twice."""
MAX_ANSWER_BYTES: Final = 64 << 20
"""What is kept of 500 of the largest headers is a quarter of it."""
_PARTS: Final = len(get_args(Reckoned))
_COLUMNS: Final = len(get_args(Columns))

Answer = asyncio.Future[list[Reckoned] | None]
"""What the store keeps of the headers of a block; None where the process failed."""

log = logging.getLogger(__name__)


class ReckonProcess:
    """One process for all accounts. To be used on the event loop."""

    def __init__(
        self, command: Sequence[str] = COMMAND, patience_s: float = BLOCK_PATIENCE_S
    ) -> None:
        self._command = command
        self._patience_s = patience_s
        """From one answer to the next; the first one waits for its start, too."""
        self._users = 0
        self._talk: _Talk | None = None
        self._has_begun = False
        """It runs, is being started, or failed: until nobody fetches there is no other."""
        self._ending: asyncio.TimerHandle | None = None

    @property
    def is_here(self) -> bool:
        """Whether it can be asked."""
        return self._talk is not None

    def share(self, count: int) -> int:
        """Return how many of `count` each of those that fetch may have, rounded down."""
        return count // max(1, self._users)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep the process while somebody fetches; begins none."""
        if self._ending is not None:
            self._ending.cancel()
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            if not self._users and self._has_begun:
                self._ending = asyncio.get_running_loop().call_later(LINGER_S, self.end)

    async def begin(self) -> None:
        """Start the process unless that was tried; inside `in_use`."""
        if self._has_begun:
            return
        self._has_begun = True
        talk = _Talk(self._patience_s, self._failed)
        try:
            await asyncio.get_running_loop().subprocess_exec(
                lambda: talk,
                *self._command,
                stderr=subprocess.DEVNULL,
                cwd=PACKAGE.parent,  # -m looks into the current folder first
                env={},
                process_group=0,  # a ctrl+c is for the engine
            )
        except asyncio.CancelledError:
            self._has_begun = False  # others that fetch may begin another
            raise
        except OSError as error:
            self._failed(error)
        else:
            self._talk = talk if talk.is_open else None

    def ask(self, account: AccountName, headers: Sequence[Raw]) -> Answer | None:
        """Have headers parsed; None where no process has room for them. Answers come in order."""
        return self._talk.ask(account, headers) if self._talk is not None else None

    def end(self) -> None:
        """End the process, or forget that it failed. Whoever waits for an answer gets none."""
        if self._ending is not None:
            self._ending.cancel()
        talk, self._talk, self._has_begun = self._talk, None, False
        if talk is not None:
            talk.close()

    def _failed(self, error: Exception) -> None:
        # Only the kind: the words might be a stranger's.
        log.info("headers are parsed in here, the process for it: %s", type(error).__name__)
        self._talk = None


class _Asked(NamedTuple):
    """A block that was sent."""

    headers: int
    """How many."""
    size_bytes: int
    answer: Answer


class _Talk(asyncio.SubprocessProtocol):
    """The talk with one process: blocks go in, answers come out in the same order."""

    def __init__(self, patience_s: float, on_failure: Callable[[Exception], None]) -> None:
        self._patience_s = patience_s
        self._on_failure = on_failure
        self._transport: asyncio.SubprocessTransport | None = None
        self._asked: deque[_Asked] = deque()
        self._received = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The process was started."""
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Take what it says, which may be anything."""
        del fd
        self._received += data
        try:
            while self.is_open and (answer := self._next_answer()) is not None:
                self._give(answer)
        except (EOFError, ValueError, TypeError) as error:
            self._fail(error)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """It closed an end: it is going."""
        del fd
        self._fail(exc or EOFError())

    def process_exited(self) -> None:
        """It is gone."""
        self._fail(EOFError())

    def ask(self, account: AccountName, headers: Sequence[Raw]) -> Answer | None:
        """Send a block, unless too much waits already."""
        size_bytes = sum(len(raw) for raw, *_ in headers)
        waiting_bytes = sum(one.size_bytes for one in self._asked)
        if waiting_bytes and waiting_bytes + size_bytes > MAX_ASKED_BYTES:
            return None
        answer: Answer = asyncio.get_running_loop().create_future()
        block = marshal.dumps((str(account), list(headers)))
        self._asked.append(_Asked(len(headers), size_bytes, answer))
        self._write(len(block).to_bytes(LENGTH_BYTES) + block)
        if self._timer is None:
            self._wait()
        return answer

    def close(self) -> None:
        """End it: it has nothing to lose. Whoever waits for an answer gets none."""
        if not self.is_open:
            return
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.close()  # which kills it, and sees to it that no zombie stays
        for one in self._asked:
            if not one.answer.done():
                one.answer.set_result(None)
        self._asked.clear()
        self._received.clear()

    def _write(self, block: bytes) -> None:
        pipe = self._transport.get_pipe_transport(0) if self._transport is not None else None
        assert isinstance(pipe, asyncio.WriteTransport)
        pipe.write(block)

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._patience_s, self._fail, TimeoutError())

    def _next_answer(self) -> bytes | None:
        """Return the next whole answer, if it is here. Raises ValueError."""
        length = int.from_bytes(self._received[:LENGTH_BYTES])
        end = LENGTH_BYTES + length
        if length > MAX_ANSWER_BYTES:
            raise ValueError("an answer too large")
        if len(self._received) < max(end, LENGTH_BYTES):
            return None
        answer = bytes(memoryview(self._received)[LENGTH_BYTES:end])
        del self._received[:end]
        return answer

    def _give(self, answer: bytes) -> None:
        """Give an answer to who waits for it. Raises EOFError, ValueError, TypeError."""
        if not self._asked:
            raise ValueError("an answer to nothing")
        asked = self._asked[0]
        kept = _checked(marshal.loads(answer), asked.headers)  # noqa: S302
        self._asked.popleft()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._asked:
            self._wait()
        if not asked.answer.done():
            asked.answer.set_result(kept)

    def _fail(self, error: Exception) -> None:
        if self.is_open:
            self.close()
            self._on_failure(error)


def _checked(answer: object, count: int) -> list[Reckoned]:
    """Return an answer that has the right shape. Raises ValueError, TypeError."""
    if not isinstance(answer, list) or len(answer) != count:
        raise ValueError("an answer to something else")
    for one in answer:
        if not isinstance(one, tuple) or len(one) != _PARTS or len(one[0]) != _COLUMNS:
            raise ValueError("a row that is none")
    return answer
