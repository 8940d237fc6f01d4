"""Whole mails fetched, stored and indexed for search, against mbsync pulling the same to files.

python -m benchmarks.bodies [MESSAGES]
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.client import PROGRAM, end_engine, engine_pid, make_profile
from benchmarks.fetching import cost
from benchmarks.host import large_mailbox
from tests.servers.real import RealServers
from tuimail.config.profile import Profile
from tuimail.store.database import Database, open_store

LOOK_EVERY_S = 0.05


def by_mbsync(servers: RealServers, folder: Path) -> tuple[float, float]:
    """Pull INBOX into a Maildir; return seconds and seconds of processor time."""
    account = servers.account("alice")
    (folder / "mbsyncrc").write_text(
        f"IMAPAccount a\nHost localhost\nPort {servers.imaps_port}\nSSLType IMAPS\n"
        f'User "{account.username}"\nPass "{account.password}"\n'
        f"CertificateFile {servers.ca_file}\n\n"
        "IMAPStore far\nAccount a\n\n"
        f"MaildirStore near\nPath {folder}/\nInbox {folder}/INBOX\n\n"
        "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\n"
        f"SyncState {folder}/state-\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(["mbsync", "-q", "-c", folder / "mbsyncrc", "c"], check=True)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def by_us(profile: Path, count: int) -> tuple[float, float, float]:
    """Sync with everything kept; return seconds, processor seconds and largest memory in MB."""
    words = [*PROGRAM, "--profile", str(profile), "sync", "--json"]
    pid, cpu_s, peak_mb = None, 0.0, 0.0
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            time.sleep(LOOK_EVERY_S)
            pid = pid or engine_pid(profile)
            cpu_s, peak_mb = cost(pid) if pid else (cpu_s, peak_mb)
        assert process.stdout is not None
        (one,) = json.loads(process.stdout.read())
    store = open_store(Profile.at(profile).data_dir)
    kept = store.rows(Database.BODIES, "select count(*) from body")
    indexed = store.rows(Database.SEARCH, "select count(*) from doc")
    store.close()
    assert kept == indexed == [(count,)], (kept, indexed, one)
    return float(one["seconds"]), cpu_s, peak_mb


def main(count: int) -> None:
    """Measure and print both."""
    with large_mailbox(count) as servers:
        root = Path(tempfile.mkdtemp(prefix="bodies-"))
        (root / "mbsync").mkdir()
        (root / "tuimail").mkdir()
        profile = make_profile(servers, root / "tuimail")
        config = profile / "config.toml"
        head = "[account.bench]\n"
        config.write_text(config.read_text().replace(head, head + 'offline = "all"\n'))
        theirs, their_cpu = by_mbsync(servers, root / "mbsync")
        pulled = sum(len(list(os.scandir(root / "mbsync/INBOX" / one))) for one in ("cur", "new"))
        assert pulled == count, pulled
        ours, our_cpu, peak = by_us(profile, count)
        end_engine(profile)
    print(f"mbsync   {theirs:6.2f} s, processor {their_cpu:6.2f} s   {count} files")
    print(f"tuimail  {ours:6.2f} s, processor {our_cpu:6.2f} s   headers, threads, bodies, index")
    print(f"ratio    {ours / theirs:6.2f} (at most 1.0); engine's peak {peak:.0f} MB")


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["10000"])[0]))
