"""How each of an account's servers is tried: connect, make the line safe, sign in, say goodbye."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from tuimail.credentials.provider import Purpose, server_for
from tuimail.model.account import Account, Program, Server
from tuimail.model.safe import Safe, safe_line
from tuimail.model.secret import Secret
from tuimail.protocols.imap.connection import ServerFacts as ImapFacts
from tuimail.protocols.imap.connection import check_sign_in as check_imap
from tuimail.protocols.pop3.signin import check_sign_in as check_pop3
from tuimail.protocols.sendmail import program_problem
from tuimail.protocols.smtp.session import check_sign_in as check_smtp

NEARLY_FULL: Final = 0.95
"""Of what may be used: a few mails with files may be all that still fits."""
_UNITS: Final = (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10))
"""As providers count what they offer: the 15 GB of Gmail are 15 * 2^30 bytes."""


class Facts(Protocol):
    """What a signed-in connection has shown of its server."""

    @property
    def tls(self) -> str:
        """Version and cipher."""
        ...

    @property
    def extensions(self) -> tuple[str, ...]:
        """What it offers."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """One server of an account and how it is tried."""

    purpose: Purpose
    server: Server | None
    sign_in: Callable[[Server, Secret], Awaitable[Facts]]


def checks_of(account: Account) -> tuple[Check, Check]:
    """Return how the server of retrieval and that of submission are tried."""
    retrieval = (
        Check(Purpose.POP3, server_for(account, Purpose.POP3), check_pop3)
        if account.pop3 is not None
        else Check(Purpose.IMAP, account.imap, check_imap)
    )
    return retrieval, Check(Purpose.SMTP, account.smtp, check_smtp)


def reached(server: Server, facts: Facts) -> Safe:
    """Say how a server was reached, to complete `SMTP smtp.example.org: ...`."""
    how = "signed in" if server.username else "answers, nobody signs in,"
    line = f"over {facts.tls}" if facts.tls else "in clear, on this machine alone"
    return safe_line(f"{how} {line}")


def sendmail_of(account: Account) -> tuple[bool, Safe] | None:
    """Return whether the program that takes an account's mail is there; None where there is none.

    It is not run: there is no mail to give it.
    """
    if not account.sendmail:
        return None
    problem = program_problem(Program(account.sendmail))
    return not problem, safe_line(problem or f"mail is given to {' '.join(account.sendmail)}")


@dataclass(frozen=True, slots=True)
class Fullness:
    """How much of what the mail server gives an account is used."""

    used_bytes: int
    allowed_bytes: int

    @property
    def is_well(self) -> bool:
        """Whether more mail fits."""
        return self.used_bytes < self.allowed_bytes * NEARLY_FULL

    def words(self) -> Safe:
        """Return it in words, with what to do where little room is left: 4.2 of 15 GB used."""
        at_least = (unit for unit in _UNITS if self.allowed_bytes >= unit[1])
        name, size = next(at_least, _UNITS[-1])
        used, allowed = (_number(one / size) for one in (self.used_bytes, self.allowed_bytes))
        words = f"{used} of {allowed} {name} used"
        if not self.is_well:
            words += ": empty Trash or move mail to a mailbox below local/, or new mail is refused"
        return Safe(words)


def fullness_of(facts: Facts) -> Fullness | None:
    """Return how full an account is; None where its server does not say."""
    if not isinstance(facts, ImapFacts) or facts.storage is None:
        return None
    return Fullness(*facts.storage)


def _number(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")
