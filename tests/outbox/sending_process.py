"""A process that sends what waits, for tests that kill it: DATA_DIR PORT CA_FILE."""

import asyncio
import sys
import time
from pathlib import Path

from tests.protocols.smtp.scripted import PASSWORD, USERNAME
from tuimail.model.account import Security, Server
from tuimail.model.secret import Secret
from tuimail.outbox.sender import Outbox, recover_outbox, run_account_outbox
from tuimail.store.database import open_store

from .conftest import account_of


async def secret() -> Secret:
    return Secret(PASSWORD)


def main() -> None:
    data_dir, port, ca_file = sys.argv[1:]
    store = open_store(Path(data_dir))
    recover_outbox(store, time.time())
    server = Server("localhost", int(port), Security.TLS, USERNAME, Path(ca_file))
    print("sending", flush=True)
    outbox = Outbox(store, lambda: account_of(server), secret, lambda _: None, asyncio.Event())
    asyncio.run(run_account_outbox(outbox))


if __name__ == "__main__":
    main()
