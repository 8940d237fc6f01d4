"""A POP3 account on the command line: added, fetched, handled, and there again without a cache."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program, until

pytestmark = pytest.mark.timeout(120)

MAIL = (
    b"From: bob@south.example\r\nTo: alice@north.example\r\nMessage-ID: <m%d@south.example>\r\n"
    b"Subject: Letter %d\r\n\r\nlighthouse %d\r\n.\r\n"
)


@pytest.fixture
def program(mail_host: RunningHost) -> Iterator[Program]:
    """Return the command line on alice's account by POP3, with three mails on the server."""
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    for number in (1, 2, 3):
        mail_host.deliver(MAIL % (number, number, number))
    program = Program(folder)
    person = mail_host.person("alice")
    where = f"{mail_host.address}:"
    print_password = f"{sys.executable} -c \"print('{person.password}')\""
    added = program.done(
        "account", "add", "old", "--email", person.email, "--username", person.email,
        "--pop3", f"{where}{mail_host.ports.pop3_tls}",
        "--smtp", f"{where}{mail_host.ports.smtp_tls[person.domain]}",
        "--password-command", print_password, "--ca-file", str(mail_host.ca_file),
    )  # fmt: skip
    assert "POP3 127.0.0.1: signed in over TLSv1.3" in added.err
    yield program
    program.end()
    shutil.rmtree(folder)


def subjects(program: Program, *words: str) -> list[str]:
    return sorted(row["subject"] for row in program.run("list", *words, "--json").json)


def on_server(mail_host: RunningHost) -> int:
    return len(mail_host.store("alice").find("INBOX").messages)


def keep(program: Program, word: str) -> None:
    file = program.profile.config_file
    file.write_text(file.read_text().replace('keep = "leave"', f'keep = "{word}"'))


def test_mail_is_fetched_handled_and_sent(program: Program, mail_host: RunningHost) -> None:
    [account] = program.done("sync", "--json").json
    inbox = next(box for box in account["mailboxes"] if box["name"] == "INBOX")
    assert (inbox["total"], inbox["new"]) == (3, 3)
    assert {box["name"] for box in account["mailboxes"]} >= {"Archive", "Sent", "Trash"}
    assert subjects(program) == ["Letter 1", "Letter 2", "Letter 3"]
    rows = {row["subject"]: row for row in program.done("list", "--json").json}
    first, second = rows["Letter 1"]["id"], rows["Letter 2"]["id"]
    assert program.done("show", first, "--raw").out == (MAIL % (1, 1, 1)).decode()
    program.done("flag", first, "--add", "flagged", "--wait")
    program.done("move", first, "Archive", "--wait")
    program.done("delete", second, "--wait")
    assert subjects(program) == ["Letter 3"]
    [archived] = program.done("list", "--mailbox", "Archive", "--json").json
    assert (archived["id"], archived["flags"]) == (first, ["\\Flagged"])
    assert subjects(program, "--mailbox", "trash") == ["Letter 2"]
    program.done("send", "--account", "old", "--to", "bob@south.example", "--subject", "Out",
                 "--wait", stdin=b"hello")  # fmt: skip
    until(lambda: subjects(program, "--mailbox", "sent") == ["Out"])
    assert on_server(mail_host) == 3


def test_mail_is_there_without_cache_and_server(program: Program, mail_host: RunningHost) -> None:
    keep(program, "delete")
    program.done("sync")
    assert on_server(mail_host) == 0
    rows = program.done("list", "--json").json
    program.done("flag", rows[0]["id"], "--add", "seen", "--add", "work", "--wait")
    program.done("move", rows[1]["id"], "Archive", "--wait")
    before = program.done("search", "letter", "--json").json
    program.end()
    for name in ("cache", "search", "bodies"):
        for file in program.profile.data_dir.glob(f"{name}.db*"):
            file.unlink()
    assert subjects(program) == []
    program.done("sync")
    assert program.done("search", "letter", "--json").json == before
    until(lambda: len(program.run("search", "lighthouse", "--json").json) == 3)
    assert program.done("show", rows[2]["id"]).out.endswith("\n.\n")


def test_doctor_and_test_know_the_server(program: Program, mail_host: RunningHost) -> None:
    assert "POP3 127.0.0.1: signed in" in program.done("account", "test", "old").err
    program.done("sync")
    found = program.run("doctor", "--account", "old", "--json").json
    about = {one["what"]: one for one in found}
    assert about["POP3 server"]["well"]
    assert "UIDL" in about["POP3 server"]["advice"]
    assert "IMAP server" not in about
    mail_host.host.pop3_withheld.add("AUTH")
    mail_host.host.pop3_withheld.add("PASS")
    assert program.run("account", "test", "old").status == 4


def test_an_account_that_is_taken_out_keeps_what_is_here_alone(program: Program) -> None:
    program.done("sync")
    said = program.done("account", "remove", "old").err
    assert "3 mails that are here alone stay on this disk" in said


def test_mail_comes_by_one_way(program: Program) -> None:
    ran = program.run(
        "account", "add", "two", "--email", "a@b.example", "--imap", "i.example",
        "--pop3", "p.example", "--no-test", "--password-ask",
    )  # fmt: skip
    assert ran.status == 2
    assert "not by both" in ran.err


def test_mailboxes_that_live_here_are_managed_and_mail_goes_to_files_and_back(
    program: Program, tmp_path: Path
) -> None:
    program.done("sync")
    program.done("mailbox", "create", "Plans/Pier")
    file = tmp_path / "inbox.mbox"
    program.done("export", "--mailbox", "INBOX", "--to", str(file))
    for _ in range(2):
        program.done("import", str(file), "--account", "old", "--mailbox", "Plans/Pier", "--wait")
    program.done("mailbox", "create", "Plans")
    program.done("mailbox", "rename", "Plans", "Schemes")
    wanted = ["Letter 1", "Letter 2", "Letter 3"]
    assert subjects(program, "--mailbox", "Schemes/Pier") == wanted
    again = tmp_path / "again.mbox"
    program.done("export", "--mailbox", "Schemes/Pier", "--to", str(again))
    assert again.read_bytes() == file.read_bytes()
    for row in program.done("list", "--mailbox", "Schemes/Pier", "--json").json:
        program.done("delete", row["id"], "--mailbox", "Schemes/Pier")
    program.done("sync")
    program.done("mailbox", "empty", "trash", "--yes", "--wait")
    assert subjects(program, "--mailbox", "trash") == []
    program.done("mailbox", "delete", "Schemes", "--yes")
    names = [one["name"] for one in program.done("mailbox", "list", "--json").json]
    assert not [name for name in names if name.startswith("Schemes")]
    assert subjects(program) == wanted


def test_a_report_by_pop3_is_told_at_its_mail_and_leaves_the_inbox(
    program: Program, mail_host: RunningHost
) -> None:
    mail_host.try_again_at_once()
    words = ("send", "--account", "old", "--to", "full@south.example", "--json")
    sent = program.done(*words, stdin=b"Hello.").json["id"]

    def is_told() -> bool:
        program.run("sync", "--account", "old")
        (shown,) = program.done("outbox", "show", sent, "--json").json
        told = [(one["action"], one["grade"]) for one in shown["reports"]]
        return (shown["state"], told) == ("bounced", [("failed", "confirmed")])

    until(is_told, "for the report")
    until(lambda: len(subjects(program, "--mailbox", "Archive")) == 1, "for it to be put away")
    assert subjects(program, "--mailbox", "INBOX") == ["Letter 1", "Letter 2", "Letter 3"]


def test_mail_that_lives_here_is_put_off_and_comes_back(program: Program) -> None:
    program.done("sync")
    one = program.done("list", "--limit", "1", "--json").json[0]["id"]
    program.done("snooze", one, "--until", "tomorrow", "--wait")
    assert len(subjects(program)) == 2
    [asleep] = program.done("list", "--mailbox", "Snoozed", "--json").json
    assert asleep["id"] == one
    program.done("unsnooze", one, "--wait")
    assert len(subjects(program)) == 3
    assert program.run("list", "--mailbox", "Snoozed").status == 1
