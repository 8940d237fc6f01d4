"""Mail is put off, muted and done from the shell; the embedded host shows where it went."""

from tests.program import Program


def first_id(program: Program, *words: str) -> str:
    return program.done("list", *words, "--account", "alice", "--limit", "1", "--json").json[0][
        "id"
    ]


def lies_in(program: Program, one: str) -> set[str]:
    program.run("sync", "--account", "alice")
    return {row["mailbox"] for row in program.done("search", f"id:{one}", "--json").json}


def test_a_mail_is_put_off_listed_and_woken(program: Program) -> None:
    assert program.run("snooze").status == 1
    one = first_id(program)
    said = program.done("snooze", one, "--until", "tomorrow 9:30", "--wait", "--json").json
    assert (said["ids"], said["count"]) == ([one], 1)
    assert lies_in(program, one) == {"Snoozed"}
    [row] = program.done("snooze", "--json").json
    assert (row["id"], row["until"]) == (one, said["until"])
    assert "tomorrow 9:30" in program.done("snooze").out
    assert [row["id"] for row in program.done("search", "is:snoozed", "--json").json] == [one]
    program.done("unsnooze", one, "--wait")
    assert lies_in(program, one) == {"INBOX"}
    assert program.run("unsnooze", one).status == 2


def test_what_is_no_time_is_refused(program: Program) -> None:
    one = first_id(program)
    assert program.run("snooze", one, "--until", "soon").status == 2
    assert program.run("snooze", one).status == 2


def test_a_conversation_is_muted_and_no_longer_and_another_is_done(program: Program) -> None:
    one = first_id(program)
    assert program.done("mute", one, "--wait", "--json").json["count"] == 1
    assert program.done("mute", one, "--json").json["count"] == 0
    assert "INBOX" not in lies_in(program, one)
    assert one in [row["id"] for row in program.done("search", "is:muted", "--json").json]
    program.done("unmute", one)
    assert program.run("search", "is:muted").status == 1
    other = first_id(program)
    assert "a reply brings it back" in program.done("done", other, "--wait").err
    assert "INBOX" not in lies_in(program, other)
