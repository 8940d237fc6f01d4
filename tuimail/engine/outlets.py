"""Programs that tell the person of new mail: their own command, and the desktop's."""

import asyncio
import html
import json
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tuimail.errors import UserError
from tuimail.model.message import MessageRow
from tuimail.model.safe import safe_line
from tuimail.services.announcing import Announcement, announcement

OUTLET_TIMEOUT_S: Final = 10.0
"""A program that has not ended by then is killed, with all it started."""
DESKTOP: Final = "notify-send"
"""Of libnotify; it speaks D-Bus, org.freedesktop.Notifications."""
_MAX_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Arrived:
    """New mail, told at once."""

    rows: Sequence[MessageRow]
    """The newest of it, newest first."""
    count: int

    @property
    def words(self) -> Announcement:
        """What is said of it."""
        return announcement(self.rows, self.count)


async def tell_by_command(command: Sequence[str], arrived: Arrived) -> None:
    """Start the person's own program: words in its environment, facts as JSON on its input.

    Raises:
        UserError: it cannot be started, fails, or does not end in time.
    """
    words = arrived.words
    environ = {
        "TUIMAIL_COUNT": str(arrived.count),
        "TUIMAIL_TITLE": words.title,
        "TUIMAIL_TEXT": "\n".join(words.lines),
    }
    await _run(command, environ, _facts(arrived), "Check [notify] command.")


async def tell_by_desktop(arrived: Arrived) -> None:
    """Have the desktop show it.

    Raises:
        UserError: it cannot.
    """
    words = arrived.words
    # The body is markup to some desktops, and notify-send takes backslashes in it for escapes.
    body = "\n".join(html.escape(line, quote=False).replace("\\", "\\\\") for line in words.lines)
    options = ("--app-name=tuimail", "--icon=mail-unread", "--category=email.arrived")
    command = (DESKTOP, *options, "--", words.title, body)
    advice = "Install libnotify (package libnotify-bin), or take desktop out of [notify]."
    await _run(command, {}, b"", advice)


def _facts(arrived: Arrived) -> bytes:
    mails = [
        {
            "id": row.id,
            "account": row.account,
            "from": safe_line(row.sender_name, _MAX_CHARS),
            "address": safe_line(row.sender_address, _MAX_CHARS),
            "subject": safe_line(row.subject, _MAX_CHARS),
            "date": row.date,
        }
        for row in arrived.rows
    ]
    return json.dumps({"count": arrived.count, "mails": mails}).encode() + b"\n"


async def _run(
    command: Sequence[str], environ: Mapping[str, str], said: bytes, advice: str
) -> None:
    name = safe_line(command[0], 100)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **environ},
            start_new_session=True,
        )
    except OSError as error:
        raise UserError(
            f"New mail could not be told: {name} could not be started: {error.strerror}. {advice}"
        ) from error
    try:
        async with asyncio.timeout(OUTLET_TIMEOUT_S):
            await process.communicate(said)
    except TimeoutError as error:
        raise UserError(
            f"New mail could not be told: {name} did not end within {OUTLET_TIMEOUT_S:.0f} seconds "
            f"and was stopped. {advice}"
        ) from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode:
        raise UserError(
            f"New mail could not be told: {name} ended with status {process.returncode}. {advice}"
        )
