"""Answers: to whom, under which subject, quoting what."""

from datetime import UTC, timedelta, timezone

import pytest

from tuimail.errors import UserError
from tuimail.mime.reply import forward_subject, list_post_of, reply_draft, reply_subject
from tuimail.model.account import Account, PasswordSource
from tuimail.model.address import Address
from tuimail.model.draft import DraftKind
from tuimail.model.ids import AccountName
from tuimail.model.message import Envelope
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe

ANN, BOB, CEE = (Address(n, f"{n.lower()}@north.test") for n in ("Ann", "Bob", "Cee"))
ANN_WORK = Address("Ann at work", "Ann@Work.test")
LIST = Address("", "dev@lists.north.test")
ACCOUNT = Account(
    AccountName("north"), ANN, (ANN_WORK,), "", None, None, PasswordSource.ASK, (), ()
)  # fmt: skip


def mail(text: str = "Hello.", **fields) -> RenderedMail:
    base = {
        "message_id": "m1@south.test",
        "date": 1_700_000_000,
        "subject": "Plans",
        "from_": (BOB,),
        "sender": None,
        "reply_to": (),
        "to": (ANN,),
        "cc": (),
        "bcc": (),
        "in_reply_to": (),
        "references": (),
        "list_id": "",
        "content_type": "text/plain",
        "identity": (b"", b"", b"", b""),
    }
    return RenderedMail(Envelope(**(base | fields)), (), (), (), (), (), (), Safe(text), Safe(""))


def answer(rendered: RenderedMail, kind: DraftKind = DraftKind.REPLY, list_post: str = ""):
    return reply_draft(rendered, kind, ACCOUNT, UTC, list_post)


def test_a_reply_goes_to_the_author() -> None:
    made = answer(mail(cc=(CEE,)))
    assert (made.to, made.cc) == ("Bob <bob@north.test>", "")
    assert made.subject == "Re: Plans"
    assert made.in_reply_to == "m1@south.test"
    assert made.references == ("m1@south.test",)


def test_reply_to_is_heeded() -> None:
    assert answer(mail(reply_to=(CEE,))).to == "Cee <cee@north.test>"


def test_reply_to_all_leaves_oneself_out() -> None:
    made = answer(mail(to=(ANN, CEE, BOB), cc=(ANN_WORK, LIST, CEE)), DraftKind.REPLY_ALL)
    assert made.to == "Bob <bob@north.test>, Cee <cee@north.test>"
    assert made.cc == "dev@lists.north.test"


def test_an_answer_to_ones_own_mail_goes_where_the_mail_went() -> None:
    own = mail(from_=(ANN,), to=(BOB, CEE), cc=(LIST,))
    assert answer(own).to == "Bob <bob@north.test>, Cee <cee@north.test>"
    all_of = answer(own, DraftKind.REPLY_ALL)
    assert (all_of.to, all_of.cc) == (
        "Bob <bob@north.test>, Cee <cee@north.test>",
        "dev@lists.north.test",
    )


def test_a_mail_among_ones_own_addresses_keeps_its_recipient() -> None:
    made = answer(mail(from_=(ANN,), to=(ANN_WORK,)), DraftKind.REPLY_ALL)
    assert made.to == "Ann at work <Ann@Work.test>"


def test_the_answer_comes_from_the_identity_that_was_written_to() -> None:
    assert answer(mail(to=(Address("", "ANN@work.test"),))).from_ == ANN_WORK
    assert answer(mail(to=(LIST,))).from_ == ANN


@pytest.mark.parametrize("address", [Address("Bob", ""), Address("", "undisclosed")])
def test_a_mail_without_an_author_cannot_be_answered(address) -> None:
    with pytest.raises(UserError, match="nobody"):
        answer(mail(from_=(address,), to=()))
    with pytest.raises(UserError):
        answer(mail(from_=(), to=()))


def test_a_list_is_answered_at_its_post_address() -> None:
    assert answer(mail(), DraftKind.REPLY_LIST, "post@lists.test").to == "post@lists.test"


def test_a_list_is_known_by_its_id_among_the_recipients() -> None:
    through = mail(to=(CEE, LIST), list_id="Developers <dev.lists.north.test>")
    assert answer(through, DraftKind.REPLY_LIST).to == "dev@lists.north.test"
    with pytest.raises(UserError, match="list"):
        answer(mail(to=(LIST,)), DraftKind.REPLY_LIST)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"List-Post: <mailto:a@l.test>\r\n\r\n", "a@l.test"),
        (b"X: y\r\nlist-post:\r\n <mailto:a@l.test?subject=x>\r\n\r\nbody", "a@l.test"),
        (b"List-Post: NO\r\n\r\n", ""),
        (b"Subject: x\r\n\r\nList-Post: <mailto:a@l.test>", ""),
        (b"List-Post: <https://l.test/post>\r\n\r\n", ""),
        (b"List-Post:" + b" " * 200_000, ""),
        (b"List-Post: <mailto:\xff@l.test>\r\n\r\n", ""),
        (b"List-Post: <mailto:a@l.test,b@evil.test>\r\n\r\n", ""),
        (b"List-Post: <mailto:a@l.test%2Cb@evil.test>\r\n\r\n", ""),
        (b"List-Post: <mailto:a@l.test%0D%0ABcc:b@evil.test>\r\n\r\n", ""),
        (b"List-Post: <mailto:a%2Bx@l.test>\r\n\r\n", "a+x@l.test"),
        (b"List-Post: <https://l.test/>, <mailto:a@l.test> (Members)\r\n\r\n", "a@l.test"),
        (b"List-Post : <mailto:a@l.test>\n\n", "a@l.test"),
    ],
)
def test_list_post_is_read_from_the_header_alone(raw, expected) -> None:
    assert list_post_of(raw) == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Plans", "Re: Plans"),
        ("Re: Plans", "Re: Plans"),
        ("RE: Re: re : Plans", "Re: Plans"),
        ("AW: Sv: Antw: Plans", "Re: Plans"),
        ("Re[3]: Plans", "Re: Plans"),
        ("回复\uff1aPlans", "Re: Plans"),
        ("Regarding: Plans", "Re: Regarding: Plans"),
        ("Fwd: Plans", "Re: Fwd: Plans"),
        ("", "Re:"),
        ("a\r\nBcc: x@y\x1b[31m", "Re: a Bcc: x@y [31m"),
    ],
)
def test_a_reply_has_one_prefix(subject, expected) -> None:
    assert reply_subject(subject) == expected


def test_a_forward_has_one_prefix() -> None:
    assert forward_subject("Fwd: FW: WG: Re: Plans") == "Fwd: Re: Plans"


def test_the_shown_text_is_quoted_without_its_signature() -> None:
    made = answer(mail("Hello\n> old\n\nBye\n-- \nBob\nTel"))
    assert made.body == ("\n\nOn 2023-11-14 22:13 +0000, Bob wrote:\n> Hello\n>> old\n>\n> Bye\n")


def test_the_time_is_told_in_the_reader_s_zone() -> None:
    zone = timezone(timedelta(hours=1))
    made = reply_draft(mail(), DraftKind.REPLY, ACCOUNT, zone)
    assert "2023-11-14 23:13 +0100" in made.body
    assert "On" not in answer(mail(date=None)).body
    assert "wrote" in answer(mail(date=10**17)).body


def test_a_forwarded_mail_keeps_its_header_and_signature() -> None:
    made = answer(mail("Hello\n-- \nBob", cc=(CEE,)), DraftKind.FORWARD)
    assert (made.to, made.subject, made.in_reply_to) == ("", "Fwd: Plans", "")
    assert made.references == ("m1@south.test",)
    assert made.body == (
        "\n\n---------- Forwarded message ----------\nFrom: Bob <bob@north.test>\n"
        "Date: 2023-11-14 22:13 +0000\nSubject: Plans\nTo: Ann <ann@north.test>\n"
        "Cc: Cee <cee@north.test>\n\nHello\n-- \nBob\n"
    )


def test_a_very_long_text_is_quoted_in_part() -> None:
    body = answer(mail("x\n" * 20_000)).body
    assert body.count("\n") < 5_100
    assert "left out" in body


def test_the_chain_of_references_keeps_its_ends() -> None:
    made = answer(mail(references=tuple(f"{n}@x" for n in range(80))))
    assert len(made.references) == 30
    assert (made.references[0], made.references[-1]) == ("0@x", "m1@south.test")
    hostile = answer(mail(references=("a\r\nBcc: x", "<>", "b c@d"), message_id="x\ny"))
    assert hostile.references == ()
    assert hostile.in_reply_to == ""
