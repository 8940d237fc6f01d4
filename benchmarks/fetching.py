"""A first fetch of headers, seen from outside: when rows can be listed, when all is indexed.

The store is read while the engine works; its processor time and its largest memory are the
kernel's figures, which other work on the machine hardly moves.
"""

import json
import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.client import PROGRAM, engine_pid
from benchmarks.terminal import descendants, pss_mb
from tuimail.config.profile import Profile
from tuimail.store.database import Database, Store, open_store
from tuimail.store.index import count_waiting

LOOK_EVERY_S = 0.02
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Fetched(NamedTuple):
    """What a first fetch took."""

    count: int
    listed_s: float
    """Until the last row could be listed."""
    complete_s: float
    """Until the pass was over: rows, threads and full-text index."""
    cpu_s: float
    """Processor time of the engine, start and all, and of what it started."""
    peak_mb: float
    """The engine's largest resident memory, and the largest share of what it started."""

    def __str__(self) -> str:
        listed, complete = self.count / self.listed_s, self.count / self.complete_s
        cpu_us = self.cpu_s / self.count * 1e6
        return (
            f"listed {listed:6.0f}/s, complete {complete:6.0f}/s ({self.complete_s:.2f} s),"
            f" processor {cpu_us:4.0f} us a message, peak {self.peak_mb:.0f} MB"
        )


def fetch_headers(profile: Path, count: int) -> Fetched:
    """Fetch the headers of all accounts of a new profile, `count` in all."""
    store = open_store(Profile.at(profile).data_dir)
    words = [*PROGRAM, "--profile", str(profile), "sync", "--headers-only", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        listed_at, pid, cpu_s, peak_mb = 0.0, None, 0.0, 0.0
        children: dict[int, tuple[float, float]] = {}
        while process.poll() is None:
            time.sleep(LOOK_EVERY_S)
            pid = pid or engine_pid(profile)
            if pid:
                cpu_s, peak_mb = cost(pid)
                _add_children(children, pid)
            if not listed_at and _listed(store) >= count:
                listed_at = time.perf_counter()
        ended_at = time.perf_counter()
        assert process.stdout is not None
        passes = json.loads(process.stdout.read())
    assert (_listed(store), count_waiting(store)) == (count, 0), passes
    store.close()
    complete_s = max(float(one["seconds"]) for one in passes)
    # Both were seen by the same clock; the pass began where the engine says.
    cpu_s += sum(one[0] for one in children.values())
    peak_mb += max((one[1] for one in children.values()), default=0.0)
    return Fetched(count, complete_s - (ended_at - listed_at), complete_s, cpu_s, peak_mb)


def _add_children(known: dict[int, tuple[float, float]], engine_id: int) -> None:
    """Note processor time and largest share of memory of what the engine started."""
    for pid in set(descendants(engine_id)) - {engine_id}:
        with suppress(OSError, ValueError, IndexError):  # it has just ended
            share_mb = max(pss_mb(pid), known.get(pid, (0.0, 0.0))[1])
            known[pid] = cost(pid)[0], share_mb


def _listed(store: Store) -> int:
    rows = store.rows(Database.CACHE, "select coalesce(sum(total), 0) from mailbox")
    return int(rows[0][0])


def cost(pid: int) -> tuple[float, float]:
    """Return a process's seconds of processor time and its largest memory in MB."""
    folder = Path("/proc") / str(pid)
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    status = (folder / "status").read_text()
    peak_kb = int(status.partition("VmHWM:")[2].split()[0])
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND, peak_kb / 1024
