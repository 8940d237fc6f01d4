"""How a first fetch of headers grows with the mailbox and with the accounts.

python -m benchmarks.growth [MESSAGES ...]

Time is to grow with the messages, memory not at all.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.client import end_engine, make_profile
from benchmarks.fetching import Fetched, fetch_headers
from benchmarks.host import large_mailbox

SIZES = (1_000, 10_000, 100_000, 500_000)
ACCOUNTS = (1, 5, 20)
OF_EACH_ACCOUNT = 5_000
HEAD = "              messages   listed s  complete s  processor us each   peak MB"


def fetched(count: int, accounts: int = 1) -> Fetched:
    """Fetch `count` headers into each of some accounts of a new profile."""
    with large_mailbox(count) as servers, tempfile.TemporaryDirectory(prefix="growth-") as folder:
        profile = make_profile(servers, Path(folder), accounts)
        try:
            return fetch_headers(profile, count * accounts)
        finally:
            end_engine(profile)


def row(name: str, one: Fetched) -> str:
    """Return a line of the table."""
    each_us = one.cpu_s / one.count * 1e6
    seconds = f"{one.listed_s:10.2f}  {one.complete_s:10.2f}"
    return f"{name:12}  {one.count:8,}  {seconds}  {each_us:17.0f}  {one.peak_mb:8.0f}"


def main(sizes: tuple[int, ...]) -> None:
    """Measure and print the table."""
    print(HEAD)
    for size in sizes:
        print(row("one mailbox", fetched(size)), flush=True)
    for accounts in ACCOUNTS:
        print(row(f"{accounts} accounts", fetched(OF_EACH_ACCOUNT, accounts)), flush=True)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
