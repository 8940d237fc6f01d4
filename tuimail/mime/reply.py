"""From a mail that was read to the draft that answers or forwards it."""

from dataclasses import dataclass
from datetime import tzinfo

from tuimail.model.account import Account
from tuimail.model.address import Address
from tuimail.model.draft import DraftKind
from tuimail.model.part import RenderedMail


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of a draft that come from the mail answered or forwarded."""

    from_: Address
    to: str
    cc: str
    subject: str
    body: str
    in_reply_to: str
    references: tuple[str, ...]


def reply_draft(
    rendered: RenderedMail,
    kind: DraftKind,
    account: Account,
    zone: tzinfo,
    list_post: str = "",
) -> Answer:
    """Return what a reply, reply to all, reply to the list or forward begins with.

    `list_post` is the address of the List-Post field (`list_post_of`).

    Raises:
        UserError: the mail has no address to answer to, or did not come through a list.
    """
    raise NotImplementedError


def list_post_of(raw: bytes) -> str:
    """Return the addr-spec of the List-Post field (RFC 2369), or an empty string."""
    raise NotImplementedError
