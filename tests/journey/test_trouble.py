"""What goes wrong on the way and is mended: a killed engine, questions, an editor, a password."""

import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from tests.program import Program, until
from tests.pty_session import key_bytes

from .world import World, letter

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]


def test_a_killed_engine_is_noticed_said_and_mended(world: World) -> None:
    world.add_account("alice")
    world.servers.deliver(letter("Before"), "alice@north.test")
    with world.program.screen() as screen:
        screen.until("Before")
        screen.until("in step")
        first = world.program.engine_pid()
        os.kill(first, signal.SIGKILL)
        screen.until("The background process ended; it is started again.")
        second = until(lambda: world.program.engine_pid() not in (0, first), "for another engine")
        assert second
        world.servers.deliver(letter("After"), "alice@north.test")
        screen.until("After")
        screen.press("Esc", "dd")
        screen.until("1 message moved to Trash")
        until(lambda: len(world.subjects("alice", "Trash")) == 1, "for the move")


def panes(text: str) -> list[str]:
    """Return what stands above the bottom lines, in which time goes on."""
    return text.split("\n")[:-2]


def test_a_suspended_screen_comes_back_whole(world: World) -> None:
    world.add_account("alice")
    world.servers.deliver(letter("Before"), "alice@north.test")
    with world.program.screen() as screen:
        screen.until("Before")
        for last in ("in step", "Trash", "Hello."):  # nothing more comes by itself
            screen.until(last)
        shown = panes(screen.text())
        screen.send(key_bytes("ctrl+z"))
        until(lambda: state_of(screen.pid) == "T", "for the program to stop")
        screen.gone("Before")
        os.kill(screen.pid, signal.SIGCONT)
        screen.until("Before")
        screen.until(lambda text: panes(text) == shown)


def test_a_screen_stopped_from_outside_comes_back_and_can_be_left(world: World) -> None:
    world.add_account("alice")
    world.servers.deliver(letter("Before"), "alice@north.test")
    with world.program.screen() as screen:
        screen.until("Before")
        screen.until("in step")
        os.kill(screen.pid, signal.SIGSTOP)
        until(lambda: state_of(screen.pid) == "T", "for the program to stop")
        came = screen.sent_count()
        os.kill(screen.pid, signal.SIGCONT)
        screen.until(lambda shown: screen.sent_count() > came and "Before" in shown)
        screen.press("Esc", "ZZ")
        assert screen.wait_exit() == 0


def state_of(pid: int) -> str:
    """Return a process's state as the kernel has it: R, S, T (stopped) ..."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_missing_archive_is_asked_for_once_and_made(world: World) -> None:
    world.add_account("dora")
    for subject in ("Keep this", "And this"):
        world.servers.deliver(letter(subject), "dora@north.test")
    with world.program.screen() as screen:
        screen.until("1/2")
        screen.press("e")
        screen.until("Which mailbox of dora is for archived mail?")
        screen.press("Enter")
        screen.until("Name of the new mailbox: Archive")
        screen.press("ctrl+u")
        screen.type("Boxes/Kept")
        screen.press("Enter")
        screen.until("1 message moved to Kept")
        screen.press("e")
        screen.until("Nothing here.")
        until(lambda: len(world.subjects("dora", "Boxes/Kept")) == 2, "for both moves")
    assert 'archive = "Boxes/Kept"' in world.program.profile.config_file.read_text()


def test_a_mail_is_moved_where_the_person_says(world: World) -> None:
    world.add_account("alice")
    with world.imap("alice") as imap:
        imap.create("Projects/Pier")
    world.servers.deliver(letter("The pier"), "alice@north.test")
    with world.program.screen() as screen:
        screen.until("The pier")
        screen.until("Pier")
        screen.press("m")
        screen.until("Move to mailbox")
        screen.type("pier")
        screen.press("Enter")
        screen.until("1 message moved to Pier")
        world.arrival("alice", "The pier", "Projects/Pier")
        screen.press("gf")
        screen.type("pier")
        screen.press("Enter")
        screen.until("alice / Pier · 1/1")


def editor(folder: Path, script: str) -> str:
    """Write a program that stands for an editor; return its command line."""
    file = folder / "editor.py"
    file.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n{script}\n")
    return f"{sys.executable} {file}"


def test_a_mail_is_written_in_the_persons_editor(world: World, tmp_path: Path) -> None:
    world.add_account("alice")
    script = (
        "text = path.read_text()\n"
        "print('EDITING', oct(path.stat().st_mode), flush=True)\n"
        "assert sys.stdin.readline() == 'done\\n'\n"
        "path.write_text(text.replace('Subject:', 'Subject: Grüße aus Kiel') + 'Ahoi!\\n')"
    )
    world.program.environ["EDITOR"] = editor(tmp_path, script)
    with world.program.screen() as screen:
        screen.until("in step")
        screen.press("c")
        screen.until("alt+s send")
        screen.type("bob@south.test")
        screen.press("alt+e")
        screen.until(f"EDITING {oct(stat.S_IFREG | 0o600)}")
        screen.send(b"done\n")
        screen.until("Grüße aus Kiel")
        screen.press("Esc", "y")
        screen.until("The server has taken your mail")
    arrived = world.arrival("bob", "Grüße aus Kiel")
    assert "Ahoi!" in arrived.get_content()


def test_an_editor_that_fails_costs_nothing_that_was_written(world: World, tmp_path: Path) -> None:
    world.add_account("alice")
    world.program.environ["EDITOR"] = editor(tmp_path, "sys.exit(3)")
    with world.program.screen() as screen:
        screen.until("in step")
        screen.press("c")
        screen.until("alt+s send")
        screen.type("bob@south.test")
        screen.press("Tab", "Tab", "Tab", "Tab")
        screen.type("Precious words")
        screen.press("alt+e")
        screen.until("ended with status 3")
        screen.until("Precious words")


def test_a_password_is_asked_for_and_kept_nowhere(world: World) -> None:
    account = world.servers.account("bob")
    world.program.done(
        "account", "add", "bob", "--email", account.email, "--no-test", "--password-ask",
        "--imap", f"127.0.0.1:{world.servers.imaps_port}",
        "--smtp", f"127.0.0.1:{world.servers.submissions_port}",
        "--ca-file", str(world.servers.ca_file),
    )  # fmt: skip
    world.servers.deliver(letter("For bob"), account.email)
    with world.program.screen() as screen:
        screen.until("bob: Password")
        screen.type("wrong")
        assert "wrong" not in screen.text()
        screen.press("Enter")
        screen.until("bob: 127.0.0.1 refused the name or password")
        screen.press("Esc", "gs")
        screen.until("bob: Password")
        screen.type(account.password)
        assert account.password not in screen.text()
        screen.press("Enter")
        screen.until("For bob")
    assert not found(world.program, account.password)


def found(program: Program, secret: str) -> list[Path]:
    """Return the files of a profile that hold a secret."""
    folder = program.profile.folder
    assert folder is not None
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if secret.encode() in path.read_bytes()]
