"""A search as a tree; made by `store.query_language`, compiled to SQL by `store.search`."""

from dataclasses import dataclass
from enum import StrEnum

from .ids import MailboxId


class Order(StrEnum):
    """What of a search comes first."""

    DATE = "date"
    RELEVANCE = "relevance"


class Field(StrEnum):
    """Where a word is looked for."""

    ANY = "any"
    FROM = "from"
    TO = "to"
    CC = "cc"
    SUBJECT = "subject"
    BODY = "body"
    LIST = "list"
    TAG = "tag"
    FILENAME = "filename"
    ID = "id"


class State(StrEnum):
    """is:..."""

    UNREAD = "unread"
    READ = "read"
    FLAGGED = "flagged"
    REPLIED = "replied"
    DRAFT = "draft"
    BOUNCED = "bounced"
    """Reports that come back, and mails of ours that failed."""
    DELAYED = "delayed"
    """Mails of ours that a server still tries to deliver."""
    SNOOZED = "snoozed"
    MUTED = "muted"
    """Of a conversation that is muted."""
    AUTOMATIC = "automatic"
    """What no person wrote: by its header (RFC 3834), or by an author nobody can answer."""


class Has(StrEnum):
    """has:..."""

    ATTACHMENT = "attachment"
    LINK = "link"
    INVITE = "invite"
    LIST = "list"
    """A List-Id (RFC 2919)."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase in a field."""

    field: Field
    text: str
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """In one of these mailboxes; none of them finds nothing."""

    mailboxes: tuple[MailboxId, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """is:unread and the like."""

    state: State


@dataclass(frozen=True, slots=True)
class HasA:
    """has:attachment and the like."""

    what: Has


@dataclass(frozen=True, slots=True)
class Between:
    """Date from (inclusive) until (exclusive), seconds UTC; None is open."""

    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class Size:
    """larger: or smaller: in bytes."""

    larger: int | None = None
    smaller: int | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of."""

    nodes: tuple["Node", ...]


Node = Word | Within | Is | HasA | Between | Size | Not | And | Or


def has_words(node: Node) -> bool:
    """Return whether a search looks for words, which may stand where nothing is here yet."""
    match node:
        case And(nodes) | Or(nodes):
            return any(map(has_words, nodes))
        case Not(inner):
            return has_words(inner)
        case Word() | HasA(Has.LINK | Has.INVITE):
            return True
        case _:
            return False
