"""What becomes of a command's output where nothing, too little or another script can be shown."""

import subprocess
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import TUIMAIL, Program

pytestmark = pytest.mark.timeout(120)


def shell(program: Program, words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command line of a shell in which `$TUIMAIL` is the program on the profile."""
    command = " ".join([*TUIMAIL, "--profile", str(program.profile.folder)])
    return subprocess.run(
        ["bash", "-c", words],
        env={**program.environ, "PATH": "/usr/bin:/bin", "TUIMAIL": command, **environ},
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )


@pytest.mark.parametrize("words", ["list", "list --json", "outbox --json", "config path"])
def test_an_output_that_takes_no_more_is_told(program: Program, words: str) -> None:
    ran = shell(program, f"$TUIMAIL {words} > /dev/full")
    assert ran.returncode == 6
    assert ran.stderr.endswith(
        "tuimail: Standard output cannot be written: No space left on device.\n"
    )
    assert "Traceback" not in ran.stderr


def test_who_reads_no_further_ends_a_command_quietly(program: Program) -> None:
    ran = shell(program, "$TUIMAIL list --json | head -c 1; echo; echo ${PIPESTATUS[0]}")
    assert ran.stdout == "[\n0\n"
    assert ran.stderr == ""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_harms_nothing(program: Program, closed: str) -> None:
    ran = shell(program, f"$TUIMAIL list --limit 1 {closed}")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert shell(program, f"$TUIMAIL list subject:nowhere {closed}").returncode == 1


def test_what_a_terminal_cannot_show_is_a_question_mark(
    program: Program, host: RunningHost
) -> None:
    host.deliver("Subject: Größe 会議\r\nMessage-ID: <size@x.example>\r\n\r\nHallo\r\n".encode())
    program.done("sync", "--account", "alice")
    search = "$TUIMAIL list subject:Größe"
    ran = shell(program, search, PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Gr??e ??" in ran.stdout
    assert "Größe 会議" in shell(program, search, PYTHONIOENCODING="utf-8").stdout
