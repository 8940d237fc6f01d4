"""NAMESPACE: where the person's mailboxes lie, and where those of others (RFC 2342)."""

from typing import Final

from .about import Namespaces
from .faults import Refused
from .grammar import Untagged
from .names import INBOX
from .session import Command, Session

_NO_MAIL: Final = ("#news", "#ftp")
"""Shared by UW IMAP: all newsgroups there are, and files."""


async def namespaces(session: Session) -> Namespaces:
    """Return the name spaces, asked for once; none where the server does not tell.

    Raises:
        NetworkError, ProtocolError: as `Session.say`.
    """
    if session.namespaces is not None:
        return session.namespaces
    found = Namespaces()

    def take(response: Untagged) -> bool:
        nonlocal found
        if not isinstance(response, Namespaces):
            return False
        found = response
        return True

    if session.offers("NAMESPACE"):
        command = Command("NAMESPACE", (), "to tell its name spaces", session.timeouts.command_s)
        try:
            await session.say(command, take)
        except Refused:
            found = Namespaces()
    session.namespaces = found
    return found


def prefixes_besides(found: Namespaces) -> list[str]:
    """Return the prefixes of shared mailboxes that LIST of everything may leave out."""
    return [
        one.prefix
        for one in found.shared
        if one.prefix and not one.prefix.lower().startswith(_NO_MAIL)
    ]


def placed(found: Namespaces, name: str) -> str:
    """Return the name under which the person's own new mailbox can be created.

    Below INBOX where all lie there (Courier, Cyrus); as it is where a name space fits already.
    """
    known = found.personal + found.others + found.shared
    if name.upper() == INBOX or any(name.startswith(one.prefix) for one in known):
        return name
    return found.personal[0].prefix + name if found.personal else name
