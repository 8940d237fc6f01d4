"""Addresses offered in place of one that mail did not reach."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuimail.model.address import Address
from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.services.mail import Mail
from tuimail.services.suggestions import suggestions
from tuimail.store.contacts import complete, correct, harvest
from tuimail.store.outgoing import NewOutgoing, put_outgoing
from tuimail.store.outgoing_attempts import Outcome, claim_due, end_claim
from tuimail.store.outgoing_history import RecipientState, ReplyRecord

from .letters import LETTER, NORTH, ann, receive


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Mail]:
    opened = ann(tmp_path)
    yield opened
    opened.close()


def written_to(mail: Mail, *addresses: str) -> None:
    harvest(mail.store, [Address("", one) for one in addresses], int(time.time()))


def offered(mail: Mail, address: str) -> list[str]:
    return [one.addr_spec for one in suggestions(mail, address)]


def test_who_was_written_to_is_offered(mail: Mail) -> None:
    written_to(mail, "anna@example.org", "anna@exmaple.org")
    assert offered(mail, "anna@exmaple.org") == ["anna@example.org"]


def test_who_has_written_is_offered(mail: Mail) -> None:
    receive(mail, LETTER)
    (bob,) = suggestions(mail, "bob@suoth.test")
    assert bob == Address("Bob", "bob@south.test")


def test_domains_of_many_people_are_offered_to_anybody(mail: Mail) -> None:
    assert offered(mail, "stranger@gmial.com")[0] == "stranger@gmail.com"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("hotmial.com", "hotmail.com"), ("outlok.com", "outlook.com"), ("yahooo.com", "yahoo.com")],
)
def test_slips_in_common_domains_are_found(mail: Mail, wrong: str, right: str) -> None:
    assert offered(mail, f"stranger@{wrong}")[0] == f"stranger@{right}"


def test_an_address_that_was_corrected_is_offered_no_more(mail: Mail) -> None:
    harvest(mail.store, [Address("Anna Berg", "anna@exmaple.org")], 1)
    correct(mail.store, "anna@exmaple.org", "Anna@example.org", 2)
    assert complete(mail.store, "anna") == [Address("Anna Berg", "anna@example.org")]
    correct(mail.store, "never@x.test", "bob@x.test", 3)
    assert complete(mail.store, "bob") == [Address("", "bob@x.test")]


def test_an_address_that_was_right_before_stays_known(mail: Mail) -> None:
    written_to(mail, "anna@old.example")
    written_to(mail, "anna@old.example")
    correct(mail.store, "anna@old.example", "anna@new.example", 2)
    assert {one.addr_spec for one in complete(mail.store, "anna")} == {
        "anna@old.example",
        "anna@new.example",
    }


def test_nothing_is_offered_for_an_address_like_no_other(mail: Mail) -> None:
    written_to(mail, "anna@example.org")
    assert offered(mail, "somebody@elsewhere.test") == []


def test_an_address_mail_did_not_reach_either_is_not_offered(mail: Mail) -> None:
    written_to(mail, "anna@example.org")
    now = int(time.time())
    new = NewOutgoing(
        OutgoingId("o1"), "o1@x", NORTH.name, "s", "me@x", ("anna@example.org",), b"raw", now, now
    )
    put_outgoing(mail.store, new)
    claim = claim_due(mail.store, NORTH.name, now, 100)
    assert claim is not None
    refused = RecipientState(OutgoingState.REFUSED, 550)
    said = ReplyRecord(Phase.ENVELOPE, "anna@example.org", 550, "5.1.1", "no such person", "mx")
    end_claim(mail.store, claim, Outcome({"anna@example.org": refused}, (said,)), now, now)
    assert offered(mail, "anna@exmaple.org") == []
