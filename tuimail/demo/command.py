"""`tuimail demo`: an embedded mail host, two accounts in a throw-away profile, the interface."""

import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, UserError

from .account import PROFILE_FOLDER, Listening, write_profile
from .engine_end import end_engine
from .host import HOST, MailHost
from .people import ACCOUNT_HOLDERS, Person
from .process import host_process

MOST_MESSAGES: Final = 1_000_000


def run_demo(messages: int, serve: bool, open_interface: Callable[[Profile], int] | None) -> int:
    """Run the demo until the interface is left or, with `serve`, until it is stopped.

    With `serve` one JSON line on standard output says when it is ready and how to reach it.
    Everything is thrown away afterwards. Returns an exit status.

    Raises:
        UserError: a number of messages that makes no sense, or no interface to open.
        EngineUnavailable: the host does not start.
    """
    if not 0 <= messages <= MOST_MESSAGES:
        raise UserError(f"--messages takes a number from 0 to {MOST_MESSAGES}.")
    with _throw_away_folder() as folder:
        if serve:
            asyncio.run(_serve(folder, messages))
            return ExitStatus.DONE
        if open_interface is None:
            raise UserError("There is no interface here; try tuimail demo --serve.")
        with host_process(folder, messages) as listening:
            profile = write_profile(folder / PROFILE_FOLDER, listening)
            try:
                return open_interface(profile)
            finally:
                end_engine(profile)


async def _serve(folder: Path, messages: int) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with MailHost(folder, messages=messages) as host:
        listening = Listening(host.ports, host.ca_file)
        profile = write_profile(folder / PROFILE_FOLDER, listening)
        sys.stdout.write(json.dumps(ready_line(profile, listening)) + "\n")
        sys.stdout.flush()
        await ended.wait()
        await asyncio.to_thread(end_engine, profile)


def ready_line(profile: Profile, listening: Listening) -> dict[str, object]:
    """Return what `--serve` prints: `imap`, `pop3` and `smtp` are HOST:PORT with implicit TLS."""
    ports = listening.ports
    first = ACCOUNT_HOLDERS[0].domain
    return {
        "profile": str(profile.folder),
        "imap": f"{HOST}:{ports.imap_tls}",
        "smtp": f"{HOST}:{ports.smtp_tls[first]}",
        "pop3": f"{HOST}:{ports.pop3_tls}",
        "imap_starttls": f"{HOST}:{ports.imap_starttls}",
        "pop3_starttls": f"{HOST}:{ports.pop3_starttls}",
        "smtp_starttls": f"{HOST}:{ports.smtp_starttls[first]}",
        "ca_file": str(listening.ca_file),
        "accounts": [_account_entry(person, listening) for person in ACCOUNT_HOLDERS],
    }


def _account_entry(person: Person, listening: Listening) -> dict[str, str]:
    smtp = listening.smtp(person)
    return {
        "name": person.name,
        "email": person.email,
        "username": person.email,
        "password": person.password,
        "smtp": f"{smtp.host}:{smtp.port}",
    }


@contextmanager
def _throw_away_folder() -> Iterator[Path]:
    """Yield a folder nobody else can enter, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tuimail-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
