"""The words spoken on the engine's socket: one JSON object per line, sized and typed.

Both ends are this program of this person, but perhaps not of the same version, and a socket can
be written to by any of the person's programs: so every line is bounded and checked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, get_args

from tuimail import __version__
from tuimail.errors import (
    EngineUnavailable,
    NetworkError,
    NotFound,
    ProtocolError,
    Scope,
    SecretUnavailable,
    SignInRefused,
    StoreError,
    TlsError,
    TuimailError,
    UserError,
)
from tuimail.events import Event
from tuimail.model.mailbox import MailboxChange
from tuimail.model.query import Node
from tuimail.store.schema import VERSION

from .engine_codec import by_name, not_understood, of_json, to_json
from .engine_passes import AccountPass

MAX_LINE_BYTES: Final = 1 << 20
"""The longest line is the result of a pass over some thousand mailboxes."""
STORE_SCHEMA: Final = sum(VERSION.values())
"""Moves with every change of the store's tables, as each file's version only goes up."""
MAX_VISIBLE: Final = 200
"""More messages than a screen has rows."""
WIRE_VERSION: Final = 6
"""Moves when an older program could no longer follow, as with every new kind of event."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first line of both sides."""

    program: str
    schema: int
    """Of the store's files; a program with a newer one must be alone with them."""
    wire: int = WIRE_VERSION
    can_ask: bool = False
    """A person sits there who can type a password."""

    @property
    def age(self) -> tuple[int, tuple[int, ...], int]:
        """Orders programs: the newer compares greater."""
        numbers = (part for part in self.program.split(".") if part.isdecimal())
        return (self.schema, tuple(int(part[:9]) for part in numbers), self.wire)


@dataclass(frozen=True, slots=True)
class SyncWish:
    """Make a pass over one account or all."""

    request: str
    account: str = ""
    mailbox: str = ""
    headers_only: bool = False


@dataclass(frozen=True, slots=True)
class BodyWish:
    """Fetch this body before all others."""

    request: str
    key: int


@dataclass(frozen=True, slots=True)
class MailboxWish:
    """Change an account's mailboxes."""

    request: str
    account: str
    change: MailboxChange


@dataclass(frozen=True, slots=True)
class SearchWish:
    """Have the servers asked for what a search may find that is not here yet."""

    request: str
    search: str
    """A name for it that nobody else uses: what is found is told to everybody."""
    query: Node
    mailboxes: tuple[int, ...]
    """Row ids; empty is every mailbox."""


@dataclass(frozen=True, slots=True)
class ForgetWish:
    """Nobody waits for a wish any more."""

    request: str


@dataclass(frozen=True, slots=True)
class BodiesWish:
    """These messages are on the screen; more than MAX_VISIBLE are not looked at."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PushWish:
    """Operations wait."""


@dataclass(frozen=True, slots=True)
class SendWish:
    """Outgoing mail waits."""


@dataclass(frozen=True, slots=True)
class SignInWish:
    """The password of an account was given anew."""

    account: str


@dataclass(frozen=True, slots=True)
class ReloadWish:
    """The configuration changed."""


@dataclass(frozen=True, slots=True)
class StopWish:
    """End when the steps being taken are done."""


@dataclass(frozen=True, slots=True)
class YieldWish:
    """Leave your place to one that stays, unless you were told to stay yourself."""


@dataclass(frozen=True, slots=True)
class CancelWish:
    """Stop fetching until the next wish for a pass; new mail still comes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A secret that was asked for; empty when the person would not say."""

    question: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """Something happened."""

    event: Event


@dataclass(frozen=True, slots=True)
class Done:
    """A wish came true."""

    request: str
    passes: tuple[AccountPass, ...] = ()
    """What was done to each account, where the wish was for that."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A wish did not come true; `kind` names the nearest exception of `tuimail.errors`."""

    request: str
    kind: str
    hint: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A question was answered: nobody need answer it any more."""

    question: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """The engine ends; connect again to start the next."""


Wish = (
    SyncWish
    | BodyWish
    | MailboxWish
    | SearchWish
    | ForgetWish
    | BodiesWish
    | PushWish
    | SendWish
    | SignInWish
    | ReloadWish
    | StopWish
    | YieldWish
    | CancelWish
    | Answer
)
Reply = Said | Done | Failed | Answered | Leaving
Message = Hello | Wish | Reply

_KINDS: Final[Mapping[str, type[Message]]] = by_name(*get_args(Message))
_ERRORS: Final[Mapping[str, type[TuimailError]]] = {
    kind.__name__: kind
    for kind in (
        EngineUnavailable,
        NetworkError,
        NotFound,
        ProtocolError,
        SecretUnavailable,
        SignInRefused,
        StoreError,
        TlsError,
        UserError,
    )
}


def hello(*, can_ask: bool = False) -> Hello:
    """Return the hello of this program."""
    return Hello(__version__, STORE_SCHEMA, WIRE_VERSION, can_ask)


def is_newer(other: Hello) -> str:
    """Return the sentence for who meets a newer program in the background."""
    return (
        f"A newer tuimail ({other.program}) runs in the background for this profile. "
        f"Start that one: this is {__version__}."
    )


def failed(request: str, error: TuimailError) -> Failed:
    """Return the line that carries an expected failure to whoever wished."""
    names = [kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _ERRORS]
    return Failed(request, names[0] if names else "", error.hint)


def error_of(message: Failed) -> TuimailError:
    """Return the failure a line carries."""
    return _ERRORS.get(message.kind, TuimailError)(message.hint)


def encode(message: Message) -> bytes:
    """Return the line of a message, with its line end.

    Raises:
        ProtocolError: it is longer than the other side would take.
    """
    line = json.dumps(to_json(message), separators=(",", ":")).encode() + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise ProtocolError("The answer of the background process is too long.", Scope.COMMAND)
    return line


def decode(line: bytes) -> Message:
    """Return the message of a line.

    Raises:
        ProtocolError: it is no message known here.
    """
    try:
        return of_json(_KINDS, json.loads(line))
    except (ValueError, RecursionError) as error:
        raise not_understood() from error
