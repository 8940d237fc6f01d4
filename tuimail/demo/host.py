"""The embedded mail host: two domains with submission, exchange and mailboxes, on loopback."""

from dataclasses import dataclass
from pathlib import Path

from .faults import FaultScript
from .people import Person

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class HostPorts:
    """Ports on 127.0.0.1. Everybody may sign in at each of them."""

    imap_tls: int
    imap_starttls: int
    smtp_tls: dict[str, int]
    """Submission with implicit TLS, by domain."""
    smtp_starttls: dict[str, int]
    exchange: dict[str, int]
    """Where a domain takes mail from other domains: no sign-in, no relaying."""


class MailHost:
    """Everything one process needs to show how mail travels. Lives in one event loop."""

    imap_faults: FaultScript
    smtp_faults: FaultScript
    ca_file: Path
    """PEM file; trusts this host's certificate for 127.0.0.1 and localhost."""

    def __init__(self, folder: Path, *, messages: int = 0, seed: int = 1, now: int = 0) -> None:
        """Prepare a host that keeps its certificates in `folder`, which must exist.

        `messages` are generated over all mailboxes together, the newest shortly before `now`
        (seconds UTC; 0 means the clock).
        """
        raise NotImplementedError

    async def start(self) -> HostPorts:
        """Listen on free ports."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End all connections and listeners."""
        raise NotImplementedError

    def deliver(self, raw: bytes, to: Person, mailbox: str = "INBOX") -> int:
        """Put a mail into a mailbox now and return its UID; watchers are told at once."""
        raise NotImplementedError
