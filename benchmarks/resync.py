"""What it costs to come in step again with a mailbox that is here already.

python -m benchmarks.resync [MESSAGES]

Of a pass as the engine measures it: connected, and by a fresh engine that signs in. Beside the
changed flags stands what a bare client waits for the one SELECT that tells them, since a server
that keeps flags in file names needs most of the time itself.
"""

import imaplib
import ssl
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.client import end_engine, make_profile, sync
from benchmarks.host import large_mailbox
from tests.servers.real import RealServers

CHANGES = 1_000
MEASURED = 3
"""Passes of which the best counts."""


def main(count: int) -> None:
    """Measure and print."""
    with large_mailbox(count) as servers:
        profile = make_profile(servers, Path(tempfile.mkdtemp(prefix="resync-")))
        print(f"{count} headers for the first time: {sync(profile):.2f} s")
        standing = min(sync(profile) for _ in range(MEASURED))
        print(f"nothing changed since, connected:  {standing:.3f} s (at most 0.3)")
        fresh = min(resync(profile) for _ in range(MEASURED))
        print(f"nothing changed since, sign-in and all: {fresh:.3f} s (at most 0.3)")
        flagged, bare = after_changes(servers, profile)
        print(f"{CHANGES} flags changed by another client: {flagged:.3f} s (at most 0.5)")
        print(f"the same told to a bare client:     {bare:.3f} s")
        end_engine(profile)


def resync(profile: Path) -> float:
    """Return the seconds of a pass by a fresh engine."""
    end_engine(profile)
    return sync(profile)


def after_changes(servers: RealServers, profile: Path) -> tuple[float, float]:
    """Return the seconds of a pass after another client has changed flags, and of a bare client."""
    ours, bare = [], []
    for number in range(MEASURED):
        end_engine(profile)
        modseq = change_flags(servers, f"$Ours{number}")
        ours.append(sync(profile))
        end_engine(profile)
        modseq = change_flags(servers, f"$Bare{number}")
        bare.append(told_to_bare_client(servers, modseq))
    return min(ours), min(bare)


def told_to_bare_client(servers: RealServers, since: tuple[str, str]) -> float:
    """Return the seconds from connecting to the end of a SELECT that tells what changed since."""
    begun = time.perf_counter()
    with signed_in(servers) as client:
        client.enable("QRESYNC")
        client.xatom("SELECT", "INBOX", f"(QRESYNC ({' '.join(since)}))")
        return time.perf_counter() - begun


def change_flags(servers: RealServers, keyword: str) -> tuple[str, str]:
    """Flag messages all over as another program would; return UIDVALIDITY and modseq before."""
    with signed_in(servers) as other:
        other.enable("CONDSTORE")
        (exists,) = other.select("INBOX")[1]
        (validity,), (modseq,) = (other.response(n)[1] for n in ("UIDVALIDITY", "HIGHESTMODSEQ"))
        apart = max(1, int(exists) // CHANGES)
        uids = [str(1 + number * apart) for number in range(CHANGES)]
        for start in range(0, CHANGES, 200):
            other.uid("STORE", ",".join(uids[start : start + 200]), "+FLAGS.SILENT", keyword)
    return validity.decode(), modseq.decode()


def signed_in(servers: RealServers) -> imaplib.IMAP4_SSL:
    """Connect another program."""
    account = servers.account("alice")
    context = ssl.create_default_context(cafile=str(servers.ca_file))
    client = imaplib.IMAP4_SSL("127.0.0.1", servers.imaps_port, ssl_context=context)
    client.login(account.username, account.password)
    return client


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]))
