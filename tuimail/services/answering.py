"""Drafts that answer or forward a message."""

from dataclasses import replace

from tuimail.errors import NotFound
from tuimail.mime.compose import attachment_of
from tuimail.mime.render import part_content, render_mail
from tuimail.mime.reply import Answer, list_post_of, reply_draft
from tuimail.model.account import Account
from tuimail.model.draft import Attachment, Draft, DraftKind
from tuimail.model.ids import DraftId, MessageRef
from tuimail.model.part import RenderedMail
from tuimail.model.safe import safe_filename
from tuimail.store.bodies import body_of
from tuimail.store.drafts import new_draft_id
from tuimail.store.mailboxes import mailbox_row
from tuimail.store.messages import key_of

from .draft_check import signed
from .draft_files import put_file
from .mail import Mail, zone_of


def reply(mail: Mail, ref: MessageRef, kind: DraftKind = DraftKind.REPLY) -> Draft:
    """Return the draft that answers a message (REPLY, REPLY_ALL, REPLY_LIST).

    Raises:
        NotFound: the message or its body is not here yet.
        UserError: there is nobody to answer.
    """
    raw, account = _original(mail, ref)
    answer = reply_draft(render_mail(raw), kind, account, zone_of(mail), list_post_of(raw))
    draft = _draft(account, ref, kind, answer)
    return replace(draft, body=signed(answer.body, account))


def forward(mail: Mail, ref: MessageRef, *, attachments: bool = True) -> Draft:
    """Return the draft that forwards a message as text, its attachments with it if wanted.

    Raises:
        NotFound: the message or its body is not here yet.
        StoreError: the attachments cannot be kept.
    """
    raw, account = _original(mail, ref)
    rendered = render_mail(raw)
    answer = reply_draft(rendered, DraftKind.FORWARD, account, zone_of(mail))
    draft = _draft(account, ref, DraftKind.FORWARD, answer)
    files = _attachments(mail, draft.id, raw, rendered) if attachments else ()
    return replace(draft, attachments=files)


def _draft(account: Account, ref: MessageRef, kind: DraftKind, answer: Answer) -> Draft:
    return Draft(
        id=new_draft_id(),
        account=account.name,
        from_=answer.from_,
        to=answer.to,
        cc=answer.cc,
        subject=answer.subject,
        body=answer.body,
        kind=kind,
        original=ref,
        in_reply_to=answer.in_reply_to,
        references=answer.references,
    )


def _original(mail: Mail, ref: MessageRef) -> tuple[bytes, Account]:
    raw = body_of(mail.store, key_of(mail.store, ref.row_id))
    if raw is None:
        raise NotFound("The text of this mail is not here yet; it is answered once it has come.")
    return raw, mail.config.account(mailbox_row(mail.store, ref.mailbox_id).account)


def _attachments(
    mail: Mail, draft_id: DraftId, raw: bytes, rendered: RenderedMail
) -> tuple[Attachment, ...]:
    kept = []
    for part in rendered.attachments:
        name = safe_filename(part.filename)
        path = put_file(mail, draft_id, name, part_content(raw, part.number))
        kept.append(attachment_of(path, name, part.content_type))
    return tuple(kept)
