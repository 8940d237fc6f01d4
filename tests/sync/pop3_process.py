"""A process that empties a maildrop, for tests that kill it: DATA_DIR PORT CA_FILE EMAIL PASSWORD."""

import asyncio
import sys
import time
from pathlib import Path
from random import Random

from tuimail.model.account import Account, KeepOnServer, PasswordSource, Pop3, Security, Server
from tuimail.model.address import Address
from tuimail.model.secret import Secret
from tuimail.protocols.pop3.connection import Connection
from tuimail.protocols.pop3.signin import connect
from tuimail.store.database import Store, open_store
from tuimail.store.upkeep import start
from tuimail.sync.pop3_account import Pop3Sync
from tuimail.sync.remote import Remote
from tuimail.sync.surroundings import Surroundings

from .pop3_home import OLD


async def nowhere() -> Remote:
    raise AssertionError("a POP3 account connects in its own way")


async def empty(store: Store, pop3: Pop3, password: str) -> None:
    """Look until a look was made in good order, and all of it is listed."""

    async def sign_in() -> Connection:
        return await connect(pop3.server, Secret(password))

    account = Account(
        OLD, Address("", "a@x.example"), (), "", None, None, PasswordSource.ASK, (), (), pop3=pop3
    )
    surroundings = Surroundings(
        store, nowhere, lambda _: None, time.time, time.monotonic, Random(1), lambda: False
    )
    sync = Pop3Sync(account, pop3, surroundings, sign_in)
    running = asyncio.ensure_future(sync.run())
    while (await sync.sync(headers_only=True)).hint:
        pass  # the server still keeps the maildrop locked for the one that was killed
    running.cancel()
    await asyncio.wait([running])


def main() -> None:
    data_dir, port, ca_file, email, password = sys.argv[1:]
    store = open_store(Path(data_dir))
    start(store)
    server = Server("127.0.0.1", int(port), Security.TLS, email, Path(ca_file))
    print("looking", flush=True)
    asyncio.run(empty(store, Pop3(server, KeepOnServer.DELETE), password))
    print("done", flush=True)


if __name__ == "__main__":
    main()
