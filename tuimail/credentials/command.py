"""A command that prints a password, such as `pass show mail`; never started by a shell."""

import asyncio
from typing import Final

from tuimail.errors import SecretUnavailable
from tuimail.model.secret import Secret

COMMAND_TIMEOUT_S: Final = 120.0
"""Long enough to type a passphrase into the prompt such a command may open."""
MAX_OUTPUT_BYTES: Final = 64 * 1024
"""What is kept of its output, in which the first line must end; the rest is read and dropped."""
_PIECE_BYTES: Final = 16 * 1024


async def password_of_command(command: tuple[str, ...]) -> Secret:
    """Run the command and return the first line it prints.

    Raises:
        SecretUnavailable: it cannot be started, fails, says nothing or takes too long. What it
            printed is never part of the error, since it may be the secret.
    """
    name = command[0]
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise SecretUnavailable(
            f"The password command {name} could not be started: {error.strerror}. "
            "Check [account.NAME.password] command."
        ) from error
    output = await _output_of(process, name)
    line, _, rest = output.partition(b"\n")
    line = line.rstrip(b"\r")
    is_cut = len(output) == MAX_OUTPUT_BYTES and not rest
    if process.returncode != 0 or not line or is_cut:
        raise SecretUnavailable(
            f"The password command {name} ended with status {process.returncode} and gave no "
            "password. Run it by hand to see what it says."
        )
    return _decoded(line, name)


async def _output_of(process: asyncio.subprocess.Process, name: str) -> bytes:
    """Return what it prints, at most MAX_OUTPUT_BYTES, once it has ended."""
    assert process.stdout is not None
    output = b""
    try:
        async with asyncio.timeout(COMMAND_TIMEOUT_S):
            while piece := await process.stdout.read(_PIECE_BYTES):
                output += piece[: MAX_OUTPUT_BYTES - len(output)]
            await process.wait()
    except TimeoutError as error:
        raise SecretUnavailable(
            f"The password command {name} did not end within {COMMAND_TIMEOUT_S:.0f} seconds."
        ) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output


def _decoded(line: bytes, name: str) -> Secret:
    try:
        return Secret(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise SecretUnavailable(f"The password command {name} printed what is not text.") from None
