"""What an invitation says, in the lines above a mail's text; in the person's own time. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import Final

from tuimail.mime.link_spans import spans_with_links
from tuimail.mime.links import LinkTable
from tuimail.mime.recurrence import rule_words
from tuimail.model.appointment import Appointment, Span, Standing
from tuimail.model.invitation import Answer, Guest, Invitation, Method, Moment
from tuimail.model.outgoing import OutgoingState
from tuimail.model.part import Line
from tuimail.model.part import Span as Piece
from tuimail.model.safe import Safe, safe_block, safe_line

from .invitation_times import coming, in_utc

SHOWN_GUESTS: Final = 12
SHOWN_DATES: Final = 5
SHOWN_CLASHES: Final = 5
SHOWN_LINES: Final = 40
"""Of what the organiser wrote about it."""
_MAX_CHARS = 500
_LABEL_CELLS: Final = 9
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY: Final = timedelta(days=1)
_ANSWERS: Final = {
    Answer.NONE: "not answered",
    Answer.ACCEPTED: "accepted",
    Answer.TENTATIVE: "perhaps",
    Answer.DECLINED: "declined",
    Answer.DELEGATED: "sends somebody else",
}
_FATES: Final[Mapping[OutgoingState | None, str]] = {
    OutgoingState.DELAYED: "; the answer is delayed",
    OutgoingState.UNCERTAIN: "; nobody knows whether the answer went",
    OutgoingState.CANCELLED: ", but the answer was cancelled: the organiser does not know",
    OutgoingState.REFUSED: ", but the answer was refused: the organiser does not know",
    OutgoingState.EXPIRED: ", but the answer was given up: the organiser does not know",
    OutgoingState.BOUNCED: ", but the answer came back: the organiser does not know",
}
_KINDS: Final = {
    Method.REQUEST: "Invitation",
    Method.CANCEL: "Cancelled",
    Method.REPLY: "Answer to an invitation",
    Method.COUNTER: "Another time is proposed",
    Method.DECLINE_COUNTER: "The other time does not suit",
    Method.ADD: "One more date",
    Method.REFRESH: "Asks for the latest version",
    Method.PUBLISH: "Event",
    Method.NONE: "Event",
}


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that has come in a mail, and how the person stands to it."""

    invitation: Invitation
    standing: Standing
    known: Appointment | None
    """What was answered, if anything was."""
    me: Guest | None
    """The one of the guests that the person is."""
    is_own: bool
    """Whether the person asks others."""
    sender: str
    """Address the mail is from, in lower case; empty where that is not one."""
    is_believed: bool
    """False where a server the account trusts says that the sender is forged."""
    clashes: Sequence[tuple[Appointment, Span]] = ()
    answer_state: OutgoingState | None = None
    """What became of the answer to this mail, if one was sent from here."""
    is_inside: bool = False
    """It came inside of another mail: nobody says whom it is from but who wrote that one."""


def lines_of(
    invited: Invited, zone: tzinfo, now: int, shown_text: str, links: LinkTable
) -> tuple[Line, ...]:
    """Return the lines about an invitation.

    `shown_text` is what the mail says anyway: a description that repeats it is left out.
    """
    invitation = invited.invitation
    kind = "Cancelled" if invitation.is_cancelled else _KINDS[invitation.method]
    title = safe_line(invitation.summary, _MAX_CHARS).strip() or "(no title)"
    lines = [Line((Piece(Safe(f"{kind}: {title}"), "heading"),))]
    for label, words in _facts(invited, zone, now):
        shown = safe_line(words, 4 * _MAX_CHARS)
        head = Piece(Safe(f"{label + ':':<{_LABEL_CELLS}}"), "dim")
        lines.append(Line((head, *spans_with_links(shown, "text", links)), _LABEL_CELLS))
    described = safe_block(invitation.description).strip()
    if described and not _repeats(described, shown_text):
        lines.append(Line(()))
        rows = described.split("\n")
        lines += [Line(spans_with_links(row, "text", links)) for row in rows[:SHOWN_LINES]]
        if len(rows) > SHOWN_LINES:
            lines.append(Line((Piece(Safe("(the rest is left out)"), "dim"),)))
    return tuple(lines)


def when_words(invitation: Invitation, begins: Moment, zone: tzinfo) -> str:
    """Return a date of an event in the person's own time, and in that of its own zone."""
    ends = begins.at + invitation.length
    if begins.is_day:
        last = max(begins.at, ends - _DAY)
        days = _day(begins.at) if last == begins.at else f"{_day(begins.at)} to {_day(last)}"
        return f"{days}, all day"
    there = _range(begins.at, ends)
    if begins.at.tzinfo is None:
        named = f"in the zone “{begins.zone}”, which is not known here"
        return f"{there} {named if begins.zone else 'by the clock wherever you are'}"
    here = in_utc(begins, zone)
    own = _range(here.astimezone(zone), (here + invitation.length).astimezone(zone))
    if own == there:
        return own
    there = there.removeprefix(f"{_day(here.astimezone(zone))} ")
    return f"{own} your time ({there} {begins.zone or 'UTC'})"


def _facts(invited: Invited, zone: tzinfo, now: int) -> Iterator[tuple[str, str]]:
    invitation = invited.invitation
    yield from _standing(invited)
    if invitation.start is not None:
        words = when_words(invitation, invitation.start, zone)
        has_passed = not invitation.rule and not coming(invitation, zone, now, 1)
        yield "When", f"{words}, which has passed" if has_passed else words
    yield from _repeats_words(invitation, zone, now)
    if place := safe_line(invitation.place, _MAX_CHARS).strip():
        yield "Where", place
    if link := safe_line(invitation.link, _MAX_CHARS).strip():
        yield "Page", link
    if invitation.organizer is not None:
        yield "By", "you" if invited.is_own else person_words(invitation.organizer)
    yield from _people(invited)
    for other, span in invited.clashes[:SHOWN_CLASHES]:
        title = safe_line(other.summary, 100) or "(no title)"
        begins, ends = (datetime.fromtimestamp(at, zone) for at in span)
        said = "accepted" if other.answer is Answer.ACCEPTED else "perhaps accepted"
        yield "Clash", f"with “{title}”, which you {said}: {_range(begins, ends)}"
    if len(invited.clashes) > SHOWN_CLASHES:
        yield "Clash", f"and {len(invited.clashes) - SHOWN_CLASHES} more"


def _standing(invited: Invited) -> Iterator[tuple[str, str]]:
    """Yield what must be known before all else."""
    known, organizer = invited.known, invited.invitation.organizer
    said = _ANSWERS[known.answer] if known is not None else ""
    real = known.organizer if known is not None else organizer.address if organizer else "nobody"
    who = invited.sender or "nobody in particular"
    claim = f"from {who}" if invited.is_believed else f"not really from {who}, says your server"
    if invited.is_inside:
        claim = "passed on inside of another mail"
    match invited.standing:
        case Standing.FORGED:
            yield "Beware", f"this is {claim}, not from {real}, who asked you: nothing is changed"
        case Standing.FOREIGN:
            yield "Beware", f"this is {claim}, not from its organiser, {real}"
        case Standing.CHANGED:
            yield "Changed", f"since you answered ({said}); it waits for a new answer"
        case Standing.OUTDATED:
            yield "Old", "a newer version of this has come already"
        case Standing.CANCELS if known is not None:
            yield "Off", f"called off by its organiser; you had answered: {said}"
        case Standing.OFF:
            yield "Off", "called off by its organiser before"
        case _:
            pass


def _repeats_words(invitation: Invitation, zone: tzinfo, now: int) -> Iterator[tuple[str, str]]:
    rule = invitation.rule
    if invitation.instance is not None:
        yield (
            "Of",
            f"a repeated event, the date of {_moment_words(invitation.instance, zone)} alone",
        )
        return
    if rule is None:
        return
    words = rule_words(rule)
    if rule.count is not None:
        words += ", once" if rule.count == 1 else f", {rule.count:,} times"
    if rule.until is not None:
        words += f", until {_day(rule.until)}"
    if invitation.left_out:
        days = [_moment_words(one, zone) for one in invitation.left_out[:3]]
        more = len(invitation.left_out) - len(days)
        words += f"; not on {', '.join(days)}{f' and {more} more dates' if more else ''}"
    if invitation.others:
        words += f"; {invitation.others} of its dates are changed"
    yield "Repeats", words
    found = coming(invitation, zone, now, SHOWN_DATES) if rule.is_whole else []
    if found:
        yield "Next", " · ".join(_moment_words(one, zone) for one in found)
    elif rule.is_whole and (rule.count is not None or rule.until is not None):
        yield "Next", "none: all its dates have passed"


def _people(invited: Invited) -> Iterator[tuple[str, str]]:
    invitation, known = invited.invitation, invited.known
    guests = invitation.guests
    if invitation.method is Method.REPLY:
        for guest in guests[:SHOWN_GUESTS]:
            yield "Answer", f"{person_words(guest)}: {_ANSWERS[guest.answer]}"
        return
    if invitation.method is Method.REQUEST and not invited.is_own:
        said = known is not None and not known.is_cancelled
        answered = _ANSWERS[known.answer] if known is not None and said else "not answered yet"
        answered += _FATES.get(invited.answer_state, "") if said else ""
        yield "You", answered if invited.me is not None else f"not among the guests; {answered}"
    others = [one for one in guests if one != invited.me]
    if others:
        named = [f"{person_words(one)} {_ANSWERS[one.answer]}" for one in others[:SHOWN_GUESTS]]
        more = len(others) - SHOWN_GUESTS
        yield "Guests", f"{' · '.join(named)}{f' · and {more} more' if more > 0 else ''}"


def person_words(guest: Guest) -> str:
    """Return a person with the address, which is what counts."""
    name, address = safe_line(guest.name, 100).strip(), safe_line(guest.address, 320)
    return f"{name} <{address}>" if name and name.lower() != guest.address else address


def _moment_words(moment: Moment, zone: tzinfo) -> str:
    if moment.is_day or moment.at.tzinfo is None:
        return _day(moment.at) if moment.is_day else f"{_day(moment.at)} {moment.at:%H:%M}"
    here = moment.at.astimezone(zone)
    return f"{_day(here)} {here:%H:%M}"


def _range(begins: datetime, ends: datetime) -> str:
    text = f"{_day(begins)} {begins:%H:%M}"
    if ends <= begins:
        return text
    return f"{text} to {f'{_day(ends)} ' if ends.date() != begins.date() else ''}{ends:%H:%M}"


def _day(moment: datetime) -> str:
    return f"{_DAYS[moment.weekday()]} {moment:%Y-%m-%d}"  # strftime has the machine's language


def _repeats(described: str, shown_text: str) -> bool:
    """Whether the text of a mail says what the description says: its first words are there."""
    words = list(islice(described.split(), 30))
    return " ".join(words) in " ".join(shown_text[:100_000].split())
