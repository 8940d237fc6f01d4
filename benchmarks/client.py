"""tuimail itself as the benchmarks run it: a fresh profile, commands, the interface."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.terminal import Terminal
from tests.servers.real import RealServers

PATIENCE_S = 30.0
PROGRAM = [sys.executable, "-m", "tuimail"]


def make_profile(servers: RealServers, folder: Path, accounts: int = 1) -> Path:
    """Connect alice in a new profile, perhaps under several names."""
    alice = servers.account("alice")
    password = folder / "password"
    password.write_text(alice.password)
    for number in range(accounts):
        command(
            folder,
            *("account", "add", f"bench{number or ''}", "--email", alice.email, "--no-test"),
            *("--imap", f"127.0.0.1:{servers.imaps_port}"),
            *("--smtp", f"127.0.0.1:{servers.submissions_port}"),
            *("--ca-file", str(servers.ca_file), "--password-command", f"cat {password}"),
        )
    return folder


def command(profile: Path, *words: str) -> str:
    """Run one command; return its standard output."""
    argv = [*PROGRAM, "--profile", str(profile), *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{words[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def sync(profile: Path) -> float:
    """Fetch all headers; return seconds as the engine measured them."""
    passes = json.loads(command(profile, "sync", "--headers-only", "--json"))
    return float(passes[0]["seconds"])


def interface(profile: Path, size: tuple[int, int] = (120, 40)) -> Terminal:
    """Open the interface."""
    return Terminal([*PROGRAM, "--profile", str(profile)], {}, size)


def engine_pid(profile: Path) -> int | None:
    """Return the engine's process id, if one runs for this profile."""
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"daemon" in words and str(profile).encode() in words:
            return int(entry.name)
    return None


def end_engine(profile: Path) -> None:
    """Have the engine of a profile end, and wait until it has."""
    pid = engine_pid(profile)
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_S
    while engine_pid(profile) == pid:
        if time.monotonic() > deadline:
            raise SystemExit("the engine does not end")
        time.sleep(0.05)
