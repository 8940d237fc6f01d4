"""Counts of splits, unread mail and saved searches over many accounts: milliseconds.

Run: python -m benchmarks.counts [--messages 500000] [--accounts 20]

Counted as the screen does at each reading: all mailboxes with their counters, and the tabs over
the inboxes of every account.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from benchmarks.store_corpus import arrivals
from benchmarks.verdict import Verdicts
from tuimail.config.profile import Profile
from tuimail.config.write import add_account
from tuimail.model.account import Account, PasswordSource, Security, Server
from tuimail.model.address import Address
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.services import reading, saved, splits
from tuimail.services.mail import Mail, open_mail
from tuimail.store import split_members
from tuimail.store.database import Store
from tuimail.store.mailboxes import mailbox_rows, put_mailboxes
from tuimail.store.messages import put_messages, set_flags

LIMIT_MS = 50.0
"""Of splits and unread counts over 20 accounts and 500,000 messages."""
BATCH = 2_000
TIMES = 15
SPLITS = (
    ("Notifications", "is:automatic"),
    ("Lists", "has:list"),
    ("Team", "from:host1.example OR from:host2.example"),
    ("Plans", "subject:plan"),
)
SEARCHES = ("budget", "from:alice", "subject:plan", "list:list.example", "larger:5k")


def ms(act: Callable[[], object], times: int = TIMES) -> tuple[float, float]:
    """Return median and worst in milliseconds."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took), max(took)


def account(name: str) -> Account:
    server = Server("mail.example", 993, Security.TLS, name)
    address = Address(name, f"{name}@host1.example")
    return Account(
        AccountName(name), address, (), "", server, server, PasswordSource.COMMAND, ("true",), ()
    )


def fill(store: Store, accounts: int, messages: int) -> None:
    """Fill the inboxes of accounts evenly, each newest first."""
    for n in range(accounts):
        account = AccountName(f"a{n}")
        listed = [
            ListedMailbox("INBOX", "/", Role.INBOX, is_selectable=True),
            *(ListedMailbox(f"Box {i}", "/", None, is_selectable=True) for i in range(9)),
        ]
        put_mailboxes(store, account, listed)
        inbox = mailbox_rows(store, account)[0].id
        headers = arrivals(messages // accounts, seed=n)
        while piece := list(islice(headers, BATCH)):
            put_messages(store, inbox, piece)


def measure(mail: Mail) -> Verdicts:
    verdicts = Verdicts()
    view = reading.unified_inbox(mail)

    def read_counts() -> tuple[splits.Tab, ...]:
        return splits.tabs(mail, view, reading.mailboxes(mail))

    tabs = read_counts()
    print(", ".join(f"{tab.name} {tab.unread:,}" for tab in tabs))
    median, worst = ms(read_counts)
    note = f"median of {TIMES}, worst {worst:.1f} ms"
    verdicts.at_most("splits and unread counts", median, LIMIT_MS, " ms", note=note)
    box = view.mailboxes[0]
    uids = iter(range(1, 10**6))

    def deed() -> None:
        set_flags(mail.store, box, [(next(uids), frozenset({Flag.SEEN}))])
        read_counts()

    median, worst = ms(deed)
    note = f"median of {TIMES}, worst {worst:.1f} ms"
    verdicts.at_most("a mail read, and all counts again", median, LIMIT_MS, " ms", note=note)
    for query in SEARCHES:
        kept = saved.save_search(mail, query.replace(":", " "), query)
        median, worst = ms(lambda kept=kept: saved.unread_of(mail, kept), 5)  # type: ignore[misc]
        print(f"  saved search {query}: {median:.1f} ms, worst {worst:.1f}")
    return verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=500_000)
    parser.add_argument("--accounts", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        profile = Profile.at(Path(folder))
        profile.prepare()
        for n in range(options.accounts):
            add_account(profile, account(f"a{n}"))
        mail = open_mail(profile)
        fill(mail.store, options.accounts, options.messages)
        start = time.perf_counter()
        for name, query in SPLITS:
            splits.add(mail, name, query)
        longest = 0.0
        begun, left = time.perf_counter(), True
        while left:
            step = time.perf_counter()
            left = split_members.step(mail.store)
            longest = max(longest, time.perf_counter() - step)
        print(
            f"telling apart anew: {time.perf_counter() - begun:.1f} s in steps of at most"
            f" {longest * 1000:.0f} ms; making the splits {begun - start:.2f} s"
        )
        verdicts = measure(mail)
        mail.close()
    verdicts.end()


if __name__ == "__main__":
    main()
