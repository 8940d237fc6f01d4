"""What machines write: receipts, parcels, failed builds, codes."""

# ruff: noqa: E501 (people write in any script, and do not wrap markup)

from typing import Final

from .personas import Persona
from .story import Story
from .writing import encoded, header, mailbox, multipart, path, text_part, written_date

_NOTICES: Final = (
    (
        "Harbour Builds",
        "builds@ci.tideline.example",
        "[tide/main] Build #{n} failed in 4 min 12 s",
        (
            "Build #{n} of tide/main failed at step 3 of 5 (test).\n\n"
            "    FAILED tests/test_gauge.py::test_missing_sensor - assert 6553.5 is None\n"
            "    1 failed, 2317 passed in 252.11s\n\n"
            "https://ci.tideline.example/tide/{n}\n"
        ),
    ),
    (
        "Parcel Post",
        "status@parcels.example",
        "Your parcel {n} is on its way",
        (
            "Good news: your parcel {n} left the depot this morning and will be with you tomorrow "
            "between 9:00 and 13:00.\n\nTrack it: https://parcels.example/t/{n}\n"
        ),
    ),
    (
        "Skerry Electric",
        "rechnung@skerry-electric.example",
        "Your invoice {n} (€ 84.20)",
        (
            "Your electricity invoice {n} for the last month is ready.\n\n"
            "    Consumption     214 kWh\n    Amount due      € 84.20\n    Due date        in 14 days\n\n"
            "It will be debited automatically; you need not do anything.\n"
        ),
    ),
    (
        "Lighthouse Accounts",
        "security@accounts.lighthouse.example",
        "Your sign-in code: {code}",
        (
            "Somebody, hopefully you, is signing in. The code is {code}. It works for ten minutes.\n\n"
            "If it was not you, change your password and tell us: https://accounts.lighthouse.example/\n"
        ),
    ),
)


def write(story: Story, step: int) -> bytes:
    """Return a notice."""
    dice = story.random(step)
    number, code = dice.randint(1_000, 99_999), dice.randint(100_000, 999_999)
    name, email, subject, body = dice.choice(_NOTICES)
    sender = Persona(name, email)
    text = body.format(n=number, code=code)
    fields = [
        ("Date", written_date(story.dates[step])),
        ("From", mailbox(sender)),
        ("To", mailbox(story.reader)),
        ("Subject", encoded(subject.format(n=number, code=code))),
        ("Message-ID", f"<{story.token(step)}@{sender.domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ]
    way = path(email, story.reader.email, story.dates[step], story.token(step))
    if dice.random() < 0.5:
        return way + header(fields) + text_part(text)
    parts = [text_part(text), text_part(_page(name, text), subtype="html")]
    return way + header(fields) + multipart("alternative", parts, story.token(step))


def _page(name: str, text: str) -> str:
    rows = "".join(f"<p>{line.strip()}</p>\n" for line in text.split("\n") if line.strip())
    return f'<html><body style="font-family:sans-serif"><h3>{name}</h3>\n{rows}</body></html>\n'
