"""A real engine against servers that mean harm: it lives, it answers, and its other accounts go on."""

import asyncio
import contextlib
import os
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.hostile_imap import KINDS, HostileServer, Kind
from tests.protocols.certificates import Trust, make_trust
from tests.protocols.scripted import serving
from tuimail.config.profile import Profile
from tuimail.demo.engine_end import end_engine
from tuimail.errors import TuimailError
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.services import reading, triage
from tuimail.services.engine_link import EngineLink
from tuimail.services.mail import Mail, open_mail
from tuimail.store.database import Database

IS_FULL = bool(os.environ.get("PROOF_FULL"))
QUICK = [name for name, kind in KINDS.items() if not kind.is_slow]
SHARE = list(KINDS) if IS_FULL else random.Random(6).sample(QUICK, 3)
AT_ONCE = 2
HANG_S = 60.0
MAX_GROWTH_KB = 100 * 1024
GOOD, EVIL = AccountName("good"), AccountName("evil")
ACCOUNT = """
[account.{name}]
email = "{name}@example.org"
imap = {{ host = "localhost", port = {port} }}
password = {{ source = "command", command = ["echo", "hunter2"] }}
ca_file = "{ca_file}"
"""

pytestmark = pytest.mark.timeout(3_600 if IS_FULL else 300)


@dataclass
class Harm:
    """What a server has done to an engine."""

    kind: str
    growth_kb: int
    longest_s: float


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return make_trust(tmp_path_factory.mktemp("trust"))


@contextlib.asynccontextmanager
async def living(profile: Profile) -> AsyncIterator[tuple[EngineLink, Mail]]:
    """Open a profile and have its engine run."""
    mail = open_mail(profile)
    try:
        async with EngineLink(profile) as link:
            await link.ready()
            yield link, mail
    finally:
        mail.close()
        await asyncio.to_thread(end_engine, profile)


async def harm_of(name: str, trust: Trust) -> Harm:
    """Let an engine meet a server of this kind, beside one that means well."""
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    context = trust.context()
    hostile = HostileServer(KINDS[name])
    try:
        async with (
            serving(HostileServer(Kind({})), context) as good,
            serving(hostile, context) as evil,
        ):
            profile = Profile.at(folder)
            profile.prepare()
            write(profile, trust, {GOOD: good.port})
            async with living(profile) as (link, mail):
                ports = {GOOD: good.port, EVIL: evil.port}
                harm = await _meet(name, link, mail, trust, ports)
                assert hostile.was_met, f"never asked for: {', '.join(hostile.kind.acts)}"
                return harm
    finally:
        shutil.rmtree(folder)


async def _meet(
    name: str, link: EngineLink, mail: Mail, trust: Trust, ports: dict[AccountName, int]
) -> Harm:
    profile = mail.profile
    [first] = await link.sync(GOOD)
    assert first.hint == "", first.hint
    pid = int(profile.lock.read_text())
    before_kb = peak_kb(pid)
    write(profile, trust, ports)
    clock = asyncio.get_running_loop().time
    longest_s = 0.0
    for _ in range(2):
        for wish in (link.sync(EVIL), _use(link, profile), link.sync(GOOD)):
            began = clock()
            async with asyncio.timeout(HANG_S):
                answer = await wish
            longest_s = max(longest_s, clock() - began)
        assert answer is not None
        assert answer[0].hint == "", f"{name}: the good account says {answer[0].hint}"
    assert int(profile.lock.read_text()) == pid, f"{name}: the engine was started again"
    log = profile.log.read_text()
    assert "crashed" not in log, f"{name}:\n{log}"
    assert "Traceback" not in log, f"{name}:\n{log}"
    growth_kb = peak_kb(pid) - before_kb
    for database in Database:
        assert mail.store.rows(database, "pragma quick_check") == [("ok",)]
    return Harm(name, growth_kb, longest_s)


async def _use(link: EngineLink, profile: Profile) -> None:
    """Read a mail of the hostile account and move one: both may fail, by an error of ours."""
    mail = open_mail(profile)
    try:
        rows = rows_of(mail)
        with contextlib.suppress(TuimailError):
            for row in rows[:1]:
                await link.body(row.key, timeout_s=5)
        with contextlib.suppress(TuimailError):
            for row in rows[-1:]:
                triage.delete(mail, [row.ref])
                link.push()
    finally:
        mail.close()


def rows_of(mail: Mail) -> Sequence[MessageRow]:
    inbox = reading.mailbox_for_role(mail, EVIL, Role.INBOX)
    if inbox is None:
        return ()
    view = reading.mailbox_view(mail, inbox.id)
    return reading.rows(mail, view, reading.view_ids(mail, view, 5))


def write(profile: Profile, trust: Trust, ports: dict[AccountName, int]) -> None:
    blocks = [
        ACCOUNT.format(name=name, port=port, ca_file=trust.ca_file) for name, port in ports.items()
    ]
    profile.config_file.write_text("".join(blocks))


def peak_kb(pid: int) -> int:
    """Return the most memory a process ever had."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise ProcessLookupError(pid)


@pytest.mark.proof
async def test_hostile_servers_do_an_engine_no_harm(trust: Trust) -> None:
    assert len(KINDS) >= 50
    turns = asyncio.Semaphore(AT_ONCE)
    harms: list[Harm] = []
    problems: list[str] = []

    async def meet(name: str) -> None:
        async with turns:
            try:
                harms.append(await harm_of(name, trust))
            except (AssertionError, TimeoutError) as problem:
                problems.append(f"{name}: {problem!r}")
            if IS_FULL:
                print(*(harms[-1:] or ()), *problems[-1:], flush=True)

    async with asyncio.TaskGroup() as group:
        for name in SHARE:
            group.create_task(meet(name))
    assert not problems, "\n".join(problems)
    worst = max(harms, key=lambda harm: harm.growth_kb)
    slowest = max(harms, key=lambda harm: harm.longest_s)
    assert worst.growth_kb < MAX_GROWTH_KB, worst
    print(
        f"{len(harms)} hostile servers: 0 crashes, 0 hangs (longest answer {slowest.longest_s:.0f} s,"
        f" {slowest.kind}), memory at most {worst.growth_kb / 1024:.0f} MB more ({worst.kind})"
    )
