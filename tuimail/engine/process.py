"""The engine's process: one per profile by a lock, a log without secrets, a clean end."""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tuimail import __version__
from tuimail.config.logfile import open_log
from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, StoreError, TuimailError, leaves
from tuimail.outbox.sender import recover_outbox
from tuimail.store import upkeep
from tuimail.store.database import Store, open_store

from .lookups import PatientLoop
from .place import awaited_place, leave, place, sign
from .supervisor import Supervisor, Term

NICE: Final = 5
"""Where the machine is busy the screen comes first: a key is answered while mail is fetched."""
SWITCH_S: Final = 0.001
"""So soon a thread that parses lets the network's loop go on. By itself Python takes 5 ms, at each
turn of the loop: then the line waits for the parser although both could have been served."""
THREADS: Final = 4
"""For reading and writing the store; each holds connections to it."""

BESIDE: Final = "a background process of this profile runs already"
BESIDE_STAYING: Final = f"{BESIDE}; this one takes its place as soon as it has ended"
ENDINGS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

log = logging.getLogger(__name__)


def run_engine(profile: Profile, *, stay: bool) -> int:
    """Run the engine of a profile until it is time to end; return the exit status.

    With `stay` it runs until stopped, otherwise until no screen is attached and nothing waits.
    Where another engine has the profile, one that is to stay takes its place when that one has
    left, so that who looks after this process sees it run; any other leaves at once.

    Raises:
        StoreError: the profile's folders or files cannot be used.
        EngineUnavailable: a newer program has the place.
    """
    os.nice(NICE)
    sys.setswitchinterval(SWITCH_S)
    profile.prepare()
    lock = place(profile.lock)
    if lock is None:
        sys.stderr.write(f"tuimail: {BESIDE_STAYING if stay else BESIDE}\n")
        lock = _taken_over(profile) if stay else None
    if lock is None:
        return ExitStatus.DONE
    was_killed = sign(lock)
    try:
        with open_log(profile.log):
            return _run_holding_lock(profile, Term(stay), was_killed=was_killed)
    finally:
        leave(lock)


def _taken_over(profile: Profile) -> int | None:
    """Return the lock once this process has it; None where it was told to end before."""

    async def waiting() -> int | None:
        awaiting = asyncio.ensure_future(awaited_place(profile))
        _on_ending(awaiting.cancel)
        await asyncio.wait([awaiting])
        return None if awaiting.cancelled() else awaiting.result()

    return asyncio.run(waiting())


def _on_ending(end: Callable[[], object]) -> None:
    """Have `end` called where this process is told to end."""
    loop = asyncio.get_running_loop()
    for number in ENDINGS:
        loop.add_signal_handler(number, end)


def _run_holding_lock(profile: Profile, term: Term, *, was_killed: bool) -> int:
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
            runner.run(_supervise(profile, store, term, was_killed=was_killed))
    except* TuimailError as errors:
        problems = [str(error) for error in leaves(errors)]
    finally:
        store.close()
    for problem in problems:
        log.error("%s", problem)
    log.info("engine ended")
    return ExitStatus.STORE if problems else ExitStatus.DONE


async def _supervise(profile: Profile, store: Store, term: Term, *, was_killed: bool) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, "store"))
    await asyncio.to_thread(_mend, store, was_killed=was_killed)
    supervisor = Supervisor(profile, store, term)
    _on_ending(supervisor.leave)
    await supervisor.run()


def _mend(store: Store, *, was_killed: bool) -> None:
    """Set right what an engine that ended left behind; this process alone holds the lock."""
    if was_killed:
        upkeep.want_inspection(store)
    uncertain = recover_outbox(store, time.time())
    if uncertain:
        log.warning("%d mails may or may not have been sent", len(uncertain))
    upkeep.start(store)
