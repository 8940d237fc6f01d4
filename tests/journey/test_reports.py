"""What becomes of sent mail at real servers is told at the mail, and as surely as it is known."""

import pytest

from tests.program import until

from .world import World

pytestmark = pytest.mark.timeout(240)


def states(world: World) -> dict[str, str]:
    """Fetch what came, and return what is known of each recipient of the newest mail."""
    world.program.run("sync", "--account", "alice")
    mail = world.program.done("outbox", "--json").json[0]
    return {one["address"]: one["state"] for one in mail["recipients"]}


def test_each_recipient_of_a_mail_is_told_apart(world: World) -> None:
    world.add_account("alice")
    people = {
        "bob@south.test": "accepted",
        "nobody@south.test": "bounced",
        "full@south.test": "bounced",
    }
    text = b"A mail that is larger than a full mailbox takes.\n" * 100
    world.program.done(
        *("send", "--account", "alice", "--to", *people, "--subject", "Three", "--wait"), stdin=text
    )
    until(lambda: states(world) == people)
    mail = world.program.done("outbox", "--json").json[0]
    why = {one["address"]: one["explanation"] for one in mail["recipients"]}
    assert "there is no such person" in why["nobody@south.test"]
    assert "the mailbox is full" in why["full@south.test"]
    events = world.program.done("trace", mail["id"], "--json").json["events"]
    told = [event["detail"] for event in events if event["what"] == "failed"]
    assert len(told) == 2
    assert not any("not confirmed" in sentence for sentence in told)
    report = world.arrival("alice", "Undelivered Mail Returned to Sender", "Archive")
    assert report.get_content_type() == "multipart/report"
    until(lambda: world.subjects("alice") == [], "for the inbox to be left without reports")
    until(lambda: "$NotDelivered" in world.flags("alice", "Three", "Sent"))
    assert world.flags("bob", "Three").find("$NotDelivered") == -1
