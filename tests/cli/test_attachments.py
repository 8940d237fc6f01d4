"""The files of a message, saved by a command."""

import stat
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program
from tests.services.attached import with_files

pytestmark = pytest.mark.timeout(120)

HEAD = (
    b"From: Ann <ann@north.test>\r\nMessage-ID: <hanging@north.test>\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
)


def test_the_files_of_a_message_are_saved_beside_what_is_there(
    host: RunningHost, program: Program, tmp_path: Path
) -> None:
    files = [("../../a.txt", "text/plain", b"A"), ("bill.pdf", "application/pdf", b"MZ\x90\0")]
    host.deliver(HEAD + with_files(*files))
    program.done("sync", "--account", "alice")
    [row] = program.done("list", "subject:Files", "--account", "alice", "--json").json
    for _ in range(2):
        said = program.done("show", row["id"], "--save", str(tmp_path / "in"))
        assert "bill.pdf: says PDF document, is a Windows program" in said.err
    shown = program.done("show", row["id"], "--json").json["attachments"]
    assert [one["true_type"] for one in shown] == ["text/plain", "application/x-msdownload"]
    text = program.done("show", row["id"]).out
    assert "Attachment: bill.pdf (says PDF document, is a Windows program, 4 bytes)" in text
    paths = [Path(line) for line in said.out.splitlines()]
    assert [path.name for path in paths] == ["a (2).txt", "bill (2).pdf"]
    saved = sorted((tmp_path / "in").iterdir())
    assert [path.name for path in saved] == ["a (2).txt", "a.txt", "bill (2).pdf", "bill.pdf"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in saved} == {0o600}
    assert saved[0].read_bytes() == b"A"


def test_a_message_without_files_says_so(program: Program, tmp_path: Path) -> None:
    rows = program.done("list", "--account", "alice", "--json").json
    row = next(row for row in rows if not row["has_attachments"])
    ended = program.run("show", row["id"], "--save", str(tmp_path))
    assert ended.status == 1
    assert "no files hang on this message" in ended.err
    assert list(tmp_path.iterdir()) == []
