"""After a password was missing or wrong, waiting mail goes once it is mended, and not before."""

from dataclasses import replace

import pytest

from tests.protocols.smtp.scripted import PASSWORD, Script, running
from tuimail.model.secret import Secret
from tuimail.outbox.pauses import DEFER_MOST_S

from .conftest import Office, office_of, queue


@pytest.fixture
async def server(tls):
    async with running(tls.context) as one:
        yield one


@pytest.fixture
def office(store, server, tls) -> Office:
    queue(store)
    one = office_of(store, server, tls)
    one.password = ""
    return one


async def wake(office: Office, times: int = 5) -> None:
    for _ in range(times):
        await office.look()


async def be_shut_for_hours(office: Office) -> None:
    """Let so many attempts fail for want of the right password that the pauses are the longest."""
    for times in range(1, 11):
        await office.until("queued", times=times)
        if times < 10:
            office.clock.now += 2 * DEFER_MOST_S
            office.wake.set()


async def test_a_password_somebody_typed_meanwhile_opens_the_line(office, server) -> None:
    async with office.running():
        await be_shut_for_hours(office)
        await wake(office)
        assert server.connections == 0
        office.password = PASSWORD
        office.known = Secret(PASSWORD)  # retrieval has asked for it
        office.wake.set()
        await office.until("accepted")


async def test_another_password_opens_the_line_and_the_refused_one_never_does(
    office, server
) -> None:
    office.password = "wrong"
    async with office.running():
        await be_shut_for_hours(office)
        tries = server.sign_ins
        office.known = Secret("wrong")  # retrieval signs in with it
        await wake(office)
        assert server.sign_ins == tries
        office.password = PASSWORD
        office.known = Secret(PASSWORD)
        office.wake.set()
        await office.until("accepted")
    assert server.sign_ins == tries + 1


async def test_a_password_given_anew_opens_the_line(office, server) -> None:
    office.password = "wrong"
    async with office.running():
        await be_shut_for_hours(office)
        office.password = PASSWORD
        await wake(office)
        assert not office.told().count("accepted")
        office.sign_in.is_given = True
        office.wake.set()
        await office.until("accepted")


async def test_somebody_who_comes_is_asked_and_the_mail_goes(office, server) -> None:
    async with office.running():
        await be_shut_for_hours(office)
        office.password = PASSWORD
        office.sign_in.has_person = True
        office.wake.set()
        await office.until("accepted")


@pytest.mark.parametrize("password", ["", "wrong"])
async def test_somebody_who_comes_with_nothing_new_is_asked_once_and_nothing_is_sent(
    office, server, password
) -> None:
    office.password = password
    async with office.running():
        await be_shut_for_hours(office)
        tries, asked = server.sign_ins, office.asked
        office.sign_in.has_person = True
        await wake(office)
        assert (server.sign_ins, office.asked) == (tries, asked + 1)


async def test_why_mail_waits_is_said_until_nothing_waits(store, office) -> None:
    async with office.running():
        await office.see(lambda: office.trouble() == ["Nobody gave a password."])
        await wake(office)
        assert len(office.trouble()) == 1
        office.password = PASSWORD
        office.sign_in.is_given = True
        office.wake.set()
        await office.see(lambda: office.trouble()[-1] == "")


async def test_being_offline_is_not_said(store, server, tls) -> None:
    queue(store)
    office = office_of(store, server, tls)
    office.account = replace(office.account, smtp=replace(office.account.smtp, port=1))
    async with office.running():
        await office.until("queued")
        await wake(office)
    assert office.trouble() == []


async def test_a_refused_password_is_not_tried_again_within_the_hour(office, server) -> None:
    office.password = "wrong"
    async with office.running():
        await office.until("queued")
        for _ in range(4):
            office.clock.now += 600
            await office.look()
        assert server.sign_ins == 1
        office.clock.now += 3600
        await office.look()
    assert server.sign_ins == 2


@pytest.mark.parametrize(("auth", "password"), [("SCRAM-SHA-256", "bell\x07"), ("PLAIN", "a\0b")])
async def test_a_password_that_cannot_be_sent_is_said_and_another_is_asked_for(
    store, tls, auth, password
) -> None:
    queue(store)
    script = Script(auth=auth)
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        office.password = password
        async with office.running():
            row = await office.until("queued")
            await office.see(lambda: bool(office.trouble()))
            assert "enter it again" in row.last_error
            assert (server.sign_ins, office.forgotten, office.asked) == (0, 1, 1)
            script.auth, office.password = "PLAIN", PASSWORD
            office.sign_in.is_given = True
            office.wake.set()
            row = await office.until("accepted")
    assert row.attempts == 2
