"""Headers fetched, parsed, stored and indexed, against a bare reader of the same bytes.

python -m benchmarks.headers [MESSAGES]
"""

import asyncio
import re
import ssl
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.client import end_engine, make_profile
from benchmarks.fetching import fetch_headers
from benchmarks.host import large_mailbox
from tests.servers.real import RealServers

FIELDS = " ".join(
    (
        "DATE FROM SENDER REPLY-TO TO CC BCC SUBJECT",
        "MESSAGE-ID IN-REPLY-TO REFERENCES LIST-ID CONTENT-TYPE AUTO-SUBMITTED PRECEDENCE",
    )
)
LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


async def bare_reader(servers: RealServers, items: str, batch: int, count: int) -> float:
    """Fetch with asyncio streams, consuming lines and literals and nothing more; return seconds."""
    context = ssl.create_default_context(cafile=str(servers.ca_file))
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", servers.imaps_port, ssl=context, limit=1 << 24
    )
    account = servers.account("alice")
    await reader.readline()

    async def run(command: str) -> None:
        writer.write(f"a {command}\r\n".encode())
        while True:
            line = await reader.readline()
            if found := LITERAL.search(line):
                await reader.readexactly(int(found[1]))
            elif line.startswith(b"a "):
                assert line.startswith(b"a OK"), line
                return

    await run(f'LOGIN "{account.username}" "{account.password}"')
    await run("SELECT INBOX")
    started = time.perf_counter()
    for first in range(1, count + 1, batch):
        await run(f"UID FETCH {first}:{min(count, first + batch - 1)} ({items})")
    seconds = time.perf_counter() - started
    writer.close()
    return seconds


def main(count: int) -> None:
    """Measure and print both."""
    items = f"UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({FIELDS})]"
    with large_mailbox(count) as servers:
        asyncio.run(bare_reader(servers, items, 500, count))
        limit = asyncio.run(bare_reader(servers, items, 500, count))
        folder = Path(tempfile.mkdtemp(prefix="headers-"))
        ours = fetch_headers(make_profile(servers, folder), count)
        end_engine(folder)
        flags = asyncio.run(bare_reader(servers, "UID FLAGS", count, count))
    print(f"bare reader  {count / limit:8.0f} messages/s")
    print(f"tuimail      {count / ours.complete_s:8.0f} messages/s   complete (at least 12,000)")
    print(f"             {count / ours.listed_s:8.0f} messages/s   listed (at least 18,000)")
    print(f"             {limit / ours.complete_s:8.2f} of the limit")
    print(f"engine: {ours}")
    print(f"flags of all in one go by the bare reader: {flags:.2f} s")


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]))
