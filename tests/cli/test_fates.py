"""What the demo's host does with mail is told as it would be at real servers."""

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program, until


@pytest.fixture(autouse=True)
def _hurry(host: RunningHost) -> None:
    host.try_again_at_once()


def send(program: Program, to: str) -> str:
    """Send a mail of which everything is to be told; return its id."""
    words = ("send", "--account", "alice", "--to", to, "--tell-success", "--json")
    return program.done(*words, stdin=b"Hello.").json["id"]


def wait(program: Program, sent: str, state: str, *reports: tuple[str, str | None]) -> None:
    """Wait until a mail is in a state, and these were reported: kind and action."""

    def is_so() -> bool:
        program.run("sync", "--account", "alice")
        (shown,) = program.done("outbox", "show", sent, "--json").json
        told = [(one["kind"], one["action"]) for one in shown["reports"]]
        return (shown["state"], sorted(told, key=str)) == (state, sorted(reports, key=str))

    until(is_so, f"for {state} and {reports}", 40)


def test_what_is_put_off_is_delivered_in_the_end(program: Program) -> None:
    sent = send(program, "slow@south.example")
    wait(program, sent, "delivered", ("delivery", "delayed"), ("delivery", "delivered"))


def test_who_is_away_has_the_mail_and_a_machine_says_so(program: Program) -> None:
    sent = send(program, "away@south.example")
    wait(program, sent, "delivered", ("delivery", "delivered"), ("auto reply", None))
    found = program.done("list", "--account", "alice", "--mailbox", "INBOX", "--json").json
    assert "Automatic reply: I am away" in [one["subject"] for one in found]


def test_a_server_that_does_not_report_leaves_it_at_accepted(program: Program) -> None:
    sent = send(program, "alice@north.example")
    wait(program, sent, "accepted", ("delivery", "relayed"))


def test_a_full_mailbox_sends_it_back(program: Program) -> None:
    sent = send(program, "full@south.example")
    wait(program, sent, "bounced", ("delivery", "failed"))
    found = program.done("list", "--account", "alice", "--mailbox", "INBOX", "--json").json
    assert "Undelivered Mail Returned to Sender" not in [one["subject"] for one in found]


def test_a_receipt_is_sent_after_a_yes_and_told_at_its_mail(program: Program, tmp_path) -> None:
    asking = tmp_path / "asking.eml"
    asking.write_bytes(
        b"From: alice@north.example\r\nTo: bob@south.example\r\nSubject: Did you see it?\r\n"
        b"Message-ID: <see-it@north.example>\r\n"
        b"Disposition-Notification-To: alice@north.example\r\n\r\nDid you?\r\n"
    )
    words = ("send", "--account", "alice", "--to", "bob@south.example", "--raw", str(asking))
    sent = program.done(*words, "--json").json["id"]

    def received() -> list[str]:
        program.run("sync", "--account", "bob")
        query = ("list", "--account", "bob", "--mailbox", "INBOX", "--json")
        found = program.done(*query).json
        return [one["id"] for one in found if one["message_id"] == "see-it@north.example"]

    (mail,) = until(received, "for the mail", 40)
    assert "asks for a receipt" in program.done("show", mail).out
    program.done("receipt", mail, "--json")
    wait(program, sent, "accepted", ("receipt", None))
    assert program.run("receipt", mail).status == 2


INVITATION = (
    b"From: alice@north.example\r\nTo: bob@south.example\r\nSubject: Plans\r\n"
    b"Message-ID: <come@north.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\n"
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    b"UID:plans@north.example\r\nDTSTAMP:20260301T000000Z\r\nSEQUENCE:3\r\nSUMMARY:Plans\r\n"
    b"DTSTART:21990310T090000Z\r\nDURATION:PT1H\r\nORGANIZER:mailto:alice@north.example\r\n"
    b"ATTENDEE:mailto:bob@south.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_invitation_is_answered_and_its_organiser_gets_the_answer(
    program: Program, tmp_path
) -> None:
    asking = tmp_path / "asking.eml"
    asking.write_bytes(INVITATION)
    words = ("send", "--account", "alice", "--to", "bob@south.example", "--raw", str(asking))
    program.done(*words)

    def received(account: str, subject: str) -> list[str]:
        program.run("sync", "--account", account)
        query = ("list", "--account", account, "--mailbox", "INBOX", "--json")
        return [one["id"] for one in program.done(*query).json if one["subject"] == subject]

    (mail,) = until(lambda: received("bob", "Plans"), "for the invitation")
    told = program.done("invite", mail, "--json").json
    assert (told["standing"], told["answer"], told["summary"]) == ("new", None, "Plans")
    assert told["dates"] == [{"start": "2199-03-10T09:00:00Z", "end": "2199-03-10T10:00:00Z"}]
    assert "You:     not answered yet" in program.done("invite", mail).out
    assert program.run("invite", mail, "--words", "With pleasure").status == 2
    program.done("invite", mail, "--accept", "--words", "With pleasure")
    assert program.done("invite", mail, "--json").json["answer"] == "accepted"
    (answer,) = until(lambda: received("alice", "Accepted: Plans"), "for the answer")
    raw = program.done("show", answer, "--raw").out
    assert "ATTENDEE;PARTSTAT=ACCEPTED;CN=" in raw.replace("=3D", "=")
    assert "SEQUENCE:3" in raw
    assert "Answer:  Bob" in program.done("invite", answer).out
    assert program.run("invite", answer, "--accept").status == 2
    program.done("invite", mail, "--export", str(tmp_path / "calendar"))
    saved = (tmp_path / "calendar" / "Plans.ics").read_bytes()
    assert saved == INVITATION.partition(b"\r\n\r\n")[2]
    assert program.run("unsubscribe", mail).status == 1
    assert program.run("unsubscribe", mail, "--one-click").status == 2
