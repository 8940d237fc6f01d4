"""A list of many mails sorted another way, its keys made, and what they cost: each with a limit.

Processor time of the reading thread, so that a busy machine does not blur it; all that is read lies
in memory.

python -m benchmarks.sorting [MESSAGES]
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.store_bulk import fill
from benchmarks.verdict import Verdicts
from tuimail.model.safe import ours
from tuimail.model.sort import Sort, SortBy
from tuimail.model.view import Grouping, View
from tuimail.store.database import Store, open_store
from tuimail.store.lists import listed
from tuimail.store.sorting import make_keys

RESORT_MS = 200
"""For 100,000 mails."""
STEP_MS = 50
"""One transaction of making keys: so long another writer may wait."""
LACKING = 50
TIMES = 5


def milliseconds(act: Callable[[], object]) -> float:
    """Return the median."""
    took = []
    for _ in range(TIMES):
        start = time.thread_time()
        act()
        took.append((time.thread_time() - start) * 1000)
    return statistics.median(took)


def measure_keys(store: Store, verdicts: Verdicts) -> None:
    """Make all keys and see how long each step takes."""
    took = []
    steps = make_keys(store)
    start = time.thread_time()
    while next(steps, None) is not None:
        took.append((time.thread_time() - start) * 1000)
        start = time.thread_time()
    verdicts.at_most("keys made, a step", statistics.median(took), STEP_MS, " ms")
    print(f"keys made in {sum(took) / 1000:.1f} s, {len(took)} steps")


def main(count: int) -> None:
    """Measure and print."""
    verdicts = Verdicts()
    limit = RESORT_MS * max(1.0, count / 100_000)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "data")
        inbox, _, _ = fill(store, count, 2_000)
        cache = Path(folder) / "data" / "cache.db"
        size = cache.stat().st_size
        measure_keys(store, verdicts)
        print(f"cache {size / 1e6:.0f} MB, with keys {cache.stat().st_size / 1e6:.0f} MB")
        for grouping in Grouping:
            for by in SortBy:
                for is_reversed in (False, True):
                    sort = Sort(by, is_reversed)
                    view = View(ours("x"), (inbox,), grouping=grouping, sort=sort)
                    name = f"{grouping}, {sort.words or 'newest first'}"
                    took = milliseconds(lambda view=view: listed(store, view))  # type: ignore[misc]
                    verdicts.at_most(f"re-sorted: {name}", took, limit, " ms")
        store.close()
    verdicts.end()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
