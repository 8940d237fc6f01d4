"""Several mails on one line: what is asked together, what ends a line, and what never goes on."""

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.engine.patience import until
from tuimail.errors import NetworkError
from tuimail.model.outgoing import Phase
from tuimail.model.secret import Secret
from tuimail.protocols.smtp.mail import MailObject
from tuimail.protocols.smtp.outcome import SubmissionFailed
from tuimail.protocols.smtp.session import Session

from .scripted import CUT, PASSWORD, SILENCE, Script, running
from .test_transaction import MAIL, SHORT, TO_BOB, Notes

LARGE = MAIL + (b"." + b"x" * 75 + b"\r\n") * 30_000
EXTENDED = ["SIZE 50000000", "8BITMIME", "PIPELINING", "CHUNKING", "ENHANCEDSTATUSCODES"]


@asynccontextmanager
async def opened(tls, script=None):
    async with running(tls.context, script) as server:
        session = await Session.open(server.server(tls.ca_file), Secret(PASSWORD), SHORT)
        try:
            yield session, server
        finally:
            session.abort()
            await asyncio.wait_for(server.gone.wait(), 60)


def verbs(server) -> list[str]:
    return [line.split(b" ")[0].decode() for line in server.lines if line]


async def test_many_mails_go_on_one_line_signed_in_once(tls) -> None:
    async with opened(tls) as (session, server):
        for _ in range(100):
            await session.send(TO_BOB, Notes())
        session.close()
        await asyncio.wait_for(server.gone.wait(), 60)
    assert len(server.delivered) == 100
    assert (server.connections, server.sign_ins) == (1, 1)
    assert verbs(server) == ["EHLO", "AUTH", "EHLO", *["MAIL", "RCPT", "DATA"] * 100, "QUIT"]


async def test_what_was_heard_is_told_with_the_mail_it_was_about(tls) -> None:
    async with opened(tls) as (session, _):
        first = await session.send(TO_BOB, Notes())
        second = await session.send(TO_BOB, Notes())
    began = ["", "EHLO", "AUTH", "EHLO"]
    assert [one.verb for one in first.heard] == [*began, "MAIL", "RCPT", "DATA", "."]
    assert [one.verb for one in second.heard] == ["MAIL", "RCPT", "DATA", "."]
    assert second.heard[1].address == "bob@south.test"
    assert all(one.at for one in second.heard)


async def test_what_a_server_offers_to_those_it_knows_counts(tls) -> None:
    script = Script(offers_when_signed_in=["DSN", "FUTURERELEASE 3600"])
    async with opened(tls, script) as (session, _):
        assert session.facts.reports_delivery
        assert session.facts.holds_until(1_000) == 4_600


async def test_a_server_that_takes_no_second_hello_offers_what_it_did(tls) -> None:
    script = Script()
    script.answers["AUTH"] = lambda _: script.answers.update(EHLO="503 5.5.1 twice") or "235 in"
    async with opened(tls, script) as (session, server):
        assert session.facts.offers("8BITMIME")
        await session.send(TO_BOB, Notes())
    assert len(server.delivered) == 1


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
async def test_what_was_heard_holds_no_secret(tls, mechanism) -> None:
    script = Script({"AUTH": lambda line: f"235 welcome {line.decode()}"}, auth=mechanism)
    async with opened(tls, script) as (session, server):
        done = await session.send(TO_BOB, Notes())
        secrets = [line.split(b" ")[-1].decode() for line in server.lines if b"AUTH PLAIN" in line]
    told = " ".join(f"{one.asked} {one.reply.line}" for one in done.heard)
    assert PASSWORD not in told
    assert not any(secret in told for secret in secrets)


async def test_the_mark_that_proves_a_report_is_kept_and_logged_nowhere(tls, caplog) -> None:
    caplog.set_level(logging.DEBUG, logger="tuimail.wire")
    async with opened(tls, Script(extensions=["DSN", "PIPELINING"])) as (session, server):
        done = await session.send(replace(TO_BOB, envelope_id="0a1b2c3d"), Notes())
    assert any(b"ENVID=0a1b2c3d" in line for line in server.lines)
    assert "0a1b2c3d" not in caplog.text + " ".join(one.asked for one in done.heard)


@pytest.mark.parametrize("extensions", [[], ["PIPELINING"]])
async def test_a_refused_mail_is_forgotten_before_the_next_goes(tls, extensions) -> None:
    script = Script({"RCPT": "550 5.1.1 no such user"}, extensions=extensions)
    async with opened(tls, script) as (session, server):
        with pytest.raises(SubmissionFailed):
            await session.send(TO_BOB, Notes())
        assert session.is_usable
        script.answers.clear()
        await session.send(TO_BOB, Notes())
    assert verbs(server)[3:] == ["MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA"]
    assert len(server.delivered) == 1


async def test_a_mail_that_is_never_asked_for_changes_nothing_of_that(tls) -> None:
    script = Script({"RCPT": "550 5.1.1 no such user"})
    async with opened(tls, script) as (session, server):
        for recipient in ("bob@south.test", "a b@south.test"):
            with pytest.raises(SubmissionFailed):
                await session.send(replace(TO_BOB, recipients=(recipient,)), Notes())
        script.answers.clear()
        await session.send(TO_BOB, Notes())
    assert verbs(server)[3:] == ["MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA"]


async def test_a_refusal_that_comes_as_the_mail_ends_leaves_no_line_for_the_next(tls) -> None:
    class Slow(Notes):
        async def phase(self, phase: Phase) -> None:
            if phase is Phase.FINAL_DOT:  # the refusal arrives while this is written down
                await until(lambda: session._connection._line.has_answered)

    script = Script(answer_early=(10, "552 5.3.4 too large for us"))
    async with opened(tls, script) as (session, server):
        with pytest.raises(SubmissionFailed) as failure:
            await session.send(TO_BOB, Slow())
        assert not failure.value.is_uncertain
        assert not session.is_usable
    assert server.dots == 0, "the server would take what it has refused"


@pytest.mark.parametrize("content", [MAIL, LARGE])
async def test_a_line_that_is_cut_before_the_end_was_sent_leaves_nothing_open(tls, content) -> None:
    class Slow(Notes):
        async def phase(self, phase: Phase) -> None:
            if phase is Phase.FINAL_DOT:  # the line is gone while this is written down
                server.writer.transport.abort()
                await until(lambda: session._connection._line.has_answered)

    async with opened(tls, Script(extensions=EXTENDED)) as (session, server):
        with pytest.raises(SubmissionFailed) as failure:
            await session.send(replace(TO_BOB, content=content), Slow())
    assert not failure.value.is_uncertain
    assert isinstance(failure.value.cause, NetworkError)
    assert server.delivered == []


@pytest.mark.parametrize(("step", "code"), [("MAIL", 550), ("dot", 554), ("dot", 451)])
async def test_nothing_is_to_be_forgotten_where_nothing_was_begun(tls, step, code) -> None:
    script = Script({step: f"{code} no"})
    async with opened(tls, script) as (session, server):
        with pytest.raises(SubmissionFailed):
            await session.send(TO_BOB, Notes())
        script.answers.clear()
        await session.send(TO_BOB, Notes())
    assert "RSET" not in verbs(server)
    assert len(server.delivered) == 1


async def test_a_server_that_cannot_forget_gets_no_other_mail(tls) -> None:
    script = Script({"DATA": "554 5.5.1 no valid recipients", "RSET": "502 5.5.2 what?"})
    async with opened(tls, script) as (session, server):
        with pytest.raises(SubmissionFailed):
            await session.send(TO_BOB, Notes())
        with pytest.raises(SubmissionFailed) as failure:
            await session.send(TO_BOB, Notes())
        assert isinstance(failure.value.cause, NetworkError)
        assert not session.is_usable
    assert verbs(server)[-1] == "RSET"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
@pytest.mark.parametrize(
    "answer", [CUT, SILENCE, "421 4.3.2 closing", "rubbish", "250 ok\n250 more"]
)
async def test_a_line_that_failed_or_is_out_of_step_is_never_used_again(tls, step, answer) -> None:
    async with opened(tls, Script({step: answer})) as (session, server):
        if answer.startswith("250"):
            try:
                await session.send(TO_BOB, Notes())
            except SubmissionFailed:
                assert step != "dot"
        else:
            with pytest.raises(SubmissionFailed):
                await session.send(TO_BOB, Notes())
        assert not session.is_usable
        session.close()
        await asyncio.wait_for(server.gone.wait(), 60)


async def test_a_server_that_speaks_unasked_between_mails_ends_the_line(tls) -> None:
    script = Script(cut_at=(1, "idle"), idle_words="421 4.4.2 idle for too long")
    async with opened(tls, script) as (session, server):
        await session.send(TO_BOB, Notes())
        await asyncio.wait_for(server.gone.wait(), 60)
        assert not session.is_usable


async def test_a_server_that_takes_few_mails_on_a_line_is_asked_for_no_more(tls) -> None:
    script = Script(extensions=["LIMITS MAILMAX=2 RCPTMAX=3"], max_mails=2)
    async with opened(tls, script) as (session, _):
        assert session.facts.limits.recipients == 3
        for is_left in (True, False):
            await session.send(TO_BOB, Notes())
            assert session.is_usable is is_left


async def test_a_server_that_takes_few_recipients_is_asked_for_no_more(tls) -> None:
    script = Script(extensions=["LIMITS RCPTMAX=3 RCPTDOMAINMAX=1"])
    people = ("a@x.test", "b@y.test", "c@x.test", "d@X.test", "e@x.test")
    async with opened(tls, script) as (session, server):
        done = await session.send(replace(TO_BOB, recipients=people), Notes())
    assert [one.address for one in done.recipients] == ["a@x.test", "c@x.test"]
    assert server.delivered[0].recipients == ["a@x.test", "c@x.test"]


async def test_a_mail_cancelled_at_its_upload_cuts_the_line(tls) -> None:
    async with opened(tls, Script(body_delay_s=0.005)) as (session, server):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(session.send(replace(TO_BOB, content=LARGE), Notes()))
            await server.in_body.wait()
            task.cancel()
        assert not session.is_usable
        await asyncio.wait_for(server.gone.wait(), 60)
    assert server.delivered == []


@pytest.mark.parametrize("extensions", [[], ["PIPELINING"]])
async def test_mail_and_recipients_are_asked_for_together_where_that_is_allowed(
    tls, extensions
) -> None:
    people = tuple(f"p{n}@s.test" for n in range(60))
    script = Script(extensions=extensions)
    async with opened(tls, script) as (session, server):
        script.answers["MAIL"] = lambda _: f"250 {server.waiting()} commands wait"
        script.answers["RCPT"] = lambda _: f"250 {server.waiting()} commands wait"
        done = await session.send(replace(TO_BOB, recipients=people), Notes())
    waiting = [int(one.reply.text.split()[0]) for one in done.heard if one.verb in ("MAIL", "RCPT")]
    assert max(waiting) == (24 if extensions else 0)
    assert waiting[-1] == 0
    assert len(done.recipients) == 60
    assert server.delivered[0].recipients == list(people)
    assert verbs(server)[3:] == ["MAIL", *["RCPT"] * 60, "DATA"]


async def test_answers_to_what_was_asked_together_belong_each_to_its_own(tls) -> None:
    def rcpt(line: bytes) -> str:
        if b"no@" in line:
            return "550-5.1.1 no such user\n550 5.1.1 here"
        return "450 4.2.1 later" if b"later@" in line else "250 2.1.5 ok"

    people = ("no@s.test", "yes@s.test", "later@s.test", "also@s.test")
    script = Script({"RCPT": rcpt}, extensions=["PIPELINING"])
    async with opened(tls, script) as (session, server):
        done = await session.send(replace(TO_BOB, recipients=people), Notes())
    assert [one.reply.code for one in done.recipients] == [550, 250, 450, 250]
    assert [one.address for one in done.heard if one.address] == list(people)
    assert server.delivered[0].recipients == ["yes@s.test", "also@s.test"]


async def test_a_refused_sender_settles_nothing_for_recipients_asked_with_it(tls) -> None:
    script = Script(
        {"MAIL": "550 5.7.1 not you", "RCPT": "503 5.5.1 MAIL first"}, extensions=["PIPELINING"]
    )
    async with opened(tls, script) as (session, server):
        with pytest.raises(SubmissionFailed) as failure:
            await session.send(TO_BOB, Notes())
        assert failure.value.reply is not None
        assert failure.value.reply.code == 550
        assert failure.value.recipients == ()
        script.answers.clear()
        await session.send(TO_BOB, Notes())
    assert len(server.delivered) == 1


async def test_an_answer_too_many_to_what_was_asked_together_ends_the_line(tls) -> None:
    script = Script({"RCPT": "250 2.1.5 ok\n250 2.1.5 ok"}, extensions=["PIPELINING"])
    async with opened(tls, script) as (session, server):
        with pytest.raises(SubmissionFailed):
            await session.send(TO_BOB, Notes())
        assert not session.is_usable
    assert server.delivered == []


@pytest.mark.parametrize("extensions", [["CHUNKING"], ["CHUNKING", "PIPELINING"]])
async def test_a_large_mail_goes_in_chunks_as_it_is(tls, extensions) -> None:
    async with opened(tls, Script(extensions=extensions)) as (session, server):
        notes = Notes()
        done = await session.send(replace(TO_BOB, content=LARGE), notes)
        await session.send(TO_BOB, Notes())
    assert server.delivered[0].raw == LARGE
    assert server.delivered[1].raw == MAIL
    assert verbs(server)[3:] == ["MAIL", "RCPT", *["BDAT"] * 4, "MAIL", "RCPT", "DATA"]
    assert notes.phases == [Phase.ENVELOPE, Phase.DATA, Phase.FINAL_DOT]
    assert notes.sent[-1] == (len(LARGE), len(LARGE))
    assert done.heard[-1].phase is Phase.FINAL_DOT


async def test_the_last_chunk_is_not_sent_when_its_phase_cannot_be_written(tls) -> None:
    class DiskFull(Notes):
        async def phase(self, phase: Phase) -> None:
            if phase is Phase.FINAL_DOT:
                raise OSError(28, "No space left on device")

    async with opened(tls, Script(extensions=["CHUNKING"])) as (session, server):
        with pytest.raises(OSError, match="No space"):
            await session.send(replace(TO_BOB, content=LARGE), DiskFull())
        await asyncio.wait_for(server.gone.wait(), 60)
    assert server.delivered == []
    assert not any(line.endswith(b"LAST") for line in server.lines)


@pytest.mark.parametrize("extensions", [["CHUNKING"], ["CHUNKING", "PIPELINING"]])
async def test_a_refused_chunk_ends_the_mail_and_no_last_one_follows(tls, extensions) -> None:
    script = Script({"BDAT": "552 5.3.4 too large for us"}, extensions=extensions)
    async with opened(tls, script) as (session, server):
        with pytest.raises(SubmissionFailed) as failure:
            await session.send(replace(TO_BOB, content=LARGE), Notes())
        assert failure.value.reply is not None
        assert failure.value.reply.code == 552
        assert failure.value.phase is Phase.DATA
        assert not session.is_usable
    assert not any(line.endswith(b"LAST") for line in server.lines)


@pytest.mark.parametrize("extensions", [[], EXTENDED])
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "BDAT", "dot"])
async def test_dropped_at_any_step_of_any_mail_none_arrives_twice_or_unknown(
    tls, extensions, number, step
) -> None:
    content = LARGE if extensions else MAIL
    is_said = step not in ({"DATA"} if extensions else {"BDAT"})
    script = Script(extensions=extensions, cut_at=(number, step))
    states = []
    async with opened(tls, script) as (session, server):
        for n in range(3):
            if not session.is_usable:
                break
            mail = MailObject("a@north.test", (f"p{n}@s.test",), content)
            try:
                await session.send(mail, Notes())
                states.append("taken")
            except SubmissionFailed as failure:
                states.append("uncertain" if failure.is_uncertain else "waits")
                assert not session.is_usable
    if is_said:
        assert states == ["taken"] * (number - 1) + ["uncertain" if step == "dot" else "waits"]
    arrived = [mail.recipients[0] for mail in server.delivered]
    assert arrived == [f"p{n}@s.test" for n, state in enumerate(states) if state == "taken"]
