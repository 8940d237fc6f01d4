"""How a POP3 server says no, and what cannot be read at all."""

import re
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope, ServerSilent, SignInRefused
from tuimail.model.account import Server
from tuimail.model.safe import safe_line
from tuimail.protocols.sasl import Mechanism, advice_on_refusal, what_signs_in

MAX_SAID_CHARS: Final = 200
"""How much of a server's words a person is shown."""

_CODE: Final = re.compile(r"\[([A-Za-z0-9/-]{1,40})\] ?")
_BUSY_WORDS: Final = re.compile(
    r"\block|\bin use\b|\bbusy\b|temporar|too many|try again", re.IGNORECASE
)
"""Servers without RESP-CODES; RFC 1939 itself says `maildrop already locked`."""


class Refused(ProtocolError):
    """The server answered -ERR; `code` is its response code in upper case, or empty."""

    def __init__(self, hint: str, reply: str, scope: Scope = Scope.COMMAND) -> None:
        self.code, words = split_code(reply)
        super().__init__(hint + said(words), scope, reply)


def split_code(reply: str) -> tuple[str, str]:
    """Return the response code (RFC 2449 section 8) in upper case, if any, and the words."""
    found = _CODE.match(reply)
    return (found[1].upper(), reply[found.end() :]) if found else ("", reply)


def sign_in_refused(server: Server, mechanism: Mechanism | None, reply: str) -> ProtocolError:
    """Return what a refused sign-in means: the password's fault, or not."""
    host = server.host
    code, words = split_code(reply)
    match code:
        case "IN-USE":
            return _later(f"Another program reads the mailbox on {host} just now", words)
        case "LOGIN-DELAY":
            return _later(f"{host} wants a longer pause between two looks", words)
        case "SYS/TEMP":
            return _later(f"{host} has trouble of its own for a while", words)
        case "SYS/PERM":
            hint = f"{host} cannot open this mailbox: tell the provider.{said(words)}"
            return ProtocolError(hint, Scope.ACCOUNT, reply)
        case "" if _BUSY_WORDS.search(words):
            return _later(f"{host} takes no sign-in just now", words)
    usual = (
        "check both; many providers want an app password instead of your own, or POP3 turned on "
        "in their settings first"
    )
    advice = advice_on_refusal(server, mechanism, usual)
    return SignInRefused(f"{host} refused {what_signs_in(server)}: {advice}.{said(words)}", reply)


def unreadable(host: str, problem: str) -> ProtocolError:
    """Return the error for an answer outside the grammar: the connection is not used again."""
    return ProtocolError(
        f"{host} sent something that cannot be read ({problem}). Trying again on a new connection.",
        Scope.CONNECTION,
    )


def lost(host: str) -> NetworkError:
    """Return the error for a line that went away."""
    return NetworkError(f"{host} closed the connection.")


def silent(host: str, what: str) -> ServerSilent:
    """Return the error for a server that does not answer, or too slowly."""
    return ServerSilent(f"{host} did not answer {what} in time.")


def said(text: str) -> str:
    """Return a server's words, made safe and labelled as its own; empty for none."""
    words = safe_line(text.strip(), MAX_SAID_CHARS)
    return f" The server says: {words}" if words else ""


def _later(what: str, words: str) -> ProtocolError:
    return ProtocolError(f"{what}; it is tried again later.{said(words)}", Scope.CONNECTION, words)
