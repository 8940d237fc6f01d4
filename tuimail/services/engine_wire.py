"""The words spoken on the engine's socket: one JSON object per line, sized and typed.

Both ends are this program of this person, but perhaps not of the same version, and a socket can
be written to by any of the person's programs: so every line is bounded and checked.
"""

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import blake2b
from pathlib import Path
from typing import Final

from tuimail import __version__
from tuimail.config.profile import Profile
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
from tuimail.store.schema import VERSION

MAX_LINE_BYTES: Final = 256 * 1024
"""The longest line is the result of a pass over some thousand mailboxes."""
MAX_SOCKET_PATH_BYTES: Final = 100
"""`sun_path` holds 108 octets on Linux and 104 on macOS, the final NUL among them."""
STORE_SCHEMA: Final = sum(VERSION.values())
"""Moves with every change of the store's tables, as each file's version only goes up."""
WIRE_VERSION: Final = 1
"""Moves when an older program could no longer follow."""


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
    def age(self) -> tuple[int, tuple[int, ...]]:
        """Orders programs: the newer compares greater."""
        numbers = (part for part in self.program.split(".") if part.isdecimal())
        return (self.schema, tuple(int(part[:9]) for part in numbers))


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
class CreateWish:
    """Create a mailbox."""

    request: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class BodiesWish:
    """These messages are on the screen."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PushWish:
    """Operations wait."""


@dataclass(frozen=True, slots=True)
class SendWish:
    """Outgoing mail waits."""


@dataclass(frozen=True, slots=True)
class ReloadWish:
    """The configuration changed."""


@dataclass(frozen=True, slots=True)
class StopWish:
    """End when the steps being taken are done."""


@dataclass(frozen=True, slots=True)
class CancelWish:
    """Stop a long task."""

    task: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A secret that was asked for; empty when the person would not say."""

    question: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """An event (see `tuimail.events`)."""

    event: dict[str, object]


@dataclass(frozen=True, slots=True)
class Done:
    """A wish came true."""

    request: str
    value: dict[str, object]


@dataclass(frozen=True, slots=True)
class Failed:
    """A wish did not come true; `kind` names the exception of `tuimail.errors`."""

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
    | CreateWish
    | BodiesWish
    | PushWish
    | SendWish
    | ReloadWish
    | StopWish
    | CancelWish
    | Answer
)
Reply = Said | Done | Failed | Answered | Leaving
Message = Hello | Wish | Reply

_KINDS: Final[Mapping[str, type[Message]]] = {
    kind.__name__: kind
    for kind in (
        Hello,
        SyncWish,
        BodyWish,
        CreateWish,
        BodiesWish,
        PushWish,
        SendWish,
        ReloadWish,
        StopWish,
        CancelWish,
        Answer,
        Said,
        Done,
        Failed,
        Answered,
        Leaving,
    )
}


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


def failed(request: str, error: TuimailError) -> Failed:
    """Return the line that carries an expected failure to whoever wished."""
    return Failed(request, type(error).__name__, error.hint)


def error_of(message: Failed) -> TuimailError:
    """Return the failure a line carries."""
    return _ERRORS.get(message.kind, TuimailError)(message.hint)


def encode(message: Message) -> bytes:
    """Return the line of a message, with its line end.

    Raises:
        ProtocolError: it is longer than the other side would take.
    """
    words = {"say": type(message).__name__, **asdict(message)}
    line = json.dumps(words, separators=(",", ":")).encode() + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise ProtocolError("The answer of the background process is too long.", Scope.COMMAND)
    return line


def decode(line: bytes) -> Message:
    """Return the message of a line.

    Raises:
        ProtocolError: it is no message known here.
    """
    try:
        words = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _unknown() from error
    kind = _KINDS.get(str(words.get("say"))) if isinstance(words, dict) else None
    if kind is None:
        raise _unknown()
    values = {f.name: words[f.name] for f in fields(kind) if f.name in words}
    if isinstance(values.get("keys"), list):
        values["keys"] = tuple(values["keys"])
    try:
        message = kind(**values)
    except TypeError as error:
        raise _unknown() from error
    if not all(_fits(f.type, getattr(message, f.name)) for f in fields(message)):
        raise _unknown()
    return message


def socket_path(profile: Profile) -> Path:
    """Return where the engine of this profile listens.

    A profile whose path is too long for a socket gets a short one in a private folder, named
    after the profile.

    Raises:
        EngineUnavailable: that folder belongs to someone else.
    """
    if len(os.fsencode(profile.socket)) <= MAX_SOCKET_PATH_BYTES:
        return profile.socket
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(base if 0 < len(base) < 60 else tempfile.gettempdir()) / f"tuimail-{os.getuid()}"
    _private(folder)
    name = blake2b(os.fsencode(profile.state_dir), digest_size=8).hexdigest()
    return folder / f"{name}.sock"


def _private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise EngineUnavailable(f"{folder}: {error.strerror}. Use a shorter --profile.") from error
    is_ours = found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode)
    if not is_ours or stat.S_IMODE(found.st_mode) & 0o077:
        raise EngineUnavailable(
            f"{folder} is open to others or not yours, so nothing is put there. "
            "Use a shorter --profile, or remove it."
        )


def _fits(wanted: object, value: object) -> bool:
    if wanted is bool or wanted is str:
        return type(value) is wanted
    if wanted is int:
        return type(value) is int and abs(value) < 1 << 63
    if isinstance(value, tuple):
        return len(value) <= 1_000 and all(_fits(int, item) for item in value)
    return isinstance(value, dict)


def _unknown() -> ProtocolError:
    return ProtocolError("A line on the engine's socket was not understood.", Scope.CONNECTION)
