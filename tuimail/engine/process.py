"""The engine's process: one per profile by a lock, a log without secrets, a clean end."""

import asyncio
import fcntl
import logging
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

from tuimail import __version__
from tuimail.config.logfile import open_log
from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, StoreError, TuimailError, leaves
from tuimail.outbox.sender import recover_outbox
from tuimail.store import upkeep
from tuimail.store.database import Store, open_store

from .lookups import PatientLoop
from .supervisor import Supervisor, Term

NICE: Final = 5
"""Where the machine is busy the screen comes first: a key is answered while mail is fetched."""
THREADS: Final = 4
"""For reading and writing the store; each holds connections to it."""

log = logging.getLogger(__name__)


def run_engine(profile: Profile, *, stay: bool) -> int:
    """Run the engine of a profile until it is time to end; return the exit status.

    With `stay` it runs until stopped, otherwise until no screen is attached and nothing waits.
    Where another engine has the profile, this one leaves at once.

    Raises:
        StoreError: the profile's folders or files cannot be used.
    """
    os.nice(NICE)
    profile.prepare()
    lock = _locked(profile.lock)
    if lock is None:
        sys.stderr.write("tuimail: a background process of this profile runs already\n")
        return ExitStatus.DONE
    try:
        with open_log(profile.log):
            return _run_holding_lock(profile, Term(stay))
    finally:
        os.close(lock)


def _run_holding_lock(profile: Profile, term: Term) -> int:
    log.info("engine %s begins, process %d", __version__, os.getpid())
    try:
        store = open_store(profile.data_dir)
    except StoreError as error:
        log.error("store: %s", error.hint)  # noqa: TRY400  the hint says what to do
        raise
    for notice in store.notices:
        log.warning("store: %s", notice)
    problems: list[str] = []
    try:
        with asyncio.Runner(loop_factory=PatientLoop) as runner:
            runner.run(_supervise(profile, store, term))
    except* TuimailError as errors:
        problems = [str(error) for error in leaves(errors)]
    finally:
        store.close()
    for problem in problems:
        log.error("%s", problem)
    log.info("engine ended")
    return ExitStatus.STORE if problems else ExitStatus.DONE


async def _supervise(profile: Profile, store: Store, term: Term) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, "store"))
    await asyncio.to_thread(_mend, store)
    supervisor = Supervisor(profile, store, term)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.leave)
    await supervisor.run()


def _mend(store: Store) -> None:
    """Set right what an engine that ended left behind; this process alone holds the lock."""
    uncertain = recover_outbox(store, time.time())
    if uncertain:
        log.warning("%d mails may or may not have been sent", len(uncertain))
    upkeep.start(store)


def _locked(path: Path) -> int | None:
    """Return the open lock file, or None where another process has it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    with suppress(OSError):  # a full disk: the number is for people, the lock holds without it
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
    return handle
