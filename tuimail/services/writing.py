"""What a person does who writes a mail: begin, keep, check, send. Every verb is durable on return."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.errors import UserError
from tuimail.model.draft import Draft, DraftKind
from tuimail.model.ids import AccountName, DraftId, MessageRef, OutgoingId
from tuimail.model.safe import Safe

if TYPE_CHECKING:
    from .mail import Mail


class DraftError(UserError):
    """The draft cannot be sent; `field` says where: from, to, cc, bcc, attachments, body."""

    def __init__(self, field: str, hint: str) -> None:
        super().__init__(hint)
        self.field = field


def new_draft(mail: "Mail", account: AccountName | None = None, to: str = "") -> Draft:
    """Return an empty draft from an account (the first one where none is named), with signature."""
    raise NotImplementedError


def draft_of_mailto(mail: "Mail", uri: str, account: AccountName | None = None) -> Draft:
    """Return the draft a `mailto:` link asks for (RFC 6068); never attachments, never sent.

    Raises:
        UserError: it is no mailto link, or too long.
    """
    raise NotImplementedError


def reply(mail: "Mail", ref: MessageRef, kind: DraftKind = DraftKind.REPLY) -> Draft:
    """Return the draft that answers a message (REPLY, REPLY_ALL, REPLY_LIST).

    Raises:
        NotFound: the message or its body is not here yet.
        UserError: there is nobody to answer.
    """
    raise NotImplementedError


def forward(mail: "Mail", ref: MessageRef, *, attachments: bool = True) -> Draft:
    """Return the draft that forwards a message as text, its attachments with it if wanted."""
    raise NotImplementedError


def attach(draft: Draft, path: Path) -> Draft:
    """Return the draft with one more file; raises DraftError (field `attachments`)."""
    raise NotImplementedError


def detach(draft: Draft, index: int) -> Draft:
    """Return the draft without the attachment at `index` (from 0)."""
    raise NotImplementedError


def change_identity(mail: "Mail", draft: Draft, account: AccountName, address: str = "") -> Draft:
    """Return the draft sent from another account or identity, its signature exchanged."""
    raise NotImplementedError


def save_draft(mail: "Mail", draft: Draft) -> Draft:
    """Write the draft down, durable; return it with the time it was written."""
    raise NotImplementedError


def drafts(mail: "Mail") -> Sequence[Draft]:
    """Return the kept drafts, newest first."""
    raise NotImplementedError


def discard_draft(mail: "Mail", draft_id: DraftId) -> None:
    """Drop a draft for ever."""
    raise NotImplementedError


def check(mail: "Mail", draft: Draft) -> list[Safe]:
    """Return warnings to be shown before sending (empty subject, forgotten attachment, ...).

    Raises:
        DraftError: it cannot be sent; names the field.
    """
    raise NotImplementedError


def send(
    mail: "Mail", draft: Draft, undo_window_s: int | None = None, at: int | None = None
) -> OutgoingId:
    """Hand the draft over for sending: durable on return, the draft is dropped.

    `undo_window_s` None means the setting; `at` (seconds UTC) sends later.

    Raises:
        DraftError: it cannot be sent.
        StoreError: it could not be written down; the draft is still there.
    """
    raise NotImplementedError


def send_raw(
    mail: "Mail",
    account: AccountName,
    raw: bytes,
    recipients: Sequence[str],
    at: int | None = None,
) -> OutgoingId:
    """Send bytes made elsewhere: CRLF made, Bcc removed, Message-ID and Date added if missing."""
    raise NotImplementedError


def draft_to_text(draft: Draft) -> str:
    """Return the draft as a text file for an editor: From, To, Cc, Bcc, Subject, blank line, body."""
    raise NotImplementedError


def draft_of_text(mail: "Mail", text: str, draft: Draft) -> Draft:
    """Return the draft as changed in the editor.

    Raises:
        UserError: a header other than From, To, Cc, Bcc, Subject; names it and the line.
    """
    raise NotImplementedError
