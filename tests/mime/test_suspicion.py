import base64

import pytest

from tuimail.mime.fields import parse_fields
from tuimail.mime.headers import parse_envelope
from tuimail.mime.render import render_mail
from tuimail.mime.suspicion import elsewhere_warnings
from tuimail.model.caution import CautionKind, Weight

LIST = "\r\nList-Id: <dev.lists.example>\r\nList-Post: <mailto:dev@lists.example>"


def warnings(head: str) -> str:
    return " ".join(said.text for said in render_mail(f"{head}\r\n\r\nx".encode()).warnings)


def kinds(head: str) -> set[CautionKind]:
    raw = f"{head}\r\n\r\nx".encode("utf-8", "surrogateescape")
    return {said.kind for said in render_mail(raw).warnings}


def elsewhere(head: str, *known: str) -> str:
    raw = f"{head}\r\n\r\n".encode()
    found = elsewhere_warnings(parse_fields(raw), parse_envelope(raw), known.__contains__)
    return " ".join(said.text for said in found)


def encoded(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def test_an_answer_that_goes_to_another_owner_is_warned_of():
    assert "evil.co.uk" in elsewhere("From: a@bank.co.uk\r\nReply-To: a@evil.co.uk")
    assert "evil.github.io" in elsewhere("From: a@bank.github.io\r\nReply-To: a@evil.github.io")
    many = "a@bank.example, b@bank.example, c@bank.example, x@evil.example"
    assert "x@evil.example" in elsewhere(f"From: ceo@bank.example\r\nReply-To: {many}")
    twice = "Reply-To: a@bank.example\r\nReply-To: x@evil.example"
    assert "x@evil.example" in elsewhere(f"From: ceo@bank.example\r\n{twice}")


def test_an_answer_that_stays_with_the_owner_or_goes_to_somebody_known_is_not():
    assert not elsewhere("From: a@news.bank.co.uk\r\nReply-To: a@bank.co.uk")
    assert not elsewhere("From: a@faß.de\r\nReply-To: a@mail.xn--fa-hia.de")
    private = "From: ann@example.com\r\nReply-To: ann@private.example"
    assert elsewhere(private)
    assert not elsewhere(private, "ann@private.example")


def test_a_list_may_have_answers_sent_to_itself_but_its_id_alone_makes_no_list():
    mail = "From: ann@north.example\r\nReply-To: dev@lists.example"
    assert not elsewhere(mail + LIST)
    assert elsewhere(mail + "\r\nList-Id: <dev.lists.example>")


def test_a_newsletter_may_have_answers_sent_elsewhere_but_not_in_secret():
    head = "From: news@mail.example\r\nReply-To: hello@shop.example\r\nSender: x@relay.example"
    assert "x@relay.example" in elsewhere(head)
    raw = f"{head}\r\nList-Unsubscribe: <https://mail.example/x>\r\n\r\n".encode()
    (said,) = elsewhere_warnings(parse_fields(raw), parse_envelope(raw), lambda _: False)
    assert "hello@shop.example" in said.text
    assert said.weight is Weight.NOTE


def test_who_sends_in_the_name_of_another_is_named():
    assert "x@evil.example sent this" in elsewhere("From: a@bank.example\r\nSender: x@evil.example")
    assert not elsewhere("From: a@bank.example\r\nSender: b@mail.bank.example")
    assert not elsewhere("From: a@bank.example\r\nSender: x@evil.example", "x@evil.example")


def test_a_program_that_writes_in_peoples_names_is_judged_by_whether_it_is_known():
    mail = 'From: "jira@corp.example (Jira)" <no-reply@tracker.example>'
    assert not warnings(mail)
    assert "jira@corp.example" in elsewhere(mail)
    assert not elsewhere(mail, "no-reply@tracker.example")


@pytest.mark.parametrize(
    "name",
    [
        "ceo@bank.com",
        "The CEO (ceo@bank.com)",
        "ceo\uff20bank.com",
        "ceo\ufe6bbank.com",
        "ceo @ bank.com",
        "ceo\u200b@\u200bbank\u200b.com",
        "ceo [at] bank.com",
        "ceo (at) bank (dot) com",
        "ceo_at_bank.com",
        "ceo@bank\u2024com",
        "ceo@bank\u3002com",
        "\u24d0 ceo \u24d0 bank.com",
        "c e o @ b a n k . c o m",
        "ce\u0301o@ba\u0331nk.com",
        "\u202emoc.knab@oec",
        "\u2067moc.knab@oec",
        "\u2066ceo@bank.com\u2069",
        "ceo@bank.com\r\nX: y",
        "ceo@bank.com\0",
        "ceo@bank.com" + " " * 300,
        "a" * 1200 + " ceo@bank.com",
        "bank.com",
        "https://bank.com",
        "PAYPAL.COM",
    ],
)
def test_a_name_that_shows_another_address_is_warned_of_in_every_disguise(name):
    assert CautionKind.NAME in kinds(f"From: {encoded(name)} <x@evil.example>")


@pytest.mark.parametrize(
    "author",
    [
        '"Ann (Example Corp)" <ann@example.com>',
        '"ann@example.com" <ann@example.com>',
        '"ann@gmail.com" <ann@googlemail.com>',
        '"notifications@github.com" <noreply@github.com>',
        '"Ann @ Work" <ann@work.example>',
        '"meet@5pm" <a@b.example>',
        '"Dr. J.R.R. Tolkien" <t@b.example>',
        '"ASP.NET Team" <t@b.example>',
        '"Yu.Li, Ph.D." <t@b.example>',
        '"Booking.com" <noreply@booking.com>',
        '"Booking.de" <info@mail.booking.com>',
        '"ann@x.example (via Docs)" <drive-shares-dm-noreply@docs.example>',
    ],
)
def test_a_name_that_shows_its_own_address_or_none_is_not(author):
    assert not warnings(f"From: {author}")


def test_at_a_provider_that_many_share_the_name_must_be_the_same_mailbox():
    assert "boss@gmail.com" in warnings('From: "boss@gmail.com" <x@gmail.com>')
    assert not warnings('From: "a.nn@gmail.com" <ann+news@gmail.com>')


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("From: a@bank.example\r\nFrom: b@evil.example", CautionKind.SENDERS),
        ("From : x@evil.example\r\nFrom: ceo@bank.example", CautionKind.SENDERS),
        ("From\0: ceo@bank.example\r\nFrom: x@evil.example", CautionKind.SENDERS),
        ("From: a@bank.example, b@evil.example", CautionKind.SENDERS),
        ("From: <a@bank.example> <b@evil.example>", CautionKind.SENDERS),
        ("From: Bank: ceo@bank.example;", CautionKind.SENDERS),
        ("To: x@y.example", CautionKind.SENDERS),
        (f"From: {encoded('ceo@bank.example')}@evil.example", CautionKind.ADDRESS),
        ('From: "ceo@bank.example"@evil.example', CautionKind.ADDRESS),
        ("From: ceo%bank.example@evil.example", CautionKind.ADDRESS),
        ("From: bank.example!ceo@evil.example", CautionKind.ADDRESS),
        ("From: <@evil.example,@x:ceo@bank.example>", CautionKind.ADDRESS),
        ("From: a@evil.example@bank.example", CautionKind.ADDRESS),
        ("From: ceo@[192.0.2.1]", CautionKind.ADDRESS),
        ("From: ceo@bank.example.", CautionKind.ADDRESS),
        ("From: c\u0435o@bank.example", CautionKind.LOOKALIKE),
        ("From: ceo@bank.com.evil.example", CautionKind.LOOKALIKE),
        (f"From: {encoded('ceo' + chr(0xE0041))} <x@evil.example>", CautionKind.TURNED),
    ],
)
def test_what_programs_read_differently_is_warned_of(head, kind):
    assert kind in kinds(head)


def test_several_authors_are_as_they_should_be_where_one_of_them_sent_it():
    people = "From: Ann <ann@a.example>, Bob <bob@b.example>"
    assert not warnings(f"{people}\r\nSender: ann@a.example")
    assert "2 senders" in warnings(f"{people}\r\nSender: eve@c.example")
    assert "2 senders" in warnings("From: <a@a.example> <b@b.example>\r\nSender: a@a.example")


def test_a_list_that_sends_for_its_members_may_name_them():
    head = 'From: "bob@example.org via Dev" <dev@lists.example>'
    assert not warnings(f"{head}\r\nList-Id: <dev.lists.example>")
    assert warnings(head)
    assert warnings(f"{head}\r\nList-Id: <dev.elsewhere.example>")


def test_that_a_list_sends_for_others_is_believed_of_a_list_that_is_known():
    """Whoever writes a mail may give it the id of a list at his own domain."""
    head = 'From: "ceo@bank.com via Board" <x@evil.example>\r\nList-Id: <board.evil.example>'
    assert "ceo@bank.com" in elsewhere(head)
    assert "ceo@bank.com" in elsewhere(f"{head}\r\nList-Unsubscribe: <https://evil.example/u>")
    assert not elsewhere(head, "x@evil.example")


def test_a_sentence_about_a_long_address_keeps_its_domain():
    address = f"{'a' * 200}@{'sub.' * 10}evil.example"
    assert "evil.example" in warnings(f"From: x@bank.example <{address}>")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    ["a", "a@", "a.", "[at", "( ", '\\"', '"', "@a.", "\u202e", "a ", "_at_", "\ufdfa", "<"],
)
def test_repeated_pieces_cost_linear_time(piece):
    kinds("From: " + piece * (100_000 // len(piece)) + " <x@evil.example>")
    kinds(f"From: {encoded(piece * 10_000)} <x@{piece * 5_000}>")
    elsewhere("From: a@b.example\r\nReply-To: " + "x@evil.example, " * 20_000, "x@evil.example")
