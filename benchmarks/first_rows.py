"""The newest rows of a mailbox never seen before, on the screen: counted from the sign-in.

python -m benchmarks.first_rows [MESSAGES] [RUNS]

The clock starts where the engine asks for the password, before it has signed in. How long the
sign-in takes by itself, with TLS and all that a client says of itself, is measured beside it.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.client import end_engine, interface, make_profile
from benchmarks.host import large_mailbox
from benchmarks.peers import MARKER
from tests.servers.real import RealServers
from tuimail.model.secret import Secret
from tuimail.sync.imap_remote import connect_imap

SHOWN_ROWS = 20


def first_rows(servers: RealServers) -> float:
    """Return seconds from the sign-in to a screen full of rows."""
    folder = Path(tempfile.mkdtemp(prefix="first-rows-"))
    make_profile(servers, folder)
    stamp, config, secret = folder / "asked-at", folder / "config.toml", folder / "password"
    password = secret.read_text()
    secret.write_text(f"test -e {stamp} || date +%s.%N > {stamp}\nprintf %s '{password}'\n")
    config.write_text(config.read_text().replace('["cat",', '["sh",'))
    terminal = interface(folder)
    try:
        terminal.wait_for(MARKER, 60)
        while terminal.sent.count(MARKER) < SHOWN_ROWS:
            terminal.listen(0.002)
        return time.time() - float(stamp.read_text())
    finally:
        terminal.close()
        end_engine(folder)


def sign_in(servers: RealServers) -> float:
    """Return seconds of a sign-in alone."""

    async def measured() -> float:
        server = servers.config_account("alice").imap
        assert server is not None
        began = time.perf_counter()
        remote = await connect_imap(server, Secret(servers.account("alice").password))
        took = time.perf_counter() - began
        await remote.close()
        return took

    return asyncio.run(measured())


def main(count: int, runs: int) -> None:
    """Measure and print."""
    with large_mailbox(count) as servers:
        first_rows(servers)  # the server has read its mailbox once
        taken = sorted(first_rows(servers) for _ in range(runs))
        alone = statistics.median(sign_in(servers) for _ in range(runs))
    middle = statistics.median(taken)
    print(f"first rows of {count} never seen, from the password: {middle:.3f} s")
    print(f"fastest {taken[0]:.3f}, slowest {taken[-1]:.3f}; the sign-in alone {alone:.3f}")
    print(f"from the sign-in: {middle - alone:.3f} s (at most 0.25)")


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]), int((sys.argv[2:] or ["5"])[0]))
