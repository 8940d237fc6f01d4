"""What became of a mail, and what a person does about it, from a shell."""

from typing import Any

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program, until
from tuimail.demo.faults import Fault, FaultKind

pytestmark = pytest.mark.timeout(120)

SEND = ("send", "--account", "alice", "--wait", "--json", "--to")


def send(program: Program, *words: str) -> str:
    """Send a mail; return its id, whatever became of it."""
    ran = program.run(*SEND, *words, stdin=b"Hello.\n")
    sent: str = ran.json["id"]
    return sent


def row_of(program: Program, outgoing_id: str) -> dict[str, Any]:
    (row,) = program.done("outbox", "show", outgoing_id, "--json").json
    return row  # type: ignore[no-any-return]


def refuse(host: RunningHost, text: str, nth: int = 1) -> None:
    host.smtp_fault(Fault(FaultKind.REFUSE, "RCPT", nth=nth, text=text))


def arrived(host: RunningHost, name: str, message_id: str) -> list[bytes]:
    """Return the mails with this Message-ID in somebody's inbox."""
    inbox = host.store(name).find("INBOX")
    assert inbox is not None
    raws = [message.raw for message in inbox.messages.values()]
    return [raw for raw in raws if f"<{message_id}>".encode() in raw]


def test_partial_refusal_then_the_corrected_address(program: Program, host: RunningHost) -> None:
    wrong, right = "bob@suoth.example", "bob@south.example"
    refuse(host, "550 5.1.2 Domain not found", nth=2)
    sent = send(program, "alice@north.example", wrong, "--subject", "Partly")
    row = row_of(program, sent)
    assert [one["state"] for one in row["recipients"]] == ["accepted", "refused"]
    assert row["needs_attention"]
    assert row["next_steps"][0] == "correct"
    assert row["recipients"][1]["suggestions"][0] == right
    said = program.done("outbox", "show", sent).out
    assert f"tuimail outbox correct {sent} {wrong} {right}" in said
    assert said.count("Domain not found") == 1

    (new,) = program.done("outbox", "correct", sent, wrong, right, "--json").json
    assert new["replaces"] == wrong
    assert [one["address"] for one in new["recipients"]] == [right]
    mails = until(lambda: arrived(host, "bob", new["message_id"]), "for the corrected mail")
    assert len(mails) == 1
    assert f"To: alice@north.example,\r\n {right}\r\n".encode() in mails[0]
    until(lambda: row_of(program, new["id"])["state"] == "accepted")
    row = row_of(program, sent)
    assert (row["state"], row["needs_attention"]) == ("refused", False)
    assert row["recipients"][1]["replaced_by"] == new["id"]
    assert len(arrived(host, "alice", row["message_id"])) == 1
    events = program.done("trace", sent, "--json").json["events"]
    assert f"Sent to {right} instead of {wrong}." in [one["detail"] for one in events]
    again = program.run("outbox", "correct", sent, wrong, right)
    assert again.status == 2
    assert "corrected address already" in again.err


def test_what_failed_is_called_known(program: Program, host: RunningHost) -> None:
    refuse(host, "550 5.7.1 no")
    sent = send(program, "bob@south.example", "--subject", "Known")
    told = f"what can be done: tuimail outbox show {sent}"
    assert told in program.done("outbox").out
    (row,) = program.done("outbox", "known", sent, "--json").json
    assert (row["state"], row["needs_attention"]) == ("refused", False)
    assert told not in program.done("outbox").out
    assert program.run("outbox", "known", sent).status == 2


def test_a_refused_mail_is_a_draft_again(program: Program, host: RunningHost) -> None:
    refuse(host, "550 5.7.1 no")
    sent = send(program, "bob@south.example", "--subject", "Anew")
    ran = program.done("outbox", "edit", sent)
    assert "It is a draft again" in ran.err
    assert row_of(program, sent)["state"] == "refused"


def test_a_mail_too_large_says_what_is_large(program: Program, host: RunningHost, tmp_path) -> None:
    file = tmp_path / "large.bin"
    file.write_bytes(b"x" * 1_500_000)
    host.smtp_fault(Fault(FaultKind.REFUSE, "MAIL", text="552 5.3.4 Message size exceeds limit"))
    sent = send(program, "bob@south.example", "--attach", str(file))
    assert row_of(program, sent)["next_steps"][0] == "smaller"
    ran = program.done("outbox", "smaller", sent)
    assert "It has 2.1 MB on the way. Largest: large.bin (1.5 MB)." in ran.err


def lost(program: Program, host: RunningHost, subject: str, *, arrives: bool) -> str:
    """Send a mail whose last answer is lost; return its id."""
    host.smtp_fault(Fault(FaultKind.CUT, ".", carried_out=arrives))
    sent = send(program, "bob@south.example", "--subject", subject)
    assert row_of(program, sent)["state"] == "uncertain"
    return sent


def test_an_uncertain_mail_is_sent_again_only_with_a_yes(
    program: Program, host: RunningHost
) -> None:
    sent = lost(program, host, "Unsure", arrives=False)
    for action in ("retry", "edit"):
        ran = program.run("outbox", action, sent)
        assert ran.status == 2
        assert "It may have arrived already" in ran.err
        assert "--yes" in ran.err
    assert row_of(program, sent)["state"] == "uncertain"
    program.done("outbox", "retry", sent, "--yes")
    message_id = row_of(program, sent)["message_id"]
    until(lambda: arrived(host, "bob", message_id), "for the mail")
    assert len(arrived(host, "bob", message_id)) == 1


def test_an_uncertain_mail_that_arrived_is_accepted_by_the_persons_word(
    program: Program, host: RunningHost
) -> None:
    sent = lost(program, host, "Sure", arrives=True)
    (row,) = program.done("outbox", "arrived", sent, "--json").json
    assert (row["state"], row["last_error"]) == ("accepted", "")
    until(lambda: "copy in Sent" in program.done("trace", sent).out, "for the copy in Sent")
    assert len(arrived(host, "bob", row["message_id"])) == 1


def test_times_are_written_as_people_do(program: Program) -> None:
    ran = program.run(*SEND[:3], "--json", "--to", "bob@south.example", "--at", "tomorrow 9:30")
    row = row_of(program, ran.json["id"])
    assert row["state"] == "queued"
    assert row["send_at"] == row["next_attempt"]
    assert row["send_at"].endswith("T09:30:00Z")
    program.done("outbox", "cancel", ran.json["id"])
    for wrong, words in (("soon", "is no time"), ("2020-01-01", "has passed already")):
        ran = program.run(*SEND[:3], "--to", "bob@south.example", "--at", wrong)
        assert ran.status == 2
        assert words in ran.err


@pytest.mark.parametrize("hours", ["0", "-1", "x", "1e3"])
def test_a_time_to_give_up_is_a_number_of_hours(program: Program, hours: str) -> None:
    ran = program.run(*SEND[:3], "--to", "bob@south.example", "--give-up", hours)
    assert ran.status == 2
