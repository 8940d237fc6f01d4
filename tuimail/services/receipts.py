"""Receipts that received mail asks for: sent only when a person says so, once."""

from time import time

from tuimail.errors import NotFound, UserError
from tuimail.mime.addresses import envelope_address
from tuimail.mime.compose import new_message_id
from tuimail.mime.fields import MAX_HEADER_BYTES
from tuimail.mime.headers import parse_envelope
from tuimail.mime.receipt import Asked, build_receipt, receipt_asked
from tuimail.model.account import Account
from tuimail.model.address import Address
from tuimail.model.flags import Flag, Flags
from tuimail.model.ids import MessageKey, OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.model.operation import OperationKind
from tuimail.store.bodies import beginning_of, body_of
from tuimail.store.mailboxes import mailbox_row
from tuimail.store.messages import find_key
from tuimail.store.operations import record
from tuimail.store.outgoing import NewOutgoing, put_outgoing
from tuimail.store.projection import project_new
from tuimail.store.targets import operation_on, targets

from .mail import Mail
from .writing import new_outgoing_id

_SENT: Flags = frozenset({Flag.MDN_SENT.value})
_NEVER: tuple[Role, ...] = (Role.SENT, Role.DRAFTS, Role.JUNK)


def asked(mail: Mail, row: MessageRow) -> Asked | None:
    """Return whom a mail asks for a receipt, where that is open still.

    None for one's own mail, junk, and what was answered or declined, here or by another program.
    """
    if row.inside_of is not None:
        return None  # nobody sent it here
    raw = beginning_of(mail.store, row.key, MAX_HEADER_BYTES)
    box = mailbox_row(mail.store, row.mailbox_id)
    if raw is None or row.flags >= _SENT or box.role in _NEVER:
        return None
    own = mail.config.account(box.account).own_addresses
    return None if parse_envelope(raw).author.addr_spec.lower() in own else receipt_asked(raw)


def send_receipt(mail: Mail, row: MessageRow) -> OutgoingId:
    """Tell the sender that a mail was opened: the person said yes. Durable on return.

    It has no return address (RFC 8098 section 3): nobody can answer it, and nothing comes back.

    Raises:
        NotFound: the body is not here.
        UserError: it asks for none, or that was seen to already.
    """
    raw = body_of(mail.store, row.key)
    if raw is None:
        raise NotFound("The mail is not here yet; open it first.")
    wanted = asked(mail, row)
    if wanted is None:
        raise UserError("This mail asks for no receipt, or that was seen to already.")
    account, now = mail.config.account(mailbox_row(mail.store, row.mailbox_id).account), int(time())
    reader = _addressed(account, raw)
    message_id = new_message_id(reader.addr_spec)
    receipt = NewOutgoing(
        id=new_outgoing_id(),
        message_id=message_id,
        account=account.name,
        subject=f"Read: {row.subject.raw}",
        sender="",
        recipients=(envelope_address(wanted.to.addr_spec),),
        raw=build_receipt(raw, reader, message_id, now),
        created=now,
        not_before=now,
    )
    put_outgoing(mail.store, receipt)
    _mark(mail, row.key)
    return receipt.id


def decline_receipt(mail: Mail, row: MessageRow) -> None:
    """Ask no more: the person said no. Raises UserError where there is nothing to decline."""
    if asked(mail, row) is None:
        raise UserError("This mail asks for no receipt, or that was seen to already.")
    _mark(mail, row.key)


def _addressed(account: Account, raw: bytes) -> Address:
    """Return which of the person's addresses a mail was sent to."""
    envelope = parse_envelope(raw)
    named = {one.addr_spec.lower() for one in (*envelope.to, *envelope.cc)}
    own = (account.address, *account.identities)
    return next((one for one in own if one.addr_spec.lower() in named), account.address)


def _mark(mail: Mail, key: MessageKey) -> None:
    """Have every program know that it was seen to (RFC 3503), where the server keeps keywords."""
    found = [one for one in targets(mail.store, find_key(mail.store, key)) if not one.is_read_only]
    marks = [operation_on(one, OperationKind.FLAGS, add=_SENT) for one in found]
    record(mail.store, marks, [one.flags for one in found])
    project_new(mail.store)
