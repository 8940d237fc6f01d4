"""Whether a report speaks of one mail that was sent, of which recipient, and how surely. Pure.

Asked is not which addresses a report names, but whether it is about this one mail. Nothing in it
can add a recipient; what contradicts itself says nothing.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from hmac import compare_digest
from typing import Final

from tuimail.errors import UserError
from tuimail.mime.owner import owner_of
from tuimail.model.domain import ascii_domain
from tuimail.model.report import (
    Arrived,
    Grade,
    Match,
    Outcome,
    RecipientFacts,
    Report,
    ReportAction,
    ReportKind,
    SentMail,
)

EARLY_S: Final = 300
"""Clocks differ: a report may seem to be made so long before its mail was taken."""
LATE_S: Final = 30 * 86_400
"""Servers give up within days; what comes later is about something else."""


def match(report: Report, sent: SentMail, arrived: Arrived) -> Match | None:
    """Return what a report says of a mail, or None where it is about another, or cannot be true."""
    if not sent.accepted or not _is_in_time(report, sent):
        return None
    if report.kind is not ReportKind.DELIVERY:
        return _answer(report, sent)
    grade = _grade(report, sent, arrived)
    if grade is None:
        return None
    outcomes = tuple(_outcomes(report, sent))
    if outcomes or grade is Grade.UNCONFIRMED:
        return Match(grade, outcomes) if outcomes else None
    return Match(grade, (Outcome("", None, next(iter(report.recipients), None)),))


def _is_in_time(report: Report, sent: SentMail) -> bool:
    latest = max(sent.accepted, sent.left) + LATE_S
    return report.date is None or sent.accepted - EARLY_S <= report.date <= latest


def _answer(report: Report, sent: SentMail) -> Match | None:
    """Tell of a receipt or an automatic reply: it arrived, and no state changes by that."""
    if sent.message_id not in (*report.original_ids, *report.references):
        return None
    named = [report.sender, *(facts.address for facts in report.recipients)]
    address = next((one for name in named if (one := _one_of(name, sent))), "")
    facts = next(iter(report.recipients), None)
    return Match(Grade.UNCONFIRMED, (Outcome(address, None, facts),))


def _grade(report: Report, sent: SentMail, arrived: Arrived) -> Grade | None:
    ids = set(report.envelope_ids)
    names_ours = sent.message_id in (*report.original_ids, *report.references)
    if len(ids) > 1:
        return None  # of two secrets one was guessed
    if report.original_ids and sent.message_id not in report.original_ids:
        return None  # it returns another one: servers use a queue id again, and threads name many
    if sent.envelope_id and any(compare_digest(one, sent.envelope_id) for one in _ascii(ids)):
        return Grade.CONFIRMED
    is_plausible = _is_plausible(report, sent, arrived)
    is_queued = bool(report.queue_id) and report.queue_id in sent.queue_ids
    if is_queued and is_plausible and _is_from_submission(report, sent, arrived):
        return Grade.PROVIDER
    is_vouched = arrived.is_vouched and arrived.account == sent.account
    if names_ours and is_vouched and report.is_null_path is not False:
        return Grade.PROVIDER
    is_reported = names_ours and is_plausible and bool(report.is_null_path)
    return Grade.UNCONFIRMED if is_reported else None


def _is_from_submission(report: Report, sent: SentMail, arrived: Arrived) -> bool:
    """Whether the submission server reports. A recipient, too, reads its queue id in the mail."""
    hosts = (report.reporting_mta, *_came_from(arrived, sent))
    if not arrived.is_proven or report.is_null_path is False:
        return False
    return all(_is_of(host, sent.servers) for host in hosts)


def _ascii(ids: Collection[str]) -> Iterator[str]:
    return (one for one in ids if one.isascii())


def _is_plausible(report: Report, sent: SentMail, arrived: Arrived) -> bool:
    """Whether it came from a host that can have had the mail, and names no other.

    That is the submission server's provider, a recipient's, or whom a recipient's handed it to.
    """
    domains = [address.rpartition("@")[2] for address in sent.recipients]
    remotes = [facts.remote_mta for facts in report.recipients if _facts_are_ours(facts, sent)]
    allowed = (*sent.servers, *domains, *_also_called(sent))
    came_from = _came_from(arrived, sent)
    if not arrived.is_known or (came_from and not any(_is_of(one, allowed) for one in came_from)):
        return False
    return not report.reporting_mta or _is_of(report.reporting_mta, (*allowed, *remotes))


def _came_from(arrived: Arrived, sent: SentMail) -> Collection[str]:
    """Return where it came from.

    What never left the servers of one account came from those, for mail that another one sent.
    """
    is_of_another = arrived.account != sent.account
    return arrived.own if is_of_another and not arrived.came_from else arrived.came_from


def _also_called(sent: SentMail) -> Iterator[str]:
    """Yield who else reports for the submission server, and for the recipients' domains.

    For a domain of which nothing is known that may be whoever keeps mail for many.
    """
    for server in sent.servers:
        yield from _REPORTS_AS.get(owner_of(server.lower()), ())
    for address in sent.recipients:
        domain = address.rpartition("@")[2].lower()
        known = sent.exchanges.get(domain) or _REPORTS_AS.get(owner_of(domain))
        yield from known or _KEEPS_FOR_MANY


_GOOGLE: Final = ("google.com", "googlemail.com", "gmail.com")
_MICROSOFT: Final = ("outlook.com", "office365.com", "microsoft.com")
_KEEPS_FOR_MANY: Final = (*_GOOGLE, *_MICROSOFT)
"""Workspace and Exchange Online report about domains of others by their own names."""
_REPORTS_AS: Final[Mapping[str, Collection[str]]] = {
    **dict.fromkeys(_GOOGLE, _GOOGLE),
    **dict.fromkeys((*_MICROSOFT, "hotmail.com", "live.com", "msn.com"), _MICROSOFT),
    **dict.fromkeys(("yahoo.com", "aol.com", "ymail.com"), ("yahoo.com", "yahoodns.net")),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), ("icloud.com", "apple.com")),
    **dict.fromkeys(("gmx.net", "gmx.de", "web.de", "gmx.com"), ("gmx.net", "web.de")),
    **dict.fromkeys(("fastmail.com", "fastmail.fm"), ("fastmail.com", "messagingengine.com")),
}


def _facts_are_ours(facts: RecipientFacts, sent: SentMail) -> bool:
    return bool(_one_of(facts.original, sent) or _one_of(facts.address, sent))


def _is_of(host: str, others: Collection[str]) -> bool:
    """Whether a host belongs to an owner of one of these."""
    owner = owner_of(host.lower()) if host else ""
    return bool(owner) and any(owner == owner_of(one.lower()) for one in others if one)


def _outcomes(report: Report, sent: SentMail) -> Iterator[Outcome]:
    """Yield what it says of each of the mail's recipients, by the best evidence there is."""
    told: set[str] = set()
    for facts in report.recipients:
        address = _one_of(facts.original, sent) or (
            "" if facts.original else _one_of(facts.address, sent)
        )
        if address and address not in told and facts.action is not None:
            told.add(address)
            yield Outcome(address, facts.action, facts)
    if told:
        return
    alone = report.recipients[0] if report.recipients else None
    action = alone.action if alone is not None else _action_of(report.text)
    for address in _named_in_words(report, sent) if action is not None else ():
        yield Outcome(address, action, alone)


def _named_in_words(report: Report, sent: SentMail) -> list[str]:
    """Return the recipients that a report names, but not in the form that is for programs."""
    failed = [one for name in report.failed_recipients if (one := _one_of(name, sent))]
    if failed:
        return list(dict.fromkeys(failed))
    words = report.text.lower()
    named = [address for address in sent.recipients if _stands_in(address.lower(), words)]
    if named:
        return named
    is_alone = len(sent.recipients) == 1 and len(report.recipients) <= 1
    has_foreign = any(facts.original for facts in report.recipients)
    return list(sent.recipients) if is_alone and not has_foreign else []


def _stands_in(address: str, words: str) -> bool:
    """Whether an address stands in a text, not merely as a part of a longer one."""
    whole = rf"(?<![\w.+%-]){re.escape(address)}(?![\w-]|\.\w)"
    return address in words and re.search(whole, words) is not None


def _action_of(text: str) -> ReportAction | None:
    """Return what a report in words says: delayed where it says that it goes on trying."""
    words = text.lower()
    if any(phrase in words for phrase in _GOES_ON):
        return ReportAction.DELAYED
    return ReportAction.FAILED if words.strip() else None


_GOES_ON: Final = (
    "will retry",
    "will be retried",
    "still being retried",
    "will keep trying",
    "will continue to try",
    "has not yet been delivered",
    "delivery attempts will continue",
    "no action is required on your part",
    "warning message only",
)


def _one_of(address: str, sent: SentMail) -> str:
    """Return the recipient that an address is, or nothing: domains without case, then the rest."""
    if not address:
        return ""
    wanted, (exact, alike) = _plain(address), _by_address(sent.recipients)
    return exact.get(wanted) or alike.get(wanted.lower(), "")


@lru_cache(maxsize=4)  # a report may name a thousand, and a mail have as many recipients
def _by_address(recipients: tuple[str, ...]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return recipients by what is compared, and by the same without case; the first counts."""
    exact = {_plain(one): one for one in reversed(recipients)}
    return exact, {_plain(one).lower(): one for one in reversed(recipients)}


@lru_cache(maxsize=4_096)  # each is asked for as often as the other side has addresses
def _plain(address: str) -> str:
    local, _, domain = address.strip("<> ").rpartition("@")
    if local.startswith('"') and local.endswith('"'):
        local = local[1:-1].replace("\\", "")
    try:
        return f"{local}@{ascii_domain(domain)}"
    except UserError:
        return f"{local}@{domain.lower()}"
