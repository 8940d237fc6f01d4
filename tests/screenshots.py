"""Takes the pictures of the README from the demo: `python -m tests.screenshots [NAME...]`.

The mail is generated from a fixed seed, the clock stands still: the pictures are the same each
time.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.picture import save
from tests.program import Program
from tests.pty_session import PtySession
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.host import MailHost
from tuimail.demo.thread import HostThread

FOLDER = Path(__file__).parent.parent / "screenshots"
STILL_CLOCK = Path(__file__).parent / "still_clock"
NOW = 1_795_512_600
"""Tuesday, 24 November 2026, 09:30:00 UTC."""
MESSAGES = 2_000
SEED = 1
QUIET_S = 1.0


def three_panes(screen: PtySession) -> None:
    """Read a newsletter beside the list."""
    screen.press("j", "j", "j", "Enter")
    screen.until("4/563")


def list_over_reader(screen: PtySession) -> None:
    """Read an answer below the list."""
    screen.press("j", "j", "j", "j", "j", "Enter")
    screen.until("> ")


def one_pane(screen: PtySession) -> None:
    """Look at the list."""
    screen.press("j", "j", "j")
    screen.until("4/563")


def writing(screen: PtySession) -> None:
    """Answer a mail."""
    screen.press("j", "Enter", "r")
    screen.until("alt+s send")
    screen.type("Thank you, that is what I was waiting for.")


def searching(screen: PtySession) -> None:
    """Search with the language of the search bar."""
    screen.press("/")
    screen.type("from:weller has:attachment")
    screen.press("Enter")
    screen.until("All mail")
    screen.press("/")


def story(screen: PtySession) -> None:
    """Write to somebody who is not there, and look at what became of it."""
    screen.press("c")
    screen.until("alt+s send")
    screen.type("nobody@south.example")
    screen.press("Tab", "Tab", "Tab")
    screen.type("Minutes of the meeting")
    screen.press("Tab")
    screen.type("Dear all, here they are.")
    screen.press("alt+s")
    screen.until("Not delivered", 60)
    screen.press("gt")
    screen.until("bounced")
    screen.press("gh")
    screen.until("What happened")


def splitting(screen: PtySession) -> None:
    """Show the inboxes in parts, and go to the mailing lists."""
    screen.type(":toggle.splits")
    screen.press("Enter")
    screen.until("[All")
    screen.until("go from one to the next")
    screen.press("g4")
    screen.until("[Lists")


def searched(screen: PtySession, words: str) -> None:
    """Search for mails, and open the first."""
    screen.press("/")
    screen.type(words)
    screen.press("Enter")
    screen.until(words)
    screen.settle(QUIET_S)
    screen.press("Enter")
    screen.until("From ")


def doubting(screen: PtySession) -> None:
    """Read a mail that pretends to come from somebody else, as HTML."""
    searched(screen, "subject:sign-in in:junk")
    screen.until("DMARC failed")
    screen.press("T")
    screen.until("leads to")


def conversing(screen: PtySession) -> None:
    """Read a whole conversation in one scroll."""
    searched(screen, "subject:timetable list:tide-users")
    screen.press("gc")
    screen.until("1 of ")


def inviting(screen: PtySession) -> None:
    """Look at an invitation, and accept it."""
    searched(screen, "subject:invitation has:invite")
    screen.until("Guests:")
    screen.press("Ia")
    screen.until("Accept ")


def looking(screen: PtySession) -> None:
    """Look into an archive that hangs on a mail."""
    searched(screen, "has:attachment filename:zip")
    screen.press("o")
    screen.until("saves")


def plain(screen: PtySession) -> None:
    """Look at the list as a voice reads it."""
    screen.press("j", "j")


def helping(screen: PtySession) -> None:
    """Ask for the keys."""
    screen.press("?")
    screen.until("Keys in")


@dataclass(frozen=True)
class Scene:
    """What is on a picture."""

    size: tuple[int, int]
    play: Callable[[PtySession], None]
    theme: str = "dark"
    is_plain: bool = False
    undo_send_s: int = 10
    """0 where a mail is to go, since the clock stands still."""


SCENES = {
    "wide": Scene((200, 50), three_panes),
    "medium": Scene((120, 40), list_over_reader),
    "small": Scene((80, 24), one_pane),
    "compose": Scene((120, 40), writing),
    "search": Scene((120, 40), searching),
    "story": Scene((120, 40), story, undo_send_s=0),
    "splits": Scene((120, 40), splitting),
    "warning": Scene((120, 40), doubting),
    "conversation": Scene((120, 40), conversing),
    "invitation": Scene((120, 40), inviting),
    "files": Scene((120, 40), looking),
    "plain": Scene((80, 24), plain, is_plain=True),
    "help": Scene((120, 40), helping),
    "light": Scene((120, 40), list_over_reader, "light"),
}


@contextmanager
def demo(scene: Scene) -> Iterator[Program]:
    """Yield the program on a demo of its own, all mail fetched; the clock stands still in it."""
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    environ = {"PYTHONPATH": str(STILL_CLOCK), "STILL_CLOCK": str(NOW)}
    host = MailHost(folder, messages=MESSAGES, seed=SEED, clock=lambda: NOW)
    with HostThread(host):
        write_profile(folder / PROFILE_FOLDER, Listening(host.ports, host.ca_file))
        program = Program(folder / PROFILE_FOLDER, environ)
        program.set(f'[ui]\ntheme = "{scene.theme}"\nundo_send_s = {scene.undo_send_s}')
        program.done("sync")
        try:
            yield program
        finally:
            program.end()
            shutil.rmtree(folder, ignore_errors=True)


def take(name: str, scene: Scene) -> None:
    """Play a scene and take its picture."""
    words = ("--plain",) if scene.is_plain else ()
    with demo(scene) as program, program.screen(*words, size=scene.size) as screen:
        screen.until("in step")
        screen.settle(QUIET_S)
        scene.play(screen)
        screen.settle(QUIET_S)
        save(screen.terminal.screen, FOLDER / f"{name}.png")


def main() -> None:
    """Take all pictures, or those named."""
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or SCENES:
        take(name, SCENES[name])


if __name__ == "__main__":
    main()
