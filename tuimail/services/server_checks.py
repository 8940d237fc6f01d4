"""How each of an account's servers is tried: connect, make the line safe, sign in, say goodbye."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from tuimail.credentials.provider import Purpose, server_for
from tuimail.model.account import Account, Server
from tuimail.model.secret import Secret
from tuimail.protocols.imap.connection import check_sign_in as check_imap
from tuimail.protocols.pop3.signin import check_sign_in as check_pop3
from tuimail.protocols.smtp.submission import check_sign_in as check_smtp


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
