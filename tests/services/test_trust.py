"""Who a mail is from, as the store and the account's servers know it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from tests.hostile.mails import hostile_mails
from tests.services.senders import CONTACTS, FRIENDS, MX, REAL_LIST, found, ordinary, spoofed
from tests.store.makers import BEGIN, arrival, box_id, view
from tuimail.mime.headers import parse_envelope
from tuimail.mime.render import render_mail
from tuimail.model.address import Address
from tuimail.model.caution import Caution, CautionKind, Weight
from tuimail.model.part import Searchable
from tuimail.model.path import AuthResult
from tuimail.services import answering, reading, trust, writing
from tuimail.services.mail import Mail
from tuimail.store.bodies import put_body
from tuimail.store.contacts import harvest
from tuimail.store.messages import put_messages

FIRST = {CautionKind.FIRST, CautionKind.NEWCOMER}


class Judge:
    """A profile in which people are known, and a mail that is all those that are judged."""

    def __init__(self, mail: Mail) -> None:
        work = replace(mail.config.accounts[0], trusted_servers=(MX,))
        self.mail = replace(
            mail, config=replace(mail.config, accounts=(work, *mail.config.accounts[1:]))
        )
        self._number = 0
        harvest(mail.store, [Address("", one) for one in CONTACTS], BEGIN)
        self.meet(["target@work.example"])
        box = box_id(mail.store, "INBOX")
        shown = view(box)
        (self.row, *_) = reading.rows(mail, shown, reading.view_ids(mail, shown))
        self.learnt = trust.learn(self.mail, self.row.account)

    def meet(self, addresses: Iterable[str]) -> None:
        """Take two mails from each of these."""
        arrivals = []
        for address in addresses:
            for _ in range(2):
                self._number += 1
                arrivals.append(arrival(self._number, from_=(Address("", address),)))
        put_messages(self.mail.store, box_id(self.mail.store, "INBOX"), arrivals)

    def of_sender(self, head: str) -> tuple[Caution, ...]:
        """Return what is said beyond what the mail itself says."""
        raw = f"{head}\r\n\r\nText\r\n".encode("utf-8", "surrogateescape")
        put_body(self.mail.store, self.row.key, raw, Searchable("", "", "", has_attachments=False))
        return trust.cautions(self.mail, self.row, self.learnt)

    def all(self, head: str) -> tuple[Caution, ...]:
        raw = f"{head}\r\n\r\nText\r\n".encode("utf-8", "surrogateescape")
        return (*render_mail(raw).warnings, *self.of_sender(head))


@pytest.fixture
def judge(mail: Mail) -> Iterator[Judge]:
    return Judge(mail)


def kinds(cautions: Iterable[Caution]) -> list[CautionKind]:
    return [caution.kind for caution in cautions]


def words(cautions: Iterable[Caution]) -> str:
    return " ".join(caution.text for caution in cautions)


def test_hundred_spoofed_senders_are_all_warned_of(judge: Judge) -> None:
    heads = spoofed()
    judge.meet(["x@evil.example"])
    unwarned = [
        head
        for head in heads
        if all(said.kind in FIRST or not said.weight for said in judge.all(head))
    ]
    assert unwarned == []
    assert len(set(heads)) >= 100


@pytest.mark.parametrize("seed", [1, 2])
def test_of_two_hundred_ordinary_mails_none_is_warned_of(judge: Judge, seed: int) -> None:
    heads = ordinary(200, seed)
    authors = (parse_envelope(f"{head}\r\n\r\n".encode()).from_ for head in heads)
    judge.meet({one.addr_spec for people in authors for one in people} | set(FRIENDS))
    judged = {head: judge.all(head) for head in heads}
    warned = {head: words(said) for head, said in judged.items() if _is_warned(said)}
    assert warned == {}
    assert len(heads) == 200


def _is_warned(cautions: Iterable[Caution]) -> bool:
    return any(caution.weight > Weight.NOTE for caution in cautions)


def test_the_first_mail_of_a_person_is_said_to_be_the_first(judge: Judge) -> None:
    (said,) = judge.of_sender("From: Eve <eve@far.example>")
    assert said.kind is CautionKind.FIRST
    assert said.text == "This is the first mail from eve@far.example."
    judge.meet(["eve@far.example"])
    assert judge.of_sender("From: Eve <EVE@far.example>") == ()


def test_of_a_list_or_newsletter_that_is_a_note_alone(judge: Judge) -> None:
    for field in ("List-Unsubscribe: <https://far.example/x>", "Auto-Submitted: auto-generated"):
        (said,) = judge.of_sender(f"From: Eve <eve@far.example>\r\n{field}")
        assert (said.kind, said.weight) == (CautionKind.NEWCOMER, Weight.NOTE)


def test_whom_one_wrote_to_and_oneself_are_no_strangers(judge: Judge) -> None:
    assert judge.of_sender(f"From: {CONTACTS[0]}") == ()
    assert judge.of_sender("From: Me <ME@work.example>\r\nReply-To: x@evil.example") == ()


def test_a_known_name_at_an_address_that_is_new_says_who_is_known(judge: Judge) -> None:
    harvest(judge.mail.store, [Address("Ann North", "ann@north.example")], BEGIN)
    said = words(judge.of_sender("From: Ann  NORTH <ann@far.example>"))
    assert "first mail from ann@far.example" in said
    assert "You know Ann NORTH as ann@north.example." in said


def test_while_older_mail_is_on_its_way_nobody_is_said_to_be_new(judge: Judge) -> None:
    head = "From: Eve <eve@far.example>"
    assert judge.of_sender(head)
    account = judge.mail.config.accounts[0]
    with_server = replace(account, imap=_server())
    config = replace(judge.mail.config, accounts=(with_server, *judge.mail.config.accounts[1:]))
    judge.mail = replace(judge.mail, config=config)
    assert judge.of_sender(head) == ()


def _server():
    from tuimail.model.account import Security, Server

    return Server("imap.work.example", 993, Security.TLS, "me")


def test_an_answer_to_somebody_unknown_is_warned_of_and_to_a_friend_is_not(judge: Judge) -> None:
    head = f"From: {CONTACTS[0]}\r\nReply-To: x@private.example"
    assert kinds(judge.of_sender(head)) == [CautionKind.REPLY]
    judge.meet(["x@private.example"])
    assert judge.of_sender(head) == ()


def test_a_domain_is_compared_with_those_one_writes_to(judge: Judge) -> None:
    judge.meet(["a@rnicrosoft.com"] * 20)
    judge.learnt = trust.learn(judge.mail, judge.row.account)
    said = words(judge.of_sender("From: a@rnicrosoft.com"))
    assert "rnicrosoft.com, is not microsoft.com" in said


def test_a_domain_from_which_mail_comes_often_is_known_too(judge: Judge) -> None:
    judge.meet(["news@modern.example", "a@modem.example"] * 10)
    judge.meet(["a@rnodem.example"])
    judge.learnt = trust.learn(judge.mail, judge.row.account)
    assert judge.of_sender("From: news@modern.example") == ()
    assert judge.of_sender("From: a@modem.example") == ()
    assert kinds(judge.of_sender("From: a@rnodem.example")) == [CautionKind.LOOKALIKE]


def test_what_fails_is_said_where_a_server_of_the_account_says_it(judge: Judge) -> None:
    (said,) = judge.of_sender(found("dmarc=fail header.from=bank.com", "ceo@bank.com"))
    assert said.kind is CautionKind.UNPROVEN
    assert "not proven to be from bank.com: DMARC failed. It may be forged." in said.text
    forged = "Authentication-Results: mx.evil.example; dmarc=fail\r\nFrom: ceo@bank.com"
    assert judge.of_sender(forged) == ()
    below = found("dmarc=pass", "ceo@bank.com", f"Authentication-Results: {MX}; dmarc=fail")
    assert judge.of_sender(below) == ()


def test_what_a_list_handed_on_is_forwarded_or_forged(judge: Judge) -> None:
    (said,) = judge.of_sender(found("dmarc=fail", "ceo@bank.com", REAL_LIST))
    assert said.kind is CautionKind.FORWARDED
    assert said.text.endswith("DMARC failed; forwarded by a list, or forged.")


@pytest.mark.parametrize(
    ("results", "method"),
    [
        ([("dmarc", "fail", "bank.com"), ("dkim", "pass", "bank.com")], "DMARC"),
        ([("dmarc", "pass", "bank.com"), ("spf", "fail", "bank.com")], ""),
        ([("dkim", "fail", "bank.com"), ("spf", "pass", "other.example")], "DKIM"),
        ([("dkim", "fail", "bank.com"), ("spf", "pass", "mail.bank.com")], ""),
        ([("dkim", "fail", "bank.com"), ("dkim", "pass", "bank.com")], ""),
        ([("dkim", "fail", "esp.example")], ""),
        ([("spf", "fail", "bank.com")], "SPF"),
        ([("spf", "fail", "bank.com"), ("dkim", "pass", "bank.com")], ""),
        ([("spf", "softfail", "bank.com")], ""),
        ([("dmarc", "temperror", "bank.com"), ("spf", "permerror", "bank.com")], ""),
        ([], ""),
    ],
)
def test_only_what_fails_and_nothing_else_proves_is_a_failure(results, method) -> None:
    assert trust.failed_method([AuthResult(*one) for one in results], "bank.com") == method


def test_a_mail_that_is_not_here_yet_tells_nothing(judge: Judge) -> None:
    assert trust.cautions(judge.mail, judge.row, judge.learnt) == ()


def test_who_answers_is_told_where_that_goes(judge: Judge) -> None:
    head = "From: Bank <ceo@bank.com>\r\nSubject: x\r\nReply-To: Drop@unknown.example"
    judge.of_sender(head)
    answer = answering.reply(judge.mail, judge.row.ref)
    (said,) = writing.early_warnings(judge.mail, answer)
    assert "Drop@unknown.example" in said
    assert writing.early_warnings(judge.mail, replace(answer, to="ceo@bank.com")) == []
    judge.meet(["drop@unknown.example"])
    assert writing.early_warnings(judge.mail, answer) == []


def test_a_hostile_mail_is_judged_without_an_exception(judge: Judge) -> None:
    for raw in hostile_mails(300, seed=11):
        judge.of_sender(raw.decode("utf-8", "surrogateescape"))


def test_a_mail_inside_of_another_has_no_say_in_how_it_came(judge: Judge) -> None:
    forged = found("dmarc=fail header.from=bank.com", "Eve <eve@far.example>")
    assert kinds(judge.of_sender(forged)) == [CautionKind.UNPROVEN, CautionKind.FIRST]
    judge.row = replace(judge.row, inside_of=judge.row.key)
    assert judge.of_sender(forged) == ()
    assert kinds(judge.of_sender("From: a@rnicrosoft.com")) == [CautionKind.LOOKALIKE]
