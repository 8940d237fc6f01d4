"""Those who look at what comes in: for what it says of sent mail, and for what waits for it."""

from collections.abc import Awaitable, Callable, Mapping

from tuimail.events import Event
from tuimail.services.mail import Mail
from tuimail.store.database import Store

from .finder import Finder
from .hands import Hands
from .reminder import Reminder
from .reporter import Reporter
from .waker import Waker


class Readers:
    """Reports, answers, copies that prove a lost answer, and mail put off, of all accounts."""

    def __init__(self, store: Store, hands: Hands, clock: Callable[[], float]) -> None:
        """`clock` gives seconds UTC."""
        self.reporter = Reporter(store, hands, clock)
        self.reminder = Reminder(store, hands, clock)
        self.finder = Finder(store, hands, clock)
        self.waker = Waker(hands, clock)

    def configure(self, mail: Mail) -> None:
        """Read for the accounts of this profile from now on."""
        self.reporter.configure(mail)
        self.reminder.configure(mail.config.accounts)
        self.waker.configure(mail)

    def overhear(self, event: Event) -> None:
        """Take note of what may be worth reading."""
        for reader in (self.reporter, self.reminder, self.finder, self.waker):
            reader.overhear(event)

    def cares(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """Return what goes on, by what the log calls it."""
        return {
            "delivery reports": self.reporter.run,
            "reminders": self.reminder.run,
            "finding sent mail": self.finder.run,
            "waking": self.waker.run,
        }
