"""What can become of mail at real servers: state, action, grade and cause, and no clutter left."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.program import until
from tests.servers.exchange import ExchangeOfFar
from tests.servers.real import RealServers

from .world import World, new_world

pytestmark = pytest.mark.timeout(240)
PATIENCE_S = 90.0
FAILED = "Undelivered Mail Returned to Sender"
DELAYED = "Delayed Mail (still being retried)"
SUCCESS = "Successful Mail Delivery Report"
SURE = {"confirmed"}


class Told(NamedTuple):
    """What one report said of a recipient."""

    address: str
    action: str
    grade: str


@pytest.fixture
def world(impatient_servers: RealServers) -> Iterator[World]:
    """Return a person with an account, whose server warns of delays and gives up soon."""
    with new_world(impatient_servers) as world:
        world.add_account("alice")
        yield world


def send(world: World, *to: str, wishes: tuple[str, ...] = (), text: bytes = b"Hello.\n") -> None:
    words = ("send", "--account", "alice", "--to", *to, "--subject", "Plans", "--wait", *wishes)
    ran = world.program.run(*words, stdin=text)
    assert ran.status in (0, 5), ran


def known(world: World) -> dict[str, str]:
    """Fetch what came, and return the state of each recipient."""
    world.program.run("sync", "--account", "alice")
    (mail,) = world.program.done("outbox", "--json").json
    return {one["address"]: one["state"] for one in mail["recipients"]}


def why(world: World, address: str) -> str:
    (mail,) = world.program.done("outbox", "--json").json
    return next(one["explanation"] for one in mail["recipients"] if one["address"] == address)


def told(world: World) -> set[Told]:
    """Return what all reports said."""
    (mail,) = world.program.done("outbox", "--json").json
    (shown,) = world.program.done("outbox", "show", mail["id"], "--json").json
    return {Told(one["address"], one["action"], one["grade"]) for one in shown["reports"]}


def become(world: World, **expected: str) -> None:
    """Wait until each recipient, by local part, is in a state."""

    def is_so() -> bool:
        return {one.partition("@")[0]: state for one, state in known(world).items()} == expected

    until(is_so, f"for {expected}", PATIENCE_S)


def is_tidy(world: World, *subjects: str) -> None:
    """Wait until the inbox is empty and the reports lie in the archive."""
    until(lambda: world.subjects("alice") == [], "for an inbox without reports", PATIENCE_S)
    until(lambda: sorted(world.subjects("alice", "Archive")) == sorted(subjects))


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("nobody@south.test", "there is no such person"),
        ("full@south.test", "the mailbox is full"),
        ("gone@far.test", "there is no such person"),
        ("full@far.test", "the mailbox is full"),
        ("spam@far.test", "spam"),
    ],
)
def test_mail_that_comes_back(world: World, address: str, cause: str) -> None:
    send(world, address, text=b"More than a full mailbox takes.\n" * 100)
    become(world, **{address.partition("@")[0]: "bounced"})
    assert cause in why(world, address)
    assert told(world) == {Told(address, "failed", "confirmed")}
    is_tidy(world, FAILED)


def test_a_domain_that_is_not_there(world: World) -> None:
    send(world, "anna@nowhere.test")
    assert known(world) in ({"anna@nowhere.test": "refused"}, {"anna@nowhere.test": "bounced"})
    assert "no such domain" in why(world, "anna@nowhere.test")


def test_some_recipients_fail_and_the_others_have_it(world: World) -> None:
    people = ("bob@south.test", "nobody@south.test", "anna@far.test", "gone@far.test")
    send(world, *people)
    become(world, bob="accepted", nobody="bounced", anna="accepted", gone="bounced")
    assert {one.address for one in told(world)} == {"nobody@south.test", "gone@far.test"}
    assert {one.grade for one in told(world)} == SURE
    world.arrival("bob", "Plans")
    until(lambda: world.subjects("alice") == [])


def test_greylisting_ends_by_itself(world: World, far: ExchangeOfFar) -> None:
    send(world, "grey@far.test")
    until(lambda: far.taken == ["grey@far.test"], "for the second try", PATIENCE_S)
    assert known(world)["grey@far.test"] in ("accepted", "delayed")
    until(lambda: world.subjects("alice") == [])


def test_what_was_put_off_is_delayed_and_then_delivered(world: World, far: ExchangeOfFar) -> None:
    send(world, "busy@far.test", wishes=("--tell-success",))
    become(world, busy="delayed")
    assert "tried again" in why(world, "busy@far.test") or "tries again" in why(
        world, "busy@far.test"
    )
    until(lambda: far.taken == ["busy@far.test"], "for the last try", PATIENCE_S)
    until(lambda: known(world) and Told("busy@far.test", "relayed", "confirmed") in told(world))
    assert Told("busy@far.test", "delayed", "confirmed") in told(world)
    is_tidy(world, DELAYED, SUCCESS)


def test_what_is_put_off_for_too_long_comes_back(world: World) -> None:
    send(world, "never@far.test")
    become(world, never="delayed")
    become(world, never="bounced")
    assert told(world) == {
        Told("never@far.test", "delayed", "confirmed"),
        Told("never@far.test", "failed", "confirmed"),
    }
    is_tidy(world, DELAYED, FAILED)


def test_a_server_that_tells_no_more_is_named(world: World) -> None:
    send(world, "anna@far.test", wishes=("--tell-success",))
    until(lambda: known(world) and told(world), "for the report", PATIENCE_S)
    assert told(world) == {Told("anna@far.test", "relayed", "confirmed")}
    assert known(world) == {"anna@far.test": "accepted"}
    is_tidy(world, SUCCESS)


def test_a_delivery_is_confirmed_and_other_programs_see_it(world: World) -> None:
    send(world, "bob@south.test", wishes=("--tell-success",))
    become(world, bob="delivered")
    assert told(world) == {Told("bob@south.test", "delivered", "confirmed")}
    is_tidy(world, SUCCESS)
    until(lambda: "$Delivered" in world.flags("alice", "Plans", "Sent"))


def test_a_receipt_goes_out_without_a_return_address(world: World, tmp_path: Path) -> None:
    world.add_account("bob")
    asking = tmp_path / "asking.eml"
    asking.write_bytes(
        b"From: alice@north.test\r\nTo: bob@south.test\r\nSubject: Seen?\r\n"
        b"Disposition-Notification-To: alice@north.test\r\n\r\nDid you?\r\n"
    )
    send(world, "bob@south.test", wishes=("--raw", str(asking)))
    world.arrival("bob", "Seen?")

    def received() -> list[str]:
        world.program.run("sync", "--account", "bob")
        found = world.program.run("list", "--account", "bob", "--mailbox", "INBOX", "--json")
        return [one["id"] for one in found.json if one["subject"] == "Seen?"]

    (mail,) = until(received, "for the mail", PATIENCE_S)
    world.program.done("receipt", mail)
    receipt = world.arrival("alice", "Read: Seen?")
    assert receipt["Return-Path"] == "<>"
    assert receipt.get_param("report-type") == "disposition-notification"
    until(lambda: "$MDNSent" in world.flags("bob", "Seen?"))
    assert "Read: Seen?" not in world.subjects("bob", "Sent")
