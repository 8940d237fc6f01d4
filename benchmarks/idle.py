"""What an hour at rest costs over a slow line, with a new mail every minute.

python -m benchmarks.idle [MESSAGES]

The hour is told, not waited for: sixty mails come, one after the other has been shown, and what the
screen sends by itself while none comes is listened to for some minutes and counted for an hour.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.client import end_engine, interface, make_profile, sync
from benchmarks.feel import is_in_step
from benchmarks.host import large_mailbox
from benchmarks.keys import POSITION
from benchmarks.peers import MARKER
from benchmarks.verdict import Verdicts
from tests.servers.real import RealServers

MAILS = 60
LISTENED_S, HOUR_S = 150.0, 3_600.0
LIMIT_BYTES = 100_000
PATIENCE_S = 60.0
QUIET_S = 1.0
RECIPIENT = "alice@north.test"


def letter(number: int) -> bytes:
    """Return a mail that is new, and newer than every other."""
    head = [
        f"From: Person{number} <person{number}@example.net>",
        f"To: Alice <{RECIPIENT}>",
        f"Subject: Arrival {number} of this hour, about the harbour",
        f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime())}",
        f"Message-ID: <arrival{number}.{time.time_ns()}@example.net>",
    ]
    return "\r\n".join([*head, "", "The harbour is quiet tonight.", ""]).encode()


def total(screen: list[str]) -> int:
    """Return how many mails the list has; 0 where the status line does not say."""
    found = POSITION.search(screen[-2])
    return int(found[0].partition("/")[2].replace(",", "")) if found else 0


def hour(servers: RealServers, profile: Path, size: tuple[int, int]) -> tuple[int, float]:
    """Return the bytes of sixty arrivals, and those of an hour in which nothing comes."""
    terminal = interface(profile, size)
    terminal.wait_for(MARKER, PATIENCE_S)
    terminal.wait_until(is_in_step, PATIENCE_S)
    terminal.settle(QUIET_S, PATIENCE_S)
    began = len(terminal.sent)
    terminal.listen(LISTENED_S)
    at_rest = (len(terminal.sent) - began) * HOUR_S / LISTENED_S
    began, before = len(terminal.sent), total(terminal.screen())
    for number in range(MAILS):
        servers.deliver(letter(number), RECIPIENT)
        terminal.wait_until(lambda screen: total(screen) > before + number, PATIENCE_S)  # noqa: B023
        terminal.settle(QUIET_S, PATIENCE_S)
    came = len(terminal.sent) - began
    terminal.close()
    return came, at_rest


def main(count: int) -> None:
    """Measure and judge."""
    verdicts = Verdicts()
    with large_mailbox(count) as servers, tempfile.TemporaryDirectory(prefix="idle-") as folder:
        profile = make_profile(servers, Path(folder))
        try:
            sync(profile)
            for size in ((120, 40), (80, 24)):
                came, at_rest = hour(servers, profile, size)
                note = f"{came / MAILS:.0f} B a mail, {at_rest:,.0f} B without"
                name = f"{size[0]}x{size[1]}: an hour, {MAILS} mails"
                verdicts.at_most(name, round(came + at_rest), LIMIT_BYTES, " B", note)
        finally:
            end_engine(profile)
    verdicts.end()


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["10000"])[0]))
