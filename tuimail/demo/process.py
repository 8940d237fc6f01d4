"""The mail host as a process of its own, so that the interface never waits for it.

`python -m tuimail.demo.process FOLDER MESSAGES` prints one JSON line when it is ready and runs
until its standard input says so, or ends because the process that started it was killed; then the
folder is removed here.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import EngineUnavailable

from .account import PROFILE_FOLDER, Listening
from .engine_end import end_engine
from .host import HostPorts, MailHost

STOP_TIMEOUT_S: Final = 5.0
_FAREWELL: Final = b"end\n"
"""Said by who ends in good order and clears up by itself."""


@contextmanager
def host_process(folder: Path, messages: int) -> Iterator[Listening]:
    """Run a host in another process between `with` and its end.

    Raises:
        EngineUnavailable: it does not start.
    """
    command = [sys.executable, "-m", "tuimail.demo.process", str(folder), str(messages)]
    log = folder / "host.log"
    with (
        log.open("wb") as stderr,  # never the terminal: the interface is on it
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,  # Ctrl-C in the interface is a key and must not end the host
        ) as child,
    ):
        assert child.stdin is not None, "asked for above"
        assert child.stdout is not None, "asked for above"
        try:
            yield _listening(child.stdout.readline(), log)
        finally:
            with suppress(BrokenPipeError):  # the host has ended by itself
                child.stdin.write(_FAREWELL)
                child.stdin.close()
            try:
                child.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                child.kill()


def _listening(line: bytes, log: Path) -> Listening:
    if not line:
        words = log.read_text(errors="replace").strip().rpartition("\n")[2]
        raise EngineUnavailable(f"The embedded mail host did not start: {words or 'no reason'}.")
    said = json.loads(line)
    return Listening(HostPorts(**said["ports"]), Path(said["ca_file"]))


async def _serve(folder: Path, messages: int) -> None:
    async with MailHost(folder, messages=messages) as host:
        said = {"ports": asdict(host.ports), "ca_file": str(host.ca_file)}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(sys.stdin.fileno(), ended.set)
        loop.add_signal_handler(signal.SIGTERM, ended.set)
        await ended.wait()


def _run(folder: Path, messages: int) -> None:
    asyncio.run(_serve(folder, messages))
    if not os.read(sys.stdin.fileno(), len(_FAREWELL)):
        end_engine(Profile.at(folder / PROFILE_FOLDER))
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _run(Path(sys.argv[1]), int(sys.argv[2]))
