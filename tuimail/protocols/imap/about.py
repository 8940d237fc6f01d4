"""What a server tells of itself and of an account: ID, NAMESPACE, QUOTA (RFC 2971, 2342, 9208)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from .faults import unreadable
from .framing import Parts
from .lexer import Atom, Lexer, Value

MAX_NAME_BYTES: Final = 4_096
"""A mailbox name longer than this is not a name."""
MAX_NAMESPACES: Final = 1_000
MAX_RESOURCES: Final = 100
MAX_ID_FIELDS: Final = 30
"""RFC 2971 section 3.3."""
MAX_ID_CHARS: Final = 1_024

Decode = Callable[[bytes], str]
"""Reads the name of a mailbox."""


@dataclass(frozen=True, slots=True)
class Identity:
    """ID: what the server says of itself; a stranger's words."""

    fields: Mapping[str, str]
    """Names in lower case, at most MAX_ID_FIELDS."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """Where mailboxes of one kind lie."""

    prefix: str
    """Begins their names, the delimiter included; decoded, and may be empty."""
    delimiter: str
    """Empty where it is flat."""


@dataclass(frozen=True, slots=True)
class Namespaces:
    """NAMESPACE (RFC 2342): the person's own, other people's, and what is shared."""

    personal: tuple[Namespace, ...] = ()
    others: tuple[Namespace, ...] = ()
    shared: tuple[Namespace, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """What a quota limits (RFC 9208 section 5)."""

    name: str
    """In upper case: STORAGE counts 1,024 octets each, MESSAGE and MAILBOX ones."""
    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Quota:
    """QUOTA: what may be used below one root, and what is."""

    root: str
    """A name of the server's, often empty."""
    resources: tuple[Resource, ...]


def parse_id(parts: Parts) -> Identity:
    """Return what `* ID` says, within bounds."""
    lexer = Lexer(parts, len(b"* ID"))
    lexer.space()
    listed = lexer.value()
    words = listed if isinstance(listed, list) else []  # NIL: it says nothing
    texts = [word.decode("utf-8", "replace") if isinstance(word, bytes) else "" for word in words]
    pairs = list(zip(texts[::2], texts[1::2], strict=False))[:MAX_ID_FIELDS]
    return Identity({name[:MAX_ID_CHARS].lower(): text[:MAX_ID_CHARS] for name, text in pairs})


def parse_namespace(parts: Parts, decode: Decode) -> Namespaces:
    """Return what `* NAMESPACE` says.

    Raises:
        ProtocolError: it is outside the grammar.
    """
    lexer = Lexer(parts, len(b"* NAMESPACE"))
    kinds = []
    for _ in range(3):
        lexer.space()
        kinds.append(tuple(_namespaces_of(lexer.value(), decode)))
    return Namespaces(*kinds)


def _namespaces_of(listed: Value, decode: Decode) -> Iterator[Namespace]:
    for one in listed[:MAX_NAMESPACES] if isinstance(listed, list) else ():
        match one:
            case [bytes() as prefix, (bytes() | None) as delimiter, *_]:
                if len(prefix) <= MAX_NAME_BYTES and len(delimiter or b"") <= 1:
                    yield Namespace(decode(prefix), (delimiter or b"").decode("latin-1"))
            case _:
                raise unreadable("a name space that is none")


def parse_quota(parts: Parts) -> Quota:
    """Return what `* QUOTA` says.

    Raises:
        ProtocolError: it is outside the grammar.
    """
    lexer = Lexer(parts, len(b"* QUOTA"))
    lexer.space()
    root = lexer.astring().decode("utf-8", "replace")
    lexer.space()
    listed = lexer.value()
    words = listed if isinstance(listed, list) else []
    resources = []
    for at in range(0, min(len(words), 3 * MAX_RESOURCES), 3):
        match words[at : at + 3]:
            case [Atom(name), int() as used, int() as limit]:
                resources.append(Resource(name.decode("ascii").upper(), used, limit))
            case _:
                raise unreadable("a quota that is none")
    return Quota(root[:MAX_ID_CHARS], tuple(resources))
