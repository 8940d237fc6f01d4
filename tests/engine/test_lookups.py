"""Looking up hosts never holds up the store."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.engine.patience import until
from tuimail.engine.lookups import PatientLoop


def test_a_dead_name_server_leaves_the_default_executor_free(monkeypatch):
    asked, released = threading.Semaphore(0), threading.Event()

    def dead(*question):
        asked.release()
        released.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "temporary")

    async def look_up():
        try:
            async with asyncio.timeout(0.05):
                await asyncio.get_running_loop().create_connection(asyncio.Protocol, "nowhere", 993)
        except OSError:
            pass

    async def live():
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(look_up())
            await until(lambda: asked.acquire(blocking=False))
        async with asyncio.timeout(60):
            assert await asyncio.to_thread(lambda: "read") == "read"

    monkeypatch.setattr(socket, "getaddrinfo", dead)
    try:
        with asyncio.Runner(loop_factory=PatientLoop) as runner:
            runner.run(live())
    finally:
        released.set()


DEAD = """
import asyncio, socket, sys, threading
from tuimail.engine.lookups import PatientLoop

asked = threading.Event()

def dead(*question):
    asked.set()
    threading.Event().wait()

async def ask():
    looking = asyncio.ensure_future(asyncio.get_running_loop().getaddrinfo("nowhere", 993))
    await asyncio.to_thread(asked.wait)

socket.getaddrinfo = dead
with asyncio.Runner(loop_factory=PatientLoop) as runner:
    runner.run(ask())
print("ended", flush=True)
"""


def test_a_process_that_ends_waits_for_no_lookup():
    ended = subprocess.run(
        [sys.executable, "-c", DEAD],
        cwd=Path(__file__).parents[2],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout == "ended\n"
    assert ended.stderr == ""


async def asked_for(host):
    return await asyncio.get_running_loop().getaddrinfo(host, 993)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "nul\0.example"])
def test_what_is_no_name_is_an_error_of_its_caller_and_the_next_is_answered(host):
    with asyncio.Runner(loop_factory=PatientLoop) as runner:
        with pytest.raises((OSError, ValueError)):
            runner.run(asked_for(host))
        assert runner.run(asked_for("127.0.0.1"))
