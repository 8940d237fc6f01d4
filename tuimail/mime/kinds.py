"""What sort of mail it is: signed, encrypted, a report, a piece of a larger one.

Nothing here is a claim of trust. That a mail carries a signature says only that it does: anybody
can write those bytes, and no part of a mail may make it look checked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tuimail.model.caution import Caution, CautionKind
from tuimail.model.part import Line, MailKind, Part
from tuimail.model.safe import Safe

from .choose import PARTIAL_TYPE
from .dsn import abuse_type, is_receipt, is_report
from .parse import CALENDAR_TYPES, ParsedMail
from .tree import Node

SEALED_TYPES: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
"""S/MIME: what is inside cannot be read without it (RFC 8551 section 3.2)."""
_PGP_ENCRYPTED = "application/pgp-encrypted"
_PGP_KEYS = "application/pgp-keys"
_SIGNATURES = {
    "application/pgp-signature": "PGP",
    "application/pkcs7-signature": "S/MIME",
    "application/x-pkcs7-signature": "S/MIME",
}
_DER_SCANNED_BYTES = 64
_PKCS7 = re.compile(rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07([\x02\x03\x06])")
"""id-signedData, id-envelopedData and id-encryptedData (RFC 5652), which begin such a part."""
_ARMOUR = re.compile(
    r"-----BEGIN PGP (SIGNED MESSAGE|MESSAGE|PUBLIC KEY BLOCK)(?:, PART \d+/\d+)?-----"
)
_TOTAL = re.compile(r"\d{1,6}")


class Seal(StrEnum):
    """What was done to a mail or a part of it, told by its structure alone."""

    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    WRAPPED = "wrapped"
    """The text lies inside of its signature, unreadable without it."""
    SEALED = "sealed"
    """One of the two before; which, it does not say."""
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Sealing:
    """One such finding."""

    seal: Seal
    method: str
    """PGP, S/MIME or empty."""
    is_whole: bool = False
    """All of the mail, not only a part of it."""


def kind_of(mail: ParsedMail, sealings: Sequence[Sealing]) -> MailKind:
    """Return the one word for a mail; where several would do, what says most of how to read it."""
    seals = {one.seal for one in sealings}
    kinds = (
        (MailKind.ENCRYPTED, Seal.ENCRYPTED in seals),
        (MailKind.SEALED, bool(seals & {Seal.SEALED, Seal.WRAPPED})),
        (MailKind.ABUSE, bool(abuse_type(mail))),
        (MailKind.RECEIPT, is_receipt(mail)),
        (MailKind.REPORT, is_report(mail)),
        (MailKind.PARTIAL, any(part.content_type == PARTIAL_TYPE for part in mail.leaves)),
        (MailKind.INVITATION, any(part.content_type in CALENDAR_TYPES for part in mail.leaves)),
        (MailKind.SIGNED, Seal.SIGNED in seals),
    )
    return next((kind for kind, is_it in kinds if is_it), MailKind.ORDINARY)


def sealings_of(mail: ParsedMail, lines: Sequence[Line]) -> tuple[Sealing, ...]:
    """Return what was signed or encrypted in a mail, by its parts and by its shown lines."""
    found = [*_by_structure(mail), *_in_text(lines)]
    return tuple(dict.fromkeys(found))


def kind_cautions(mail: ParsedMail, sealings: Sequence[Sealing]) -> Iterator[Caution]:
    """Yield a sentence for each finding, and for a mail that is a piece of a larger one."""
    for one in sealings:
        yield Caution(_CAUTIONS[one.seal], _sentence(one))
    for part in mail.leaves:
        if part.content_type == PARTIAL_TYPE:
            yield Caution(CautionKind.CUT, _partial_sentence(mail, part))
            return


_CAUTIONS: Final = {
    Seal.SIGNED: CautionKind.SIGNED,
    Seal.KEYS: CautionKind.SIGNED,
    Seal.ENCRYPTED: CautionKind.SEALED,
    Seal.WRAPPED: CautionKind.SEALED,
    Seal.SEALED: CautionKind.SEALED,
}


def _sentence(one: Sealing) -> Safe:
    what = "This mail" if one.is_whole else "A part of this mail"
    means = f" ({one.method})" if one.method else ""
    match one.seal:
        case Seal.SIGNED:
            return Safe(
                f"{what} carries a signature{means}, which was not checked and proves nothing."
            )
        case Seal.ENCRYPTED:
            return Safe(f"{what} is encrypted{means} and cannot be read here.")
        case Seal.WRAPPED:
            return Safe(f"{what} lies within a signature{means} and cannot be read here.")
        case Seal.SEALED:
            return Safe(
                f"{what} is encrypted or inside of a signature{means} and cannot be read here."
            )
        case Seal.KEYS:
            return Safe(f"Keys{means} came with this mail; nothing was done with them.")


def _by_structure(mail: ParsedMail) -> Iterator[Sealing]:
    waiting = [mail.root]
    while waiting:
        node = waiting.pop()
        is_whole = node is mail.root
        if node.children:
            waiting.extend(reversed(node.children))
            yield from _of_multipart(node, is_whole=is_whole)
        else:
            yield from _of_leaf(mail, node, is_whole=is_whole)


def _of_multipart(node: Node, *, is_whole: bool) -> Iterator[Sealing]:
    protocol = node.parameters.get("protocol", "").lower()
    types = [protocol, *(child.content_type for child in node.children)]
    if node.subtype == "signed":
        method = next((_SIGNATURES[one] for one in types if one in _SIGNATURES), "")
        yield Sealing(Seal.SIGNED, method, is_whole)
    elif node.subtype == "encrypted":
        yield Sealing(Seal.ENCRYPTED, "PGP" if _PGP_ENCRYPTED in types else "", is_whole)
    elif _PGP_ENCRYPTED in types:
        yield Sealing(Seal.ENCRYPTED, "PGP", is_whole)  # Exchange makes it a mixed one


def _of_leaf(mail: ParsedMail, node: Node, *, is_whole: bool) -> Iterator[Sealing]:
    if node.content_type == _PGP_KEYS:
        yield Sealing(Seal.KEYS, "PGP")
        return
    part = mail.part(node.number)
    if node.content_type in SEALED_TYPES or part.filename.raw.lower().endswith(".p7m"):
        seal = _smime_seal(mail, node, part)
        yield Sealing(seal, "S/MIME", is_whole and seal is not Seal.KEYS)


def _smime_seal(mail: ParsedMail, node: Node, part: Part) -> Seal:
    """By the parameter smime-type, else by the name of what the content says it is."""
    match node.parameters.get("smime-type", "").lower():
        case "signed-data":
            return Seal.WRAPPED
        case "enveloped-data" | "authenveloped-data":
            return Seal.ENCRYPTED
        case "certs-only":
            return Seal.KEYS
    beginning = mail.beginning(part, _DER_SCANNED_BYTES)
    found = _PKCS7.search(beginning)
    if found is None:
        return Seal.SEALED
    return Seal.WRAPPED if found[1] == b"\x02" else Seal.ENCRYPTED


_IN_TEXT: Final = {
    "SIGNED MESSAGE": Seal.SIGNED,
    "MESSAGE": Seal.ENCRYPTED,
    "PUBLIC KEY BLOCK": Seal.KEYS,
}


def _in_text(lines: Sequence[Line]) -> Iterator[Sealing]:
    """PGP within a text (RFC 9580 section 6.2); what is quoted was another mail's."""
    for line in lines:
        if line.spans and line.spans[0].text.startswith("-----BEGIN PGP "):
            found = _ARMOUR.fullmatch(line.text.rstrip())
            if found is not None:
                yield Sealing(_IN_TEXT[found[1]], "PGP")


def _partial_sentence(mail: ParsedMail, part: Part) -> Safe:
    """RFC 2046 section 5.2.2; `total` need only stand in the last piece."""
    parameters = mail.nodes[part.number].parameters
    number = _TOTAL.fullmatch(parameters.get("number", ""))
    total = _TOTAL.fullmatch(parameters.get("total", ""))
    piece = f"piece {int(number[0])}" if number else "a piece"
    of = f" of {int(total[0])}" if total else ""
    return Safe(f"This is {piece}{of} of a larger mail; the pieces are not put together here.")
