"""Looking up hosts never holds up the store."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

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
        async with asyncio.timeout(10):
            assert await asyncio.to_thread(lambda: "read") == "read"

    monkeypatch.setattr(socket, "getaddrinfo", dead)
    try:
        with asyncio.Runner(loop_factory=PatientLoop) as runner:
            runner.run(live())
    finally:
        released.set()
