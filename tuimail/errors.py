"""One tree of exceptions: what went wrong, in a sentence a person can act on.

TuimailError(hint)
  UserError             what was typed cannot be done; shown beside the field
    QueryError          a search cannot be understood; knows the place
  NotFound              nothing matched
  ConfigError           file, line, key
  NetworkError          a server could not be reached, or the line was cut
    TlsError            the line cannot be made safe; nothing secret was sent
  ProtocolError(scope)  a server answered what cannot be used, or said no
    SignInRefused       the server refused the name or password
  StoreError            the local store: corrupt, disk full, schema too new
  SecretUnavailable     a password is needed and there is no way to get it
    TokenUnavailable    an access token could not be had just now
  EngineUnavailable     the background process cannot be started or reached

Each library's exceptions are translated in the one file that imports it.
"""

from enum import IntEnum, StrEnum
from pathlib import Path


class ExitStatus(IntEnum):
    """Exit status of the command line."""

    DONE = 0
    NOTHING_FOUND = 1
    USAGE = 2
    NETWORK = 3
    SIGN_IN = 4
    REFUSED = 5
    STORE = 6


class Scope(StrEnum):
    """How far a protocol error reaches, which decides the recovery."""

    COMMAND = "command"
    """This command failed: undo the operation, the connection is fine."""
    CONNECTION = "connection"
    """This connection is unusable: back off, reconnect."""
    ACCOUNT = "account"
    """This account cannot go on: stop and ask the person."""


class TuimailError(Exception):
    """Base of all expected failures; `hint` is the sentence the person reads."""

    exit_status = ExitStatus.USAGE

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


class UserError(TuimailError):
    """What was typed cannot be done; the hint says why and what would work."""


class QueryError(UserError):
    """A search cannot be understood: `text` is what was typed, `column` the place.

    Columns count characters from 0. The hint is one sentence; whoever shows it draws the place.
    """

    def __init__(self, hint: str, text: str, column: int) -> None:
        super().__init__(hint)
        self.text = text
        self.column = column


class NotFound(TuimailError):
    """Nothing matched what was asked for."""

    exit_status = ExitStatus.NOTHING_FOUND


class ConfigError(TuimailError):
    """A configuration file, keymap or theme cannot be used; names file, line and key."""

    def __init__(self, file: Path | str, line: int | None, key: str, problem: str) -> None:
        """Build the hint `file:line: key: problem`; `line` counts from 1, None means unknown."""
        place = f"{file}:{line}" if line else str(file)
        super().__init__(f"{place}: {key}: {problem}" if key else f"{place}: {problem}")
        self.file = Path(file)
        self.line = line
        self.key = key


class NetworkError(TuimailError):
    """A server could not be reached or the line was cut; trying again later may help."""

    exit_status = ExitStatus.NETWORK


class ServerSilent(NetworkError):
    """A server did not answer in time: whoever waits has waited long enough."""


class TlsError(NetworkError):
    """The line cannot be made safe (certificate, STARTTLS); no secret was sent."""


class ProtocolError(TuimailError):
    """A server said no, or answered what cannot be used.

    `reply` is the server's own text, written by a stranger: sanitise before showing.
    """

    exit_status = ExitStatus.REFUSED

    def __init__(self, hint: str, scope: Scope = Scope.COMMAND, reply: str = "") -> None:
        super().__init__(hint)
        self.scope = scope
        self.reply = reply


class SignInRefused(ProtocolError):
    """The server refused the name or password."""

    exit_status = ExitStatus.SIGN_IN

    def __init__(self, hint: str, reply: str = "") -> None:
        super().__init__(hint, Scope.ACCOUNT, reply)


class StoreError(TuimailError):
    """The local store cannot be used: corrupt, disk full, written by a newer program."""

    exit_status = ExitStatus.STORE


class SecretUnavailable(TuimailError):
    """A password is needed and there is no way to get it."""

    exit_status = ExitStatus.SIGN_IN


class TokenUnavailable(SecretUnavailable):
    """The command that prints an access token failed: it asks a server, so that may pass."""


class EngineUnavailable(TuimailError):
    """The background process cannot be started or reached."""

    exit_status = ExitStatus.STORE


def leaves(error: BaseException) -> list[BaseException]:
    """Return what a group of exceptions holds, however deep; any other is the only one."""
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for inner in error.exceptions for leaf in leaves(inner)]
