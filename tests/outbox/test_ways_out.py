"""Mail goes out by a program where that is set up, and by a token that is asked for anew."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.protocols.smtp.scripted import PASSWORD, Script, running
from tuimail.model.account import Account
from tuimail.model.outgoing import OutgoingState
from tuimail.protocols import sendmail

from .conftest import Office, account_of, office_of, queue

TAKING = """\
import json, sys
with open(sys.argv[1], "a") as file:
    file.write(json.dumps([sys.argv[2:], sys.stdin.read()]) + "\\n")
"""


def program_account(*command: object) -> Account:
    account = account_of(None)
    return replace(account, sendmail=(sys.executable, "-c", *map(str, command)))


async def test_a_program_takes_the_mail_and_no_password_is_asked_for(store, tmp_path) -> None:
    office = Office(store, program_account(TAKING, tmp_path / "taken"))
    queue(store, recipients=("bob@south.test", "ann@south.test"))
    async with office.running():
        row = await office.until("accepted")
    assert office.asked == 0
    assert {one.state for one in row.recipients} == {OutgoingState.ACCEPTED}
    [line] = (tmp_path / "taken").read_text().splitlines()
    arguments, content = json.loads(line)
    assert arguments[-3:] == ["--", "bob@south.test", "ann@south.test"]
    assert "bcc" not in content.lower()


@pytest.mark.parametrize(
    ("status", "state"),
    [(65, "refused"), (69, "refused"), (75, "queued"), (78, "queued"), (1, "uncertain")],
)
async def test_the_exit_status_decides_what_becomes_of_the_mail(store, status, state) -> None:
    script = f"import sys; sys.stdin.read(); print('it said why'); sys.exit({status})"
    office = Office(store, program_account(script))
    queue(store)
    async with office.running():
        row = await office.until(state)
        await office.rest()
    assert row.state == state
    if state == "refused":
        assert "it said why" in row.recipients[0].explanation
    assert bool(office.trouble()) == (status == 78)


async def test_a_program_at_work_when_this_one_stops_leaves_it_open(store, tmp_path) -> None:
    script = "import pathlib, signal, sys; pathlib.Path(sys.argv[1]).touch(); signal.pause()"
    office = Office(store, program_account(script, tmp_path / "begun"))
    queue(store)
    async with office.running(), asyncio.timeout(60):
        while not (tmp_path / "begun").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert office.row().state is OutgoingState.UNCERTAIN
    async with office.running():
        await office.rest()
    assert office.row().state is OutgoingState.UNCERTAIN


async def test_a_token_that_is_refused_is_asked_for_once_more(store, tls) -> None:
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.password, office.token = "expired", PASSWORD
        queue(store)
        async with office.running():
            await office.until("accepted")
    assert server.sign_ins == 2
    assert office.forgotten == 0


async def test_two_refused_tokens_are_enough(store, tls) -> None:
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.password, office.token = "expired", "expired too"
        queue(store)
        async with office.running():
            await office.until("queued")
            await office.rest()
            await office.look()
    assert server.sign_ins == 2
    assert office.forgotten == 1
    assert "refused" in office.trouble()[0]


@pytest.mark.parametrize("password", ["north\0wind", "north\awind"])
async def test_a_password_that_cannot_be_sent_is_said_and_the_mail_waits(
    store, tls, password
) -> None:
    queue(store)
    async with running(tls.context, Script(auth="SCRAM-SHA-256 PLAIN")) as server:
        office = office_of(store, server, tls)
        office.password = password
        async with office.running():
            row = await office.until("queued")
            await office.rest()
    assert "enter it again" in row.last_error
    assert ["enter it again" in hint for hint in office.trouble()] == [True]
    assert row.attempts == 1


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_disk_without_room_for_what_a_program_reads_is_said(
    store, tmp_path, monkeypatch, is_there
) -> None:
    def full(**options: object):
        return Path("/dev/full" if is_there else tmp_path / "no/folder").open("r+b", buffering=0)

    monkeypatch.setattr(sendmail.tempfile, "TemporaryFile", full)
    office = Office(store, program_account(TAKING, tmp_path / "taken"))
    queue(store)
    async with office.running():
        row = await office.until("queued")
        await office.rest()
        assert "could not be laid ready" in row.last_error
        assert len(office.trouble()) == 1
        monkeypatch.undo()
        office.wake.set()
        office.clock.now += 60
        await office.until("accepted")
