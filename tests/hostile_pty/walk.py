"""One walk through every screen and command that shows what strangers wrote."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

from tests.hostile.mails import CANARIES
from tests.program import Program
from tests.pty_session import PtySession, PtyTimeout, key_bytes

from .kinds import PRINTED, SCREEN, TOLD, kinds

QUIET_S = 0.05
ESC_S = 0.12
"""An Esc followed sooner by a key is alt and that key."""
DOWN_A_PAGE = "ten times Down"
READER = "├──"
FAULT = "A fault in tuimail"
THROW_AWAY = "Throw this mail away?"
COMPOSE, REVIEW = "│ Bcc", "y send"
"""A field of the mail being written, and what its keys do once they act on it whole."""
TOGGLES = ("T", "T", "T", "T", "H", "H", "gr", "gr")
YES = " yes   "
"""Of a question that is answered with yes or no."""
_NOTICE = re.compile(rb"\x1b\]777;notify;([^\x07\x1b]*)\x1b\\")
_TITLE = re.compile(rb"\x1b\]2;([^\x07\x1b]*)\x1b\\")
SIZES = ((80, 24), (120, 40), (200, 50))


class Walk:
    """Goes through the interface and the command line, and keeps what reached the terminal."""

    def __init__(self, program: Program, mails: int, mailboxes: int) -> None:
        self._program = program
        self._mails = mails
        """How many rows the inbox has."""
        self._mailboxes = mailboxes
        self.foreign: Counter[str] = Counter()
        """Kinds of bytes that are not the program's own."""
        self.canaries: list[bytes] = []
        self.byte_count = 0

    def read(self, whole_every: int) -> None:
        """Open every mail from the newest on, in each of its forms.

        Every `whole_every`-th is gone through with all that hangs on it, by each way there is.
        """
        with self._screen((120, 40)) as screen:
            self._press(screen, "gg", "Enter")
            for number in range(1, self._mails + 1):
                self._is_read(screen, number)
                self._press(screen, *TOGGLES, "PgDn")
                if number % whole_every == 0:
                    self._go_through(screen)
                    self._is_read(screen, number)
                self._press(screen, "J")
            self._check(screen)

    def _go_through(self, screen: PtySession) -> None:
        """See where the open mail came from and whom it calls, open a link, save, print, pipe it."""
        self._press(screen, "gh", "q", "gw", "q", "gW", "q")
        self._press(screen, "zq", "zq", "gc", "G", "gg", "zq", "gc")
        self._press(screen, "Esc", "Esc", "Esc", "Enter", "gl")
        if self._asks(screen, "Open link", "no links"):
            self._press(screen, "Enter")
            if YES in screen.text():
                self._press(screen, "y")
        self._press(screen, "o", "Enter", "Esc", "Esc", "Esc", "Esc", "Enter", "S")
        if self._asks(screen, "Save what?", "Save into"):
            self._press(screen, "Enter")
        self._asks(screen, "Save into")
        self._press(screen, "Enter")
        screen.gone("Save into")
        self._press(screen, "gp", "|")
        screen.type("cat")
        self._press(screen, "Enter", "Esc", "Esc", "Esc", "Enter")

    def _asks(self, screen: PtySession, question: str, *or_else: str) -> bool:
        """Wait until a question is asked, or what is said in its place; say whether it is asked."""
        screen.until(lambda shown: any(words in shown for words in (question, *or_else)))
        return question in screen.text()

    def scroll(self) -> None:
        """See every row of the list at each size, and a mail beside it."""
        for size in SIZES:
            with self._screen(size) as screen:
                self._press(screen, "gg")
                for _ in range(self._mails // (size[1] // 3) + 2):
                    self._press(screen, "PgDn", "Enter", "q")
                self._press(screen, "gg", "G", "ctrl+u", "k", "k")
                self._check(screen)

    def answer(self, count: int) -> None:
        """Begin an answer and a forward to the first mails, look at it, throw it away."""
        with self._screen((120, 40)) as screen:
            for _ in range(count):
                for key in ("r", "f"):
                    self._press(screen, key, "Esc", "v", "v")
                    self._throw_away(screen)
                self._press(screen, "j")
            self._check(screen)

    def mailboxes(self) -> None:
        """Open every mailbox from the tree; see all of them where one is chosen or completed."""
        with self._screen((120, 40)) as screen:
            self._press(screen, "ctrl+w")
            for _ in range(self._mailboxes + 6):
                self._press(screen, "j", "Enter", "ctrl+w")
            self._press(screen, "Esc", "gi")
            for key in ("gf", "m"):
                self._press(screen, key, *[DOWN_A_PAGE] * (self._mailboxes // 10 + 1), "Esc")
            self._complete(screen, ":move ", self._mailboxes)
            self._complete(screen, ":goto.mailbox ", self._mailboxes)
            self._complete(screen, ":move c", 20)
            self._check(screen)

    def find(self) -> None:
        """Search, filter, complete a query and people; see the palette and what was said."""
        with self._screen((120, 40)) as screen:
            for query in (
                "canary",
                "from:mallory",
                "subject:canary is:unread",
                "\\x(",
                "filename:canary",
            ):
                self._press(screen, "/")
                screen.type(query)
                self._press(screen, "Enter", "j", "Enter", "q", "Esc", "Esc")
            self._complete(screen, ":search from:", 30)
            self._complete(screen, ":search in:", 30)
            self._press(screen, "ctrl+k")
            screen.type("mov")
            self._press(screen, "Esc", "?", "PgDn", "Esc", "c")
            screen.type("mal")
            self._press(screen, "Down", "Down", "Enter", "Esc")
            self._throw_away(screen)
            self._press(screen, ":")
            screen.type("log")
            self._press(screen, "Enter", "q")
            self._check(screen)

    def keep_a_search(self) -> None:
        """Keep what was found under a name, and see it among the searches kept."""
        with self._screen((120, 40)) as screen:
            self._press(screen, "/")
            screen.type("canary")
            self._press(screen, "Enter", "W")
            screen.type("kept")
            self._press(screen, "Enter", "Esc", "Esc", "g/", "Down", "Enter", "PgDn", "Esc", "Esc")
            self._check(screen)

    def send_on(self, count: int, to: str) -> None:
        """Send mails on as they are, flag all; see what is on its way and what became of it."""
        with self._screen((120, 40)) as screen:
            self._press(screen, "gg")
            for _ in range(count):
                self._press(screen, "B")
                screen.type(to)
                self._press(screen, "Enter")
                if "Send “" in screen.text():
                    self._press(screen, "y")
                self._press(screen, "Esc", "j")
            self._press(screen, "gg", "%", "s", "Esc", ":")
            screen.type("operations")
            self._press(screen, "Enter", "PgDn", "Esc", "go")
            for _ in range(count):
                self._press(screen, "Enter", "q", "j")
            self._check(screen)

    def be_told(self, batches: Sequence[Callable[[], None]]) -> int:
        """Have mail arrive while the screen is open; return of how many batches it told."""
        with self._screen((120, 40)) as screen:
            for number, deliver in enumerate(batches):
                deliver()
                screen.until(lambda _, n=number: len(_NOTICE.findall(screen.sent())) > n, 60)
            self._check(screen)
            said = [*_NOTICE.findall(screen.sent()), *_TITLE.findall(screen.sent())]
            assert all(text.decode().isprintable() for text in said)
            assert all(b"tuimail" in title for title in _TITLE.findall(screen.sent()))
            return len(_NOTICE.findall(screen.sent()))

    def show_every_form(self, ids: Sequence[str]) -> None:
        """Print mails on the command line in each form, by one process in one terminal."""
        folder = str(self._program.profile.folder)
        argv = [sys.executable, "-m", "tests.hostile_pty.show_all", folder, *ids]
        with PtySession(argv, size=(120, 40), env=self._program.environ) as screen:
            assert screen.wait_exit(600) == 0
            self._take(screen, PRINTED)

    def command(self, *words: str) -> str:
        """Run a command in a terminal; return what it showed."""
        with self._program.screen(*words, size=(120, 40)) as screen:
            if words[0] == "send":
                screen.until("ctrl+d")
                screen.send(b"text\n\x04")
            screen.wait_exit()
            self._take(screen, PRINTED)
            return screen.sent().decode()

    def commands(self, ids: Sequence[str]) -> None:
        """Show everything on the command line, on standard output and standard error."""
        self.command("list", "--limit", "1000")
        self.command("search", "canary", "--limit", "1000")
        self.command("list", "--account", "alice", "--mailbox", "canary\x1b[31m")
        self.command("doctor")
        self.command("account", "list")
        self.command("sync")
        self.command("outbox", "--all")
        for words in (("list",), ("search", "canary"), ("outbox", "--all")):
            self.command(*words, "--json")
        for message_id in ids:
            self.command("show", message_id)
            self.command("show", message_id, "--headers")
            self.command("show", message_id, "--raw")
            self.command("show", message_id, "--json")
        self.command("send", "--account", "alice", "--to", "\x1b[31mcanary@x.example\x07")
        self.command("show", "\x1b]0;canary\x07")

    def log(self) -> str:
        """Return what the program wrote into its log."""
        return self._program.profile.log.read_text()

    def _screen(self, size: tuple[int, int]) -> PtySession:
        screen = self._program.screen(size=size)
        screen.until("in step", 60)
        return screen

    def _press(self, screen: PtySession, *keys: str) -> None:
        for key in keys:
            screen.send(key_bytes("Down") * 10 if key == DOWN_A_PAGE else key_bytes(key))
            screen.settle(ESC_S if key == "Esc" else QUIET_S)
            shown = screen.text()
            assert FAULT not in shown, f"after {key}:\n{shown}\n{self.log()[-3000:]}"

    def _is_read(self, screen: PtySession, number: int) -> None:
        """Wait until a mail of the inbox is open, counted from 1."""
        place = f" {number:,}/{self._mails:,} "
        screen.until(lambda shown: place in shown and READER in shown, 60)

    def _throw_away(self, screen: PtySession) -> None:
        """Leave the mail being written, if one is; it may have asked for nothing where it is empty."""
        while COMPOSE in screen.text():
            if REVIEW not in screen.text():
                self._press(screen, "Esc")
                screen.until(lambda shown: REVIEW in shown or COMPOSE not in shown)
            self._press(screen, "q")
            screen.until(lambda shown: THROW_AWAY in shown or COMPOSE not in shown)
            if THROW_AWAY in screen.text():
                self._press(screen, "y")
                screen.gone(THROW_AWAY)

    def _complete(self, screen: PtySession, typed: str, rounds: int) -> None:
        self._press(screen, ":")
        screen.type(typed.removeprefix(":"))
        self._press(screen, *["Tab"] * rounds, "Esc")

    def _check(self, screen: PtySession) -> None:
        """Fail unless the program still runs and leaves when asked."""
        assert screen.exit_status is None
        self._press(screen, "Esc", "Esc", "Esc")
        assert self._leave(screen) == 0
        self._take(screen, SCREEN | TOLD)

    def _leave(self, screen: PtySession) -> int:
        """Leave; on a busy machine the Esc before may have made the first key alt+Z."""
        screen.send(b"ZZ")
        with suppress(PtyTimeout):
            return screen.wait_exit(10)
        screen.send(b"Z")
        return screen.wait_exit()

    def _take(self, screen: PtySession, own: frozenset[str]) -> None:
        sent = screen.sent()
        self.byte_count += len(sent)
        self.foreign.update({kind: n for kind, n in kinds(sent).items() if kind not in own})
        self.canaries += [canary for canary in CANARIES if canary in sent]
