"""What a submission server answers: replies (RFC 5321 section 4.2) and what they carry."""

import re
from dataclasses import dataclass
from typing import Final

from tuimail.model.outgoing import Phase

MAX_REPLY_CHARS: Final = 2_000
"""Of a server's text we keep; a server that writes more is not telling more."""
MAX_QUEUE_ID_CHARS: Final = 128

END_OF_MAIL: Final = "."
"""What the last reply answers, in `Heard`, where the mail goes in one piece: the final dot."""

_PHASES: Final = {
    "AUTH": Phase.SIGN_IN,
    "RSET": Phase.ENVELOPE,
    "MAIL": Phase.ENVELOPE,
    "RCPT": Phase.ENVELOPE,
    "DATA": Phase.DATA,
    "BDAT": Phase.DATA,
    END_OF_MAIL: Phase.FINAL_DOT,
}
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")
_QUEUE_IDS: Final = (
    re.compile(r"queued as ([!-~]+)", re.IGNORECASE),  # Postfix, "N bytes queued as" after BDAT
    re.compile(r"\bid=([!-~]+)"),  # Exim
    re.compile(r"queued with id ([!-~]+)", re.IGNORECASE),  # Stalwart
    re.compile(r"\[InternalId=(\d+)", re.IGNORECASE),  # Exchange
    re.compile(r"^OK (?:\d+ )?([!-~]+) - gsmtp", re.IGNORECASE),  # Gmail
    re.compile(r"^([!-~]{6,}) Message accepted for delivery", re.IGNORECASE),  # sendmail, OpenSMTPD
    re.compile(r"^Ok ([0-9a-zA-Z-]{20,})$", re.IGNORECASE),  # Amazon SES
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of a server; `text` was written by a stranger."""

    code: int
    """Three digits."""
    enhanced_code: str
    """RFC 3463, for example `5.1.1`; empty where the server gives none."""
    text: str
    """Without codes; lines joined by a newline; at most MAX_REPLY_CHARS."""

    @property
    def is_positive(self) -> bool:
        """Whether the server agreed (2xx)."""
        return 200 <= self.code < 300

    @property
    def is_temporary(self) -> bool:
        """Whether the same may be tried again later (4xx)."""
        return 400 <= self.code < 500

    @property
    def line(self) -> str:
        """The reply on one line, as it is shown and kept: `550 5.1.1 no such user`."""
        words = " ".join(self.text.split())
        return " ".join(part for part in (str(self.code), self.enhanced_code, words) if part)


@dataclass(frozen=True, slots=True)
class Heard:
    """One reply, what it answered, and when it came."""

    at: int
    """Seconds UTC."""
    asked: str
    """The command without secrets, on one line; empty for the greeting."""
    reply: Reply

    @property
    def verb(self) -> str:
        """The first word of the command, upper case; empty for the greeting."""
        return self.asked.partition(" ")[0].upper()

    @property
    def phase(self) -> Phase:
        """The phase of an attempt in which it was said."""
        is_last_chunk = self.verb == "BDAT" and self.asked.endswith(" LAST")
        return Phase.FINAL_DOT if is_last_chunk else _PHASES.get(self.verb, Phase.CONNECT)

    @property
    def address(self) -> str:
        """The recipient it is about; empty for every other command."""
        return self.asked.partition("<")[2].rpartition(">")[0] if self.verb == "RCPT" else ""


def reply_of(code: int, text: str) -> Reply:
    """Return the reply with its enhanced code taken out of the text (RFC 2034)."""
    lines = text[:MAX_REPLY_CHARS].split("\n")
    enhanced = ""
    bare = []
    for line in lines:
        found = _ENHANCED.match(line)
        if found and found[1][0] == str(code)[0]:
            enhanced = enhanced or found[1]
            bare.append(line[found.end() :].lstrip())
        else:
            bare.append(line)
    return Reply(code, enhanced, "\n".join(bare))


def queue_id_of(final: Reply) -> str:
    """Return the id under which the server keeps the mail, or an empty string.

    For showing and for finding the mail again in the server's log; the whole reply is kept too.
    """
    line = " ".join(final.text.split())
    for pattern in _QUEUE_IDS:
        if found := pattern.search(line):
            return found[1].rstrip(".,;)")[:MAX_QUEUE_ID_CHARS]
    return ""
