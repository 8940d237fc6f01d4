"""Mailboxes made, renamed, deleted, subscribed to and emptied on the command line."""

import pytest

from tests.demo.fixtures import RunningHost
from tests.hostile.mails import hostile_mailbox_names
from tests.program import Program, until
from tuimail.demo.faults import Fault, FaultKind

pytestmark = pytest.mark.timeout(180)

MAIL = (
    b"From: Ann <ann@north.test>\r\nSubject: %b\r\nMessage-ID: <%b@north.test>\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\ntext\r\n"
)


def put(host: RunningHost, mailbox: str, *words: bytes) -> None:
    for word in words:
        host.deliver(MAIL % (word, word), mailbox=mailbox)


def names(program: Program) -> list[str]:
    listed = program.done("mailbox", "list", "--account", "alice", "--json").json
    return [one["name"] for one in listed]


def on_server(host: RunningHost) -> list[str]:
    return [box.name for box in host.store("alice")]


def test_a_mailbox_is_made_renamed_and_deleted(host: RunningHost, program: Program) -> None:
    made = program.done("mailbox", "create", "Plans", "--account", "alice")
    assert made.err == "tuimail: Plans is there\n"
    program.done("mailbox", "create", "Plans/Pier", "--account", "alice")
    put(host, "Plans/Pier", b"stone", b"wood")
    program.done("sync", "--account", "alice")
    program.done("mailbox", "rename", "Plans", "Schemes")
    assert {"Schemes", "Schemes/Pier"} <= set(names(program))
    assert "Plans" not in on_server(host)
    found = program.done("list", "--mailbox", "Schemes/Pier", "--json").json
    assert {row["subject"] for row in found} == {"stone", "wood"}

    refused = program.run("mailbox", "delete", "Schemes")
    assert refused.status == 2
    assert "--yes" in refused.err
    assert "Schemes/Pier" in on_server(host)
    program.done("mailbox", "delete", "Schemes", "--yes")
    assert not [name for name in on_server(host) if name.startswith("Schemes")]
    assert not [name for name in names(program) if name.startswith("Schemes")]


def test_deleting_asks_with_what_goes(host: RunningHost, program: Program) -> None:
    program.done("mailbox", "create", "Old/Older", "--account", "alice")
    program.done("mailbox", "create", "Old", "--account", "alice")
    put(host, "Old/Older", b"one", b"two", b"three")
    program.done("sync", "--account", "alice")
    with program.screen("mailbox", "delete", "Old") as screen:
        screen.until("Delete Old and the mailbox below it with 3 messages from the server")
        screen.type("n")
        screen.press("Enter")
        assert screen.wait_exit() == 1
    assert "Old/Older" in on_server(host)
    with program.screen("mailbox", "delete", "Old") as screen:
        screen.until("[y/N]")
        screen.type("y")
        screen.press("Enter")
        assert screen.wait_exit() == 0
    assert not [name for name in on_server(host) if name.startswith("Old")]


def test_a_mailbox_that_grew_meanwhile_is_kept(host: RunningHost, program: Program) -> None:
    program.done("mailbox", "create", "Grown", "--account", "alice")
    program.end()  # or the new mail would be known here at once
    put(host, "Grown", b"late")
    refused = program.run("mailbox", "delete", "Grown", "--yes")
    assert refused.status == 2
    assert "1 mails by now" in refused.err
    assert "Grown" in on_server(host)


def test_a_subscription_is_changed_and_listed(host: RunningHost, program: Program) -> None:
    program.done("mailbox", "create", "Paper", "--account", "alice")
    program.done("mailbox", "unsubscribe", "Paper")
    box = host.store("alice").find("Paper")
    assert box is not None
    assert not box.is_subscribed
    assert "not subscribed" in program.done("mailbox", "list", "--account", "alice").out
    program.done("mailbox", "subscribe", "Paper")
    assert box.is_subscribed


@pytest.mark.parametrize(
    "words",
    [
        ("rename", "alice/INBOX", "Elsewhere"),
        ("delete", "alice/INBOX", "--yes"),
        ("empty", "alice/INBOX", "--yes"),
        ("delete", "Nowhere", "--yes"),
        ("delete", "inbox", "--yes"),
        ("rename", "alice/Archive", "alice\x1b[2J"),
        ("rename", "alice/Archive", " "),
        ("rename", "alice/Archive", "Archive"),
        ("rename", "alice/Archive", "Archive/Below"),
        ("create", "Somewhere"),
    ],
)
def test_what_cannot_be_done_is_said_without_asking_the_server(
    program: Program, words: tuple[str, ...]
) -> None:
    refused = program.run("mailbox", *words)
    assert refused.status == 2, refused
    assert refused.err.startswith("tuimail: ")


def test_a_server_that_refuses_is_quoted(program: Program) -> None:
    refused = program.run("mailbox", "create", "Archive//x", "--account", "alice")
    assert refused.status == 5
    assert "Not a possible name" in refused.err


def test_without_a_server_it_is_said_that_nothing_was_done(
    host: RunningHost, program: Program
) -> None:
    program.end()
    host.imap_fault(Fault(FaultKind.CUT, "greeting", nth=0))
    try:
        refused = program.run("mailbox", "create", "Offline", "--account", "alice")
    finally:
        host.host.imap_faults.clear()
    assert refused.status == 3
    assert "closed the connection" in refused.err
    assert "Offline" not in on_server(host)


def test_emptying_removes_what_is_listed_and_nothing_else(
    host: RunningHost, program: Program
) -> None:
    put(host, "Trash", *(b"gone%d" % number for number in range(30)))
    program.done("sync", "--account", "alice")
    trash = host.store("alice").find("Trash")
    assert trash is not None
    program.done("mailbox", "empty", "alice/Trash", "--yes", "--wait")
    until(lambda: not trash.messages, "for an empty Trash")
    program.end()  # or the new mail would be known here at once
    put(host, "Trash", b"later", b"marked")
    last = max(trash.messages)
    host.call(lambda: trash.set_flags(trash.messages[last], frozenset({"\\Deleted"})))
    program.done("mailbox", "empty", "alice/Trash", "--yes", "--wait")
    # Neither was listed here when the second command was given.
    program.done("sync", "--account", "alice")
    assert len(trash.messages) == 2


def test_emptying_asks_and_says_what_is_gone(host: RunningHost, program: Program) -> None:
    put(host, "Junk", b"spam1", b"spam2")
    program.done("sync", "--account", "alice")
    junk = host.store("alice").find("Junk")
    assert junk is not None
    count = len(junk.messages)
    assert program.run("mailbox", "empty", "alice/Junk").status == 2
    assert len(junk.messages) == count
    done = program.done("mailbox", "empty", "alice/Junk", "--yes")
    assert f"{count} messages of Junk removed for ever" in done.err
    until(lambda: not junk.messages, "for an empty Junk")
    assert program.done("mailbox", "empty", "alice/Junk", "--yes").err == "tuimail: Junk is empty\n"


def test_hostile_names_go_through_every_command(host: RunningHost, program: Program) -> None:
    for name in hostile_mailbox_names():
        if "\ud800" not in name and "\0" not in name and "\r" not in name and len(name) < 900:
            host.call(lambda name=name: host.store("alice").find(name) or _create(host, name))
    program.done("sync", "--account", "alice")
    listed = program.done("mailbox", "list", "--account", "alice")
    assert "\x1b" not in listed.out
    hostile = [name for name in names(program) if "canary" in name][:6]
    assert hostile
    for number, name in enumerate(hostile):
        ran = program.run("mailbox", "rename", name, f"Tame{number}", "--account", "alice")
        assert "\x1b" not in ran.err
        assert ran.status == 0, ran
        gone = program.run("mailbox", "delete", f"Tame{number}", "--yes", "--account", "alice")
        assert gone.status == 0, gone


def _create(host: RunningHost, name: str) -> object:
    return host.store("alice").create(name)
