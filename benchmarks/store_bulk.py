"""Headers into the store and its index: messages per second.

Run: python -m benchmarks.store_bulk [--messages 100000] [--batch 2000]
"""

import argparse
import json
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.store_corpus import arrivals
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.store.database import Store, open_store
from tuimail.store.mailboxes import mailbox_rows, put_mailboxes
from tuimail.store.messages import put_messages

FIRST_PAGE = 100


def fill(store: Store, messages: int, batch: int) -> tuple[MailboxId, float, float]:
    """Fill an inbox; return it, the seconds it took and the longest batch in seconds."""
    account = AccountName("work")
    put_mailboxes(
        store,
        account,
        [
            ListedMailbox("INBOX", "/", Role.INBOX, is_selectable=True),
            ListedMailbox("Trash", "/", Role.TRASH, is_selectable=True),
        ],
    )
    inbox = mailbox_rows(store)[0].id
    headers = arrivals(messages)
    seconds = longest = 0.0
    size = FIRST_PAGE
    while True:
        piece = list(islice(headers, size))
        if not piece:
            return inbox, seconds, longest
        start = time.perf_counter()
        put_messages(store, inbox, piece)
        took = time.perf_counter() - start
        seconds += took
        longest = max(longest, took)
        size = batch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "data")
        _, seconds, longest = fill(store, options.messages, options.batch)
        size = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
        store.close()
    figures = {
        "messages": options.messages,
        "batch": options.batch,
        "messages_per_s": round(options.messages / seconds),
        "longest_batch_ms": round(longest * 1000, 1),
        "megabytes": round(size / 1e6, 1),
    }
    print(json.dumps(figures) if options.json else figures)


if __name__ == "__main__":
    main()
