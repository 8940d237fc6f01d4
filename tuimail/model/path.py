"""The path a received mail took, as the servers on it state."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Final

Ip = IPv4Address | IPv6Address
_NEAR: Final = tuple(
    ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)
"""Networks nobody outside reaches."""


@dataclass(frozen=True, slots=True)
class Received:
    """One Received field (RFC 5321 section 4.4); every text is a stranger's, on one line.

    What does not stand in it is empty.
    """

    raw: str
    names: tuple[str, ...] = ()
    """Hosts it says to have taken the mail from: as its address is called, then as it called
    itself."""
    is_looked_up: bool = False
    """Whether the first name is what the server found its address to be called; else it is what the
    other side called itself, which may be anything."""
    ip: Ip | None = None
    """The address it took the mail from."""
    by: str = ""
    protocol: str = ""
    """As `ESMTPS`, or in the program's own words."""
    is_encrypted: bool | None = None
    """True where it says so (RFC 3848), None where it says nothing: that is not a no."""
    recipient: str = ""
    time: int | None = None
    """Seconds UTC."""

    @property
    def came_from(self) -> str:
        """The best name there is of where it came from."""
        return self.names[0] if self.names else str(self.ip or "")

    @property
    def is_inside(self) -> bool:
        """Whether it was handed on within one machine or one organisation's own network."""
        if self.ip is not None and self.protocol.lower() != "mapi":
            return any(self.ip in network for network in _NEAR)
        return self.came_from == "localhost" or self.protocol.lower() in ("mapi", "local")


class Oddity(StrEnum):
    """What is not as it should be with a hop."""

    CLOCKS_DIFFER = "clocks differ"
    CLOCK_WRONG = "clock wrong"
    NO_LINK = "no link"
    """It was given to one host, and the next one took it from another."""
    CLAIMS_OURS = "claims ours"
    """It says to be written by a server of ours, from where ours did not write."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One handing over, as the server that took the mail wrote it."""

    received: Received
    delay_s: int | None = None
    """Since the hop before it; None at the first, and where a clock is wrong."""
    is_trusted: bool = False
    """Written by a server of ours; all others are what the other side states."""
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthResult:
    """What a server found by one method (RFC 8601); every text is a stranger's, on one line."""

    method: str
    """`spf`, `dkim`, `dmarc`, `arc` or another, in lower case."""
    result: str
    """`pass`, `fail`, `none`, `temperror` and so on, in lower case."""
    domain: str = ""
    """Whom it is about: the signing domain, that of the envelope or of the From field."""


@dataclass(frozen=True, slots=True)
class MailPath:
    """All that is known of how a mail came here."""

    hops: tuple[Hop, ...]
    """The first one first."""
    authentication: tuple[AuthResult, ...] | None
    """None where no server of the account tells."""
    author_domain: str
    """Of the From field."""
    retrieved: str = ""
    """How tuimail got it, in words."""
