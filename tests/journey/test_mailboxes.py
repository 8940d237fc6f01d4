"""Mailboxes of a real Dovecot: made, renamed, subscribed to, emptied, deleted, put into files."""

import mailbox
from pathlib import Path

import pytest

from tests.program import until

from .world import World, letter

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]


def names(world: World) -> list[str]:
    """Return what another client lists."""
    with world.imap("alice") as imap:
        return [line.decode().rpartition(' "/" ')[2].strip('"') for line in imap.list()[1]]


def subscribed(world: World) -> list[str]:
    with world.imap("alice") as imap:
        lines = [line for line in imap.lsub()[1] if line]
    return [line.decode().rpartition(' "/" ')[2].strip('"') for line in lines]


def test_a_mailbox_from_its_making_to_its_end(world: World, tmp_path: Path) -> None:
    world.add_account("alice")
    run = world.program.done
    run("sync")
    run("mailbox", "create", "Plans/Pier")
    run("mailbox", "create", "Plans")
    file = tmp_path / "in.mbox"
    wanted = [letter(f"stone {n}", "From here\n>From there\n") for n in range(30)]
    for raw in wanted:
        with (tmp_path / "one.eml").open("wb") as stream:
            stream.write(raw)
        run("import", str(tmp_path / "one.eml"), "--account", "alice", "--mailbox", "Plans/Pier")
    run("sync")
    assert len(world.mails("alice", "Plans/Pier")) == 30

    run("mailbox", "rename", "Plans", "Schemes")
    assert "Schemes/Pier" in names(world)
    assert "Schemes/Pier" in subscribed(world)
    assert "Plans/Pier" not in subscribed(world)
    run("export", "--mailbox", "Schemes/Pier", "--to", str(file))
    assert len(mailbox.mbox(file)) == 30
    run("mailbox", "create", "Back")
    run("import", str(file), "--account", "alice", "--mailbox", "Back", "--wait")
    again = run("import", str(file), "--account", "alice", "--mailbox", "Back", "--wait")
    assert "30 are there already" in again.err
    assert len(world.mails("alice", "Back")) == 30

    run("mailbox", "unsubscribe", "Back")
    assert "Back" not in subscribed(world)
    [back] = [m for m in run("mailbox", "list", "--json").json if m["name"] == "Back"]
    assert not back["is_subscribed"]

    for row in run("list", "--mailbox", "Back", "--json").json:
        run("delete", row["id"], "--mailbox", "Back")
    run("sync")
    assert len(world.mails("alice", "Trash")) == 30
    run("mailbox", "empty", "trash", "--yes", "--wait")
    until(lambda: not world.mails("alice", "Trash"), "for an empty Trash")
    assert len(world.mails("alice", "Schemes/Pier")) == 30

    run("mailbox", "delete", "Schemes", "--yes")
    assert not [name for name in names(world) if name.startswith("Schemes")]
    assert run("mailbox", "delete", "Back", "--yes").err == "tuimail: Back is deleted\n"


def is_any_flagged(world: World, name: str) -> bool:
    return any("\\Flagged" in world.flags("alice", f"idea {n}", name) for n in range(3))


def test_a_mailbox_is_renamed_and_deleted_on_the_screen_while_it_is_shown(world: World) -> None:
    world.add_account("alice")
    world.program.done("sync")
    world.program.done("mailbox", "create", "Ideas")
    with world.imap("alice") as imap:
        for n in range(3):
            imap.append("Ideas", None, None, letter(f"idea {n}"))
    world.program.done("sync")
    with world.program.screen() as screen:
        screen.until("in step")
        screen.press("g", "f")
        screen.type("Ideas")
        screen.press("Enter")
        screen.until("alice / Ideas")
        screen.until("1/3")
        screen.press(":")
        screen.type("mailbox.rename Thoughts")
        screen.press("Enter")
        screen.until("Ideas is called Thoughts now.")
        screen.until("alice / Thoughts")
        screen.until("1/3")
        assert "Thoughts" in names(world)
        screen.press("s")
        until(lambda: is_any_flagged(world, "Thoughts"), "for the flag")
        screen.press(":")
        screen.type("mailbox.delete")
        screen.press("Enter")
        screen.until("Delete Thoughts with 3 messages from the server for ever? No undo.")
        screen.press("y")
        screen.until("Thoughts is deleted.")
        screen.until("alice / Inbox")
        assert "Thoughts" not in names(world)
