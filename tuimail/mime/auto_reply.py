"""Whether a machine answered for a person (RFC 3834), and whether a robot of the mail did."""

import re
from typing import Final

from .fields import Fields

_SUBJECTS: Final = re.compile(
    r"(?:automatic(?: reply|ally)|auto(?:-?reply|-?response)?:|out of (?:the )?office|abwesen"
    r"|automatische antwort|absence du bureau|r[ée]ponse automatique|respuesta autom[áa]tica"
    r"|risposta automatica|automatisch antwoord|resposta autom[áa]tica|自動返信|自动回复"
    r"|автоответ)",
    re.IGNORECASE,
)
_MARKS: Final = ("x-autoreply", "x-autorespond", "x-auto-response-suppress")
_ROBOTS: Final = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?delivery|mdaemon|microsoftexchange[0-9a-f]{8,}|bounce)"
    r"[^@]{0,40}@",
    re.IGNORECASE,
)

_LINK: Final = re.compile(r"https?://", re.IGNORECASE)
_CHALLENGE: Final = re.compile(
    r"(?:confirm|verify|prove) (?:that )?(?:you|your (?:identity|e-?mail|message|address))"
    r"|(?:release|deliver|approve) (?:your|this|the) (?:message|e-?mail|mail)\b"
    r"|(?:waiting|held|await\w*|pending) (?:for )?(?:your )?(?:confirmation|approval|verification)"
    r"|(?:not|n't) (?:yet )?(?:an? |on (?:my|the|their) )(?:approved|allowed|guest|safe|white)"
    r"|best[äa]tigen sie|confirmez (?:votre|que)|confirme (?:su|que)",
    re.IGNORECASE,
)

_DAEMONS: Final = re.compile(
    r"(?:mailer-?daemon|postmaster|microsoftexchange[0-9a-f]{32})@", re.IGNORECASE
)


def is_auto_reply(fields: Fields, subject: str) -> bool:
    """Whether a mail says of itself that no person wrote it just now."""
    stated = fields.first("auto-submitted", 100).strip().lower()
    if stated.startswith(("auto-replied", "auto-notified")):
        return True
    has_mark = any(fields.count(name) for name in _MARKS)
    has_vacation = "vacation" in fields.first("x-apple-action", 100).lower()
    is_answer = fields.first("precedence", 100).strip().lower() == "auto_reply"
    return bool(_SUBJECTS.match(subject)) or has_mark or has_vacation or is_answer


def is_by_machine(fields: Fields) -> bool:
    """Whether a mail says that it was made without a person (RFC 3834 section 5)."""
    stated = fields.first("auto-submitted", 100).partition(";")[0].strip().lower()
    return stated not in ("", "no")


def is_challenge(text: str) -> bool:
    """Whether an automatic reply holds the mail until its sender confirms something."""
    return bool(_LINK.search(text) and _CHALLENGE.search(text))


def is_daemon(addr_spec: str) -> bool:
    """Whether an address is one that no provider gives to a person."""
    return bool(_DAEMONS.match(addr_spec))


def is_robot(addr_spec: str) -> bool:
    """Whether an address is one that servers report from."""
    return bool(_ROBOTS.match(addr_spec))
