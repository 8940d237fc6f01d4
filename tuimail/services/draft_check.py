"""Whether a draft can be sent, and what a person may have overlooked."""

import re
from datetime import UTC, datetime
from time import time
from typing import Final

from tuimail.errors import UserError
from tuimail.mime.addresses import envelope_address, parse_address_list, whole_addresses
from tuimail.mime.compose import MAX_ATTACHED_BYTES, attachment_of
from tuimail.mime.reply import ATTRIBUTION
from tuimail.model.account import Account
from tuimail.model.address import Address
from tuimail.model.cells import cut_address
from tuimail.model.draft import FORWARDED_LINE, SIGNATURE_LINE, Draft, DraftKind
from tuimail.model.explained import cause_of
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.store.refusals import Refusal, last_refusals
from tuimail.store.sent_states import size_limit

from .mail import Mail
from .trust import answers_elsewhere

MANY_RECIPIENTS: Final = 20
MAX_LOOKED_UP: Final = 50
"""Recipients of whom is looked whether mail to them came back."""
ON_THE_WAY: Final = 137
"""Percent of a file's size that base64 makes of it, line ends counted (RFC 2045 section 6.8)."""
MAX_NAMED: Final = 2
"""People of whom a sentence is said."""
LARGE_BYTES: Final = 18_000_000
"""Grows by a third on the way; many servers take 25 MB."""

_FORGOTTEN = re.compile(
    r"\b(attach(ed|ment|ments|ing)?|enclosed|anbei|angehängt|anhang|beigefügt|im anhang"
    r"|ci-joint|pièces? jointes?|adjunt[oa]s?|allegat[oi]|anexo|bijlage|bijgevoegd|bifogad|vedlagt"
    r"|załącz\w*|priložen\w*|приложен\w*|вложен\w*|прикреп\w*)\b|添付|附件|첨부",
    re.IGNORECASE,
)


class DraftError(UserError):
    """The draft cannot be sent; `field` says where: from, to, cc, bcc, attachments, body."""

    def __init__(self, field: str, hint: str) -> None:
        super().__init__(hint)
        self.field = field


def check(mail: Mail, draft: Draft) -> list[Safe]:
    """Return warnings to be shown before sending (empty subject, forgotten attachment, ...).

    Raises:
        DraftError: it cannot be sent; names the field.
    """
    _check_sender(mail, draft)
    addresses = {field: _parsed(field, getattr(draft, field)) for field in ("to", "cc", "bcc")}
    if not any(addresses.values()):
        raise DraftError("to", "Name at least one recipient.")
    _check_attachments(draft)
    everybody = [address for found in addresses.values() for address in found]
    visible = len(addresses["to"]) + len(addresses["cc"])
    return [
        *_warnings_about_text(draft),
        *_warnings_about_size(mail, draft),
        *_warnings_about_addresses(everybody, visible),
        *_warnings_about_refusals(mail, everybody),
    ]


def early_warnings(mail: Mail, draft: Draft) -> list[Safe]:
    """Return what speaks against sending a mail that is still being written.

    To whom mail came back, as far as they are typed (what is not a whole address yet is passed
    over), that an answer goes to somebody else than it is to, and more than the account's server
    takes.
    """
    found = [one for text in (draft.to, draft.cc, draft.bcc) for one in whole_addresses(text)]
    return [
        *_warnings_about_refusals(mail, found),
        *_warnings_about_answers(mail, draft, found),
        *_warnings_about_size(mail, draft),
    ]


def identities(account: Account) -> tuple[Address, ...]:
    """Return the addresses an account may send from, its own first."""
    return (account.address, *account.identities)


def signed(body: str, account: Account) -> str:
    """Return a body with the account's signature at its end."""
    signature = account.signature.strip("\n")
    return f"{body}\n\n{SIGNATURE_LINE}\n{signature}\n" if signature else body


def _check_sender(mail: Mail, draft: Draft) -> None:
    try:
        account = mail.config.account(draft.account)
        envelope_address(draft.from_.addr_spec)
    except UserError as error:
        raise DraftError("from", error.hint) from error
    if draft.from_.addr_spec.lower() not in account.own_addresses:
        shown = safe_line(draft.from_.addr_spec, 80)
        raise DraftError("from", f"{shown} is none of the addresses of account {account.name}.")
    if account.way_out is None:
        raise DraftError("from", f"Account {account.name} has no server to send through.")


def _parsed(field: str, text: str) -> tuple[Address, ...]:
    try:
        return parse_address_list(text)
    except UserError as error:
        raise DraftError(field, error.hint) from error


def _check_attachments(draft: Draft) -> None:
    try:
        sizes = [attachment_of(a.path).size_bytes for a in draft.attachments]
    except UserError as error:
        raise DraftError("attachments", error.hint) from error
    if sum(sizes) > MAX_ATTACHED_BYTES:
        megabytes = MAX_ATTACHED_BYTES // (1024 * 1024)
        raise DraftError("attachments", f"All attachments together may have {megabytes} MB.")


def _warnings_about_text(draft: Draft) -> list[Safe]:
    warnings = []
    own = _own_text(draft)
    if not draft.subject.strip():
        warnings.append(ours("The subject is empty."))
    if not own.strip() and not draft.attachments and draft.kind is not DraftKind.FORWARD:
        warnings.append(ours("The text is empty."))
    if not draft.attachments and _FORGOTTEN.search(f"{own}\n{_own_subject(draft)}"):
        warnings.append(ours("The text speaks of an attachment, but there is none."))
    return warnings


def _own_text(draft: Draft) -> str:
    """Return what the person wrote: nothing quoted or forwarded, no "wrote:", no signature."""
    lines = draft.body.partition(FORWARDED_LINE)[0].split("\n")
    if SIGNATURE_LINE in lines:
        lines = lines[: len(lines) - 1 - lines[::-1].index(SIGNATURE_LINE)]
    own = ATTRIBUTION.sub("", "\n".join(lines))
    return "\n".join(line for line in own.split("\n") if not line.startswith(">"))


def _own_subject(draft: Draft) -> str:
    return draft.subject if draft.kind in (DraftKind.NEW, DraftKind.EDIT) else ""


def _warnings_about_size(mail: Mail, draft: Draft) -> list[Safe]:
    total = sum(attachment.size_bytes for attachment in draft.attachments)
    on_the_way = total * ON_THE_WAY // 100
    limit = size_limit(mail.store, draft.account)
    if limit and on_the_way > limit:
        words = f"have {_megabytes(on_the_way)} on the way; your server takes {_megabytes(limit)}"
        return [ours(f"The attachments {words}.")]
    if total <= LARGE_BYTES:
        return []
    return [ours(f"The attachments have {_megabytes(total)}; many servers refuse that.")]


def _warnings_about_answers(mail: Mail, draft: Draft, everybody: list[Address]) -> list[Safe]:
    if draft.original is None or draft.kind not in (DraftKind.REPLY, DraftKind.REPLY_ALL):
        return []
    elsewhere = answers_elsewhere(mail, draft.original)
    named = [one.addr_spec for one in everybody if one.addr_spec.lower() in elsewhere]
    return [
        Safe(
            f"This goes to {cut_address(safe_line(one), 60)}, as the mail asks, not to its sender."
        )
        for one in named[:MAX_NAMED]
    ]


def _megabytes(size_bytes: int) -> str:
    size = size_bytes / 1_000_000
    return f"{size:.0f} MB" if size >= 10 else f"{size:.1f} MB"


def _warnings_about_refusals(mail: Mail, everybody: list[Address]) -> list[Safe]:
    """Say of whom mail came back the last time, and why."""
    typed = {_as_sent(one.addr_spec): one.addr_spec for one in everybody[:MAX_LOOKED_UP]}
    return [
        safe_line(f"{typed[one.address]}: mail came back on {_day(one.at)}{_because(one)}.", 300)
        for one in last_refusals(mail.store, typed, int(time()))
    ]


def _as_sent(addr_spec: str) -> str:
    """Return an address as mail goes to it; one that cannot be sent to as it is."""
    try:
        return envelope_address(addr_spec)
    except UserError:
        return addr_spec


def _because(one: Refusal) -> str:
    cause = cause_of(one.explanation)
    return f": {cause}" if cause else ""


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%d %b %Y")


def _warnings_about_addresses(everybody: list[Address], visible: int) -> list[Safe]:
    warnings = []
    if visible > MANY_RECIPIENTS:
        warnings.append(ours(f"{visible} people will see each other's address; Bcc hides them."))
    odd = [a for a in everybody if "." not in a.domain and not a.domain.startswith("[")]
    warnings += [
        safe_line(f"{a.addr_spec}: the domain has no dot; is it complete?") for a in odd[:3]
    ]
    return warnings
