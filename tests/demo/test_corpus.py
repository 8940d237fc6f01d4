"""The generated mail: the same for the same seed, well-formed, and as varied as life."""

from __future__ import annotations

import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO

import pytest

from tests.demo.fixtures import NOW
from tuimail.demo.corpus.fill import fill
from tuimail.demo.mailstore import MailStore, Message
from tuimail.demo.people import ALICE, BOB


def filled(count: int, seed: int = 1) -> list[MailStore]:
    stores = {ALICE: MailStore(1), BOB: MailStore(1_000)}
    fill(stores, count, seed, NOW)
    return list(stores.values())


def messages(stores: list[MailStore]) -> Iterator[Message]:
    return (message for store in stores for box in store for message in box.messages.values())


@pytest.fixture(scope="module")
def stores() -> list[MailStore]:
    return filled(2_000)


@pytest.fixture(scope="module")
def mails(stores: list[MailStore]) -> list[EmailMessage]:
    return [message_from_bytes(m.raw, policy=policy.default) for m in messages(stores)]


@pytest.mark.parametrize("count", [0, 1, 2, 7, 200, 2_000])
def test_there_are_exactly_as_many_as_asked_for(count: int) -> None:
    assert sum(1 for _ in messages(filled(count))) == count


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = ([m.raw for m in messages(filled(100, s))] for s in (1, 1, 2))
    assert first == again
    assert not set(first) & set(other)


def test_reading_twice_gives_the_same_bytes(stores: list[MailStore]) -> None:
    assert all(m.raw == m.raw for m in messages(stores))


def test_every_message_is_well_formed(mails: list[EmailMessage]) -> None:
    for mail in mails:
        for part in mail.walk():
            assert not part.defects
            if part.get_content_maintype() == "text":
                assert "\ufffd" not in part.get_content()
        for name in ("From", "To", "Date", "Subject", "Message-ID"):
            assert mail[name], name
            assert not mail[name].defects
            assert "\ufffd" not in str(mail[name])


def test_lines_are_short_and_end_in_crlf(stores: list[MailStore]) -> None:
    for message in messages(stores):
        lines = message.raw.split(b"\r\n")
        assert not any(b"\n" in line or b"\r" in line for line in lines)
        assert max(map(len, lines)) <= 998


def test_mailboxes_are_in_order_of_arrival_and_nothing_comes_from_the_future(
    stores: list[MailStore],
) -> None:
    for store in stores:
        for box in store:
            dates = [message.internal_date for message in box.messages.values()]
            assert dates == sorted(dates)
            assert not dates or dates[-1] <= NOW


def test_threads_refer_to_messages_that_exist(mails: list[EmailMessage]) -> None:
    known = {mail["Message-ID"] for mail in mails}
    answers = [mail for mail in mails if mail["In-Reply-To"]]
    assert len(answers) > 500
    found = sum(mail["In-Reply-To"] in known for mail in answers)
    assert found > 0.95 * len(answers)
    assert max(len(mail["References"].split()) for mail in answers) >= 5


def test_message_ids_differ_within_a_mailbox_owner(stores: list[MailStore]) -> None:
    for store in stores:
        ids = Counter(
            message_from_bytes(m.raw)["Message-ID"] for box in store for m in box.messages.values()
        )
        assert ids.most_common(1)[0][1] == 1


def test_some_talks_are_in_both_peoples_mailboxes(stores: list[MailStore]) -> None:
    alice, bob = (
        {message_from_bytes(m.raw)["Message-ID"] for m in messages([store])} for store in stores
    )
    assert len(alice & bob) > 20


def test_it_looks_like_life(stores: list[MailStore], mails: list[EmailMessage]) -> None:
    types = Counter(part.get_content_type() for mail in mails for part in mail.walk())
    for content_type in ("text/html", "text/calendar", "application/pdf", "image/png"):
        assert types[content_type] > 20, content_type
    assert types["application/zip"] > 5
    assert sum("List-Id" in mail for mail in mails) > 200
    assert sum("[PATCH" in mail["Subject"] for mail in mails) > 50
    flags = Counter(flag for m in messages(stores) for flag in m.flags)
    assert {"\\Seen", "\\Answered", "\\Flagged", "\\Draft", "$Forwarded"} <= set(flags)
    inbox = stores[0].find("INBOX")
    assert 10 < inbox.unseen < len(inbox.messages) / 2
    assert len(stores[0].find("Sent").messages) > 200


@pytest.mark.parametrize(
    "script",
    [
        "LATIN",
        "CYRILLIC",
        "GREEK",
        "ARABIC",
        "HEBREW",
        "CJK",
        "HIRAGANA",
        "HANGUL",
        "DEVANAGARI",
        "THAI",
    ],
)
def test_many_scripts_are_written(mails: list[EmailMessage], script: str) -> None:
    def is_written(text: str) -> bool:
        return any(unicodedata.name(c, "").startswith(script) for c in text)

    assert sum(is_written(mail["From"]) or is_written(mail["Subject"]) for mail in mails) > 5


def test_charsets_of_old_programs_occur(mails: list[EmailMessage]) -> None:
    charsets = {part.get_content_charset() for mail in mails for part in mail.walk()}
    assert {"utf-8", "us-ascii", "iso-8859-1", "koi8-r", "iso-2022-jp", "gb18030"} <= charsets


def test_attachments_are_real(mails: list[EmailMessage]) -> None:
    for mail in mails[:1_000]:
        for part in mail.iter_attachments():
            content = part.get_content()
            match part.get_content_type():
                case "application/pdf":
                    assert content.startswith(b"%PDF-")
                case "image/png":
                    assert content.startswith(b"\x89PNG")
                case "application/zip":
                    assert zipfile.ZipFile(BytesIO(content)).testzip() is None


def test_newsletters_have_what_newsletters_have(mails: list[EmailMessage]) -> None:
    letter = next(m for m in mails if "List-Unsubscribe-Post" in m)
    page = letter.get_body(("html",)).get_content()
    assert 'width="1" height="1"' in page
    assert "display:none" in page
    assert page.count("<table") > 5
    assert (
        letter.get_body(("plain",)).get_content().startswith(("Tidal", "Kettle", "Fjord", "Byte"))
    )


def test_some_mails_pretend_to_come_from_somebody_else(mails: list[EmailMessage]) -> None:
    impostors = [m for m in mails if "dmarc=fail" in (m["Authentication-Results"] or "")]
    assert len(impostors) > 5
    for mail in impostors:
        (sender,) = mail["From"].addresses
        assert sender.display_name.endswith(".example")
        assert sender.domain == "mail-service.invalid"


@pytest.mark.proof
def test_fifty_thousand_messages_are_planned_in_seconds() -> None:
    planned = filled(50_000)
    assert sum(len(box.messages) for store in planned for box in store) == 50_000
