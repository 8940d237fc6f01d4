"""Several engines on one profile at once: one works, the others leave or stand by, and all is whole."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.engine.patience import until
from tests.engine.test_process import is_running
from tuimail.config.profile import Profile
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.engine_end import end_engine
from tuimail.demo.host import MailHost
from tuimail.demo.thread import HostThread
from tuimail.services.engine_link import EngineLink
from tuimail.services.mail import open_mail
from tuimail.store.database import Database
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.messages import known_flags

RACES = 20 if os.environ.get("PROOF_FULL") else 3
RACERS = 5
MESSAGES = 400
ROOT = Path(__file__).parents[2]


def racer(profile: Profile, *, stays: bool) -> subprocess.Popen[bytes]:
    words = ["daemon"] if stays else ["daemon", "--until-idle"]
    return subprocess.Popen(
        [sys.executable, "-m", "tuimail", *profile.arguments, *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def holder_of(profile: Profile) -> int:
    with contextlib.suppress(OSError, ValueError):
        return int(profile.lock.read_text())
    return 0


async def race(profile: Profile, chance: random.Random) -> int:
    """Let engines race while a screen syncs and the winner is killed; return how often it was."""
    racers = []
    kills = 0
    try:
        async with EngineLink(profile) as link:
            for _ in range(RACERS):
                racers.append(racer(profile, stays=chance.random() < 0.5))
                await asyncio.sleep(chance.uniform(0.0, 0.05))
            syncing = asyncio.ensure_future(link.sync(headers_only=True))
            for _ in range(2):
                await until(lambda: is_held(profile))
                await asyncio.sleep(chance.uniform(0.0, 0.5))
                with contextlib.suppress(ProcessLookupError):
                    if (pid := holder_of(profile)) and is_running(pid):
                        os.kill(pid, signal.SIGKILL)
                        kills += 1
            passes = await syncing
            assert [one.hint for one in passes] == ["", ""]
            await until(lambda: is_held(profile))
    finally:
        for one in racers:
            one.kill()
            one.wait()
        end_engine(profile)
    return kills


def is_held(profile: Profile) -> bool:
    pid = holder_of(profile)
    return bool(pid) and is_running(pid)


@pytest.mark.proof
@pytest.mark.timeout(1_200)
async def test_engines_that_race_for_one_profile_corrupt_nothing() -> None:
    chance = random.Random(20)
    kills = 0
    with tempfile.TemporaryDirectory(prefix="tm-") as name:
        folder = Path(name)
        (folder / "host").mkdir()
        with HostThread(MailHost(folder / "host", messages=MESSAGES)) as thread:
            host = RunningHost(thread)
            for number in range(RACES):
                listening = Listening(host.ports, host.ca_file)
                profile = write_profile(folder / str(number) / PROFILE_FOLDER, listening)
                kills += await race(profile, chance)
                require_whole(host, profile)
    print(
        f"{RACES} races of {RACERS} engines, {kills} of them killed: 0 corruptions, 0 lost, 0 doubled"
    )


def require_whole(host: RunningHost, profile: Profile) -> None:
    """Every file is sound, nothing had to be mended, and here is what is on the server."""
    mail = open_mail(profile)
    try:
        assert mail.store.notices == ()
        for database in Database:
            assert mail.store.rows(database, "pragma integrity_check") == [("ok",)]
        for account in mail.config.accounts:
            on_server = {
                box.name: {uid: message.flags for uid, message in box.messages.items()}
                for box in host.store(account.name)
            }
            here = {
                row.name.raw: dict(known_flags(mail.store, row.id))
                for row in mailbox_rows(mail.store, account.name)
            }
            assert here == on_server
    finally:
        mail.close()
