"""Dovecot with a large mailbox for the benchmarks."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.mailbox import write_maildir
from tests.servers.dovecot import MAIL_UID
from tests.servers.real import RealServers, missing_for_servers, running_servers

KEPT = Path(os.environ.get("TUIMAIL_BENCH_DIR", "/tmp/tuimail-bench"))


@contextmanager
def large_mailbox(count: int) -> Iterator[RealServers]:
    """Run Dovecot with `count` mails in the INBOX of alice; the mails are kept between runs."""
    if missing := missing_for_servers():
        raise SystemExit(f"the benchmark needs real servers: {missing}")
    source = KEPT / str(count)
    write_maildir(source, count)
    with running_servers() as servers:
        target = servers.maildir("alice")
        subprocess.run(["cp", "-al", source, target], check=True)
        subprocess.run(["chown", "-R", f"{MAIL_UID}:{MAIL_UID}", target], check=True)
        yield servers
