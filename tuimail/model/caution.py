"""What a person should know before believing a mail: sentences of ours, drawn above its text."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from .safe import Safe


class Weight(IntEnum):
    """How much a sentence matters; the heavier ones are drawn first."""

    NOTE = 0
    """Nothing is wrong: what was cut or left out, what is asked for."""
    WARNING = 1
    """Something is unusual, and an honest mail may be so."""
    GRAVE = 2
    """The mail looks like one that pretends to be somebody else's."""


class CautionKind(StrEnum):
    """What a sentence is about."""

    NAME = "name"
    """The sender's name says another address or domain than the mail is from."""
    SENDERS = "senders"
    """There are several senders, or none."""
    ADDRESS = "address"
    """An address that programs read differently, or that hides where it leads."""
    LOOKALIKE = "lookalike"
    """A domain that is drawn like another one."""
    TURNED = "turned"
    """Characters that turn text around."""
    REPLY = "reply"
    """An answer would go to somebody else."""
    REPLY_TO_MANY = "reply to many"
    """The same of a newsletter: what sends it is often another house."""
    SUBMITTER = "submitter"
    """Somebody else sent it in the author's name (Sender, RFC 5322 section 3.6.2)."""
    UNPROVEN = "unproven"
    """A server that the account trusts says SPF, DKIM or DMARC failed (RFC 8601)."""
    FORWARDED = "forwarded"
    """The same of a mail that a list handed on, which breaks such proofs."""
    FIRST = "first"
    """Nothing came from this sender before."""
    NEWCOMER = "newcomer"
    """The same of a list or newsletter, where it says little."""
    LINK = "link"
    """A link leads elsewhere than its text says."""
    CONTENT = "content"
    """The forms of the text differ, or much of it is hidden."""
    CHARSET = "charset"
    """A charset that is not read, or was found by looking at the text."""
    CUT = "cut"
    """Something was cut or cannot be told apart."""
    SEALED = "sealed"
    """A part that cannot be read here."""
    SIGNED = "signed"
    """It carries a signature or a key, which nobody checked."""
    RECEIPT = "receipt"
    """A receipt is asked for."""


_WEIGHTS: Final = {
    CautionKind.NAME: Weight.GRAVE,
    CautionKind.SENDERS: Weight.GRAVE,
    CautionKind.ADDRESS: Weight.GRAVE,
    CautionKind.LOOKALIKE: Weight.GRAVE,
    CautionKind.TURNED: Weight.GRAVE,
    CautionKind.UNPROVEN: Weight.GRAVE,
    CautionKind.LINK: Weight.GRAVE,
    CautionKind.NEWCOMER: Weight.NOTE,
    CautionKind.REPLY_TO_MANY: Weight.NOTE,
    CautionKind.CHARSET: Weight.NOTE,
    CautionKind.CUT: Weight.NOTE,
    CautionKind.SEALED: Weight.NOTE,
    CautionKind.SIGNED: Weight.NOTE,
    CautionKind.RECEIPT: Weight.NOTE,
}
"""Those not named are warnings."""


@dataclass(frozen=True, slots=True)
class Caution:
    """One sentence about a mail."""

    kind: CautionKind
    text: Safe

    @property
    def weight(self) -> Weight:
        """How much it matters."""
        return _WEIGHTS.get(self.kind, Weight.WARNING)


def worst_first(cautions: Iterable[Caution]) -> tuple[Caution, ...]:
    """Return cautions by weight, the heaviest first, each once; equal ones keep their order."""
    return tuple(sorted(dict.fromkeys(cautions), key=lambda caution: -caution.weight))
