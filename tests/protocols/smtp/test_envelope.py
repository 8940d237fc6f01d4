"""What is said before the content: what the server offers decides, and nothing is sent in vain."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tuimail.errors import ProtocolError
from tuimail.protocols.smtp.envelope import CannotHold, envelope_of
from tuimail.protocols.smtp.facts import Limits, ServerFacts
from tuimail.protocols.smtp.mail import MailObject, Wishes, original_recipient
from tuimail.protocols.smtp.outcome import SubmissionFailed

from .scripted import Script
from .test_session import opened
from .test_transaction import MAIL, TO_BOB, Notes

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC).timestamp()
NAMED = "From: alice@north.test\r\nTo: <jürgen@south.test>\r\n\r\nHello.\r\n".encode()
JURGEN = "jürgen@south.test"


def facts(*extensions: str) -> ServerFacts:
    return ServerFacts("smtp.north.test", "mail", "TLSv1.3 X", extensions, 0)


def said(mail: MailObject, *extensions: str) -> tuple[bytes, list[bytes]]:
    envelope = envelope_of(mail, mail.content, facts(*extensions), NOW)
    return b" ".join(envelope.sender), [b" ".join(one) for one in envelope.recipients.values()]


def test_success_is_reported_where_that_is_wished_for() -> None:
    mail = replace(TO_BOB, envelope_id="0a1b", wishes=Wishes(reports_success=True))
    assert b"NOTIFY=SUCCESS,FAILURE,DELAY" in said(mail, "DSN")[1][0]
    assert b"NOTIFY" not in said(mail)[1][0]


def test_an_address_beyond_ascii_goes_to_a_server_that_takes_it() -> None:
    mail = MailObject("alice@north.test", (JURGEN,), NAMED)
    sender, recipients = said(mail, "8BITMIME", "SMTPUTF8")
    assert sender == b"MAIL FROM:<alice@north.test> BODY=8BITMIME SMTPUTF8"
    assert recipients == ["RCPT TO:<jürgen@south.test>".encode()]


def test_ascii_mail_asks_for_no_smtputf8() -> None:
    assert b"SMTPUTF8" not in said(TO_BOB, "8BITMIME", "SMTPUTF8")[0]


def test_only_the_foreign_address_is_barred_where_the_mail_names_it_not() -> None:
    mail = replace(TO_BOB, recipients=("bob@south.test", JURGEN))
    envelope = envelope_of(mail, MAIL, facts(), NOW)
    assert list(envelope.recipients) == ["bob@south.test"]
    assert "ASCII address of jürgen@south.test" in envelope.barred[JURGEN]


@pytest.mark.parametrize("recipients", [(JURGEN,), ("bob@south.test", JURGEN)])
def test_a_mail_that_names_it_goes_to_nobody(recipients) -> None:
    mail = MailObject("alice@north.test", recipients, NAMED)
    envelope = envelope_of(mail, NAMED, facts("8BITMIME"), NOW)
    assert not envelope.recipients
    assert list(envelope.barred) == list(recipients)
    assert all("beyond ASCII" in words for words in envelope.barred.values())


def test_a_sender_beyond_ascii_needs_it_too() -> None:
    with pytest.raises(ProtocolError, match="cannot send from"):
        envelope_of(replace(TO_BOB, sender="ä@north.test"), MAIL, facts(), NOW)


def test_eight_bit_fields_of_ready_made_mail_go_as_before() -> None:
    mail = replace(TO_BOB, content=NAMED)
    assert said(mail, "8BITMIME")[0] == b"MAIL FROM:<alice@north.test> BODY=8BITMIME"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("b+o=b@s.test", b"ORCPT=rfc822;b+2Bo+3Db@s.test"),
        ("jü\\r=@s.test", rb"ORCPT=utf-8;j\x{FC}\x{5C}r\x{3D}@s.test"),
    ],
)
def test_the_original_recipient_is_encoded(address, expected) -> None:
    assert original_recipient(address) == expected


async def test_a_server_without_smtputf8_is_asked_nothing_of_it(tls) -> None:
    mail = MailObject("alice@north.test", (JURGEN, "bob@south.test"), MAIL)
    async with opened(tls) as (session, server):
        done = await session.send(mail, Notes())
        with pytest.raises(SubmissionFailed) as failure:
            await session.send(replace(mail, recipients=(JURGEN,)), Notes())
        assert list(failure.value.barred) == [JURGEN]
        assert session.is_usable
    assert list(done.barred) == [JURGEN]
    assert [mail.recipients for mail in server.delivered] == [["bob@south.test"]]
    assert sum(line.startswith(b"MAIL") for line in server.lines) == 1


async def test_utf8_reaches_the_wire_as_it_is(tls) -> None:
    mail = MailObject("alice@north.test", (JURGEN,), NAMED)
    script = Script(extensions=["8BITMIME", "SMTPUTF8", "PIPELINING"])
    async with opened(tls, script) as (session, server):
        await session.send(mail, Notes())
    assert server.delivered[0].recipients == [JURGEN]
    assert server.delivered[0].raw == NAMED


HOLDS = "FUTURERELEASE 604800 2026-12-06T00:00:00Z"


def later(days: float) -> MailObject:
    return replace(TO_BOB, wishes=Wishes(hold_until=int(NOW + days * 86400)))


def test_a_mail_for_later_names_its_time() -> None:
    assert said(later(1), HOLDS)[0].endswith(b" HOLDUNTIL=2026-12-02T08:00:00Z")
    assert envelope_of(later(1), MAIL, facts(HOLDS), NOW).is_held


def test_a_time_that_has_come_is_no_wish_any_more() -> None:
    assert b"HOLD" not in said(later(-1), HOLDS)[0]
    assert not envelope_of(later(-1), MAIL, facts(HOLDS), NOW).is_held


@pytest.mark.parametrize(
    ("days", "offered"),
    [
        (1, ()),
        (5, (HOLDS,)),  # past its latest date
        (8, ("FUTURERELEASE 604800",)),
        (1, ("FUTURERELEASE",)),
        (1, ("FUTURERELEASE many",)),
    ],
)
def test_what_a_server_does_not_hold_so_long_is_not_given_to_it(days, offered) -> None:
    with pytest.raises(CannotHold):
        envelope_of(later(days), MAIL, facts(*offered), NOW)


@pytest.mark.parametrize("answer", ["501 5.5.4 too far", "555 5.5.4 unknown parameter"])
async def test_a_server_that_will_not_hold_it_after_all_refuses_no_mail(tls, answer) -> None:
    mail = replace(TO_BOB, wishes=Wishes(hold_until=int(time.time()) + 3600))
    script = Script({"MAIL": answer}, extensions=["FUTURERELEASE 604800"])
    async with opened(tls, script) as (session, _):
        with pytest.raises(SubmissionFailed) as failure:
            await session.send(mail, Notes())
        assert isinstance(failure.value.cause, CannotHold)
        assert failure.value.reply is None
        assert session.is_usable


async def test_what_it_holds_is_told(tls) -> None:
    until = int(time.time()) + 3600
    script = Script(extensions=["FUTURERELEASE 604800 2099-01-01T00:00:00Z"])
    async with opened(tls, script) as (session, server):
        done = await session.send(replace(TO_BOB, wishes=Wishes(hold_until=until)), Notes())
    assert done.is_held
    assert any(b"HOLDUNTIL=" in line for line in server.lines)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("LIMITS RCPTMAX=20 MAILMAX=5 RCPTDOMAINMAX=1 NEW=2", Limits(5, 20, 1)),
        ("LIMITS RCPTMAX=x MAILMAX=-5", Limits(0, 0, 0)),
        ("LIMITS", Limits(0, 0, 0)),
        ("SIZE 5", Limits(0, 0, 0)),
    ],
)
def test_limits_are_read(line, expected) -> None:
    assert facts(line).limits == expected
