"""Submitting a mail: what reaches the server, what is kept, and what is never sent."""

import asyncio
import logging
import os
import random
from dataclasses import replace

import pytest

from tests.engine.patience import until
from tests.protocols.smtp.one_mail import submit
from tuimail.errors import (
    NetworkError,
    ProtocolError,
    SignInRefused,
    TlsError,
    UserError,
)
from tuimail.model.account import Security, Server
from tuimail.model.outgoing import Phase
from tuimail.model.secret import Secret
from tuimail.protocols.smtp.connection import Timeouts
from tuimail.protocols.smtp.mail import MailObject
from tuimail.protocols.smtp.outcome import SubmissionFailed
from tuimail.protocols.smtp.session import check_sign_in
from tuimail.protocols.smtp.wire import CHUNK_BYTES

from .scripted import CUT, PASSWORD, SILENCE, Script, ScriptedServer, running

MAIL = b"From: alice@north.test\r\nSubject: x\r\n\r\nHello.\r\n"
TO_BOB = MailObject("alice@north.test", ("bob@south.test",), MAIL)
SHORT = Timeouts(connect=2, greeting=0.5, command=0.5, envelope=0.5, data=0.5, block=0.5, final=0.5)


class Notes:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.phases: list[Phase] = []
        self.sent: list[tuple[int, int]] = []

    async def phase(self, phase: Phase) -> None:
        self.phases.append(phase)

    def progress(self, sent: int, total: int) -> None:
        self.sent.append((sent, total))


async def send(
    server: ScriptedServer,
    tls,
    raw=MAIL,
    mail=None,
    notes=None,
    password=PASSWORD,
    timeouts=SHORT,
):
    return await submit(
        server.server(tls.ca_file),
        Secret(password),
        mail or replace(TO_BOB, content=raw),
        notes or Notes(),
        timeouts,
    )


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_mail_goes_out_with_every_reply_kept(tls, security) -> None:
    notes = Notes()
    async with running(tls.context, security=security) as server:
        done = await send(server, tls, notes=notes)
    assert server.delivered[0].raw == MAIL
    assert server.delivered[0].recipients == ["bob@south.test"]
    assert done.recipients[0].accepted
    assert done.recipients[0].reply.enhanced_code == "2.1.5"
    assert (done.final.code, done.final.enhanced_code, done.queue_id) == (250, "2.0.0", "4XyZ123")
    assert done.server.tls.startswith("TLSv1.")
    assert done.server.max_size == 50_000_000
    assert notes.phases == [Phase.CONNECT, Phase.ENVELOPE, Phase.DATA, Phase.FINAL_DOT]


async def test_the_wire_names_no_host_of_ours(tls) -> None:
    async with running(tls.context) as server:
        await send(server, tls)
    assert server.lines[0] == b"EHLO [127.0.0.1]"
    assert server.lines[3] == b"MAIL FROM:<alice@north.test> SIZE=%d" % len(MAIL)


async def test_hello_is_said_again_after_starttls(tls) -> None:
    async with running(tls.context, security=Security.STARTTLS) as server:
        await send(server, tls)
    assert server.clear == b"EHLO [127.0.0.1]\r\nSTARTTLS\r\n"
    assert server.lines[0] == b"EHLO [127.0.0.1]"


@pytest.mark.parametrize(
    "script",
    [
        Script(offers_starttls=False),
        *(
            Script({"STARTTLS": answer})
            for answer in (
                "454 4.7.0 not now",
                "500 5.5.1 what?",
                "354 go ahead",
                "250 ok",
                "NO",
                "",
                CUT,
                SILENCE,
                "220 go\n250 AUTH PLAIN",
                "220-go\n220 ahead\n235 welcome",
                "220 go\nX" + "x" * 4000,
            )
        ),
        Script({"EHLO": "500 what?"}),
        Script({"EHLO": "250-mail\n250-STARTTLS\n250 AUTH PLAIN\n250 extra"}),
        Script({"greeting": "220 hi\n250 AUTH PLAIN"}),
        Script({"greeting": "235 welcome, you are signed in"}),
    ],
)
async def test_cve_2021_38502_ghsa_vxj7_nothing_secret_goes_over_a_line_that_is_not_safe(
    tls, script
) -> None:
    async with running(tls.context, script, Security.STARTTLS) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls)
    assert set(server.clear.split(b"\r\n")) <= {b"EHLO [127.0.0.1]", b"STARTTLS", b""} or (
        server.clear.startswith(b"EHLO [127.0.0.1]\r\nSTARTTLS\r\n\x16\x03")
    )
    assert b"AUTH" not in server.clear
    assert server.sign_ins == 0
    assert server.lines == []
    assert failure.value.phase is Phase.CONNECT
    assert not failure.value.is_uncertain


async def test_no_starttls_says_what_to_do(tls) -> None:
    async with running(tls.context, Script(offers_starttls=False), Security.STARTTLS) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls)
    assert isinstance(failure.value.cause, TlsError)
    assert "465" in failure.value.hint


async def test_an_unknown_certificate_is_refused_before_anything_is_said(tls) -> None:
    async with running(tls.context) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await submit(
                replace(server.server(tls.ca_file), ca_file=None),
                Secret(PASSWORD),
                TO_BOB,
                Notes(),
                SHORT,
            )
    assert isinstance(failure.value.cause, TlsError)
    assert server.lines == []


async def test_a_name_that_cannot_exist_is_a_server_that_cannot_be_reached(tls) -> None:
    nowhere = Server("smtp..example.org", 465, Security.TLS, "alice")
    with pytest.raises(SubmissionFailed, match="is not known: check the host name") as failure:
        await submit(nowhere, Secret(PASSWORD), TO_BOB, Notes(), SHORT)
    assert type(failure.value.cause) is NetworkError


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
async def test_a_server_that_repeats_the_sign_in_shows_it_to_nobody(tls, mechanism, caplog) -> None:
    caplog.set_level(logging.DEBUG, logger="tuimail.wire")

    def echo(line: bytes) -> str:
        return f"535 5.7.8 what is {line.split()[-1].decode()}"

    script = Script(auth=mechanism, answers={"AUTH": echo})
    async with running(tls.context, script) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls, password="wrong")
        said = server.lines[-1].split()[-1].decode()
    cause = failure.value.cause
    assert isinstance(cause, SignInRefused)
    assert "what is" in cause.reply
    assert said not in cause.reply + caplog.text


async def test_a_wrong_password_is_one_attempt(tls) -> None:
    async with running(tls.context) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls, password="wrong")
    assert isinstance(failure.value.cause, SignInRefused)
    assert server.sign_ins == 1
    assert "wrong" not in str(failure.value)


async def test_login_is_used_where_plain_is_not_offered(tls) -> None:
    async with running(tls.context, Script(auth="LOGIN CRAM-MD5")) as server:
        await send(server, tls)
    assert server.delivered


@pytest.mark.parametrize("auth", ["CRAM-MD5 XOAUTH2", ""])
async def test_no_usable_mechanism_is_said(tls, auth) -> None:
    async with running(tls.context, Script(auth=auth)) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls)
    assert isinstance(failure.value.cause, ProtocolError)
    assert server.sign_ins == 0


async def test_a_temporary_no_to_sign_in_is_tried_again_later(tls) -> None:
    async with running(tls.context, Script({"AUTH": "454 4.7.0 busy"})) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls)
    assert isinstance(failure.value.cause, NetworkError)


@pytest.mark.parametrize(
    ("step", "phase"),
    [
        ("greeting", Phase.CONNECT),
        ("EHLO", Phase.CONNECT),
        ("AUTH", Phase.CONNECT),
        ("MAIL", Phase.ENVELOPE),
        ("RCPT", Phase.ENVELOPE),
        ("DATA", Phase.DATA),
    ],
)
@pytest.mark.parametrize("how", [CUT, SILENCE, "rubbish", "250"])
async def test_a_line_lost_before_the_dot_is_safe_to_try_again(tls, step, phase, how) -> None:
    if how == "250" and step in ("MAIL", "RCPT", "EHLO"):
        how = "999 9.9.9 what"
    async with running(tls.context, Script({step: how})) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls)
    assert failure.value.phase is phase
    assert not failure.value.is_uncertain
    assert server.dots == 0
    assert server.delivered == []


@pytest.mark.parametrize("step", ["MAIL", "DATA", "dot"])
@pytest.mark.parametrize("code", [450, 554])
async def test_a_refusal_is_kept_with_its_step(tls, step, code) -> None:
    answer = f"{code} {code // 100}.7.1 policy"
    async with running(tls.context, Script({step: answer})) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls)
    assert failure.value.reply is not None
    assert failure.value.reply.line == answer
    assert failure.value.reply.is_temporary == (code == 450)
    assert not failure.value.is_uncertain
    assert server.delivered == []


@pytest.mark.parametrize("answer", [CUT, SILENCE, "rubbish", "421 4.3.0 closing", "354 more?", "2"])
async def test_no_answer_to_the_dot_is_uncertain(tls, answer) -> None:
    script = Script({"dot": answer}, delivers_before="dot")
    async with running(tls.context, script) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls)
    assert failure.value.is_uncertain
    assert failure.value.phase is Phase.FINAL_DOT
    assert len(server.delivered) == 1


async def test_some_recipients_refused_others_taken(tls) -> None:
    def rcpt(line: bytes) -> str:
        if b"no@" in line:
            return "550 5.1.1 no such user"
        return "450 4.2.1 later" if b"later@" in line else "250 2.1.5 ok"

    mail = MailObject("a@north.test", ("no@s.test", "yes@s.test", "later@s.test"), MAIL)
    async with running(tls.context, Script({"RCPT": rcpt})) as server:
        done = await send(server, tls, mail=mail)
    assert [r.accepted for r in done.recipients] == [False, True, False]
    assert [r.reply.code for r in done.recipients] == [550, 250, 450]
    assert server.delivered[0].recipients == ["yes@s.test"]


async def test_every_recipient_refused_sends_nothing(tls) -> None:
    async with running(tls.context, Script({"RCPT": "550 5.1.1 no such user"})) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls)
    assert failure.value.recipients[0].reply.code == 550
    assert failure.value.reply is None
    assert b"DATA" not in server.lines


async def test_a_reply_too_many_ends_the_line(tls) -> None:
    script = Script({"RCPT": "250 2.1.5 ok\n250 2.0.0 Ok: queued"})
    async with running(tls.context, script) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls)
    assert isinstance(failure.value.cause, ProtocolError)
    assert server.delivered == []


async def test_a_mail_larger_than_announced_is_not_begun(tls) -> None:
    async with running(tls.context, Script(extensions=["SIZE 1000"])) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls, raw=MAIL + b"x" * 2000)
    assert "takes at most" in failure.value.hint
    assert not any(line.startswith(b"MAIL") for line in server.lines)


@pytest.mark.parametrize("offered", [True, False])
async def test_reports_are_asked_for_where_the_server_gives_them(tls, offered) -> None:
    script = Script(extensions=["DSN"] if offered else ["8BITMIME"])
    mail = MailObject("alice@north.test", ("b+o=b@south.test",), MAIL, "0a1b2c3d")
    async with running(tls.context, script) as server:
        done = await submit(server.server(tls.ca_file), Secret(PASSWORD), mail, Notes())
    asked = (
        b"MAIL FROM:<alice@north.test> RET=HDRS ENVID=0a1b2c3d",
        b"RCPT TO:<b+o=b@south.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;b+2Bo+3Db@south.test",
    )
    plain = (b"MAIL FROM:<alice@north.test>", b"RCPT TO:<b+o=b@south.test>")
    assert [line for line in server.lines if line[:4] in (b"MAIL", b"RCPT")] == list(
        asked if offered else plain
    )
    assert done.server.reports_delivery is offered


@pytest.mark.parametrize("mark", ["a b", "a\r\nRCPT", "ä", "a<b>"])
async def test_a_mark_that_could_end_the_line_is_refused(tls, mark) -> None:
    mail = MailObject("alice@north.test", ("bob@south.test",), MAIL, mark)
    async with running(tls.context, Script(extensions=["DSN"])) as server:
        with pytest.raises(SubmissionFailed):
            await submit(server.server(tls.ca_file), Secret(PASSWORD), mail, Notes())
    assert server.connections == 0


@pytest.mark.parametrize("offered", [True, False])
async def test_eight_bit_mail_needs_8bitmime(tls, offered) -> None:
    script = Script(extensions=["8BITMIME"] if offered else [])
    async with running(tls.context, script) as server:
        if offered:
            await send(server, tls, raw=MAIL + "ä\r\n".encode())
            assert b"MAIL FROM:<alice@north.test> BODY=8BITMIME" in server.lines
        else:
            with pytest.raises(SubmissionFailed):
                await send(server, tls, raw=MAIL + "ä\r\n".encode())
            assert server.delivered == []


@pytest.mark.parametrize(
    "address",
    [
        "a@b.test>\r\nRCPT TO:<v@x.test",
        "a@b.test\nX",
        "a b@c.test",
        "a@b@c",
        "",
        "<>",
        "a@b.test> SIZE=1",
        "ü\u200b@x.test",
        "ü\u00a0@x.test",
        "a@ü.test",
        "a@b.test\0",
    ],
)
async def test_ghsa_v3q9_a_bad_envelope_never_reaches_the_wire(tls, address) -> None:
    async with running(tls.context) as server:
        bad = [MailObject("a@north.test", (address,), MAIL)]
        if address:  # no sender at all is what receipts have
            bad.append(MailObject(address, ("b@s.test",), MAIL))
        for mail in bad:
            with pytest.raises(SubmissionFailed) as failure:
                await send(server, tls, mail=mail)
            assert isinstance(failure.value.cause, UserError)
    assert server.connections == 0


async def test_mail_to_which_nothing_is_to_come_back_has_an_empty_path(tls) -> None:
    async with running(tls.context) as server:
        await send(server, tls, mail=replace(TO_BOB, sender=""))
    assert any(line.startswith(b"MAIL FROM:<>") for line in server.lines)


async def test_k16_cve_2023_51764_bare_line_ends_and_dots_never_end_the_mail_early(tls) -> None:
    smuggled = b"From: a\n\nhello\n.\nMAIL FROM:<x@y>\r.\r\r\n.\r\nEHLO\r\n..\r\n.x\n.\r"
    async with running(tls.context) as server:
        await send(server, tls, raw=smuggled)
    assert server.dots == 1
    wire = server.body
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert b"\r\n.\r\n" not in wire
    expected = smuggled.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    assert server.delivered[0].raw == expected


async def test_a_line_cut_while_sending_is_safe_to_try_again(tls) -> None:
    async with running(tls.context, Script(cut_after_body_bytes=200_000)) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls, raw=MAIL + (b"x" * 76 + b"\r\n") * 400_000)
    assert failure.value.phase is Phase.DATA
    assert not failure.value.is_uncertain
    assert server.delivered == []


async def test_a_refusal_while_sending_stops_the_sending(tls) -> None:
    script = Script(answer_early=(100_000, "552 5.3.4 too large for us"), body_delay_s=0.001)
    async with running(tls.context, script) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls, raw=MAIL + (b"x" * 76 + b"\r\n") * 300_000)
        await asyncio.wait_for(server.gone.wait(), 60)
    assert failure.value.reply is not None
    assert failure.value.reply.code == 552
    assert server.dots == 0


async def test_a_server_that_stops_reading_is_given_up(tls) -> None:
    script = Script(body_delay_s=5)
    async with running(tls.context, script) as server:
        with pytest.raises(SubmissionFailed) as failure:
            await send(server, tls, raw=MAIL + (b"x" * 76 + b"\r\n") * 300_000)
        assert failure.value.phase is Phase.DATA
        assert isinstance(failure.value.cause, NetworkError)
    assert server.dots == 0


async def test_a_slow_reader_may_take_longer_than_the_timeout_in_all(tls) -> None:
    timeouts = replace(SHORT, block=0.4, final=5)
    script = Script(body_delay_s=0.02)
    async with running(tls.context, script) as server:
        await send(server, tls, raw=MAIL + (b"x" * 76 + b"\r\n") * 60_000, timeouts=timeouts)
    assert server.delivered
    assert server.reads * script.body_delay_s > timeouts.block


async def test_a_send_cancelled_while_sending_is_never_delivered(tls) -> None:
    script = Script(body_delay_s=0.005)
    async with running(tls.context, script) as server, asyncio.TaskGroup() as group:
        raw = MAIL + (b"x" * 76 + b"\r\n") * 300_000
        task = group.create_task(send(server, tls, raw=raw))
        await until(lambda: server.reads > 3)
        task.cancel()
        await asyncio.wait_for(server.gone.wait(), 60)
        assert server.dots == 0
        assert server.delivered == []
        assert len(server.body) < len(raw)


@pytest.mark.proof
@pytest.mark.parametrize("size", [100, 300_000])
async def test_cancelled_at_any_moment_it_is_delivered_only_after_its_dot_was_announced(
    tls, size
) -> None:
    """Whatever was stopped before FINAL_DOT was written down must not arrive."""
    source = random.Random(size)
    count = 300 if os.environ.get("PROOF_FULL") == "1" else 40
    stopped = 0
    raw = MAIL + (b"x" * 76 + b"\r\n") * (size // 78)
    async with running(tls.context) as server:
        for _ in range(count):
            notes, before = Notes(), len(server.delivered)
            async with asyncio.TaskGroup() as group:
                task = group.create_task(send(server, tls, raw=raw, notes=notes))
                await asyncio.sleep(source.random() * 0.03)
                task.cancel()
            await server.gone.wait()
            if Phase.FINAL_DOT not in notes.phases:
                stopped += 1
                assert len(server.delivered) == before
            assert len(server.delivered) - before <= 1
    print(f"cancelled {count} sends of {size} bytes; {stopped} before the dot, 0 of them delivered")
    assert stopped


async def test_a_small_mail_cancelled_before_its_dot_is_never_delivered(tls) -> None:
    class StopsAtDot(Notes):
        async def phase(self, phase: Phase) -> None:
            if phase is Phase.FINAL_DOT:
                raise asyncio.CancelledError
            await super().phase(phase)

    async with running(tls.context) as server:
        with pytest.raises(asyncio.CancelledError):
            await send(server, tls, notes=StopsAtDot())
        await asyncio.wait_for(server.gone.wait(), 60)
    assert server.dots == 0
    assert server.delivered == []


async def test_the_dot_is_not_sent_when_its_phase_cannot_be_written(tls) -> None:
    class DiskFull(Notes):
        async def phase(self, phase: Phase) -> None:
            if phase is Phase.FINAL_DOT:
                raise OSError(28, "No space left on device")

    async with running(tls.context) as server:
        with pytest.raises(OSError, match="No space"):
            await send(server, tls, notes=DiskFull())
        await asyncio.wait_for(server.gone.wait(), 60)
    assert server.delivered == []


async def test_a_large_mail_does_not_hold_the_loop(tls) -> None:
    raw = MAIL + (b"." + b"x" * 75 + b"\r\n") * (25_000_000 // 78)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    notes = Notes()
    async with running(tls.context) as server, asyncio.TaskGroup() as group:
        pulse = group.create_task(beat())
        await send(server, tls, raw=raw, notes=notes, timeouts=Timeouts())
        pulse.cancel()
    assert len(server.delivered[0].raw) == len(raw)
    assert notes.sent[-1] == (len(raw), len(raw))
    assert beats > len(raw) // CHUNK_BYTES


async def test_a_sign_in_can_be_tried_alone(tls) -> None:
    async with running(tls.context) as server:
        facts = await check_sign_in(server.server(tls.ca_file), Secret(PASSWORD), SHORT)
        await asyncio.wait_for(server.gone.wait(), 60)
    assert "8BITMIME" in facts.extensions
    assert server.lines[-1] == b"QUIT"


async def test_a_port_nobody_listens_on_is_named(tls) -> None:
    async with running(tls.context) as server:
        config = server.server(tls.ca_file)
    with pytest.raises(NetworkError, match=f"Nothing answers on localhost:{config.port}"):
        await check_sign_in(config, Secret(PASSWORD), SHORT)
