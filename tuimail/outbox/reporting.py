"""Takes in what may be a report: finds the mail it is about, and writes down what it says."""

import re
from typing import Final

from tuimail.mime.report import read_report
from tuimail.model.explained import as_hearsay
from tuimail.model.ids import MessageKey, OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.model.report import (
    SURE,
    Arrived,
    Grade,
    Match,
    Outcome,
    Report,
    ReportAction,
    ReportKind,
    SentMail,
)
from tuimail.model.safe import Safe, safe_line
from tuimail.store.database import Store
from tuimail.store.reports import Told, put_report, sent_mails

from .explain import Stage, explain
from .matching import match

MAX_NAMED: Final = 20
"""Message-IDs that are looked up; a report is about one mail."""
_REPLY_CODE: Final = re.compile(r"(?:^|\D)([245]\d\d)(?=[ -])")
_ENHANCED_CODE: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_LEADING_CODES: Final = re.compile(r"^[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3}[ :]*)?")
_GRADES: Final = {
    Grade.CONFIRMED: "",
    Grade.PROVIDER: " Your provider says so.",
    Grade.UNCONFIRMED: " Reported, but not confirmed.",
}


def take_report(
    store: Store, raw: bytes, key: MessageKey, arrived: Arrived, now: int
) -> list[tuple[OutgoingId, OutgoingState]] | None:
    """Write down what a mail reports; return the mails of which that is new, with their states.

    `key` is the report's own, `now` in seconds UTC. A mail that is no report changes nothing. None
    where a mail that it names is being sent just now: it is to be read again after that.
    """
    report = read_report(raw)
    if report is None:
        return []
    named = _named(store, report)
    if any(sent.is_being_sent for _, sent in named):
        return None
    changed: list[tuple[OutgoingId, OutgoingState]] = []
    for outgoing_id, sent in named:
        found = match(report, sent, arrived)
        if found is None:
            continue
        told = [_told(report, found, outcome, key) for outcome in found.outcomes]
        state = put_report(store, outgoing_id, told, now)
        if state is not None:
            changed.append((outgoing_id, state))
    return changed


def _named(store: Store, report: Report) -> list[tuple[OutgoingId, SentMail]]:
    """Return the mails that a report names: by the secret of one alone, where it bears that."""
    names = [*report.original_ids, *report.references][:MAX_NAMED]
    found = sent_mails(store, names, report.envelope_ids, report.queue_id)
    return [one for one in found if one[1].envelope_id in report.envelope_ids] or found


def _told(report: Report, found: Match, outcome: Outcome, key: MessageKey) -> Told:
    facts = outcome.facts
    who = safe_line(report.reporting_mta or report.sender, 100)
    said = facts.diagnostic if facts is not None else _reply_in(report.text, outcome.address)
    status = facts.status if facts is not None else ""
    code, enhanced = _codes(said)
    said = _LEADING_CODES.sub("", said)
    words = _explanation(report, outcome, who, (code, status or enhanced, said))
    return Told(
        kind=report.kind,
        grade=found.grade,
        address=outcome.address,
        action=outcome.action,
        code=code or None,
        status=status or enhanced,
        diagnostic=said,
        reporting_mta=report.reporting_mta or report.sender,
        remote_mta=_host_in(facts.remote_mta) if facts is not None else "",
        explanation=words if found.grade in SURE else as_hearsay(words),
        sentence=f"{_event(report, outcome, who)}{_GRADES[found.grade]}",
        message_key=key,
        message_id=report.message_id or f"{key:x}",  # without one, another bounce is another
    )


def _explanation(report: Report, outcome: Outcome, who: Safe, said: tuple[int, str, str]) -> str:
    code, status, words = said
    remote = outcome.facts.remote_mta if outcome.facts is not None else ""
    where = safe_line(remote, 100) or who
    match outcome.action:
        case ReportAction.FAILED:
            return explain(code or 550, status, words or report.text[:500], Stage.REPORT, where)
        case ReportAction.DELAYED:
            return explain(code or 450, status, words, Stage.DELAY, where)
        case ReportAction.DELIVERED:
            return f"{who} says that it lies in the mailbox."
        case ReportAction.RELAYED:
            return f"{who} handed it to {where}, which does not report further."
        case _:
            return ""


def _event(report: Report, outcome: Outcome, who: Safe) -> str:
    """Say in one sentence what is reported, of whom."""
    address = safe_line(outcome.address, 200) or Safe("one of the recipients")
    if report.kind is not ReportKind.DELIVERY:
        return _answer(report, outcome, address)
    action = outcome.action or (outcome.facts.action if outcome.facts is not None else None)
    if outcome.facts is not None and not outcome.address:
        address = safe_line(f"{address}, through {outcome.facts.address}", 200)
    words = {
        ReportAction.FAILED: f"could not deliver it to {address}",
        ReportAction.DELAYED: f"has not delivered it to {address} yet and goes on trying",
        ReportAction.DELIVERED: f"delivered it to {address}",
        ReportAction.RELAYED: f"handed it on for {address}",
        ReportAction.EXPANDED: f"sent it to those whom {address} stands for",
    }
    if action is None:
        return f"{who} reports about {address}."
    return f"{who} {words[action]}."


def _answer(report: Report, outcome: Outcome, address: Safe) -> str:
    """Say what a machine answers for a person."""
    said = outcome.facts.diagnostic.lower() if outcome.facts is not None else ""
    match report.kind:
        case ReportKind.CHALLENGE:
            return f"A machine of {address} holds it until you confirm something; see its mail."
        case ReportKind.RECEIPT if "delet" in said:
            return f"A program of {address} says that it was thrown away unopened."
        case ReportKind.RECEIPT if "display" in said or not said:
            return f"A program of {address} says that it was opened."
        case ReportKind.RECEIPT:
            return f"A program of {address} says that it was processed."
        case _:
            return f"A machine answers for {address}: it arrived."


def _reply_in(text: str, address: str) -> str:
    """Return the line of a report in words that holds a code, behind the address at best."""
    place = text.lower().find(address.lower()) if address else -1
    for part in (text[place:] if place >= 0 else "", text):
        for line in part.splitlines():
            if _REPLY_CODE.search(line) or _ENHANCED_CODE.search(line):
                return " ".join(line.split())[:500]
    return ""


def _host_in(remote_mta: str) -> str:
    """Return the name of a host without what is said about it."""
    return next(iter(remote_mta.lower().split()), "").rstrip(".")


def _codes(said: str) -> tuple[int, str]:
    reply, enhanced = _REPLY_CODE.search(said), _ENHANCED_CODE.search(said)
    return int(reply[1]) if reply else 0, enhanced[1] if enhanced else ""
