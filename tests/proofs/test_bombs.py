"""Bombs opened in the real screen: soon there, the loop never held up, little memory taken.

Times are of the processor, so that a busy machine changes nothing: what the main thread spends in
one turn of its loop, and in the process for reading what the system lets it (`asked.CPU_S`).
"""

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile.bombs import BOMBS
from tests.ui.screens import Link, app_over, until
from tuimail.config.profile import Profile
from tuimail.mime.apart.asked import MEMORY_BYTES
from tuimail.services.mail import Mail, open_mail
from tuimail.ui.garbage import settle

IS_FULL = bool(os.environ.get("PROOF_FULL"))
SHARE = ("a thousand parts of blocks", "marks without end", "lists in lists", "flowed text")
OPENED_S, TURN_S, MEMORY_MB = 2.0, 0.05, 100.0
SIZE = (120, 40)


@dataclass
class Turns:
    """How long the turns of the loop take on its own thread."""

    longest_s: float = 0.0

    def begin(self) -> None:
        self.longest_s = 0.0


@pytest.fixture
def turns(monkeypatch) -> Turns:
    seen = Turns()
    run = asyncio.Handle._run
    main = threading.get_ident()

    def timed(handle: asyncio.Handle) -> None:
        begun = time.thread_time()
        run(handle)
        taken = time.thread_time() - begun
        if threading.get_ident() == main:
            seen.longest_s = max(seen.longest_s, taken)

    monkeypatch.setattr(asyncio.Handle, "_run", timed)
    return seen


@pytest.fixture(autouse=True)
def _link(monkeypatch) -> None:
    Link.reset()
    monkeypatch.setattr("tuimail.services.engine_link.EngineLink", Link)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


def memory_mb(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


class Memory:
    """What the screen and the process for reading took at most since it was begun."""

    def __init__(self, pids: list[int]) -> None:
        self._before = {pid: memory_mb(pid, "VmRSS") for pid in pids}
        for pid in pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def growth_mb(self) -> float:
        """Of a process that was ended it is what the system let it take."""
        alive = [pid for pid in self._before if Path(f"/proc/{pid}").exists()]
        ended_mb = (len(self._before) - len(alive)) * MEMORY_BYTES / 1e6
        return ended_mb + sum(memory_mb(pid, "VmHWM") - self._before[pid] for pid in alive)


@pytest.fixture
def _settled() -> Iterator[None]:
    """Collect garbage as the program does once its first screen is there."""
    before = gc.get_threshold()
    settle()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.fixture(scope="module")
def names() -> list[str]:
    return list(BOMBS) if IS_FULL else list(SHARE)


@pytest.fixture
def mail(tmp_path, names) -> Iterator[Mail]:
    folder = tmp_path / "profile"
    maker = [sys.executable, "-m", "tests.proofs.bomb_profile", str(folder), *names]
    subprocess.run(maker, check=True, timeout=600)
    opened = open_mail(Profile.at(folder))
    yield opened
    opened.close()


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("_settled")
async def test_bombs_open_soon_without_holding_up_the_loop(mail, names, turns) -> None:
    app = app_over(mail)
    figures = []
    async with app.run_test(size=SIZE) as pilot:
        reader = app.desk.reader

        def is_read() -> bool:
            """Whether all of it was read, and all of its rows are known."""
            is_being_read = any(worker.group == "reader" for worker in app.workers)
            return reader.mail is not None and not is_being_read and reader._flow.is_whole

        await pilot.press("G", "enter")  # an ordinary one: what is loaded late is here then
        await until(pilot, is_read)
        await pilot.press("q", "g", "g")
        for number, name in enumerate(names):
            await asyncio.to_thread(mail.reading.begin)
            memory = Memory([os.getpid(), mail.reading._worker.pid])
            turns.begin()
            await pilot.press("J" if number else "enter")
            subject = f"bomb {number}"
            await until(
                pilot, lambda wanted=subject: reader.row.subject.raw == wanted and is_read()
            )
            figures.append((name, turns.longest_s, memory.growth_mb()))
            print(f"{name:34} {turns.longest_s * 1000:5.0f} ms {figures[-1][2]:5.0f} MB")
    assert [name for name, longest_s, _ in figures if longest_s >= TURN_S] == []
    assert [name for name, _, growth_mb in figures if growth_mb >= MEMORY_MB] == []
    longest_s, growth_mb = (max(figure[n] for figure in figures) for n in (1, 2))
    print(f"\n{len(names)} bombs: at most {longest_s * 1000:.0f} ms a turn and {growth_mb:.0f} MB")
