"""Invitations to meet, as calendars send them (RFC 5545, 6047)."""

from typing import Final

from .story import Story
from .talk import head
from .writing import multipart, text_part, utc_stamp

_MEETINGS: Final = (
    ("Harbour committee", "Town hall, small room"),
    ("Lens inspection", "North light"),
    ("Planning for spring", "https://meet.example/spring-planning"),
    ("Jour fixe", "Büro, 2. Stock"),
    ("灯台見学", "灯台前"),
)
_DAY_S: Final = 86_400


def write(story: Story, step: int) -> bytes:
    """Return an invitation (step 0) or the answer to it."""
    dice = story.random()
    title, place = dice.choice(_MEETINGS)
    day = story.dates[0] // _DAY_S + dice.randint(2, 9)
    start = day * _DAY_S + dice.choice((9, 10, 14)) * 3600
    method = "REPLY" if step else "REQUEST"
    verb = "Accepted: " if step else "Invitation: "
    text = f"{title}\n\nWhere: {place}\nWhen:  {utc_stamp(start)} (one hour)\n"
    subtype = f"calendar; method={method}"
    calendar = text_part(_calendar(story, step, title, place, start), subtype=subtype)
    parts = [text_part(text), calendar]
    return head(story, step, verb + title) + multipart("alternative", parts, story.token(step))


def _calendar(story: Story, step: int, title: str, place: str, start: int) -> str:
    host = story.writers[0]
    state = "ACCEPTED" if step else "NEEDS-ACTION"
    guests = [w for w in (*story.writers, story.reader) if w != host]
    attendees = [
        f"ATTENDEE;CN={guest.name};PARTSTAT={state};RSVP=TRUE:mailto:{guest.email}"
        for guest in dict.fromkeys(guests)
    ]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Harbour//Calendar//EN",
        f"METHOD:{'REPLY' if step else 'REQUEST'}",
        "BEGIN:VEVENT",
        f"UID:{story.seed:x}@{host.domain}",
        f"DTSTAMP:{utc_stamp(story.dates[step])}",
        f"DTSTART:{utc_stamp(start)}",
        f"DTEND:{utc_stamp(start + 3600)}",
        f"SUMMARY:{title}",
        f"LOCATION:{place.replace(',', chr(92) + ',')}",
        f"ORGANIZER;CN={host.name}:mailto:{host.email}",
        *attendees,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\n".join(lines) + "\n"
