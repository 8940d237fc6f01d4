"""The engine as a process: one per profile, started and mended by the link."""

import asyncio
import contextlib
import errno
import itertools
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine.patience import until
from tuimail.config.profile import Profile
from tuimail.engine import place as place_module
from tuimail.engine.place import leave, place, sign
from tuimail.engine.process import run_engine
from tuimail.errors import EngineUnavailable, ExitStatus, StoreError
from tuimail.events import EngineFound, EngineLost
from tuimail.services import engine_start
from tuimail.services.engine_link import EngineLink
from tuimail.services.engine_socket import socket_path

ROOT = Path(__file__).parents[2]


@pytest.fixture
def profile(tmp_path):
    one = Profile.at(tmp_path)
    one.prepare()
    yield one
    with contextlib.suppress(OSError, ValueError):
        if pid_of(one) != os.getpid():
            os.kill(pid_of(one), signal.SIGKILL)


def pid_of(profile: Profile) -> int:
    return int(profile.lock.read_text())


def daemon(profile: Profile, *options: str, stderr: int | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tuimail", *profile.arguments, "daemon", *options],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stderr=stderr,
    )


OTHER_VERSION = """
import sys
import tuimail
tuimail.__version__ = sys.argv.pop(1)
from tuimail.__main__ import main
sys.exit(main())
"""


def daemon_of(profile: Profile, version: str, *options: str) -> subprocess.Popen[bytes]:
    """Start an engine that says it is of another version."""
    return subprocess.Popen(
        [sys.executable, "-c", OTHER_VERSION, version, *profile.arguments, "daemon", *options],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )


def serves(profile: Profile, engine: subprocess.Popen[bytes]) -> bool:
    """Tell whether this process has the place and listens."""
    is_signed = profile.lock.read_text().strip() == str(engine.pid)
    return is_signed and socket_path(profile).is_socket()


def connections_to(profile: Profile) -> list[str]:
    """The engine's ends of its socket: one that listens, and one for each who is attached."""
    path = str(socket_path(profile))
    return [
        line
        for line in Path("/proc/net/unix").read_text().splitlines()
        if line.endswith(f" {path}")
    ]


def engines_of(profile: Profile) -> list[str]:
    """Processes whose command line names this profile."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.fsencode(str(profile.folder)) in (folder / "cmdline").read_bytes():
                found.append(folder.name)
    return found


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat_line = Path(f"/proc/{pid}/stat")
    return not (stat_line.exists() and ") Z " in stat_line.read_text())


async def test_the_link_starts_the_engine_and_it_outlives_the_link(profile):
    events = []
    async with EngineLink(profile, events.append) as link:
        await link.ready()
        assert await link.sync() == []
        pid = pid_of(profile)
    assert events[0] == EngineFound()
    assert is_running(pid)
    mode = socket_path(profile).stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert mode & 0o777 == 0o600


async def test_a_killed_engine_is_noticed_and_started_again(profile):
    events = []
    async with EngineLink(profile, events.append) as link:
        await link.ready()
        first = pid_of(profile)
        os.kill(first, signal.SIGKILL)
        await until(lambda: events.count(EngineFound()) == 2)
        assert [type(e) for e in events] == [EngineFound, EngineLost, EngineFound]
        assert pid_of(profile) != first
        assert await link.sync() == []


async def test_two_links_share_one_engine(profile):
    async with EngineLink(profile) as one, EngineLink(profile) as two:
        await one.ready()
        await two.ready()
        assert await one.sync() == await two.sync() == []
        await until(lambda: len(engines_of(profile)) == 1)


async def test_of_engines_that_race_one_stays_and_the_others_leave_at_once(profile):
    racers = [daemon(profile, "--until-idle") for _ in range(4)]
    try:
        await until(lambda: sum(racer.poll() is None for racer in racers) == 1, every_s=0.05)
        assert (
            sorted(racer.returncode for racer in racers if racer.returncode is not None) == [0] * 3
        )
        [winner] = [racer for racer in racers if racer.poll() is None]
        await until(lambda: profile.lock.read_text().strip() == str(winner.pid))
    finally:
        for racer in racers:
            racer.terminate()
        ends = [racer.wait(60) for racer in racers]
    assert set(ends) == {ExitStatus.DONE}


async def test_a_daemon_takes_the_place_of_an_engine_that_a_screen_started(profile):
    events = []
    async with EngineLink(profile, events.append) as link:
        await link.ready()
        first = pid_of(profile)
        staying = daemon(profile)
        await until(lambda: profile.lock.read_text().strip() == str(staying.pid))
        await until(lambda: events.count(EngineFound()) == 2)
        await until(lambda: not is_running(first))
        assert staying.poll() is None
        assert await link.sync() == []
    staying.terminate()
    assert await asyncio.to_thread(staying.wait, 60) == ExitStatus.DONE


async def test_a_second_daemon_stands_by_until_the_first_has_ended(profile):
    first = daemon(profile)
    await until(socket_path(profile).is_socket)
    second, third = daemon(profile), daemon(profile)
    await until(lambda: len(connections_to(profile)) == 3)  # one listens, two wait
    assert [one.poll() for one in (first, second, third)] == [None] * 3
    assert pid_of(profile) == first.pid
    third.terminate()
    assert await asyncio.to_thread(third.wait, 60) == ExitStatus.DONE
    first.terminate()
    assert await asyncio.to_thread(first.wait, 60) == ExitStatus.DONE
    await until(lambda: serves(profile, second))
    second.terminate()
    assert await asyncio.to_thread(second.wait, 60) == ExitStatus.DONE


async def test_an_engine_of_an_older_version_is_drained_and_a_daemon_takes_its_place(profile):
    old = daemon_of(profile, "0.0.9")
    await until(socket_path(profile).is_socket)
    new = daemon(profile)
    assert await asyncio.to_thread(old.wait, 60) == ExitStatus.DONE
    await until(lambda: serves(profile, new))
    new.terminate()
    assert await asyncio.to_thread(new.wait, 60) == ExitStatus.DONE


async def test_a_screen_drains_an_older_engine_and_starts_its_own(profile):
    old = daemon_of(profile, "0.0.9", "--until-idle")
    await until(socket_path(profile).is_socket)
    async with EngineLink(profile) as link:
        await link.ready()
        assert await asyncio.to_thread(old.wait, 60) == ExitStatus.DONE
        assert pid_of(profile) != old.pid
        await link.stop()


async def test_a_daemon_beside_a_newer_engine_says_what_to_start(profile):
    newer = daemon_of(profile, "99.0")
    await until(socket_path(profile).is_socket)
    beside = daemon(profile, stderr=subprocess.PIPE)
    _, said = await asyncio.to_thread(beside.communicate, timeout=60)
    assert beside.returncode not in (0, None)
    assert b"A newer tuimail (99.0) runs in the background" in said
    newer.terminate()
    assert await asyncio.to_thread(newer.wait, 60) == ExitStatus.DONE


async def test_sigterm_ends_it_cleanly_and_the_next_begins_where_it_left(profile):
    engine = daemon(profile)
    await until(socket_path(profile).is_socket)
    engine.terminate()
    assert await asyncio.to_thread(engine.wait, 60) == ExitStatus.DONE
    assert not socket_path(profile).exists()
    async with EngineLink(profile) as link:
        assert await link.sync() == []
        await link.stop()


async def test_a_link_that_cannot_have_an_engine_says_where_to_look(profile, monkeypatch):
    monkeypatch.setattr(engine_start.sys, "executable", "/bin/false")
    events = []
    async with EngineLink(profile, events.append) as link:
        await until(lambda: events)
        with pytest.raises(EngineUnavailable, match="ended with status 1"):
            await link.ready(timeout_s=0.1)


async def test_a_program_that_cannot_be_started_is_said(profile, monkeypatch):
    monkeypatch.setattr(engine_start.sys, "executable", "/nowhere/python")
    events = []
    async with EngineLink(profile, events.append) as link:
        await until(lambda: events)
        with pytest.raises(EngineUnavailable, match="cannot be started"):
            await link.ready(timeout_s=0.1)


@pytest.mark.parametrize(
    ("program", "words"),
    [("/bin/false", "ended with status 1. Its log"), ("/nowhere/python", "cannot be started")],
)
async def test_a_screen_is_told_once_that_no_engine_begins(profile, monkeypatch, program, words):
    """Or it would show for ever how far it was last."""
    monkeypatch.setattr(engine_start.sys, "executable", program)
    starts, started = [], engine_start._started

    def start(of):
        starts.append(of)
        return started(of)

    monkeypatch.setattr(engine_start, "_started", start)
    events = []
    async with EngineLink(profile, events.append):
        await until(lambda: len(starts) == 3)
    [lost] = events
    assert isinstance(lost, EngineLost)
    assert words in lost.hint


def test_an_engine_that_ends_at_once_is_started_ever_more_seldom(profile, monkeypatch):
    monkeypatch.setattr(engine_start.sys, "executable", "/bin/false")
    start = engine_start.EngineStart(profile)
    started = []
    monkeypatch.setattr(
        engine_start,
        "_started",
        lambda _: started.append(now) or subprocess.Popen(["/bin/false"]),
    )
    now = 0.0
    for tick in range(1_200):
        now = tick * 0.1
        start.attempt(now)
        if start._process is not None:
            start._process.wait()
    waits = [round(later - sooner, 1) for sooner, later in itertools.pairwise(started)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_a_second_engine_in_one_process_leaves_at_once(profile):
    lock = place(profile.lock)
    assert lock is not None
    try:
        assert run_engine(profile, stay=False) == ExitStatus.DONE
    finally:
        os.close(lock)


def test_a_full_disk_takes_no_number_but_the_lock_holds(profile, monkeypatch):
    def full(handle, text, at):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(place_module.os, "pwrite", full)
    lock = place(profile.lock)
    assert lock is not None
    assert not sign(lock)
    try:
        assert place(profile.lock) is None
    finally:
        os.close(lock)


def test_who_never_left_the_place_is_known_to_the_next(profile):
    for was_killed in (False, True, False):
        lock = place(profile.lock)
        assert lock is not None
        assert sign(lock) is was_killed
        os.close(lock) if was_killed is False else leave(lock)


def test_a_store_that_cannot_be_used_is_said_and_logged(profile):
    (profile.data_dir / "local.db").mkdir()
    with pytest.raises(StoreError):
        run_engine(profile, stay=True)
    assert "store:" in profile.log.read_text()


def test_its_files_are_nobody_elses(profile):
    before = os.umask(0)
    try:
        engine = daemon(profile)
        deadline = time.monotonic() + 60
        while not socket_path(profile).exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        modes = {
            path: stat.S_IMODE(path.stat().st_mode)
            for folder in (profile.data_dir, profile.state_dir)
            for path in (folder, *folder.rglob("*"))
        }
        engine.terminate()
        engine.wait(60)
    finally:
        os.umask(before)
    assert len(modes) > 6
    assert {path: mode for path, mode in modes.items() if mode & 0o077} == {}
