"""A wrong address at real servers: it comes back, the right one is offered, and gets the mail alone."""

import pytest

from tests.program import until

from .world import World

pytestmark = pytest.mark.timeout(240)
WRONG, RIGHT = "bbo@south.test", "bob@south.test"


def test_a_mail_that_came_back_goes_to_the_address_that_was_meant(world: World) -> None:
    world.add_account("alice")
    run = world.program.done
    run("send", "--account", "alice", "--to", RIGHT, "--subject", "Before", "--wait", stdin=b"1\n")
    sent = run(
        *("send", "--account", "alice", "--to", "Bob <bbo@south.test>", "alice@north.test"),
        *("--subject", "Meant for Bob", "--wait", "--json"),
        stdin=b"2\n",
    ).json["id"]

    def wrong() -> dict[str, object]:
        world.program.run("sync", "--account", "alice")
        (row,) = run("outbox", "show", sent, "--json").json
        (one,) = [one for one in row["recipients"] if one["address"] == WRONG]
        return one  # type: ignore[no-any-return]

    until(lambda: wrong()["state"] == "bounced", "for the report")
    assert wrong()["suggestions"] == [RIGHT]
    (new,) = run("outbox", "correct", sent, WRONG, RIGHT, "--json").json
    mail = world.arrival("bob", "Meant for Bob")
    assert mail["To"] == "Bob <bob@south.test>, alice@north.test"
    assert mail["Message-ID"] == f"<{new['message_id']}>"
    until(lambda: run("outbox", "show", new["id"], "--json").json[0]["state"] == "accepted")
    assert (wrong()["needs_attention"], wrong()["replaced_by"]) == (False, new["id"])
    assert world.subjects("alice").count("Meant for Bob") == 1
    assert world.subjects("bob") == ["Before", "Meant for Bob"]
