"""Attacks by what a mail could have done for it (K9, K10, K15 to K17): nothing is, unasked."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes

import pytest

from tests.hostile.kept import keep
from tests.hostile.mails import hostile_mails
from tests.hostile.making import mail, mail_of, multipart, part
from tests.hostile.seeds import seeds
from tests.services.letters import NORTH, ann
from tuimail.errors import ProtocolError, TuimailError, UserError
from tuimail.mime.addresses import (
    envelope_address,
    format_address_list,
    parse_address,
    parse_address_list,
)
from tuimail.mime.compose import build_mail, field_names
from tuimail.mime.headers import parse_envelope
from tuimail.mime.render import render_mail
from tuimail.model.address import Address
from tuimail.model.draft import Draft, DraftKind
from tuimail.protocols.imap.arguments import Literal, flag_list, mailbox, string
from tuimail.protocols.smtp.wire import data_chunks, normalised
from tuimail.services import answering, delivery, reading, triage, writing
from tuimail.services.mail import Mail
from tuimail.services.path import path_of
from tuimail.store.outgoing import bytes_of

BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
EVERY_FIELD = {
    *("Date", "From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
}


@pytest.fixture
def ours(tmp_path) -> Iterator[Mail]:
    opened = ann(tmp_path)
    yield opened
    opened.close()


def view_all(ours: Mail) -> int:
    """See every mail there is as a person does; return how many."""
    view = reading.everything(ours)
    rows = reading.rows(ours, view, reading.view_ids(ours, view))
    for row in rows:
        for prefer_html in (False, True):
            assert reading.rendered(ours, row.key, prefer_html=prefer_html) is not None
        path_of(ours, row)
        triage.mark_opened(ours, row.ref)
    return len(rows)


# K9: invitations

_RULES = (
    "RRULE:FREQ=SECONDLY;COUNT=1000000",
    "RRULE:FREQ=DAILY;COUNT=999999999",
    "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z;BYSECOND=" + ",".join(map(str, range(60))),
    "RRULE:FREQ=MINUTELY;BYDAY=MO;BYMONTHDAY=31;BYMONTH=2",
    "RRULE:" + "FREQ=DAILY;" * 2_000,
    "RDATE:" + ",".join(["20260101T000000Z"] * 20_000),
    "EXDATE:" + ",".join(["20260101T000000Z"] * 20_000),
    "DURATION:P99999999999W",
    "DTEND:00000000T000000Z",
    "ATTACH:http://evil.example/canary",
    "BEGIN:VALARM\r\nACTION:PROCEDURE\r\nATTACH:file:///bin/sh\r\nTRIGGER:-PT1S\r\nEND:VALARM",
    "BEGIN:VALARM\r\nACTION:EMAIL\r\nATTENDEE:mailto:x@evil.example\r\nEND:VALARM",
    "ATTENDEE;RSVP=TRUE:mailto:x@evil.example\r\n" * 4_000,
    "URL:file:///etc/passwd",
    "ORGANIZER:mailto:ceo@bank.example?attach=/etc/passwd",
    "BEGIN:VEVENT\r\n" * 5_000,
)


def invitation(rule: str, method: str = "REQUEST") -> bytes:
    event = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1@x.example\r\n"
        "SUMMARY:Lunch\r\nDTSTART:20260310T113000Z\r\nORGANIZER:mailto:ann@lee.example\r\n"
        f"ATTENDEE;RSVP=TRUE:mailto:ann@north.test\r\n{rule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return mail_of(1, f"text/calendar; method={method}; charset=utf-8", event)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule[:24])
def test_k9_an_invitation_is_shown_within_bounds_and_nothing_else(ours: Mail, rule: str) -> None:
    raws = [invitation(rule, method) for method in ("REQUEST", "CANCEL", "PUBLISH", "REPLY")]
    for raw in raws:
        shown = render_mail(raw)
        assert "Lunch" in shown.plain_text
        assert len(shown.lines) < 300
    keep(ours, raws)
    view_all(ours)
    assert not delivery.outbox(ours, all_mail=True)


# K10: receipts and whatever else asks for an answer

_ASKING = (
    "Disposition-Notification-To",
    "Return-Receipt-To",
    "X-Confirm-Reading-To",
    "Generate-Delivery-Report",
    "Read-Receipt-To",
    "X-Chameleon-Return-To",
    "Return-Receipt-Requested",
    "Disposition-Notification-Options",
    "Reply-By",
    "Expiry-Date",
)


def test_k10_a_hundred_mails_that_ask_for_a_receipt_get_none(ours: Mail) -> None:
    raws = []
    for number in range(100):
        name = _ASKING[number % len(_ASKING)].replace("-", "_")
        fields = {
            name: "<spy@evil.example>",
            "List_Unsubscribe": f"<https://evil.example/{number}>, <mailto:u@evil.example>",
            "List_Unsubscribe_Post": "List-Unsubscribe=One-Click",
            "Autocrypt": "addr=spy@evil.example; prefer-encrypt=mutual; keydata=mQ",
        }
        raws.append(mail(number, "words", **fields))
    keep(ours, raws)
    assert view_all(ours) == 100
    assert not delivery.outbox(ours, all_mail=True)
    assert not writing.drafts(ours)


# K15: header injection into what is sent


def answers_to(ours: Mail, raws: list[bytes]) -> Iterator[Draft]:
    for ref in keep(ours, raws):
        yield answering.forward(ours, ref, attachments=False)
        yield replace(answering.edit_as_new(ours, ref), attachments=(), bcc="")
        for kind in (DraftKind.REPLY, DraftKind.REPLY_ALL, DraftKind.REPLY_LIST):
            with suppress(UserError):  # there is nobody to answer
                yield answering.reply(ours, ref, kind)


def test_k15_no_answer_to_a_hostile_mail_has_a_field_more_than_was_meant(ours: Mail) -> None:
    made = 0
    for draft in answers_to(ours, list(dict.fromkeys([*hostile_mails(46, 15), *seeds()]))):
        with suppress(TuimailError):
            raw = build_mail(draft, "1@north.test", 0)
            head = raw.partition(b"\r\n\r\n")[0]
            names = field_names(head)
            assert set(names) <= EVERY_FIELD
            assert len(names) == len(set(names))
            assert not BARE.search(raw)
            meant = [envelope_address(a.addr_spec) for a in parse_address_list(draft.to)]
            assert [a.addr_spec for a in parse_envelope(raw).to] == meant
            assert len(message_from_bytes(raw).get_all("To", [])) <= 1
            made += 1
    assert made > 250


INJECTIONS = ("\r\nBcc: e@x.example", "\nBcc: e@x.example", "\rBcc: e@x", "\0", "\u2028Bcc: e@x")


@pytest.mark.parametrize("injection", INJECTIONS)
@pytest.mark.parametrize("field", ["Subject", "From", "To", "Message_ID", "References", "List_Id"])
def test_k15_encoded_line_breaks_of_a_received_field_break_no_line(
    ours: Mail, injection: str, field: str
) -> None:
    coded = "".join(f"={octet:02X}" for octet in f"x{injection}".encode())
    value = f"=?utf-8?q?{coded}?="
    body = f"{value} <a@b.example>" if field in ("From", "To") else value
    for draft in answers_to(ours, [mail(1, "words", **{field: body})]):
        raw = build_mail(replace(draft, to=draft.to or "z@b.example"), "1@north.test", 0)
        assert b"\nBcc:" not in raw.replace(b"\r", b"\n").partition(b"\n\n\n")[0]
        assert set(field_names(raw.partition(b"\r\n\r\n")[0])) <= EVERY_FIELD


# K16: SMTP smuggling (CVE-2023-51764, CVE-2023-51765, CVE-2023-51766)

ENDS = ("\n.\n", "\r.\r", "\r\n.\r", "\n.\r\n", "\r\n.\n", "\r\n\x00.\r\n", "\r\n.\r\n", "\r.\r\n")


@pytest.mark.parametrize("end", ENDS)
def test_k16_nothing_in_a_mail_ends_it_on_its_way(ours: Mail, end: str) -> None:
    smuggled = f"first{end}MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nsecond"
    (ref,) = keep(ours, [mail(1, f"words{end}more", Subject="x")])
    sent = [
        build_mail(
            replace(writing.new_draft(ours, to="z@b.example"), body=smuggled), "1@x.test", 0
        ),
        build_mail(replace(answering.forward(ours, ref), to="z@b.example"), "2@x.test", 0),
        bytes_of(ours.store, writing.redirect(ours, ref, "z@b.example")),
    ]
    for raw in sent:
        wire = b"".join(data_chunks(normalised(raw)))
        assert not BARE.search(wire)
        assert b"\r\n.\r\n" not in wire
        assert all(line[:2] == b".." for line in wire.split(b"\r\n") if line.startswith(b"."))


# K17: what CPython's own mail library got wrong


@pytest.mark.parametrize(
    "text",
    [
        "alice@example.org)bob@evil.example",
        "alice@example.org]<bob@evil.example>",
        "alice@example.org(<bob@evil.example>",
        "alice@example.org <bob@evil.example> x",
        "<alice@example.org>bob@evil.example",
        "alice@example.org<bob@evil.example",
    ],
)
def test_k17_cve_2023_27043_text_around_an_address_is_never_taken_for_it(text: str) -> None:
    """parseaddr returned the part before a bracket: a domain allowed that is not written to."""
    with pytest.raises(UserError):
        parse_address(text)
    shown = render_mail(mail(1, "words", From=text))
    assert shown.warnings or shown.envelope.author.addr_spec != "alice@example.org"


@pytest.mark.parametrize("text", ["a@evil.example@good.example", "a@b@c", "@a", "a@@b", '"a@b'])
def test_k17_cve_2019_16056_two_at_signs_are_no_address(text: str) -> None:
    """parseaddr took what is before the second @ for the address."""
    with pytest.raises(UserError):
        parse_address(text)


@pytest.mark.parametrize(
    "name", ["x\nBcc: e@x.example", "x\r\n\r\nbody", "a\r", "\n", "x\x0bBcc: y"]
)
def test_k17_cve_2024_6923_cve_2026_1299_a_line_break_in_a_field_makes_no_field(
    ours: Mail, name: str
) -> None:
    """The generator of bytes wrote values with line breaks as they were."""
    draft = replace(
        writing.new_draft(ours, to="z@b.example"),
        subject=name,
        from_=Address(name, NORTH.address.addr_spec),
        in_reply_to=name,
        references=(name,),
    )
    head = build_mail(draft, "1@north.test", 0).partition(b"\r\n\r\n")[0]
    assert set(field_names(head)) <= EVERY_FIELD - {"In-Reply-To", "References"}


@pytest.mark.parametrize("count", [1, 3, 40])
def test_k17_cve_2025_1795_a_comma_in_a_name_parts_no_addresses_when_it_is_folded(
    ours: Mail, count: int
) -> None:
    """A folded comma of an encoded name was written bare: one recipient read as two."""
    people = [Address(f"Ünal, Ann {'long ' * n}", f"p{n}@x.example") for n in range(count)]
    draft = replace(writing.new_draft(ours), to=format_address_list(people))
    read = parse_envelope(build_mail(draft, "1@north.test", 0)).to
    assert [one.addr_spec for one in read] == [one.addr_spec for one in people]
    assert [one.name for one in read] == [one.name.strip() for one in people]


@pytest.mark.parametrize(
    "text", ["a\r\nA1 LOGOUT", "a\nb", "a\rb", "a\0b", '"', "\\", "{5}", "a" * 2_000]
)
def test_k17_cve_2025_15366_no_argument_of_imap_is_a_command(text: str) -> None:
    """imaplib sent line breaks in arguments as they were."""
    for make in (string, mailbox):
        with suppress(ProtocolError):  # a NUL is refused
            argument = make(text)
            assert isinstance(argument, Literal) or not set(argument) & set(b"\r\n\0")
            assert isinstance(argument, Literal) or argument.startswith(b'"')
    with suppress(ProtocolError):
        assert b"\n" not in flag_list([text])


def test_attacks_on_subparts_are_mails_as_well(ours: Mail) -> None:
    inner = part(
        "message/rfc822", mail(2, "x", Disposition_Notification_To="spy@evil.example").decode()
    )
    keep(ours, [multipart(1, "mixed", part("text/plain", "hi"), inner)])
    assert view_all(ours) == 1
    assert not delivery.outbox(ours, all_mail=True)
