"""What was said on the line at an attempt, as text: commands, answers, times. Pure.

Addresses stay in, secrets never come in: see `Connection.secret_command`.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from tuimail.protocols.smtp.replies import END_OF_MAIL, Heard, Reply

MAX_TRANSCRIPT_CHARS: Final = 64 * 1024
"""Longer than any line to a server that means well."""
_CUT: Final = "... and more"


def transcript_of(heard: Iterable[Heard]) -> str:
    """Return one line for each command and for each line of its answer, UTC before each answer."""
    lines: list[str] = []
    left = MAX_TRANSCRIPT_CHARS
    for one in heard:
        asked = "(the mail)" if one.asked == END_OF_MAIL else one.asked
        when = datetime.fromtimestamp(one.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        said = [f"> {asked}"] if asked else []
        said += [f"{when} < {line}" for line in _lines(one.reply)]
        left -= sum(map(len, said))
        if left < 0:
            return "\n".join([*lines, _CUT])
        lines += said
    return "\n".join(lines)


def _lines(reply: Reply) -> list[str]:
    code = f"{reply.code} {reply.enhanced_code}".strip()
    return [f"{code} {line}".rstrip() for line in reply.text.split("\n")]
