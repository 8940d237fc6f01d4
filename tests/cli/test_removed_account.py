"""An account that is taken out, while the background process runs and without it."""

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program

pytestmark = pytest.mark.timeout(120)

FROM_CAROL = (
    b"From: Carol <carol@east.example>\r\nTo: bob@south.example\r\nSubject: Quince\r\n"
    b"Message-ID: <quince@east.example>\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\nJelly.\r\n"
)


@pytest.fixture
def both(fresh: Program, host: RunningHost) -> Program:
    host.deliver(FROM_CAROL, "bob")
    fresh.done("sync")
    assert "bob" in accounts(fresh, "list", "--limit", "500")
    assert "bob" in accounts(fresh, "search", "Quince")
    return fresh


def accounts(program: Program, *words: str) -> set[str]:
    """Return whose mail a list shows."""
    ran = program.run(*words, "--json")
    return {row["account"] for row in ran.json} if ran.out else set()


def assert_gone(program: Program) -> None:
    assert accounts(program, "list", "--limit", "500") == {"alice"}
    assert accounts(program, "search", "Quince") == set()
    assert accounts(program, "search", "from:carol OR -from:carol") == {"alice"}
    assert [row["name"] for row in program.done("account", "list", "--json").json] == ["alice"]


def test_a_removed_account_is_out_of_lists_and_search_and_comes_back_when_added_again(
    both: Program,
) -> None:
    config = both.profile.config_file.read_text()
    first = both.engine_pid()
    assert first
    sent = both.done(
        "send", "--account", "bob", "--to", "alice@north.example", "--json", "--wait", stdin=b"Hi"
    ).json["id"]
    waiting = both.done(
        "send", "--account", "bob", "--to", "alice@north.example", "--json", "--at", "2099-01-01 09:00",
        stdin=b"Hi",
    ).json["id"]  # fmt: skip
    said = both.done("account", "remove", "bob").err
    assert "1 mail waits in the outbox" in said
    both.done("outbox", "cancel", waiting)
    assert_gone(both)
    both.done("sync")  # by the background process, which has seen the configuration by then
    assert both.engine_pid() == first
    assert_gone(both)
    assert {row["id"] for row in both.done("outbox", "--json").json} == {sent, waiting}
    both.profile.config_file.write_text(config)
    both.done("sync")
    assert accounts(both, "search", "Quince") == {"bob"}
    (bob,) = (row for row in both.done("account", "list", "--json").json if row["name"] == "bob")
    assert bob["state"] == "ready"


def test_an_account_taken_out_of_the_file_by_hand_is_out_at_once(both: Program) -> None:
    both.end()
    text = both.profile.config_file.read_text()
    head, mark, tail = text.partition("[account.bob")
    rest = tail.partition("[account.alice")
    both.profile.config_file.write_text(head + (rest[1] + rest[2] if mark else ""))
    assert_gone(both)
