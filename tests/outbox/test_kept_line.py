"""One line for many mails: kept, closed when idle, replaced without a word, never reused hurt."""

import asyncio
from dataclasses import replace

import pytest

from tests.engine.patience import turns, until
from tests.protocols.smtp.scripted import Script, running
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.outbox.observer import PhaseKeeper
from tuimail.store.outgoing import history

from .conftest import SHORT, START, Office, office_of, queue

S = OutgoingState


def queue_many(store, count: int) -> list[str]:
    names = [f"m{n}" for n in range(count)]
    for name in names:
        queue(store, name, recipients=(f"{name}@south.test",))
    return names


def states(office: Office, names: list[str]) -> set[OutgoingState]:
    return {office.row(name).state for name in names}


def steady(office: Office) -> Office:
    """Let nothing be idle for too long while the test looks."""
    office.timeouts = replace(SHORT, idle=60)
    return office


async def test_a_hundred_mails_queued_at_once_go_on_one_line(store, tls) -> None:
    names = queue_many(store, 100)
    async with running(tls.context) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            for name in names:
                await office.until("accepted", outgoing_id=name)
        await asyncio.wait_for(server.gone.wait(), 60)
    assert (server.connections, server.sign_ins, len(server.delivered)) == (1, 1, 100)
    assert server.lines[-1] == b"QUIT"


async def test_a_mail_that_follows_soon_goes_on_the_same_line(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            await office.until("accepted")
            await office.rest()
            queue(store, "m2")
            office.wake.set()
            await office.until("accepted", outgoing_id="m2")
    assert server.connections == 1


async def test_a_line_without_work_is_closed_after_a_while(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.timeouts = replace(SHORT, idle=0.05)
        async with office.running():
            await office.until("accepted")
            await asyncio.wait_for(server.gone.wait(), 60)
            assert server.lines[-1] == b"QUIT"
            queue(store, "m2")
            office.wake.set()
            await office.until("accepted", outgoing_id="m2")
    assert server.connections == 2


async def test_after_a_suspend_a_new_line_is_opened(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            await office.until("accepted")
            office.clock.now += 3600
            queue(store, "m2")
            office.wake.set()
            await office.until("accepted", outgoing_id="m2")
    assert server.connections == 2


async def test_too_many_mails_on_a_line_is_no_error(store, tls) -> None:
    names = queue_many(store, 10)
    async with running(tls.context, Script(max_mails=3)) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            for name in names:
                row = await office.until("accepted", outgoing_id=name)
                assert (row.attempts, row.last_error) == (1, "")
    assert server.connections == 4
    assert len(server.delivered) == 10


@pytest.mark.parametrize("words", ["", "421 4.4.2 idle for too long"])
async def test_a_server_that_hangs_up_between_mails_is_no_error(store, tls, words) -> None:
    queue(store)
    async with running(tls.context, Script(cut_at=(1, "idle"), idle_words=words)) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            await office.until("accepted")
            await server.gone.wait()
            queue(store, "m2")
            office.wake.set()
            row = await office.until("accepted", outgoing_id="m2")
    assert (row.attempts, row.last_error) == (1, "")
    assert server.connections == 2


async def test_a_goodbye_that_comes_just_before_the_next_mail_is_no_error(
    store, tls, monkeypatch
) -> None:
    said = asyncio.Event()
    real = PhaseKeeper.phase

    async def slowly(keeper: PhaseKeeper, phase: Phase) -> None:
        """Let the server's goodbye arrive between the look at the line and the first command."""
        if keeper._claim.outgoing_id == "m2" and phase is Phase.ENVELOPE and not said.is_set():
            said.set()
            await server.say_unasked("421 4.4.2 idle for too long")
            await turns()
        await real(keeper, phase)

    monkeypatch.setattr(PhaseKeeper, "phase", slowly)
    queue(store)
    async with running(tls.context) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            await office.until("accepted")
            queue(store, "m2")
            office.wake.set()
            row = await office.until("accepted", outgoing_id="m2")
    assert (row.attempts, row.last_error) == (1, "")
    assert server.connections == 2


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
@pytest.mark.parametrize("number", [1, 2, 5])
async def test_a_line_dropped_at_any_step_of_any_mail_loses_none_and_sends_none_twice(
    store, tls, step, number
) -> None:
    names = queue_many(store, 5)
    async with running(tls.context, Script(cut_at=(number, step))) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            await office.rest()
            office.clock.now += 100
            await office.look()
            rows = [office.row(name) for name in names]
    uncertain = [row.id for row in rows if row.state is S.UNCERTAIN]
    assert uncertain == ([f"m{number - 1}"] if step == "dot" else [])
    assert {row.state for row in rows} <= {S.ACCEPTED, S.UNCERTAIN}
    arrived = [mail.recipients[0] for mail in server.delivered]
    assert sorted(arrived) == sorted(
        f"{row.id}@south.test" for row in rows if row.id not in uncertain
    )


async def test_a_new_line_that_is_refused_at_once_is_told(store, tls) -> None:
    queue(store)
    async with running(tls.context, Script({"MAIL": "421 4.7.0 too many messages"})) as server:
        office = office_of(store, server, tls)
        async with office.running():
            row = await office.until("queued")
    assert "421" in row.recipients[0].explanation or row.last_error
    assert server.connections == 1


async def test_a_server_that_takes_nobody_now_is_left_alone_for_a_while(store, tls) -> None:
    names = queue_many(store, 5)
    script = Script({"MAIL": "421 4.7.0 too many connections, come back later"})
    async with running(tls.context, script) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            await office.until("queued", outgoing_id="m0")
            await office.rest()
            assert server.connections == 1
            assert states(office, names) == {S.QUEUED}
            script.answers.clear()
            office.clock.now += 10
            office.wake.set()
            for name in names:
                await office.until("accepted", outgoing_id=name)
    assert server.connections == 2


async def test_another_password_or_server_opens_another_line(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server, running(tls.context) as other:
        office = steady(office_of(store, server, tls))
        async with office.running():
            await office.until("accepted")
            office.account = replace(office.account, smtp=other.server(tls.ca_file))
            queue(store, "m2")
            office.wake.set()
            await office.until("accepted", outgoing_id="m2")
            await asyncio.wait_for(server.gone.wait(), 60)
    assert (server.connections, other.connections) == (1, 1)
    assert len(other.delivered) == 1


async def test_the_line_is_closed_when_the_sender_ends(store, tls) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            await office.until("accepted")
        await asyncio.wait_for(server.gone.wait(), 60)
    assert server.lines[-1] == b"QUIT"


async def test_recipients_a_server_takes_no_more_of_go_at_once_in_the_next_mail(store, tls) -> None:
    people = tuple(f"p{n}@s.test" for n in range(7))
    queue(store, recipients=people)
    async with running(tls.context, Script(extensions=["LIMITS RCPTMAX=3"])) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            row = await office.until("accepted")
    assert [len(mail.recipients) for mail in server.delivered] == [3, 3, 1]
    assert {one.state for one in row.recipients} == {S.ACCEPTED}
    assert server.connections == 1


async def test_recipients_who_were_not_asked_for_yet_are_not_refused_with_those_who_were(
    store, tls
) -> None:
    people = tuple(f"p{n}@s.test" for n in range(7))
    queue(store, recipients=people)
    script = Script(extensions=["LIMITS RCPTMAX=3"])
    script.answers["RCPT"] = lambda line: (
        "550 5.1.1 no such user" if line[9:11] in (b"p0", b"p1", b"p2") else "250 2.1.5 ok"
    )
    async with running(tls.context, script) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            row = await office.until("refused")
    assert [mail.recipients for mail in server.delivered] == [list(people[3:6]), [people[6]]]
    assert [one.state for one in row.recipients] == [S.REFUSED] * 3 + [S.ACCEPTED] * 4


@pytest.mark.parametrize("answer", ["530 5.7.0 sign in first", "503 5.5.1 out of turn"])
async def test_a_line_that_has_forgotten_who_we_are_is_replaced_without_a_word(
    store, tls, answer
) -> None:
    names = queue_many(store, 2)
    script = Script()
    async with running(tls.context, script) as server:
        script.answers["MAIL"] = lambda _: answer if server.mails == 2 else "250 2.1.0 ok"
        office = steady(office_of(store, server, tls))
        async with office.running():
            for name in names:
                row = await office.until("accepted", outgoing_id=name)
                assert (row.attempts, row.last_error) == (1, "")
    assert (server.connections, len(server.delivered)) == (2, 2)


async def test_a_mail_whose_line_is_cut_before_its_answer_is_uncertain_and_the_next_goes(
    store, tls
) -> None:
    names = queue_many(store, 3)
    script = Script(cut_at=(2, "dot"), delivers_before="dot")
    async with running(tls.context, script) as server:
        office = steady(office_of(store, server, tls))
        async with office.running():
            await office.until("accepted", outgoing_id="m2")
            await until(office.rested.is_set)
    assert [office.row(name).state for name in names] == [S.ACCEPTED, S.UNCERTAIN, S.ACCEPTED]
    assert (server.connections, server.dots) == (2, 3)


async def test_each_answer_stands_in_the_history_with_its_time(store, tls) -> None:
    queue(store, created=START)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        async with office.running():
            await office.until("accepted")
    told = [event.what for event in history(store, office.row().id)]
    steps = ["connect", "sign-in", "envelope", "envelope", "data", "final-dot"]
    assert [what for what in told if what in steps] == steps
