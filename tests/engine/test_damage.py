"""Pages of the cache, the index or the bodies overwritten: made anew, and what is ours untouched."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import tempfile
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.engine.patience import until
from tuimail.config.profile import Profile
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.engine_end import end_engine
from tuimail.demo.host import MailHost
from tuimail.demo.thread import HostThread
from tuimail.model.address import Address
from tuimail.model.draft import Draft
from tuimail.model.ids import AccountName, DraftId
from tuimail.services.engine_link import EngineLink
from tuimail.services.mail import Mail, mended_for_screen, open_mail
from tuimail.store.database import Database
from tuimail.store.drafts import put_draft
from tuimail.store.files import path_of
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.messages import known_flags

DAMAGES = 20 if os.environ.get("PROOF_FULL") else 3
MESSAGES = 600
DRAFTS = 50
CACHES = (Database.CACHE, Database.SEARCH, Database.BODIES)
PAGE_BYTES = 8_192


def overwrite_page(path: Path, chance: random.Random) -> int:
    """Put rubbish in the place of one page; return which."""
    pages = path.stat().st_size // PAGE_BYTES
    page = chance.randrange(pages)
    with path.open("r+b") as file:
        file.seek(page * PAGE_BYTES)
        file.write(chance.randbytes(PAGE_BYTES))
    return page


def is_damaged(path: Path) -> bool:
    """Tell whether SQLite sees that a file is not whole: a page that is in no use hurts nobody."""
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as raw:
            return raw.execute("pragma integrity_check(1)").fetchone() != ("ok",)
    except sqlite3.DatabaseError:
        return True


def ours(mail: Mail) -> list[object]:
    """Return what exists nowhere else."""
    return [
        mail.store.rows(Database.LOCAL, f"select * from {table} order by 1")
        for table in ("draft", "operation", "outgoing", "contact")
    ]


def damaged(profile: Profile) -> list[Database]:
    """Return which files are not whole."""
    return [one for one in Database if is_damaged(path_of(profile.data_dir, one))]


def flags_here(mail: Mail, account: AccountName) -> dict[str, dict[int, frozenset[str]]]:
    return {
        row.name.raw: dict(known_flags(mail.store, row.id))
        for row in mailbox_rows(mail.store, account)
    }


def flags_there(host: RunningHost, name: str) -> dict[str, dict[int, frozenset[str]]]:
    return {
        box.name: {uid: message.flags for uid, message in box.messages.items()}
        for box in host.store(name)
    }


async def fill(profile: Profile) -> None:
    """Have everything of the host in the store, and drafts of our own."""
    mail = open_mail(profile)
    for number in range(DRAFTS):
        address = Address("Me", "me@north.example")
        put_draft(
            mail.store, Draft(DraftId(f"d{number}"), AccountName("alice"), address, body="x" * 500)
        )
    async with EngineLink(profile) as link:
        await link.sync()
        await link.sync()
        os.kill(int(profile.lock.read_text()), signal.SIGKILL)  # as when the power goes
    mail.close()
    await asyncio.to_thread(end_engine, profile)
    for database in Database:
        with sqlite3.connect(path_of(profile.data_dir, database)) as raw:
            raw.execute("pragma wal_checkpoint(truncate)")
        raw.close()


async def mended(host: RunningHost, profile: Profile) -> list[str]:
    """Use a damaged profile until it is whole and in step; return what the person is told."""
    told: list[str] = []
    mail = open_mail(profile)
    before = ours(mail)
    try:
        async with EngineLink(profile) as link:
            await link.sync()
            await until(
                lambda: not damaged(profile), every_s=0.2
            )  # found by the engine, which reads all of it
            await link.sync()
            for account in mail.config.accounts:
                name = account.name
                await until(lambda name=name: flags_here(mail, name) == flags_there(host, name))
        assert ours(mail) == before
        assert not list(profile.data_dir.glob("local.db.damaged*"))
    finally:
        mail.close()
        await asyncio.to_thread(end_engine, profile)
    mail = open_mail(profile)
    try:
        told += mended_for_screen(mail)
        assert not damaged(profile)
        assert ours(mail) == before
    finally:
        mail.close()
    return told


@pytest.mark.proof
@pytest.mark.timeout(1_800)
async def test_a_damaged_cache_is_made_anew_and_told_and_the_rest_untouched() -> None:
    chance = random.Random(36)
    seen = 0
    with tempfile.TemporaryDirectory(prefix="tm-") as name:
        folder = Path(name)
        (folder / "host").mkdir()
        with HostThread(MailHost(folder / "host", messages=MESSAGES)) as thread:
            host = RunningHost(thread)
            first = write_profile(
                folder / "first" / PROFILE_FOLDER, Listening(host.ports, host.ca_file)
            )
            await fill(first)
            assert first.folder is not None
            for number in range(DAMAGES):
                profile = Profile.at(folder / str(number))
                shutil.copytree(
                    first.folder, folder / str(number), ignore=shutil.ignore_patterns("*.sock")
                )
                path = path_of(profile.data_dir, CACHES[number % len(CACHES)])
                page = overwrite_page(path, chance)
                is_seen = is_damaged(path)
                told = await mended(host, profile)
                assert told or not is_seen, (path.name, page)
                seen += is_seen
                shutil.rmtree(folder / str(number))
    print(
        f"{DAMAGES} pages overwritten, {seen} of them in use: every file whole and in step again, "
        f"told {seen} times, 0 of {DRAFTS} drafts touched"
    )
