"""Commands of the person's own that make text of a kind of file: bounded, and without network."""

import asyncio
import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Final

from tuimail.errors import UserError
from tuimail.model.safe import Safe, safe_block, safe_line

from .starting import words_of

TIMEOUT_S: Final = 5.0
MAX_OUTPUT_BYTES: Final = 1_000_000
MAX_INPUT_BYTES: Final = 16 << 20
_PROBE_S: Final = 5.0
_PIECE_BYTES: Final = 64 << 10
_LOOK_S: Final = 0.005
_LET_GO_S: Final = 0.5
_WITHOUT_NETWORK: Final = (
    ("unshare", "-cn", "--"),  # as oneself; an old one knows the next alone
    ("unshare", "-rn", "--"),
    ("bwrap", "--dev-bind", "/", "/", "--unshare-net", "--die-with-parent", "--"),
)
"""What takes the network from a command, where the system lets ordinary people do so."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter made of something."""

    text: Safe
    command: Safe
    """Its first word."""
    is_apart: bool
    """Whether it ran without network."""
    is_cut: bool


async def run_filter(command_line: str, content: bytes) -> Filtered:
    """Return what a command makes of a content on its standard input.

    It is started by its arguments, never by a shell, in a group of its own that is ended after
    TIMEOUT_S. What it says passes the sanitiser.

    Raises:
        UserError: it cannot be read or started, does not end, or fails without a word.
    """
    words = words_of(command_line, "The filter")
    apart = await asyncio.to_thread(without_network)
    name = safe_line(words[0], 80)
    if shutil.which(words[0]) is None:
        raise UserError(f"There is no {name} here, which [ui] filters names.")
    output, status = await _run([*apart, *words], name, content)
    if status and not output:
        raise UserError(f"{name} ended with status {status}.")
    said = output[:MAX_OUTPUT_BYTES].decode("utf-8", "replace")
    text = await asyncio.to_thread(safe_block, said)
    return Filtered(text, name, bool(apart), len(output) > MAX_OUTPUT_BYTES)


@cache
def without_network() -> tuple[str, ...]:
    """Return what to put before a command so that it has no network; nothing where none works."""
    import subprocess

    for prefix in _WITHOUT_NETWORK:
        if shutil.which(prefix[0]) is None:
            continue
        with suppress(OSError, subprocess.TimeoutExpired):
            tried = subprocess.run(
                [*prefix, "true"], capture_output=True, timeout=_PROBE_S, check=False
            )
            if tried.returncode == 0:
                return prefix
    return ()


async def _run(command: Sequence[str], name: Safe, content: bytes) -> tuple[bytes, int]:
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=pipe,
            stdout=pipe,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UserError(f"{name} cannot be started: {error.strerror}.") from error
    try:
        async with asyncio.timeout(TIMEOUT_S), asyncio.TaskGroup() as group:
            group.create_task(_feed(process, content))
            output = await _read(process)
            if len(output) > MAX_OUTPUT_BYTES:
                _end(process)
            await _ended(process)
    except TimeoutError as error:
        raise UserError(f"{name} took longer than {TIMEOUT_S:.0f} s.") from error
    finally:
        _end(process)
        status = await _ended(process)
    return output, status


def _end(process: asyncio.subprocess.Process) -> None:
    """End it and all that it started; one that has said too much does not read on either."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def _ended(process: asyncio.subprocess.Process) -> int:
    """Wait until it has ended; return its status.

    What it said and was not read is let go: `Process.wait` may wait for that as well, for ever.
    """
    assert process.stdout is not None
    while process.returncode is None:  # noqa: ASYNC110 (nothing tells of the end alone)
        await asyncio.sleep(_LOOK_S)
    with suppress(TimeoutError):  # somebody it started may hold the pipe open
        async with asyncio.timeout(_LET_GO_S):
            while await process.stdout.read(_PIECE_BYTES):
                pass
    return process.returncode


async def _feed(process: asyncio.subprocess.Process, content: bytes) -> None:
    """Give it a content; one that has read enough closes its end."""
    assert process.stdin is not None
    with suppress(ConnectionError):
        process.stdin.write(content)
        await process.stdin.drain()
        process.stdin.close()


async def _read(process: asyncio.subprocess.Process) -> bytes:
    """Return what it says, a little more than is shown at most."""
    assert process.stdout is not None
    said = bytearray()
    while piece := await process.stdout.read(_PIECE_BYTES):
        said += piece
        if len(said) > MAX_OUTPUT_BYTES:
            break
    return bytes(said)
