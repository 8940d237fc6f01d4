"""The two domains of the embedded host and who lives there."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Domain:
    """A mail domain and the names of its servers, as they write themselves into Received."""

    name: str
    submission: str
    """The server that takes mail from the people of the domain."""
    exchange: str
    """The server that takes mail for the people of the domain (what MX points to)."""
    reports_delivery: bool
    """Whether that server says what it has delivered (DSN); else the mail is only relayed."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mailbox."""

    name: str
    """Short and unique: the account's name in the throw-away profile."""
    display_name: str
    email: str
    password: str
    quota_bytes: int | None = None
    """None means no limit."""

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.email.partition("@")[2]


NORTH: Final = Domain("north.example", "submit.north.example", "mx.north.example", False)
SOUTH: Final = Domain("south.example", "submit.south.example", "mx.south.example", True)
DOMAINS: Final = (NORTH, SOUTH)

ALICE: Final = Person("alice", "Alice Nordin", "alice@north.example", "aurora over the fjord")
BOB: Final = Person("bob", "Bob Sureda", "bob@south.example", 'olives "and" \\ sea salt')
FULL: Final = Person("full", "Full Mailbox", "full@south.example", "not a byte more", 0)
"""Every mail to this mailbox bounces with 5.2.2."""
SLOW: Final = Person("slow", "Slow Server", "slow@south.example", "come back later")
"""Every mail to this mailbox is put off once."""
AWAY: Final = Person("away", "Anna Away", "away@south.example", "gone fishing till monday")
"""Every mail to this mailbox is answered by a machine."""

ACCOUNT_HOLDERS: Final = (ALICE, BOB)
"""Who has an account in the throw-away profile."""
PEOPLE: Final = (ALICE, BOB, FULL, SLOW, AWAY)
