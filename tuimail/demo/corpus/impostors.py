"""What nobody asked for: spam, and mails that pretend to come from somebody else."""

from random import Random
from typing import Final

from .personas import Persona
from .story import Story
from .writing import encoded, header, mailbox, multipart, path, text_part, written_date

_SPAM: Final = (
    (
        "Claim Department",
        "YOU HAVE BEEN SELECTED!!! $4,500,000.00",
        "Dear Beneficiary, kindly reply with your full names.",
    ),
    (
        "Pharma Direct",
        "Limited offer — 80% OFF ✔✔✔",
        "Cheap, cheap, cheap! http://pills.invalid/buy?now",
    ),
    (
        "Your Mail Administrator",
        "Your mailbox is almost full [ACTION REQUIRED]",
        "Click to verify your account: http://verify.invalid/login",
    ),
    (
        "Кредит Онлайн",
        "Вам одобрен кредит до 500 000",
        "Деньги за 5 минут без справок! http://kredit.invalid",
    ),
)
_PRETENDED: Final = (
    (
        "security@accounts.lighthouse.example",
        "Unusual sign-in to your account",
        "Somebody signed in to your account from another country. Confirm that it was you.",
        "https://accounts.lighthouse.example/",
    ),
    (
        "status@parcels.example",
        "Your parcel is held: customs fee of € 1.99",
        "Your parcel could not be delivered because a small fee is open.",
        "https://parcels.example/pay",
    ),
)
_IMPOSTOR_SHARE: Final = 0.5


def write(story: Story, step: int) -> bytes:
    """Return spam, or a mail that pretends."""
    dice = story.random(step)
    is_impostor = dice.random() < _IMPOSTOR_SHARE
    return _impostor(story, step, dice) if is_impostor else _spam(story, step, dice)


def _spam(story: Story, step: int, dice: Random) -> bytes:
    name, subject, text = dice.choice(_SPAM)
    sender = Persona(name, f"info{dice.randint(1, 99)}@offers{dice.randint(1, 9)}.invalid")
    return _head(story, step, sender, subject, "none") + text_part(text)


def _impostor(story: Story, step: int, dice: Random) -> bytes:
    """Return a mail whose name is an address it does not come from, and whose link lies."""
    pretended, subject, text, shown = dice.choice(_PRETENDED)
    sender = Persona(f'"{pretended}"', f"notice{dice.randint(1, 99)}@mail-service.invalid")
    token = story.token(step)
    page = (
        f'<html><body style="font-family:sans-serif"><p>Dear customer,</p>\n<p>{text}</p>\n'
        f'<p><a href="https://verify.invalid/{token}">{shown}</a></p>\n'
        f'<img src="https://count.verify.invalid/{token}.gif" width="1" height="1">\n'
        '<div style="display:none">meeting minutes invoice thank you regards harbour</div>\n'
        "</body></html>\n"
    )
    parts = [text_part(f"Dear customer,\n\n{text}\n"), text_part(page, subtype="html")]
    return _head(story, step, sender, subject, "fail") + multipart("alternative", parts, token)


def _head(story: Story, step: int, sender: Persona, subject: str, verdict: str) -> bytes:
    fields = [
        ("Date", written_date(story.dates[step])),
        ("From", mailbox(sender)),
        ("To", mailbox(story.reader)),
        ("Subject", encoded(subject)),
        ("Message-ID", f"<{story.token(step)}@{sender.domain}>"),
        ("MIME-Version", "1.0"),
    ]
    way = path(sender.email, story.reader.email, story.dates[step], story.token(step), verdict)
    return way + header(fields)
