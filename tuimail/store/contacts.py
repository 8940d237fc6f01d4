"""People you wrote to, and people seen in mail, for completing addresses."""

from collections.abc import Iterable

from tuimail.model.address import Address

from .database import Store


def harvest(store: Store, addresses: Iterable[Address], now: int) -> None:
    """Remember people written to."""
    raise NotImplementedError


def complete(store: Store, prefix: str, limit: int = 10) -> list[Address]:
    """Return people whose address or a word of whose name begins so: those written to first."""
    raise NotImplementedError
