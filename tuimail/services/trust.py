"""What is known here of a sender, and what the account's servers found out: warnings for the head.

The mail alone says the rest (`mime.suspicion`). This asks the store, so it comes after the text.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from time import time
from typing import Final, NamedTuple

from tuimail.errors import NotFound, UserError
from tuimail.mime.confusable import lookalike_of
from tuimail.mime.fields import MAX_HEADER_BYTES, Fields, header_span, parse_fields
from tuimail.mime.headers import parse_envelope
from tuimail.mime.owner import owner_of
from tuimail.mime.sender_name import is_machine, said
from tuimail.mime.suspicion import answered_elsewhere, elsewhere_warnings, is_list_mail
from tuimail.model.account import Account
from tuimail.model.address import Address
from tuimail.model.caution import Caution, CautionKind, worst_first
from tuimail.model.domain import unicode_domain
from tuimail.model.ids import AccountName, MessageKey, MessageRef
from tuimail.model.message import Envelope, MessageRow
from tuimail.model.path import AuthResult
from tuimail.model.safe import Safe, safe_line
from tuimail.store.acquaintances import (
    acquaintance,
    contact_named,
    domains_seen,
    domains_written_to,
    was_asked,
)
from tuimail.store.bodies import beginning_of
from tuimail.store.mailboxes import sync_state
from tuimail.store.messages import key_of

from .mail import Mail
from .path import OwnServers, own_servers, path_in

_LEAST_NAME_CHARS: Final = 4
"""A shorter name is one of many."""


class Learnt(NamedTuple):
    """What judging a sender needs of the whole store; it holds for some minutes."""

    servers: OwnServers
    """Whose word counts."""
    familiar: frozenset[str]
    """Domains of one's own and of people one wrote to."""
    seen: frozenset[str]
    """Domains from which mail comes often."""


def learn(mail: Mail, account: AccountName) -> Learnt:
    """Learn what a mail of an account is judged by: some 50 ms, so keep it for the next.

    Raises:
        UserError: the account was removed.
    """
    own = (address.domain for one in mail.config.accounts for address in _own_people(one))
    return Learnt(
        own_servers(mail.store, mail.config.account(account)),
        _owners([*own, *domains_written_to(mail.store)]),
        _owners(domains_seen(mail.store)),
    )


def cautions(mail: Mail, row: MessageRow, learnt: Learnt) -> tuple[Caution, ...]:
    """Return what makes a mail's sender doubtful beyond what the mail says, the worst first.

    Empty where the mail's bytes are not here yet.

    Raises:
        UserError: its account was removed.
        NotFound: its mailbox is gone.
    """
    head = _head(mail, row.key)
    if not head:
        return ()
    fields, envelope = _fields(head), parse_envelope(head)
    is_inside = row.inside_of is not None  # then who took it in, and when, is not for it to say
    found = [] if is_inside else [*_unproven(mail, row, head, learnt)]
    if envelope.from_ and not _is_own(mail, envelope.author.addr_spec):
        found += elsewhere_warnings(fields, envelope, partial(_is_known, mail))
        found += _of_domains(envelope, learnt)
        found += [] if is_inside else _of_newcomer(mail, row, fields, envelope)
    return worst_first(found)


def answers_elsewhere(mail: Mail, ref: MessageRef) -> frozenset[str]:
    """Return to whom, nobody known, a mail asks that answers go; addr-specs in lower case."""
    with suppress(NotFound):
        head = _head(mail, key_of(mail.store, ref.row_id))
        found = answered_elsewhere(_fields(head), parse_envelope(head), partial(_is_known, mail))
        return frozenset(address.addr_spec.lower() for address in found)
    return frozenset()


def judged(mail: Mail, row: MessageRow) -> tuple[Caution, ...]:
    """Return what `cautions` says, learnt for this mail alone; nothing of an account removed."""
    with suppress(UserError, NotFound):
        return cautions(mail, row, learn(mail, row.account))
    return ()


def _unproven(mail: Mail, row: MessageRow, head: bytes, learnt: Learnt) -> Iterator[Caution]:
    """Yield what a server of the account says failed; a list that hands mail on breaks proofs."""
    path = path_in(mail.config.account(row.account), head, int(time()), learnt.servers)
    method = failed_method(path.authentication or (), path.author_domain)
    if not method:
        return
    domain = safe_line(path.author_domain, 100)
    sentence = f"Your server says that this mail is not proven to be from {domain}: {method} failed"
    if is_list_mail(_fields(head), parse_envelope(head)):
        yield Caution(CautionKind.FORWARDED, Safe(f"{sentence}; forwarded by a list, or forged."))
    else:
        yield Caution(CautionKind.UNPROVEN, Safe(f"{sentence}. It may be forged."))


def failed_method(results: Iterable[AuthResult], author_domain: str) -> str:
    """Return by which method a mail is found not to be from its author; empty if by none. Pure.

    What DMARC says counts for SPF and DKIM too (RFC 7489 section 3.1); without it a signature of
    the author's domain is proof enough, also where SPF fails because the mail was forwarded.
    """
    by_method: dict[str, list[AuthResult]] = {}
    for one in results:
        by_method.setdefault(one.method, []).append(one)
    dmarc = {one.result for one in by_method.get("dmarc", ())}
    if dmarc & {"pass", "fail"}:
        return "" if "pass" in dmarc else "DMARC"
    author = owner_of(author_domain)
    signed = {one.result for one in by_method.get("dkim", ()) if owner_of(one.domain) == author}
    sent = [one for one in by_method.get("spf", ()) if one.result in ("pass", "fail")]
    if "pass" in signed or any(
        one.result == "pass" and owner_of(one.domain) == author for one in sent
    ):
        return ""
    if "fail" in signed:
        return "DKIM"
    return "SPF" if any(one.result == "fail" for one in sent) else ""


def _of_domains(envelope: Envelope, learnt: Learnt) -> Iterator[Caution]:
    """Yield what a sender's domain can be taken for.

    To have written often makes a domain no friend of those one writes to oneself.
    """
    domain = envelope.author.addr_spec.rpartition("@")[2]
    meant = lookalike_of(domain, learnt.familiar)
    if meant is None and owner_of(domain) not in learnt.familiar | learnt.seen:
        meant = lookalike_of(domain, learnt.seen)
    if meant is not None:
        sentence = f"The sender's domain, {said(domain)}, is not {said(meant)}, which you know."
        yield Caution(CautionKind.LOOKALIKE, Safe(sentence))


def _of_newcomer(
    mail: Mail, row: MessageRow, fields: Fields, envelope: Envelope
) -> Iterator[Caution]:
    """Yield that nothing came from a sender before, if older mail is here to tell."""
    author = envelope.author
    known = acquaintance(mail.store, author.addr_spec)
    if known.is_contact or known.seen > 1 or not _has_older_mail(mail, row):
        return
    if was_asked(mail.store, row.thread_id, _own_addresses(mail), author.addr_spec):
        return
    sentence = f"This is the first mail from {said(author.addr_spec)}."
    if _is_from_program(fields, envelope):
        yield Caution(CautionKind.NEWCOMER, Safe(sentence))
        return
    name = " ".join(author.name.split())
    other = contact_named(mail.store, name) if len(name) >= _LEAST_NAME_CHARS else ""
    if other:
        sentence += f" You know {safe_line(name, 60)} as {said(other)}."
    yield Caution(CautionKind.FIRST, Safe(sentence))


def _is_from_program(fields: Fields, envelope: Envelope) -> bool:
    is_to_many = bool(envelope.list_id) or fields.count("list-unsubscribe") > 0
    return is_to_many or envelope.is_automatic or is_machine(envelope.author)


def _has_older_mail(mail: Mail, row: MessageRow) -> bool:
    """Whether all that a mailbox holds is here: only then is nothing the same as never."""
    account = mail.config.account(row.account)
    return account.imap is None or sync_state(mail.store, row.mailbox_id).backlog_done


def _is_known(mail: Mail, addr_spec: str) -> bool:
    if _is_own(mail, addr_spec):
        return True
    known = acquaintance(mail.store, addr_spec)
    return known.is_contact or known.seen > 1


def _is_own(mail: Mail, addr_spec: str) -> bool:
    return addr_spec.lower() in _own_addresses(mail)


def _own_addresses(mail: Mail) -> frozenset[str]:
    return frozenset().union(*(one.own_addresses for one in mail.config.accounts))


def _own_people(account: Account) -> Iterable[Address]:
    return (account.address, *account.identities)


def _owners(domains: Iterable[str]) -> frozenset[str]:
    return frozenset(unicode_domain(owner_of(domain)) for domain in domains if "." in domain)


def _head(mail: Mail, key: MessageKey) -> bytes:
    """Return the beginning of a mail, its header whole; empty where it is not here yet."""
    return beginning_of(mail.store, key, MAX_HEADER_BYTES) or b""


def _fields(head: bytes) -> Fields:
    return parse_fields(head[: header_span(head, 0, len(head))[0]])
