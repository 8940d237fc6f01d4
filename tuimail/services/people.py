"""People as they are named: completing addresses, writing them out."""

from collections.abc import Iterable

from tuimail.mime.addresses import format_address_list
from tuimail.model.address import Address
from tuimail.model.message import MessageRow
from tuimail.store import contacts, messages

from .mail import Mail


def complete(mail: Mail, prefix: str, limit: int = 10) -> list[Address]:
    """Return people whose address or name begins so: those written to first."""
    return contacts.complete(mail.store, prefix, limit)


def author_of(row: MessageRow) -> Address:
    """Return who wrote a mail of a list."""
    return Address(row.sender_name.raw, row.sender_address.raw)


def to_of(mail: Mail, row: MessageRow) -> tuple[Address, ...]:
    """Return whom a mail of a list is to: the first 60 at most."""
    return messages.to_of_row(mail.store, row.row_id)


def written(addresses: Iterable[Address]) -> str:
    """Return addresses as `Name <local@domain>`, joined by `, `, names quoted where needed."""
    return format_address_list(addresses)
