"""An address as RFC 5322 writes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322 section 3.4: a display name and an addr-spec, both from a stranger."""

    name: str
    """Decoded display name; may be empty."""
    addr_spec: str
    """`local@domain`; may be empty or malformed in received mail."""

    @property
    def domain(self) -> str:
        """The part after the last @, in lower case."""
        return self.addr_spec.rpartition("@")[2].lower()

    @property
    def shown_name(self) -> str:
        """The display name, or the addr-spec where there is none."""
        return self.name or self.addr_spec
