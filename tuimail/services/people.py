"""Address completion."""

from tuimail.model.address import Address
from tuimail.store import contacts

from .mail import Mail


def complete(mail: Mail, prefix: str, limit: int = 10) -> list[Address]:
    """Return people whose address or name begins so: those written to first."""
    return contacts.complete(mail.store, prefix, limit)
