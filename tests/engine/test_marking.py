"""Other programs see on the copy in Sent what is surely known of a mail."""

from random import Random

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.outbox.reports import KINDS, Draft, sample
from tests.outbox.test_reporting import ACCEPTED, ID, WORK, send
from tests.sync.fake_remote import SYSTEM, FakeMailbox
from tuimail.model.mailbox import Role
from tuimail.store.database import Database
from tuimail.store.outgoing import requeue
from tuimail.store.outgoing_attempts import Outcome, claim_due, end_claim

DELIVERED, NOT_DELIVERED = "$Delivered", "$NotDelivered"


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path)
    one.write_config("work")
    one.servers["work"].mailboxes["Sent"] = FakeMailbox(role=Role.SENT)
    yield one
    one.store.close()


def sent(home: Home, kind: str, form: str = "one") -> bytes:
    """Send a mail whose copy lies in Sent; return the report about it."""
    one = sample(kind, form)
    home.now = float(one.sent.accepted + 600)
    secret = send(home.store, one.sent)
    return one.raw.replace(one.sent.envelope_id.encode(), secret.encode())


def copy_of(kind: str, form: str = "one") -> bytes:
    name = sample(kind, form).sent.message_id
    return f"From: work@example.net\r\nSubject: Plans\r\nMessage-ID: <{name}>\r\n\r\nx\r\n".encode()


def taken(home: Home) -> str:
    """Have the server take the mail once more; return the secret it went with."""
    people = sample("Postfix failed", "one").sent.recipients
    outcome = Outcome(dict.fromkeys(people, ACCEPTED))
    with home.store.alone(Database.LOCAL):  # the engine would mend an attempt that is not its own
        claim = claim_due(home.store, WORK, int(home.now), 100)
        assert claim is not None
        end_claim(home.store, claim, outcome, int(home.now), 0)
    return claim.envelope_id


def put(home: Home, mailbox: str, raw: bytes) -> None:
    home.servers["work"].mailboxes[mailbox].put(raw, date=int(home.now))


def marks(home: Home) -> set[str]:
    messages = home.servers["work"].mailboxes["Sent"].messages.values()
    return {flag for message in messages for flag in message.flags if flag.startswith("$")}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("Postfix failed", NOT_DELIVERED), ("delivered", DELIVERED)],
)
async def test_the_copy_says_what_became_of_the_mail(home: Home, kind, expected) -> None:
    raw = sent(home, kind)
    put(home, "Sent", copy_of(kind))
    async with home.engine(), home.link() as link:
        put(home, "INBOX", raw)
        await link.sync()
        await until(lambda: marks(home) == {expected})


async def test_a_copy_that_comes_later_is_marked_then(home: Home) -> None:
    raw = sent(home, "Postfix failed")
    async with home.engine(), home.link() as link:
        put(home, "INBOX", raw)
        await link.sync()
        put(home, "Sent", copy_of("Postfix failed"))
        await link.sync()
        await until(lambda: marks(home) == {NOT_DELIVERED})


@pytest.mark.parametrize("kind", ["Postfix delayed", "Postfix relayed", "expanded", "Exchange"])
async def test_what_is_not_sure_or_not_final_is_told_to_nobody(home: Home, kind) -> None:
    raw = sent(home, kind)
    put(home, "Sent", copy_of(kind))
    async with home.engine(), home.link() as link:
        put(home, "INBOX", raw)
        await link.sync()
        await home.looked_around()
        await link.sync()
    assert marks(home) == set()


async def test_a_server_that_keeps_no_keywords_is_left_alone(home: Home) -> None:
    box = home.servers["work"].mailboxes["Sent"]
    box.permanent_flags = SYSTEM - {"\\*"}
    raw = sent(home, "Postfix failed")
    put(home, "Sent", copy_of("Postfix failed"))
    async with home.engine(), home.link() as link:
        put(home, "INBOX", raw)
        await link.sync()
        await home.looked_around()
        await link.sync()
    assert marks(home) == set()
    assert not any("flag" in call for call in home.servers["work"].calls)


async def test_what_is_sent_again_loses_its_mark_once_it_is_taken(home: Home) -> None:
    raw = sent(home, "Postfix failed")
    put(home, "Sent", copy_of("Postfix failed"))
    async with home.engine(), home.link() as link:
        put(home, "INBOX", raw)
        await link.sync()
        await until(lambda: marks(home) == {NOT_DELIVERED})
        one = sample("Postfix failed", "one")
        assert requeue(home.store, ID, int(home.now))
        await link.sync()
        assert marks(home) == {NOT_DELIVERED}, "it is on its way: nobody knows better yet"
        secret = taken(home)
        make, _, _ = KINDS["delivered"]
        draft = Draft(Random(3), "one", one.sent, one.address, "")
        put(home, "INBOX", make(draft).replace(one.sent.envelope_id.encode(), secret.encode()))
        await link.sync()
        await until(lambda: marks(home) == {DELIVERED})
