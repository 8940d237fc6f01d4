"""Commands of the person's own that are given a mail."""

import asyncio
from collections.abc import Sequence
from typing import Final

from tuimail.errors import UserError
from tuimail.model.safe import Safe, safe_block
from tuimail.services.starting import words_of

COMMAND_TIMEOUT_S: Final = 60.0
"""How long a command may take that was given a mail."""
MAX_SHOWN_BYTES: Final = 2_000_000
"""Of a raw mail, or of what a command says; the rest is base64 nobody reads."""


def command_of(typed: str) -> list[str]:
    """Return a command line as words; raises UserError where it is none."""
    return words_of(typed, "The command")


async def fed(command: Sequence[str], content: bytes) -> tuple[int, bytes]:
    """Return a command's exit status and what it says to something on its standard input.

    Raises:
        UserError: it cannot be started, or does not end.
    """
    return await _run(command, content, asyncio.subprocess.PIPE)


async def given(command: Sequence[str], content: bytes) -> int:
    """Return a command's exit status after it had something on its standard input.

    What it says goes nowhere: a program that holds a clipboard leaves a process behind, which would
    keep a pipe open.

    Raises:
        UserError: it cannot be started, or does not end.
    """
    status, _ = await _run(command, content, asyncio.subprocess.DEVNULL)
    return status


async def _run(command: Sequence[str], content: bytes, output_to: int) -> tuple[int, bytes]:
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=output_to, stderr=asyncio.subprocess.STDOUT
        )
    except OSError as error:
        raise UserError(f"{command[0]} cannot be started: {error.strerror}.") from error
    try:
        async with asyncio.timeout(COMMAND_TIMEOUT_S):
            output, _ = await process.communicate(content)
    except TimeoutError as error:
        raise UserError(f"{command[0]} took longer than {COMMAND_TIMEOUT_S:.0f} s.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output or b""


def shown_bytes(raw: bytes) -> Safe:
    """Return bytes as text that may be shown."""
    cut = raw[:MAX_SHOWN_BYTES]
    try:
        return safe_block(cut.decode())
    except UnicodeDecodeError:
        return safe_block(cut.decode("latin-1"))
