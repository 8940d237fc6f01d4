"""Drafts that answer or forward a message, begin as one, or go on with one."""

from dataclasses import replace

from tuimail.errors import NotFound
from tuimail.mime.addresses import format_address_list, plain_name
from tuimail.mime.compose import attachment_of
from tuimail.mime.render import part_content
from tuimail.mime.reply import Answer, list_post_of, reply_draft
from tuimail.model.account import Account
from tuimail.model.draft import Attachment, Draft, DraftKind
from tuimail.model.ids import DraftId, MessageKey, MessageRef
from tuimail.model.part import RenderedMail
from tuimail.model.safe import safe_filename
from tuimail.store.bodies import body_of
from tuimail.store.drafts import drafts, new_draft_id
from tuimail.store.mailboxes import mailbox_row
from tuimail.store.messages import key_of

from .draft_check import identities, signed
from .draft_files import put_file
from .mail import Mail, zone_of
from .rendering import read, read_whole


def reply(
    mail: Mail,
    ref: MessageRef,
    kind: DraftKind = DraftKind.REPLY,
    *,
    prefer_html: bool = False,
    inside: MessageKey | None = None,
) -> Draft:
    """Return the draft that answers a message (REPLY, REPLY_ALL, REPLY_LIST).

    What is quoted is the form that was read, `prefer_html` as it was shown: a mail whose forms
    differ could else have an answer say yes to what nobody saw. `inside` is the key of a mail in
    the message that is answered in its place (`services.inside`).

    Raises:
        NotFound: the message or its body is not here yet.
        UserError: there is nobody to answer.
    """
    raw, account = original(mail, ref, inside)
    rendered = read(mail, raw, prefer_html=prefer_html)
    answer = reply_draft(rendered, kind, account, zone_of(mail), list_post_of(raw))
    draft = _draft(account, None if inside else ref, kind, answer)
    return replace(draft, body=signed(answer.body, account))


def forward(
    mail: Mail,
    ref: MessageRef,
    *,
    attachments: bool = True,
    prefer_html: bool = False,
    inside: MessageKey | None = None,
) -> Draft:
    """Return the draft that forwards a message as text, its attachments with it if wanted.

    The text is that of the form that was read, as `reply` quotes it; `inside` as there.

    Raises:
        NotFound: the message or its body is not here yet.
        UserError: it takes too much to be read: its files would be missing.
        StoreError: the attachments cannot be kept.
    """
    raw, account = original(mail, ref, inside)
    rendered = read_whole(mail, raw, prefer_html=prefer_html)
    answer = reply_draft(rendered, DraftKind.FORWARD, account, zone_of(mail))
    draft = _draft(account, None if inside else ref, DraftKind.FORWARD, answer)
    files = _attachments(mail, draft.id, raw, rendered) if attachments else ()
    return replace(draft, attachments=files)


def edit_as_new(mail: Mail, ref: MessageRef, inside: MessageKey | None = None) -> Draft:
    """Return a new draft that begins as a message: its recipients, text and files.

    One's own mail, sent again after a refusal for example, stays in its thread.

    Raises:
        NotFound: the message or its body is not here yet.
        UserError: as `forward`.
        StoreError: the attachments cannot be kept.
    """
    return draft_of_bytes(mail, *original(mail, ref, inside))


def draft_of_bytes(mail: Mail, raw: bytes, account: Account) -> Draft:
    """Return a new draft that begins as a mail of an account, given its bytes, as `edit_as_new`.

    Raises: as `forward`, but it is here.
    """
    rendered = read_whole(mail, raw)
    envelope = rendered.envelope
    author = envelope.author.addr_spec.lower()
    own = next((a for a in identities(account) if a.addr_spec.lower() == author), None)
    draft_id = new_draft_id()
    return Draft(
        id=draft_id,
        account=account.name,
        from_=own or account.address,
        to=format_address_list(envelope.to),
        cc=format_address_list(envelope.cc),
        bcc=format_address_list(envelope.bcc),
        subject=plain_name(envelope.subject),
        body=f"{rendered.plain_text.rstrip()}\n",
        attachments=_attachments(mail, draft_id, raw, rendered),
        in_reply_to=envelope.in_reply_to[0] if own and envelope.in_reply_to else "",
        references=tuple(envelope.references) if own else (),
    )


def go_on(mail: Mail, ref: MessageRef) -> Draft:
    """Return the draft that goes on with a mail of a Drafts mailbox: the one kept of it before.

    Raises: as `edit_as_new`.
    """
    kept = (d for d in drafts(mail.store) if d.kind is DraftKind.EDIT and d.original == ref)
    before = next(kept, None)
    return before or replace(edit_as_new(mail, ref), kind=DraftKind.EDIT, original=ref)


def original(
    mail: Mail, ref: MessageRef, inside: MessageKey | None = None
) -> tuple[bytes, Account]:
    """Return a message's exact bytes and the account it lies in; raises NotFound.

    `inside` is the key of a mail in it, whose bytes are returned in place of its own.
    """
    raw = body_of(mail.store, inside or key_of(mail.store, ref.row_id))
    if raw is None:
        raise NotFound("The text of this mail is not here yet; try again once it has come.")
    return raw, mail.config.account(mailbox_row(mail.store, ref.mailbox_id).account)


def _draft(account: Account, ref: MessageRef | None, kind: DraftKind, answer: Answer) -> Draft:
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


def _attachments(
    mail: Mail, draft_id: DraftId, raw: bytes, rendered: RenderedMail
) -> tuple[Attachment, ...]:
    kept = []
    for part in rendered.attachments:
        name = safe_filename(part.filename)
        path = put_file(mail, draft_id, name, part_content(raw, part.number))
        kept.append(attachment_of(path, name, part.content_type))
    return tuple(kept)
