"""What the loop of an account works with; all of it injected, so that tests own time and chance."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tuimail.events import Event
from tuimail.mime.apart.process import Apart
from tuimail.model.ids import AccountName
from tuimail.store.database import Store

from .reckon_process import ReckonProcess
from .remote import Connect


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Store, servers, listeners, clocks."""

    store: Store
    connect: Connect
    on_event: Callable[[Event], None]
    clock: Callable[[], float]
    """Seconds UTC."""
    monotonic: Callable[[], float]
    """Seconds of a clock that stands still while the computer sleeps."""
    random: Random
    has_screen: Callable[[], bool]
    """Whether a screen is attached, which then wants short transactions."""
    on_step: Callable[[], None] = lambda: None
    """Called as each step begins: something moves."""
    fetching: set[AccountName] = field(default_factory=set)
    """Accounts that fetch many headers just now: they share what memory that takes."""
    reckoning: ReckonProcess = field(default_factory=ReckonProcess)
    """Parses what they fetch, for all accounts."""
    reading: Apart = field(default_factory=Apart)
    """Reads large mails for the search index."""
