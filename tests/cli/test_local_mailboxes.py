"""Mailboxes that live here, of an account with a server: made, filled, kept without any cache."""

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program, until

pytestmark = pytest.mark.timeout(120)

BOX = "local/Archive 2025"


def on_server(host: RunningHost, message_id: str) -> bool:
    wanted = f"<{message_id}>".encode()
    return any(wanted in one.raw for box in host.store("alice") for one in box.messages.values())


def test_mail_moved_here_leaves_the_server_and_outlives_the_cache(
    host: RunningHost, fresh: Program
) -> None:
    fresh.done("sync", "--account", "alice")
    fresh.done("mailbox", "create", BOX, "--account", "alice")
    row = fresh.done("list", "--account", "alice", "--limit", "1", "--json").json[0]
    fresh.done("flag", row["id"], "--add", "flagged", "--add", "kept", "--wait")
    raw = fresh.done("show", row["id"], "--raw").out
    fresh.done("move", row["id"], BOX, "--mailbox", "INBOX", "--wait")
    assert not on_server(host, row["message_id"])
    fresh.end()
    for name in ("cache", "search", "bodies"):
        for file in fresh.profile.data_dir.glob(f"{name}.db*"):
            file.unlink()
    fresh.done("sync", "--account", "alice")
    [kept] = fresh.done("list", "--mailbox", BOX, "--account", "alice", "--json").json
    assert (kept["id"], kept["message_id"]) == (row["id"], row["message_id"])
    assert {"\\Flagged", "kept"} <= set(kept["flags"])
    assert fresh.done("show", kept["id"], "--raw").out == raw
    fresh.done("move", kept["id"], "INBOX", "--wait")
    until(lambda: on_server(host, row["message_id"]))
    fresh.done("mailbox", "rename", BOX, "local/Old", "--account", "alice")
    fresh.done("mailbox", "delete", "local/Old", "--account", "alice", "--yes")
    names = {box["name"] for box in fresh.done("mailbox", "list", "--json").json}
    assert not any(name.startswith("local") for name in names)
