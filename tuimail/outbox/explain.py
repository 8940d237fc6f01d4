"""A server's reply in plain words: who refused, what, and what to do next.

Read in the order words, enhanced code (RFC 3463), reply code: providers reuse numbers, so the words
near them decide (552 is a full mailbox here and a large mail there). Nothing found means their own
words are shown and nothing is guessed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tuimail.model.safe import Safe, safe_line

MAX_WORDS_CHARS: Final = 160
"""Of the server's own text that are shown after ours."""


class Stage(StrEnum):
    """At which step the server spoke: the same words mean another thing elsewhere."""

    MAIL = "mail"
    """About the sender."""
    RCPT = "rcpt"
    """About one recipient."""
    DATA = "data"
    """About the mail itself."""
    REPORT = "report"
    """In a report, after our own server had taken the mail: it is their server that spoke."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One row of the table."""

    cause: str
    step: str
    words: re.Pattern[str] | None = None
    codes: re.Pattern[str] | None = None
    """Of `code enhanced`, for example `550 5.1.1`."""
    stages: frozenset[Stage] = frozenset(Stage)

    def fits(self, codes: str, words: str, stage: Stage) -> bool:
        """Whether this row explains a reply: every pattern it has must be found."""
        if stage not in self.stages:
            return False
        if self.codes is not None and not self.codes.search(codes):
            return False
        return self.words is None or self.words.search(words) is not None


def _row(
    cause: str, step: str, words: str = "", codes: str = "", stages: str = "mail rcpt data report"
) -> Cause:
    return Cause(
        cause,
        step,
        re.compile(words, re.IGNORECASE) if words else None,
        re.compile(codes) if codes else None,
        frozenset(Stage(stage) for stage in stages.split()),
    )


_SPELLING: Final = "Check the spelling of the address and send to it again."
_OTHER_WAY: Final = "Reach the person another way."
_OWN_SERVER: Final = "Send from the account this address belongs to."
_PROVIDER: Final = "Tell your provider, or use another account."
_ITSELF: Final = "Nothing to do: it is tried again by itself."

CAUSES: Final = (
    _row(
        "you are not signed in as it wants",
        "Check user name and port of this account (465 or 587).",
        r"relay(ing)?\b.{0,20}(denied|not (permitted|allowed)|prohibited)|authentication required"
        r"|must authenticate|not authenticated|client was not authenticated",
        stages="mail rcpt data",
    ),
    _row(
        "you may not send from this address",
        _OWN_SERVER,
        r"not owned by user|sendas ?denied|not allowed to send as|sender address (is )?not allowed"
        r"|not permitted to send|sender address rejected: not",
        stages="mail rcpt data",
    ),
    _row(
        "the limit of mails you may send is reached",
        "Try again tomorrow, or spread the mail over time.",
        r"(daily|hourly|sending|submission|outbound|message).{0,20}(quota|limit|rate).{0,20}"
        r"(exceed|reach)|quota exceeded for sending|too many messages|rate limit",
        stages="mail rcpt data",
    ),
    _row(
        "too many recipients at once",
        "Nothing to do: the rest goes in the next round.",
        r"too many recipients",
        r"^4|4\.5\.3",
        "rcpt report",
    ),
    _row(
        "too many recipients at once",
        "Send it to fewer people at a time.",
        r"too many recipients",
        r"^5",
    ),
    _row(
        "new senders must wait some minutes",
        _ITSELF,
        r"gr[ae]y-?list|try again in \d+|internal resources are temporarily unavailable",
        r"^4",
    ),
    _row(
        "the mailbox is full",
        "Tell the person another way, then send again.",
        r"mailbox.{0,20}full|over ?quota|out of storage|quota (exceeded|full)",
        r"^[45]",
        "rcpt data report",
    ),
    _row(
        "the mail is too large",
        "Send it smaller, or share the file by a link.",
        r"(message|mail|size|length).{0,30}(too (large|big)|exceed|limit)|too (large|big)",
        r"552|5\.3\.4|5\.2\.3|^5",
        "mail data report",
    ),
    _row(
        "the kind of attachment is not allowed",
        "Share the file by a link; a zip does not help.",
        r"(illegal|blocked|dangerous|forbidden|prohibited|content of) ?.{0,20}attachment|file type",
        "",
        "data report",
    ),
    _row(
        "your sender's domain does not prove that the mail is yours",
        f"{_OWN_SERVER} Its administrator repairs SPF, DKIM and DMARC.",
        r"\bdmarc\b|\bspf\b|\bdkim\b|not accepted due to domain|unauthenticated",
        r"^[45]",
    ),
    _row(
        "the sending server stands on a block list",
        _PROVIDER,
        r"spamhaus|\brbl\b|dnsbl|sorbs|barracuda|block ?list|blacklist|blocklisted|S3150",
    ),
    _row(
        "it takes the mail for spam",
        "Write it with fewer links and in plain text, or ask the person to let you through.",
        r"\bspam\b|\bjunk\b|\bUCE\b|looks like unsolicited|virus|malware",
    ),
    _row(
        "only insiders may write to this address",
        "Ask its owner to let you in.",
        r"only accepts? (messages|mail) from|restricted|not allowed to post|members only",
        r"^5",
        "rcpt data report",
    ),
    _row(
        "there is no such domain",
        "Check what follows the @.",
        r"domain.{0,20}(not (found|exist)|does ?n.t exist|invalid)|nonexistent domain"
        r"|host.{0,10}not found|unknown (domain|host)",
        r"^5",
        "rcpt report",
    ),
    _row(
        "the domain cannot be found just now",
        f"Check what follows the @. {_ITSELF}",
        r"domain.{0,20}not found|host.{0,10}not found|dns|name service",
        r"^4",
        "rcpt report",
    ),
    _row(
        "that domain takes no mail at all",
        "Find another address of the person.",
        r"null mx|does not accept mail|nullmx",
        "",
        "rcpt report",
    ),
    _row(
        "there is no such person",
        _SPELLING,
        r"(user|recipient|mailbox|address|account).{0,40}(unknown|not (found|exist)|does ?n.t exist"
        r"|no longer|invalid|inactive)|no such (user|person|recipient|mailbox|address)"
        r"|unknown (user|recipient|local)|no mailbox here|undeliverable address",
        r"^5",
        "rcpt report",
    ),
    _row("there is no such person", _SPELLING, "", r" 5\.1\.(1|10)$", "rcpt report"),
    _row(
        "there is no such domain",
        "Check what follows the @.",
        "",
        r" 5\.(1\.2|4\.4)$",
        "rcpt report",
    ),
    _row("the address is malformed", "Correct the address.", "", r" 5\.1\.3$|^553", "rcpt report"),
    _row("the person has moved", "Ask for the new address.", "", r" 5\.1\.6$|^551", "rcpt report"),
    _row(
        "the address fits several people", "Use the full address.", "", r" 5\.1\.4$", "rcpt report"
    ),
    _row("the mailbox is closed", _OTHER_WAY, "", r" 5\.2\.1$", "rcpt report"),
    _row(
        "the mailbox is full",
        "Tell the person another way, then send again.",
        "",
        r" [45]\.2\.2$",
        "rcpt data report",
    ),
    _row(
        "the mail is too large",
        "Send it smaller, or share the file by a link.",
        "",
        r"^552| 5\.3\.4$| 5\.2\.3$",
        "mail data report",
    ),
    _row(
        "your sender address was not accepted",
        "Check the From of this account.",
        "",
        r" 5\.1\.[78]$|^553",
        "mail",
    ),
    _row(
        "too many recipients at once",
        "Nothing to do: the rest goes in the next round.",
        "",
        r"^452| 4\.5\.3$",
        "rcpt report",
    ),
    _row("it is out of space", _ITSELF, "", r"^452| 4\.3\.1$"),
    _row("it cannot take non-ASCII addresses", "Ask for an ASCII address.", "", r" 5\.6\.[79]$"),
    _row(
        "the mail is malformed",
        "That is a fault of this program: please report it.",
        r"bare (lf|cr|line ?feed)|rfc ?5322|multiple from",
        r"^5",
        "data report",
    ),
    _row("it has trouble just now", _ITSELF, "", r"^421|^45[01]| 4\.[34]\."),
    _row(
        "a rule of theirs forbids it and they do not say which",
        "Their words below may help; else ask the person another way.",
        "",
        r" 5\.7\.",
    ),
)
"""Words first, then codes; the first row that fits counts."""


def explain(code: int, enhanced_code: str, text: str, stage: Stage, who: str) -> Safe:
    """Return a sentence or two about a refusal by `who`, their own words last."""
    codes = f"{code} {enhanced_code}".strip()
    words = " ".join(text.split())
    row = next((row for row in CAUSES if row.fits(codes, words, stage)), None)
    shown = safe_line(words, MAX_WORDS_CHARS)
    quote = f" They say: {codes} {shown}".rstrip()
    verb = "did not take it yet" if 400 <= code < 500 else "refused"
    if row is None:
        more = f" {_ITSELF}" if 400 <= code < 500 else " Ask the person, or your provider."
        return safe_line(f"{who} {verb} and gives no reason known here.{more}{quote}")
    return safe_line(f"{who} {verb}: {row.cause}. {row.step}{quote}")
