"""The path a received mail took, and what the account's own servers say of where it is from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from time import time
from typing import Final, NamedTuple

from tuimail.mime.auth_results import NAMELESS, auth_results, parse_auth_results
from tuimail.mime.auto_reply import is_daemon
from tuimail.mime.fields import MAX_HEADER_BYTES, Fields, header_span, parse_fields
from tuimail.mime.headers import parse_envelope
from tuimail.mime.hops import first_foreign, hops_of
from tuimail.mime.owner import owner_of
from tuimail.mime.received import parse_received
from tuimail.model.account import Account
from tuimail.model.mailbox import INBOX
from tuimail.model.message import MessageRow
from tuimail.model.path import AuthResult, MailPath
from tuimail.model.report import Arrived
from tuimail.model.safe import Safe
from tuimail.model.view import View
from tuimail.store.bodies import beginning_of
from tuimail.store.database import Store
from tuimail.store.lists import rows_of, view_ids
from tuimail.store.mailboxes import mailbox_named, mailbox_row

from .mail import Mail

SAMPLE: Final = 50
"""Newest mails of an account's INBOX by which is learnt which servers write for it."""
LEAST: Final = 5
"""Fewer mails say nothing."""
SHARE: Final = 0.95
"""A server that stands on so many of them is the account's own."""
_GMAIL: Final = "gmail.com"
_GMAIL_BORDER: Final = "mx.google.com"
"""Adds its results below its Received field, and takes out what others wrote there in its name."""
_OUTLOOK: Final = "outlook.com"
"""Adds its results above its Received field, without saying who it is."""
_GMAIL_REPORTS: Final = "googlemail.com"
"""What Gmail signs its own reports as."""


class OwnServers(NamedTuple):
    """What writes for an account: hosts, as in Received, and services, as in its results."""

    hosts: frozenset[str]
    services: frozenset[str]


def path_of(mail: Mail, row: MessageRow) -> MailPath | None:
    """Return the path of a mail, or None if its bytes are not here yet."""
    raw = beginning_of(mail.store, row.inside_of or row.key, MAX_HEADER_BYTES)
    if raw is None:
        return None
    account = mail.config.account(mailbox_row(mail.store, row.mailbox_id).account)
    return path_in(account, raw, int(time()), own_servers(mail.store, account))


def own_servers(store: Store, account: Account) -> OwnServers:
    """Learn which servers are the account's own; reads up to `SAMPLE` mails.

    They are those the person named, those in the domains of its mailbox and its address, and those
    that stand on nearly all of its mail.
    """
    named = set(account.trusted_servers)
    known, sample = _of_account(account) | named, _sample(store, account)
    return OwnServers(
        frozenset(known | set(map(owner_of, named)) | _common(map(_topmost_by, sample))),
        frozenset(known | _common(map(_topmost_service, sample))),
    )


def path_in(account: Account, raw: bytes, now: int, own: OwnServers) -> MailPath:
    """Return the path of a mail of an account; `now` is in seconds UTC.

    What a server says is believed only where it is one of the account's own.
    """
    fields = _fields(raw)
    hops = hops_of(fields, own.hosts, now)
    trusted = sum(hop.is_trusted for hop in hops)
    author = next(iter(parse_envelope(raw[: header_span(raw, 0, len(raw))[1]]).from_), None)
    return MailPath(
        hops,
        _authentication(fields, trusted, own),
        author.domain if author else "",
        _retrieved(account),
    )


def how_it_arrived(account: Account, raw: bytes, now: int, own: OwnServers) -> Arrived:
    """Return from whom the account's servers took a report, and whether its provider wrote it."""
    path = path_in(account, raw, now, own)
    first = first_foreign(path.hops)
    is_inside = first is not None and (first.is_inside or not first.came_from)
    sender = parse_envelope(raw[: header_span(raw, 0, len(raw))[1]]).author.addr_spec
    providers = _of_account(account) | _of_submission(account)
    signed = {
        owner_of(one.domain)
        for one in path.authentication or ()
        if (one.method, one.result) == ("dkim", "pass") and one.domain
    }
    author = owner_of(path.author_domain) if path.author_domain else ""
    host = account.retrieval.host if account.retrieval is not None else ""
    return Arrived(
        came_from=() if is_inside or first is None else first.names[:1] or (str(first.ip),),
        is_proven=is_inside or (first is not None and first.is_looked_up),
        is_known=first is not None,
        is_vouched=is_daemon(sender) and author in signed and author in providers,
        account=account.name,
        own=(*filter(None, (host,)), account.address.domain),
    )


def _of_submission(account: Account) -> set[str]:
    """Return the domains a submission server's own reports come from."""
    host = account.smtp.host if account.smtp else ""
    owner = owner_of(host) if "." in host and not host[-1].isdigit() else ""
    return {owner, _GMAIL_REPORTS if owner == _GMAIL else ""} - {""}


def _authentication(fields: Fields, trusted: int, own: OwnServers) -> tuple[AuthResult, ...] | None:
    """Read what stands above the lowest Received field that is trusted (RFC 8601 section 5).

    Of a service that is known to write there, also what stands just below that field.
    """
    told: list[tuple[str, str]] = []
    passed = 0
    for name, body in fields.all:
        passed += name == "received"
        if passed > trusted:
            break
        if passed < trusted or _stands_below(name, body):
            told.append((name, body))
    services = own.services | ({NAMELESS} if _OUTLOOK in own.hosts else frozenset())
    return auth_results(Fields(tuple(told)), services) if trusted else None


def _stands_below(name: str, body: str) -> bool:
    return name == "authentication-results" and parse_auth_results(body)[0].lower() == _GMAIL_BORDER


def _sample(store: Store, account: Account) -> list[Fields]:
    """Return the header fields of the account's newest mails whose bytes are here."""
    inbox = mailbox_named(store, account.name, INBOX)
    if inbox is None:
        return []
    view = View(Safe(INBOX), (inbox.id,))
    rows = rows_of(store, view, view_ids(store, view, SAMPLE))
    raws = (beginning_of(store, row.key, MAX_HEADER_BYTES) for row in rows)
    return [_fields(raw) for raw in raws if raw is not None]


def _fields(raw: bytes) -> Fields:
    return parse_fields(raw[: header_span(raw, 0, len(raw))[0]])


def _of_account(account: Account) -> set[str]:
    """Return the domains of the account itself, as far as they are names."""
    server = account.retrieval
    hosts = [account.address.domain, server.host if server else ""]
    return {owner_of(host) for host in hosts if "." in host and not host[-1].isdigit()}


def _common(found: Iterable[str]) -> set[str]:
    """Return what stands on nearly every mail of a sample."""
    values = [value.lower() for value in found]
    if len(values) < LEAST:
        return set()
    value, count = Counter(values).most_common(1)[0]
    return {value} if value and count >= SHARE * len(values) else set()


def _topmost_by(fields: Fields) -> str:
    """Return the owner of the topmost host with a name that took the mail."""
    bodies: Sequence[str] = [body for name, body in fields.all if name == "received"]
    hosts = (parse_received(body).by for body in bodies[:5])
    named = (host for host in hosts if host and not host[-1].isdigit() and ":" not in host)
    return owner_of(next(named, ""))


def _topmost_service(fields: Fields) -> str:
    return parse_auth_results(fields.first("authentication-results"))[0]


def _retrieved(account: Account) -> str:
    if account.pop3 is not None:
        return f"by POP3 from {account.pop3.server.host}"
    return f"by IMAP from {account.imap.host}" if account.imap is not None else ""
