"""Lists, flags and searches over a full store: milliseconds.

Run: python -m benchmarks.store_lists [--messages 100000]
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from benchmarks.store_bulk import fill
from benchmarks.store_corpus import words
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName, OperationId
from tuimail.model.message import MessageRow
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.part import Searchable
from tuimail.model.places import Places
from tuimail.model.safe import ours
from tuimail.model.view import Grouping, View
from tuimail.store.bodies import put_body
from tuimail.store.database import Store, open_store
from tuimail.store.journal import record_batch, take_back, undoable
from tuimail.store.lists import rows_of, view_ids
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.projection import apply_projection
from tuimail.store.query_language import parse
from tuimail.store.targets import targets

NOW = datetime(2026, 11, 23, tzinfo=UTC)
WINDOW = 50
SEARCHES = (
    "budget",
    "from:alice",
    "budget invoice",
    "subject:plan is:unread",
    "w2",
    "w1 is:flagged",
)


def milliseconds(act: Callable[[], object], times: int = 9) -> tuple[float, float]:
    """Return median and worst."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(took), 2), round(max(took), 2)


def flag_all(store: Store, rows: list[MessageRow], flag: str) -> None:
    found = targets(store, [row.ref for row in rows])
    operations = [
        Operation(
            OperationId(0), 0, AccountName("work"), OperationKind.FLAGS, t.mailbox,
            t.uid_validity, t.uid, t.key, add=frozenset({flag}),
        )
        for t in found
    ]  # fmt: skip
    record_batch(store, operations, "flagged", [t.flags for t in found])


def put_bodies(store: Store, rows: list[MessageRow]) -> float:
    random = Random(3)
    texts = [words(random, 330) for _ in rows]
    start = time.perf_counter()
    for row, text in zip(rows, texts, strict=True):
        put_body(store, row.key, text.encode() * 2, Searchable(text, "", text[:80], False))
    return len(rows) / (time.perf_counter() - start)


def measure(store: Store, inbox: View, bodies: int) -> dict[str, object]:
    figures: dict[str, object] = {}
    ids = view_ids(store, inbox)
    window = ids[:WINDOW]
    rows_of(store, inbox, window)
    figures["first ids"] = milliseconds(lambda: view_ids(store, inbox, limit=100))
    figures["rows of a window of 50"] = milliseconds(lambda: rows_of(store, inbox, window))
    figures["all ids"] = milliseconds(lambda: view_ids(store, inbox))
    threads = View(inbox.title, inbox.mailboxes, grouping=Grouping.THREADS)
    figures["all ids of threads"] = milliseconds(lambda: view_ids(store, threads))
    heads = view_ids(store, threads)[:WINDOW]
    figures["rows of a window of threads"] = milliseconds(lambda: rows_of(store, threads, heads))
    newest = rows_of(store, inbox, ids[:1_000])
    figures["bodies per second"] = round(put_bodies(store, newest[:bodies]))
    flags = iter(("a", "b", "c", "d", "e"))
    figures["1,000 flags, recorded and shown"] = milliseconds(
        lambda: flag_all(store, newest, next(flags)), 5
    )
    figures["projection of 5,000 made again"] = milliseconds(lambda: apply_projection(store), 3)
    batch = undoable(store)
    assert batch is not None
    figures["1,000 flags undone"] = milliseconds(lambda: take_back(store, batch, {}), 1)
    one = iter(Flag)
    figures["one flag"] = milliseconds(lambda: flag_all(store, newest[:1], next(one)), 5)
    for text in SEARCHES:
        view = View(ours(text), (), parse(text, NOW, Places(mailbox_rows(store))).node, text)
        figures[f"search {text}, first 100"] = milliseconds(
            lambda view=view: view_ids(store, view, limit=100)  # type: ignore[misc]
        )
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--bodies", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "data")
        inbox, _, _ = fill(store, options.messages, 2_000)
        figures = measure(store, View(ours("inbox"), (inbox,)), options.bodies)
        store.close()
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
