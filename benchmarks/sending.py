"""How fast mail goes out: one of 25 MB beside smtplib, and a hundred beside smtp-source.

Both in the same run and by turns, so that other work on the machine hits both. The server of the
large mail is a process of its own; memory and the event loop's longest pause are those of a fresh
process that does nothing else. Give a number of rounds, or none for seven.
"""

import asyncio
import json
import smtplib
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.outbox.conftest import NORTH, account_of, queue
from tests.protocols.smtp.one_mail import submit
from tests.servers.process import accepts, free_ports
from tuimail.demo.certificate import Authority
from tuimail.model.account import Security, Server
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.model.secret import Secret
from tuimail.outbox.sender import Outbox, run_account_outbox
from tuimail.protocols.smtp.connection import Timeouts
from tuimail.protocols.smtp.mail import MailObject
from tuimail.protocols.smtp.session import Session
from tuimail.store.database import open_store
from tuimail.store.outgoing import count_outgoing

SIZE_BYTES = 25_000_000
MAILS = 100
BEAT_S = 0.001
HEADER = b"From: alice@north.test\r\nTo: bob@south.test\r\nSubject: large\r\n\r\n"
BODY_LINE = b"." + b"x" * 75 + b"\r\n"
SMALL = HEADER + BODY_LINE * 60
SENDER, RECIPIENT = "alice@north.test", "bob@south.test"


class Unwatched:
    """An observer that writes nothing down."""

    async def phase(self, phase: Phase) -> None:
        """Let it go on."""

    def progress(self, sent: int, total: int) -> None:
        """Let it go on."""


def large_mail() -> bytes:
    return HEADER + BODY_LINE * (SIZE_BYTES // len(BODY_LINE))


@contextmanager
def sink(authority: Authority, *offers: str) -> Iterator[int]:
    """Run the server that keeps nothing; yield its port."""
    identity = authority.issue("localhost")
    words = [sys.executable, "-m", "benchmarks.smtp_sink"]
    files = [str(identity.certificate_file), str(identity.key_file)]
    with subprocess.Popen([*words, *files, *offers], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def by_smtplib(port: int, ca_file: Path, raw: bytes) -> float:
    """Send a mail by the standard library; return seconds from connecting to the last answer."""
    context = ssl.create_default_context(cafile=str(ca_file))
    began = time.perf_counter()
    with smtplib.SMTP("localhost", port) as client:
        client.starttls(context=context)
        client.login("alice", "x")
        client.sendmail(SENDER, [RECIPIENT], raw)
        return time.perf_counter() - began


class Sent(NamedTuple):
    """What a mail took."""

    seconds: float
    pause_ms: float
    """The event loop's longest pause by the clock, whoever else had the processor."""
    busy_ms: float
    """The longest time the event loop itself was busy between two turns of everybody else."""


async def by_us(port: int, ca_file: Path, raw: bytes) -> Sent:
    """Send a mail and watch the event loop."""
    pause = busy = 0.0

    async def beat() -> None:
        nonlocal pause, busy
        last, used = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(BEAT_S)
            now, uses = time.perf_counter(), time.thread_time()
            pause, busy = max(pause, now - last - BEAT_S), max(busy, uses - used)
            last, used = now, uses

    server = Server("localhost", port, Security.STARTTLS, "alice", ca_file)
    mail = MailObject(SENDER, (RECIPIENT,), raw)
    async with asyncio.TaskGroup() as group:
        pulse = group.create_task(beat())
        await asyncio.sleep(0.05)
        pause = busy = 0.0
        began = time.perf_counter()
        await submit(server, Secret("x"), mail, Unwatched())
        seconds = time.perf_counter() - began
        pulse.cancel()
    return Sent(seconds, pause * 1000, busy * 1000)


def peak_growth(port: int, ca_file: Path) -> float:
    """Send one mail; return by how many MB memory has grown at most."""
    raw = large_mail()
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    asyncio.run(by_us(port, ca_file, raw))
    return (_kilobytes("VmHWM") - before) / 1024


def _kilobytes(field: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{field}:")[2].split()[0])


def compare_large(folder: Path, rounds: int, *offers: str) -> None:
    """Print seconds for a large mail beside smtplib's, the loop's longest pause, and memory."""
    authority = Authority.make(folder)
    raw = large_mail()
    ours, theirs, sent = [], [], []
    with sink(authority, *offers) as port:
        for _ in range(rounds):
            theirs.append(by_smtplib(port, authority.ca_file, raw))
            sent.append(asyncio.run(by_us(port, authority.ca_file, raw)))
            ours.append(sent[-1].seconds)
        words = [sys.executable, "-m", "benchmarks.sending", "--memory", str(port)]
        measured = subprocess.run(
            [*words, str(authority.ca_file)], capture_output=True, text=True, check=True
        )
    ratio = statistics.median(ours) / statistics.median(theirs)
    pause_ms, busy_ms = max(one.pause_ms for one in sent), max(one.busy_ms for one in sent)
    way = "BDAT" if "CHUNKING" in offers else "DATA"
    print(
        f"25 MB over STARTTLS by {way}: {statistics.median(ours):.3f} s, smtplib"
        f" {statistics.median(theirs):.3f} s, ratio {ratio:.2f} (at most 1.20);"
        f" best of each {min(ours):.3f} and {min(theirs):.3f} s"
    )
    print(
        f"    the loop paused {pause_ms:.0f} ms at worst, {busy_ms:.0f} ms of it busy itself"
        f" (under 50); memory grew {float(measured.stdout):.0f} MB (under 80)"
    )


def by_smtp_source(port: int) -> float:
    """Return mails per second of Postfix's own generator, on one line."""
    began = time.perf_counter()
    size = str(len(SMALL))
    words = ["smtp-source", "-d", "-s", "1", "-m", str(MAILS), "-l", size]
    addresses = ["-f", SENDER, "-t", RECIPIENT]
    subprocess.run([*words, *addresses, f"127.0.0.1:{port}"], check=True)
    return MAILS / (time.perf_counter() - began)


async def by_session(server: Server) -> float:
    """Return mails per second on one line, nothing written down."""
    began = time.perf_counter()
    session = await Session.open(server, Secret(""), Timeouts())
    for _ in range(MAILS):
        await session.send(MailObject(SENDER, (RECIPIENT,), SMALL), Unwatched())
    session.close()
    return MAILS / (time.perf_counter() - began)


async def by_outbox(folder: Path, server: Server) -> float:
    """Return mails per second through the outbox, each step of each durable."""
    store = open_store(folder)
    for n in range(MAILS):
        queue(store, f"m{n}", raw=SMALL)

    async def secret() -> Secret:
        return Secret("")

    account = account_of(server, imap=False)
    outbox = Outbox(store, lambda: account, secret, lambda _: None, asyncio.Event())
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(run_account_outbox(outbox))
        await outbox.rested.wait()
        seconds = time.perf_counter() - began
        task.cancel()
    assert count_outgoing(store, [OutgoingState.ACCEPTED], NORTH) == MAILS
    store.close()
    return MAILS / seconds


def compare_many(folder: Path, rounds: int) -> None:
    """Print mails per second beside smtp-source's, to one server, in clear."""
    (port,) = free_ports(1)
    server = Server("127.0.0.1", port, Security.CLEAR, "")
    source, session, outbox = [], [], []
    words = ["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1000"]
    with subprocess.Popen(words) as sink:
        while not accepts(port):
            time.sleep(0.05)
        try:
            for n in range(rounds):
                source.append(by_smtp_source(port))
                session.append(asyncio.run(by_session(server)))
                outbox.append(asyncio.run(by_outbox(folder / f"{n}", server)))
        finally:
            sink.kill()
    limit = statistics.median(source)
    for name, rates in (("one line", session), ("outbox, durable", outbox)):
        rate = statistics.median(rates)
        print(
            f"{MAILS} mails on one connection, {name}: {rate:.0f}/s,"
            f" {rate / limit:.2f} of smtp-source's {limit:.0f}/s"
        )


def main() -> None:
    """Print all figures."""
    if sys.argv[1:2] == ["--memory"]:
        print(json.dumps(peak_growth(int(sys.argv[2]), Path(sys.argv[3]))))
        return
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, offers in enumerate(((), ("CHUNKING", "PIPELINING"))):
            (folder / str(number)).mkdir()
            compare_large(folder / str(number), rounds, "8BITMIME", "SIZE 50000000", *offers)
        (folder / "many").mkdir()
        compare_many(folder / "many", rounds)


if __name__ == "__main__":
    main()
