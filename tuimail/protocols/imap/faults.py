"""How an IMAP server says no, and what cannot be read at all."""

from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope, ServerSilent, TlsError
from tuimail.model.safe import safe_line

MAX_SAID_CHARS: Final = 200
"""How much of a server's words a person is shown."""


class Refused(ProtocolError):
    """The server answered NO or BAD; `code` is its response code in upper case, or empty."""

    def __init__(
        self, hint: str, reply: str = "", code: str = "", scope: Scope = Scope.COMMAND
    ) -> None:
        super().__init__(hint + said(reply), scope, reply)
        self.code = code


class MailboxMissing(Refused):
    """The destination does not exist; it may be created (RFC 9051 section 7.1, TRYCREATE)."""


def unreadable(problem: str) -> ProtocolError:
    """Return the error for an answer outside the grammar: the connection is not used again."""
    return ProtocolError(
        f"The mail server sent something that cannot be read ({problem}). "
        "Trying again on a new connection.",
        Scope.CONNECTION,
    )


def lost(host: str, farewell: str = "") -> NetworkError:
    """Return the error for a line that went away, with the server's parting words."""
    return NetworkError(f"{host} closed the connection." + said(farewell))


def silent(host: str, waited_s: float, what: str) -> ServerSilent:
    """Return the error for a server that does not answer."""
    return ServerSilent(f"{host} did not answer {what} within {waited_s:.0f} seconds.")


def injected(host: str) -> TlsError:
    """Return the error for bytes that came before the handshake (STARTTLS).

    CVE-2020-14954 (mutt), CVE-2020-15953 (libetpan): such bytes passed for said inside TLS.
    """
    return TlsError(
        f"Something was put on the line to {host} before it was made safe: somebody may be "
        "listening. Use port 993 with security = tls. No password was sent."
    )


def said(text: str) -> str:
    """Return a server's words, made safe and labelled as its own; empty for none."""
    words = safe_line(text.strip(), MAX_SAID_CHARS)
    return f" The server says: {words}" if words else ""
