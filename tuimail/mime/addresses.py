"""Addresses a person types: parsed strictly, written into headers, made ready for the envelope."""

from tuimail.model.address import Address


def parse_address_list(text: str) -> tuple[Address, ...]:
    """Return the addresses of a comma separated list (`Ann <a@x>, "B, C" <b@y>, c@z`).

    Raises:
        UserError: names the first entry that is not exactly one addr-spec, and what to do.
    """
    raise NotImplementedError


def parse_address(text: str) -> Address:
    """Return the one address in `text`; raises UserError like `parse_address_list`."""
    raise NotImplementedError


def format_address(address: Address) -> str:
    """Return `Name <local@domain>` as a person reads and types it (Unicode, name quoted if needed)."""
    raise NotImplementedError


def format_address_list(addresses: tuple[Address, ...]) -> str:
    """Return addresses joined by `, `: what `parse_address_list` reads back."""
    raise NotImplementedError


def envelope_address(addr_spec: str) -> str:
    """Return the ASCII addr-spec for MAIL and RCPT: the domain as A-label (IDNA).

    Raises:
        UserError: the local part is not ASCII, or the domain cannot be encoded.
    """
    raise NotImplementedError
