"""Mails written to files and put back: not a byte is lost, none comes twice."""

import mailbox
import re
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program, until
from tuimail.demo.faults import Fault, FaultKind

pytestmark = pytest.mark.timeout(180)

ODD = (
    b"From: Ann <ann@north.test>\r\nSubject: odd\r\nMessage-ID: <odd@north.test>\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\n"
    b">From here\r\nFrom there\r\n\xff\xfe no end"
)


def server_box(host: RunningHost, name: str) -> list[bytes]:
    box = host.store("alice").find(name)
    assert box is not None
    return [message.raw for message in box.messages.values()]


def make(host: RunningHost, program: Program, name: str, *mails: bytes) -> None:
    host.call(lambda: host.store("alice").create(name))
    for raw in mails:
        host.deliver(raw, mailbox=name)
    program.done("sync", "--account", "alice")


def imported(program: Program, *words: str) -> None:
    program.done("import", *words, "--account", "alice", "--wait")


def test_a_mailbox_goes_into_a_file_and_back_byte_by_byte(
    host: RunningHost, program: Program, tmp_path: Path
) -> None:
    make(host, program, "There", ODD, *server_box(host, "INBOX")[:40])
    make(host, program, "Back")
    file = tmp_path / "there.mbox"
    program.done("export", "--account", "alice", "--mailbox", "There", "--to", str(file))
    count = len(server_box(host, "There"))
    assert len(mailbox.mbox(file)) == count
    imported(program, str(file), "--mailbox", "Back")
    assert sorted(server_box(host, "Back")) == sorted(server_box(host, "There"))

    again = program.done("import", str(file), "--account", "alice", "--mailbox", "Back", "--wait")
    assert f"{count} are there already" in again.err
    assert len(server_box(host, "Back")) == count


def test_what_the_cache_does_not_know_yet_is_not_doubled_either(
    host: RunningHost, program: Program, tmp_path: Path
) -> None:
    make(host, program, "Unknown")
    program.end()  # or the new mail would be known here at once
    host.deliver(ODD, mailbox="Unknown")
    file = tmp_path / "odd.eml"
    file.write_bytes(ODD)
    imported(program, str(file), "--mailbox", "Unknown")
    assert server_box(host, "Unknown") == [ODD]
    other = ODD.replace(b"no end", b"another end")  # with the Message-ID of the first
    file.write_bytes(other)
    imported(program, str(file), "--mailbox", "Unknown")
    assert server_box(host, "Unknown") == [ODD, other]


def test_a_reply_that_was_lost_doubles_nothing(
    host: RunningHost, program: Program, tmp_path: Path
) -> None:
    make(host, program, "Lossy")
    raw = ODD.replace(b"Message-ID: <odd@north.test>\r\n", b"")
    file = tmp_path / "lossy.eml"
    file.write_bytes(raw)
    host.imap_fault(Fault(FaultKind.CUT, "APPEND", carried_out=True))
    program.run("import", str(file), "--account", "alice", "--mailbox", "Lossy", "--wait")
    program.done("sync", "--account", "alice")
    until(lambda: program.run("operations").status == 1, "for nothing to wait")
    assert server_box(host, "Lossy") == [raw]


def test_a_folder_gets_one_file_for_each_and_nothing_is_written_over(
    host: RunningHost, program: Program, tmp_path: Path
) -> None:
    slash = ODD.replace(b"Subject: odd", b"Subject: ../../etc/passwd")
    make(host, program, "Single", ODD, slash)
    folder = tmp_path / "out"
    for _ in range(2):
        program.done("export", "--account", "alice", "--mailbox", "Single", "--to", str(folder))
    files = sorted(path.name for path in folder.iterdir())
    assert len(files) == 4
    assert "2026-11-23 1000 odd (2).eml" in files
    assert {path.read_bytes() for path in folder.iterdir()} == {ODD, slash}


def test_a_file_that_is_there_is_refused(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "mine.mbox"
    file.write_text("mine")
    refused = program.run("export", "--account", "alice", "--to", str(file))
    assert refused.status == 2
    assert file.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [file]


def test_bodies_that_are_not_here_are_fetched(
    host: RunningHost, fresh: Program, tmp_path: Path
) -> None:
    fresh.done("sync", "--account", "alice", "--headers-only")
    file = tmp_path / "all.mbox"
    fresh.done("export", "--account", "alice", "--mailbox", "Archive", "--to", str(file))
    assert len(mailbox.mbox(file)) == len(server_box(host, "Archive"))


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("export", "--to", "x"), 2),
        (("export", "subject:nothingiscalledthis", "--to", "x"), 1),
        (("import", "/dev/zero", "--account", "alice", "--mailbox", "Archive"), 2),
        (("import", "/nonexistent", "--account", "alice", "--mailbox", "Archive"), 2),
        (("import", "/etc/hostname", "--account", "alice", "--mailbox", "Archive"), 1),
        (("import", "/", "--account", "alice", "--mailbox", "Archive"), 2),
        (("import", "/etc/hostname", "--account", "alice", "--mailbox", "Nowhere"), 2),
    ],
)
def test_what_cannot_be_done_is_said(program: Program, words: tuple[str, ...], status: int) -> None:
    ran = program.run(*words)
    assert ran.status == status, ran
    assert ran.err.startswith("tuimail: ")


def test_what_waits_is_listed_and_given_up(
    host: RunningHost, program: Program, tmp_path: Path
) -> None:
    make(host, program, "Waiting")
    assert program.run("operations").status == 1
    program.end()
    host.imap_fault(Fault(FaultKind.CUT, "greeting", nth=0))
    file = tmp_path / "waits.eml"
    file.write_bytes(ODD)
    program.done("import", str(file), "--account", "alice", "--mailbox", "Waiting")
    [one] = program.done("operations", "--json").json
    assert (one["what"], one["mailbox"], one["count"]) == ("append", "Waiting", 1)
    assert not one["has_begun"]
    shown = program.done("operations").out
    assert re.search("alice: (“odd”|1 message): put into Waiting", shown)  # if it is known
    program.done("operations", "cancel", one["id"])
    assert program.run("operations", "cancel", one["id"]).status == 1
    assert program.run("operations").status == 1
    assert server_box(host, "Waiting") == []
    host.host.imap_faults.clear()


@pytest.mark.pty
def test_ctrl_c_leaves_no_file_that_is_not_whole(
    host: RunningHost, fresh: Program, tmp_path: Path
) -> None:
    config = fresh.profile.config_file
    with_headers = config.read_text().replace(
        "[account.alice]", '[account.alice]\noffline = "headers"'
    )
    config.write_text(with_headers)  # no body comes by itself before the export asks for it
    fresh.done("sync", "--account", "alice", "--headers-only")
    fresh.end()
    host.imap_fault(Fault(FaultKind.DELAY, "UID FETCH", nth=0, delay_s=20.0))
    words = ("export", "--mailbox", "alice/Archive", "--to", str(tmp_path / "all.mbox"))
    try:
        with fresh.screen(*words) as screen:
            until(lambda: list(tmp_path.iterdir()), "for the unfinished file")
            screen.press("ctrl+c")
            screen.until("Stopped.")
            assert screen.wait_exit() == 130
    finally:
        host.host.imap_faults.clear()
    assert list(tmp_path.iterdir()) == []
