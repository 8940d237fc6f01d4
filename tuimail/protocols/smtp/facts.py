"""What a signed-in line has shown of its server: who it is, and what it takes at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .connection import Connection


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What is known of the server once signed in."""

    host: str
    """As configured."""
    greeting: str
    """The name in its EHLO reply; a stranger's words."""
    tls: str
    """Version and cipher, for example `TLSv1.3 TLS_AES_256_GCM_SHA384`."""
    extensions: tuple[str, ...]
    """EHLO keywords with their parameters, upper case, as offered after sign-in or TLS."""
    max_size: int
    """Bytes the server takes at most (RFC 1870); 0 where it does not say."""

    @property
    def reports_delivery(self) -> bool:
        """Whether it takes a wish to be told what becomes of the mail (DSN, RFC 3461)."""
        return self.offers("DSN")

    def offers(self, keyword: str) -> bool:
        """Whether this keyword, upper case, was among its extensions."""
        return any(line.partition(" ")[0] == keyword for line in self.extensions)

    def parameters(self, keyword: str) -> Sequence[str]:
        """Return what stood behind a keyword."""
        found = (line.split() for line in self.extensions)
        return next((words[1:] for words in found if words[:1] == [keyword]), [])

    @property
    def limits(self) -> "Limits":
        """What it takes at most on one line and in one mail (RFC 9422)."""
        named = dict(word.partition("=")[::2] for word in self.parameters("LIMITS"))
        return Limits(
            mails=_number(named.get("MAILMAX", "")),
            recipients=_number(named.get("RCPTMAX", "")),
            domains=_number(named.get("RCPTDOMAINMAX", "")),
        )

    def holds_until(self, now: float) -> int:
        """Return the latest time (seconds UTC) until which it keeps a mail back; 0 for none.

        RFC 4865 section 3: `FUTURERELEASE seconds date-time`, both of them limits.
        """
        words = self.parameters("FUTURERELEASE")
        seconds = _number(words[0]) if words else 0
        if not seconds:
            return 0
        latest = _time(words[1]) if len(words) > 1 else None
        return int(now) + seconds if latest is None else min(int(now) + seconds, latest)


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many; 0 where the server does not say."""

    mails: int
    """On one line."""
    recipients: int
    """Of one mail."""
    domains: int
    """Among them."""

    def fitting(self, addresses: Sequence[str]) -> tuple[str, ...]:
        """Return those of the addresses, in order, that may be asked for in one mail."""
        taken: list[str] = []
        domains: set[str] = set()
        for address in addresses[: self.recipients or None]:
            domain = address.rpartition("@")[2].lower()
            if domain not in domains and self.domains and len(domains) >= self.domains:
                continue
            domains.add(domain)
            taken.append(address)
        return tuple(taken)


def facts_of(connection: Connection, host: str) -> ServerFacts:
    """Return what a signed-in connection has shown of the server configured as `host`."""
    offered = sorted(
        f"{word.upper()} {more}".strip() for word, more in connection.extensions.items()
    )
    return ServerFacts(
        host=host,
        greeting=connection.greeting,
        tls=connection.tls(),
        extensions=tuple(offered),
        max_size=_number(connection.extensions.get("size", "").strip()),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _time(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
