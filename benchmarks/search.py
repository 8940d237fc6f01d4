"""Searches over mails with their bodies, by date and by relevance, beside notmuch on the same mail.

Run: python -m benchmarks.search [--messages 100000] [--rounds 5] [--no-notmuch]

A search is measured twice: as the store answers it, from the words typed to the rows of a first
window, and in the interface, in a pseudo terminal, from Enter in the search bar to the bytes of
the first rows (`enter_...`). notmuch is measured as people run it, a process for each search;
`notmuch_ratio` compares the sums of the medians. `tuimail_command_ms` is what our own process
takes beside that.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from binascii import b2a_qp
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from itertools import islice, repeat
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.client import end_engine, interface
from benchmarks.store_corpus import arrivals
from benchmarks.terminal import Terminal
from tuimail.mime.headers import parse_envelope
from tuimail.mime.render import searchable_text
from tuimail.model.address import Address
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.message import Envelope
from tuimail.model.places import Places
from tuimail.model.query import Order
from tuimail.model.safe import ours
from tuimail.model.view import View
from tuimail.store.bodies import Whole, put_bodies
from tuimail.store.database import Database, Store, open_store
from tuimail.store.files import path_of
from tuimail.store.lists import rows_of, view_ids
from tuimail.store.mailboxes import mailbox_rows, put_mailboxes
from tuimail.store.messages import put_messages
from tuimail.store.query_language import parse
from tuimail.store.query_text import with_order
from tuimail.store.reckoned import Arrival

NOW: Final = datetime(2026, 11, 23, tzinfo=UTC)
LIMIT: Final = 100
WINDOW: Final = 50
BATCH: Final = 500
BODY_WORDS: Final = 330
VOCABULARY: Final = 150_000
"""Drawn as language draws its words (Zipf and Mandelbrot): the first in every mail, most seldom."""
DRAWN_FROM: Final = 1 << 22
"""Words with their repetitions: the most seldom ones stand there two or three times."""
_MIME: Final = """MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

"""
CJK: Final = "会議の資料について確認をお願いします。"

SEARCHES: Final[tuple[tuple[str, str, str], ...]] = (
    ("very common word", "w1", "w1"),
    ("common word", "w9", "w9"),
    ("mid word", "w3e8", "w3e8"),
    ("rare word", "w1e240", "w1e240"),
    ("word in subjects", "budget", "budget"),
    ("two words", "w1 w2", "w1 and w2"),
    ("three words", "budget w3 w4", "budget and w3 and w4"),
    ("phrase", '"w1 w2"', '"w1 w2"'),
    ("either", "w3e8 OR w7d0", "w3e8 or w7d0"),
    ("without", "w1 -w2", "w1 and not w2"),
    ("grouped", "(invoice OR budget) w5 -w6", "(invoice or budget) and w5 and not w6"),
    ("sender", "from:alice", "from:alice"),
    ("subject", "subject:invoice", "subject:invoice"),
    ("sender and word", "from:person7 w1", "from:person7 and w1"),
    ("prefix", "wa0f*", "wa0f*"),
    ("unread", "w1 is:unread", "w1 and tag:unread"),
    ("flagged, nothing hit", "w1 is:flagged", "w1 and tag:flagged"),
    ("small mailbox, nothing hit", "w1 in:trash", "w1 and tag:deleted"),
    ("before", "w1 before:2022", "w1 and date:..2021"),
    ("between", "w2 after:2023-01 before:2023-03", "w2 and date:2023-01..2023-02"),
    ("CJK", "会議", "会議"),
    ("folded accents", "dvorak", "from:dvořák"),
    ("nothing", "xyzzy", "xyzzy"),
)
"""What kind, in our words, and in those of notmuch."""


def mails(count: int) -> Iterator[tuple[Arrival, bytes]]:
    """Yield headers newest first, each with its whole mail."""
    random = Random(7)
    words = _drawn_from()
    for arrival in arrivals(count):
        cjk = CJK if arrival.uid % 50 == 0 else ""
        text = f"{' '.join(random.choices(words, k=BODY_WORDS))}\n{cjk}\n"
        raw = _head(arrival.envelope) + b2a_qp(text.encode())
        parsed = parse_envelope(raw.partition(b"\n\n")[0] + b"\n\n")
        yield arrival._replace(envelope=parsed, size_bytes=len(raw)), raw


def _drawn_from() -> list[str]:
    """Return each word as often as it is wanted, at least once: a draw is then one look-up."""
    weights = [1 / (rank + 2.7) for rank in range(1, VOCABULARY)]
    scale = DRAWN_FROM / sum(weights)
    often = (max(1, round(weight * scale)) for weight in weights)
    return [word for rank, n in enumerate(often, 1) for word in repeat(f"w{rank:x}", n)]


def _head(envelope: Envelope) -> bytes:
    date = format_datetime(datetime.fromtimestamp(envelope.date, UTC))
    lines = [
        f"Date: {date}",
        f"From: {_mailbox(envelope.author)}",
        f"To: {', '.join(map(_mailbox, envelope.to))}",
        f"Subject: {envelope.subject}",
        f"Message-ID: <{envelope.message_id}>",
    ]
    if envelope.references:
        lines.append("References: " + "\n ".join(f"<{one}>" for one in envelope.references))
        lines.append(f"In-Reply-To: <{envelope.references[-1]}>")
    return "\n".join([*lines, _MIME]).encode("ascii")


@cache
def _mailbox(address: Address) -> str:
    name = address.name
    if not name.isascii():
        name = f"=?utf-8?q?{b2a_qp(name.encode(), header=True).decode()}?="
    return f"{name} <{address.addr_spec}>"


def fill(store: Store, maildir: Path, count: int) -> float:
    """Put mails into our store and into a Maildir; return the seconds the store took."""
    account = AccountName("work")
    listed = [
        ListedMailbox("INBOX", "/", Role.INBOX, is_selectable=True),
        ListedMailbox("Trash", "/", Role.TRASH, is_selectable=True),
    ]
    put_mailboxes(store, account, listed)
    inbox = mailbox_rows(store)[0].id
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    arriving, seconds = mails(count), 0.0
    while batch := list(islice(arriving, BATCH)):
        for arrival, raw in batch:
            flags = "S" if Flag.SEEN in arrival.flags else ""
            (maildir / "cur" / f"{arrival.uid}.bench:2,{flags}").write_bytes(raw)
        begin = time.perf_counter()
        row_ids = put_messages(store, inbox, [arrival for arrival, _ in batch])
        keys = {row.row_id: row.key for row in rows_of(store, View(ours("all"), ()), row_ids)}
        wholes = [
            Whole(keys[row_id], raw, searchable_text(raw))
            for row_id, (_, raw) in zip(row_ids, batch, strict=True)
        ]
        put_bodies(store, wholes)
        seconds += time.perf_counter() - begin
    return seconds


def first_rows(store: Store, text: str, order: Order) -> int:
    """Search as the interface does; return how many of the first rows there are."""
    parsed = parse(text, NOW, Places(mailbox_rows(store)))
    view = View(ours("search"), (), parsed.node, text, order=order)
    found = view_ids(store, view, LIMIT)
    rows_of(store, view, found[:WINDOW])
    return len(found)


def milliseconds(act: Callable[[], object], rounds: int) -> list[float]:
    """Return how long each of some runs took, after one that is not counted."""
    act()
    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        took.append((time.perf_counter() - begin) * 1_000)
    return took


def p95(took: list[float]) -> float:
    return round(sorted(took)[max(0, -(-len(took) * 95 // 100) - 1)], 2)


class Notmuch:
    """notmuch with an index of its own over the Maildir."""

    def __init__(self, folder: Path, maildir: Path) -> None:
        config = folder / "notmuch-config"
        config.write_text(
            f"[database]\npath={maildir.parent}\n[user]\nname=Bench\n"
            "primary_email=bench@example.org\n[new]\ntags=\n[search]\nexclude_tags=\n"
            "[maildir]\nsynchronize_flags=true\n"
        )
        self._env = {**os.environ, "NOTMUCH_CONFIG": str(config), "LC_ALL": "C.UTF-8"}
        begin = time.perf_counter()
        self._run("new", "--quiet")
        self.index_s = time.perf_counter() - begin

    def search(self, query: str) -> int:
        """Search, and return how many lines came."""
        return self._run("search", f"--limit={LIMIT}", query).count(b"\n")

    def _run(self, *words: str) -> bytes:
        done = subprocess.run(
            ["notmuch", *words], env=self._env, check=True, stdout=subprocess.PIPE
        )
        return done.stdout


def measure(store: Store, notmuch: Notmuch | None, rounds: int) -> dict[str, object]:
    """Return figures for every search, and what they come to."""
    kinds: dict[str, dict[str, object]] = {}
    every: dict[Order, list[float]] = {order: [] for order in Order}
    ours_s = theirs_s = 0.0
    for kind, text, theirs in SEARCHES:
        figures: dict[str, object] = {"query": text}
        for order in Order:
            took = milliseconds(lambda o=order, t=text: first_rows(store, t, o), rounds)  # type: ignore[misc]
            every[order] += took
            figures[order.value] = round(statistics.median(took), 2)
        figures["rows"] = first_rows(store, text, Order.DATE)
        ours_s += statistics.median(
            milliseconds(lambda t=text: first_rows(store, t, Order.DATE), rounds)  # type: ignore[misc]
        )
        if notmuch is not None:
            took = milliseconds(lambda q=theirs: notmuch.search(q), rounds)  # type: ignore[misc]
            figures["notmuch"] = round(statistics.median(took), 2)
            figures["notmuch_rows"] = notmuch.search(theirs)
            theirs_s += statistics.median(took)
        kinds[kind] = figures
    summary: dict[str, object] = {f"p95_by_{o}_ms": p95(took) for o, took in every.items()}
    summary |= {f"worst_by_{o}_ms": round(max(took), 2) for o, took in every.items()}
    if notmuch is not None:
        summary["notmuch_ratio"] = round(ours_s / theirs_s, 3)
    return {"kinds": kinds, **summary}


class Typist:
    """Searches in the interface as a person does: types, reads how many there are, and enters."""

    def __init__(self, profile: Path) -> None:
        self._terminal: Terminal = interface(profile)
        self._terminal.wait_for(b"All inboxes")
        self._terminal.settle()

    def entered_ms(self, text: str) -> float:
        """Return milliseconds from Enter until the first rows are on the screen; go back."""
        terminal = self._terminal
        terminal.press_until(b"/", lambda screen: " Search " in screen[-2], 20)
        terminal.press_until(text.encode(), lambda screen: "Enter shows them" in screen[-1], 20)
        terminal.settle(0.1)
        seconds = terminal.press_until(b"\r", _shows_what_was_found, 20)
        terminal.settle(0.2)
        terminal.press_until(b"\x1b", lambda screen: not _shows_what_was_found(screen), 20)
        terminal.settle(0.1)
        return seconds * 1_000

    def close(self) -> None:
        """Quit."""
        self._terminal.close()


def _shows_what_was_found(screen: list[str]) -> bool:
    status = screen[-2]
    return "All mail / " in status and (" · 1/" in status or " · empty" in status)


def measure_interface(profile: Path, rounds: int) -> dict[str, object]:
    """Return what every search takes in the interface, by date and by relevance."""
    typist = Typist(profile)
    kinds: dict[str, dict[str, float]] = {}
    every: dict[Order, list[float]] = {order: [] for order in Order}
    try:
        for kind, text, _ in SEARCHES:
            kinds[kind] = {}
            for order in Order:
                words = with_order(text, order)
                took = [typist.entered_ms(words) for _ in range(rounds)]
                every[order] += took
                kinds[kind][order.value] = round(statistics.median(took), 1)
    finally:
        typist.close()
        end_engine(profile)
    figures: dict[str, object] = {"enter_kinds": kinds}
    figures |= {f"enter_p95_by_{o}_ms": p95(took) for o, took in every.items()}
    return figures | {f"enter_worst_by_{o}_ms": round(max(t), 1) for o, t in every.items()}


def command_ms(profile: Path, rounds: int) -> float:
    """Return what a search takes as a process of its own."""
    program = [sys.executable, "-m", "tuimail", "--profile", str(profile)]
    search = [*program, "search", "w9", "--limit", str(LIMIT)]
    took = milliseconds(
        lambda: subprocess.run(search, check=False, stdout=subprocess.DEVNULL), rounds
    )
    return round(statistics.median(took), 1)


def tell(figures: dict[str, object]) -> None:
    """Print figures as one JSON document."""
    print(json.dumps(figures, indent=1, ensure_ascii=False), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-notmuch", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tuimail-search-") as name:
        folder = Path(name)
        (folder / "profile").mkdir(mode=0o700)
        store = open_store(folder / "profile" / "data")
        maildir = folder / "mail" / "inbox"
        seconds = fill(store, maildir, options.messages)
        (folder / "profile" / "config.toml").write_text(
            '[account.work]\nemail = "work@example.org"\n'
        )
        notmuch = None if options.no_notmuch else Notmuch(folder, maildir)
        figures = measure(store, notmuch, options.rounds)
        figures["bodies_per_s"] = round(options.messages / seconds)
        figures["index_mb"] = round(path_of(store.folder, Database.SEARCH).stat().st_size / 1e6)
        if notmuch is not None:
            figures["notmuch_messages_per_s"] = round(options.messages / notmuch.index_s)
        store.close()
        tell(figures)  # the interface takes minutes: what is known by then is not lost with it
        figures = measure_interface(folder / "profile", options.rounds)
        figures["tuimail_command_ms"] = command_ms(folder / "profile", options.rounds)
    tell(figures)


if __name__ == "__main__":
    main()
