"""What a person does who writes a mail: begin, keep, check, send. Durable on return."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import time

from tuimail.config.load import NO_ACCOUNT
from tuimail.config.profile import expanded
from tuimail.errors import NotFound, UserError
from tuimail.mime.addresses import envelope_address, parse_address_list
from tuimail.mime.compose import attachment_of, build_mail, new_message_id
from tuimail.mime.readymade import Readymade, make_ready
from tuimail.mime.resent import resent
from tuimail.model.account import Account
from tuimail.model.address import Address
from tuimail.model.draft import Draft
from tuimail.model.ids import AccountName, DraftId, MessageKey, MessageRef, OutgoingId
from tuimail.model.outgoing import AT_ONCE, SendOptions
from tuimail.model.safe import Safe, safe_line
from tuimail.store import contacts
from tuimail.store import drafts as kept
from tuimail.store.deeds import Deed, DeedKind
from tuimail.store.journal import do_deeds
from tuimail.store.messages import key_of
from tuimail.store.outgoing import NewOutgoing, put_outgoing

from .answering import edit_as_new, forward, go_on, original, reply
from .draft_check import DraftError, check, early_warnings, identities, signed
from .draft_files import drop_files, drop_old_files
from .editor_file import (
    drop_editor_file,
    left_by_editor,
    put_editor_file,
    take_editor_file,
)
from .editor_text import draft_to_text
from .mail import Mail
from .mailto import parse_mailto


def new_draft(mail: Mail, account: AccountName | None = None, to: str = "") -> Draft:
    """Return an empty draft from an account (the first one where none is named), with signature.

    Raises:
        UserError: there is no account (of this name).
    """
    source = _account(mail, account)
    return Draft(
        id=kept.new_draft_id(),
        account=source.name,
        from_=source.address,
        to=to,
        body=signed("", source),
    )


def draft_of_mailto(mail: Mail, uri: str, account: AccountName | None = None) -> Draft:
    """Return the draft a `mailto:` link asks for (RFC 6068); never attachments, never sent.

    Raises:
        UserError: it is no mailto link, too long, or holds what is no address.
    """
    asked = parse_mailto(uri)
    draft = new_draft(mail, account, asked.to)
    return replace(
        draft,
        cc=asked.cc,
        bcc=asked.bcc,
        subject=asked.subject,
        body=asked.body + draft.body,
        in_reply_to=asked.in_reply_to,
        references=(asked.in_reply_to,) if asked.in_reply_to else (),
    )


def attach(draft: Draft, path: Path) -> Draft:
    """Return the draft with one more file; raises DraftError (field `attachments`)."""
    try:
        attachment = attachment_of(expanded(path))
    except UserError as error:
        raise DraftError("attachments", error.hint) from error
    return replace(draft, attachments=(*draft.attachments, attachment))


def detach(draft: Draft, index: int) -> Draft:
    """Return the draft without the attachment at `index` (from 0)."""
    if not 0 <= index < len(draft.attachments):
        raise DraftError("attachments", "There is no such attachment.")
    left = draft.attachments[:index] + draft.attachments[index + 1 :]
    return replace(draft, attachments=left)


def change_identity(mail: Mail, draft: Draft, account: AccountName, address: str = "") -> Draft:
    """Return the draft sent from another account or identity, its signature exchanged.

    Raises:
        UserError: no such account, or the address is none of its identities.
    """
    old, new = mail.config.account(draft.account), mail.config.account(account)
    wanted = address.lower() or new.address.addr_spec.lower()
    found = next((a for a in identities(new) if a.addr_spec.lower() == wanted), None)
    if found is None:
        raise DraftError("from", f"Account {account} has no such address.")
    body = draft.body
    if old.signature and body.endswith(signed("", old)):
        body = body.removesuffix(signed("", old))
        body = signed(body, new)
    return replace(draft, account=new.name, from_=found, body=body)


def save_draft(mail: Mail, draft: Draft) -> Draft:
    """Write the draft down, durable; return it with the time it was written."""
    stamped = replace(draft, updated=int(time()))
    kept.put_draft(mail.store, stamped)
    return stamped


def keep_as_another(mail: Mail, draft: Draft) -> Draft:
    """Write the draft down beside the one it came from, whose files it cannot share; return it."""
    return save_draft(mail, replace(draft, id=kept.new_draft_id(), attachments=()))


def drafts(mail: Mail) -> Sequence[Draft]:
    """Return the kept drafts, newest first."""
    return kept.drafts(mail.store)


def kept_draft(mail: Mail, draft_id: DraftId) -> Draft:
    """Return a draft as it was last written down. Raises NotFound."""
    return kept.draft(mail.store, draft_id)


def discard_draft(mail: Mail, draft_id: DraftId) -> None:
    """Throw a draft away; undo brings it back for a week. Its files are swept when it is gone."""
    try:
        draft = kept.draft(mail.store, draft_id)
    except NotFound:  # it was never written down
        drop_files(mail, draft_id)
        return
    subject = safe_line(draft.subject, 60) or "(no subject)"
    text = kept.json_of_draft(draft)
    do_deeds(
        mail.store,
        Safe(f"draft “{subject}” thrown away"),
        [Deed(DeedKind.DRAFT, draft.account, draft_id, text, None)],
    )


def send(
    mail: Mail,
    draft: Draft,
    undo_window_s: int | None = None,
    options: SendOptions = AT_ONCE,
) -> OutgoingId:
    """Hand the draft over for sending: durable on return, the draft is dropped.

    `undo_window_s` None is for a person at a screen: the window is as set, and the mail goes before
    others. `options` say whether it goes later, and how long it is tried.

    Raises:
        DraftError: it cannot be sent.
        StoreError: it could not be written down; the draft is still there.
    """
    check(mail, draft)
    now = int(time())
    window_s = mail.config.settings.undo_send_s if undo_window_s is None else undo_window_s
    undo_until = now + window_s
    if options.at is not None and options.at <= now:  # it was postponed beyond that time
        options = replace(options, at=None)
    recipients = _recipients(draft)
    ready = _built(draft, now)
    outgoing = NewOutgoing(
        id=new_outgoing_id(),
        message_id=ready.message_id,
        account=draft.account,
        subject=draft.subject,
        sender=envelope_address(draft.from_.addr_spec),
        recipients=_envelope(recipients),
        raw=ready.raw,
        created=now,
        not_before=max(undo_until, options.at or 0),
        draft=draft,
        original=_original_key(mail, draft),
        asked=undo_until if undo_window_s is None and options.at is None else 0,
        undo_until=undo_until if window_s else 0,
        options=options,
    )
    put_outgoing(mail.store, outgoing)
    contacts.harvest(mail.store, recipients, now)
    drop_old_files(mail, now)
    return outgoing.id


def send_raw(
    mail: Mail,
    account: AccountName,
    raw: bytes,
    recipients: Sequence[str],
    options: SendOptions = AT_ONCE,
) -> OutgoingId:
    """Send bytes made elsewhere: CRLF made, Bcc removed, Message-ID and Date added if missing.

    Raises:
        UserError: they are no mail, or a recipient is no address.
    """
    source, now = _account(mail, account), int(time())
    addresses = [one for text in recipients for one in parse_address_list(text)]
    if not addresses:
        raise DraftError("to", "Name at least one recipient.")
    if source.way_out is None:
        raise DraftError("from", f"Account {source.name} has no server to send through.")
    sender = source.address.addr_spec
    ready = make_ready(raw, new_message_id(sender), now)
    outgoing = NewOutgoing(
        id=new_outgoing_id(),
        message_id=ready.message_id,
        account=source.name,
        subject=ready.subject,
        sender=envelope_address(sender),
        recipients=_envelope(addresses),
        raw=ready.raw,
        created=now,
        not_before=max(now, options.at or 0),
        options=options,
    )
    return put_outgoing(mail.store, outgoing)


def redirect(mail: Mail, ref: MessageRef, to: str) -> OutgoingId:
    """Send a message on unchanged, from the account it lies in; durable on return.

    Raises:
        NotFound: the message or its body is not here yet.
        UserError: `to` is no address, or the message cannot be sent as it is.
    """
    raw, account = original(mail, ref)
    sender, people = account.address, parse_address_list(to)
    message_id = new_message_id(sender.addr_spec)
    whole = resent(raw, sender, people, message_id, int(time()))
    return send_raw(mail, account.name, whole, [to])


def _built(draft: Draft, now: int) -> Readymade:
    message_id = new_message_id(draft.from_.addr_spec)
    try:
        raw = build_mail(draft, message_id, now)
    except UserError as error:
        raise DraftError("attachments", error.hint) from error
    return Readymade(raw, message_id, draft.subject)


def _account(mail: Mail, name: AccountName | None) -> Account:
    if name is not None:
        return mail.config.account(name)
    if not mail.config.accounts:
        raise UserError(NO_ACCOUNT)
    able = [account for account in mail.config.accounts if account.way_out is not None]
    return (able or list(mail.config.accounts))[0]


def _recipients(draft: Draft) -> list[Address]:
    fields = (draft.to, draft.cc, draft.bcc)
    return [address for text in fields for address in parse_address_list(text)]


def _envelope(addresses: Sequence[Address]) -> tuple[str, ...]:
    """Return each addr-spec once, as it goes into the envelope."""
    return tuple(dict.fromkeys(envelope_address(address.addr_spec) for address in addresses))


def _original_key(mail: Mail, draft: Draft) -> MessageKey | None:
    if draft.original is None:
        return None
    try:
        return key_of(mail.store, draft.original.row_id)
    except NotFound:
        return None


def new_outgoing_id() -> OutgoingId:
    """Return an id nobody has used."""
    return OutgoingId(secrets.token_hex(6))


__all__ = [
    "DraftError",
    "attach",
    "change_identity",
    "check",
    "detach",
    "discard_draft",
    "draft_of_mailto",
    "draft_to_text",
    "drafts",
    "drop_editor_file",
    "early_warnings",
    "edit_as_new",
    "forward",
    "go_on",
    "keep_as_another",
    "left_by_editor",
    "new_draft",
    "new_outgoing_id",
    "put_editor_file",
    "redirect",
    "reply",
    "save_draft",
    "send",
    "send_raw",
    "take_editor_file",
]
