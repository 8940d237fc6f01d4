"""A draft as a text file for `$EDITOR`, and back: headers, a blank line, the body."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.mime.addresses import format_address
from tuimail.model.draft import Draft
from tuimail.model.safe import Safe, safe_line

NAMES: Final = ("From", "To", "Cc", "Bcc", "Subject")
_KNOWN: Final = frozenset(name.lower() for name in NAMES)
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class EditedText:
    """What stands in the file after editing: every line of it is in `fields` or in `body`."""

    fields: dict[str, str]
    """By lower-case name, as typed; those that are not in the file are missing."""
    body: str
    problems: tuple[Safe, ...] = ()
    """A sentence for each header that was not understood; its lines begin the body."""


def draft_to_text(draft: Draft) -> str:
    """Return the draft as a text file: From, To, Cc, Bcc, Subject, a blank line, the body."""
    values = (format_address(draft.from_), draft.to, draft.cc, draft.bcc, draft.subject)
    header = [
        f"{name}: {' '.join(value.split())}".rstrip()
        for name, value in zip(NAMES, values, strict=True)
    ]
    return "\n".join([*header, "", draft.body, ""])


def read_edited(text: str) -> EditedText:
    """Return what the person wrote; a mistake in the headers is told and loses nothing."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((n for n, line in enumerate(lines) if not _is_header(n, line)), len(lines))
    header, rest = lines[:end], lines[end:]
    fields, strays, problems = _fields(header)
    if rest and not rest[0].strip():
        rest = rest[1:]
    elif rest:
        problems.append(
            Safe(
                f"Line {end + 1} is no header, so the text begins there: {safe_line(rest[0], 40)}."
            )
        )
    body = [*strays, "", *rest] if strays else rest
    return EditedText(fields, "\n".join(body).removesuffix("\n"), tuple(problems))


def _is_header(index: int, line: str) -> bool:
    """Whether a line is a header field, or goes on with the one above."""
    if not line.strip():
        return False
    return bool(_FIELD.fullmatch(line.rstrip())) or (index > 0 and line[0] in " \t")


def _fields(header: Sequence[str]) -> tuple[dict[str, str], list[str], list[Safe]]:
    """Return the fields that are understood, the lines that are not, and why."""
    fields: dict[str, str] = {}
    strays: list[str] = []
    problems: list[Safe] = []
    last = ""
    for number, line in enumerate(header, start=1):
        found = _FIELD.fullmatch(line.rstrip())
        if found is None and last:
            fields[last] += f" {line.strip()}"
        elif found is None:
            strays.append(line)
        elif problem := _problem_of(found[1], fields):
            problems.append(Safe(f"Line {number} begins the text now: {problem}"))
            strays.append(line)
            last = ""
        else:
            last = found[1].lower()
            fields[last] = found[2]
    return fields, strays, problems


def _problem_of(name: str, fields: dict[str, str]) -> str:
    if name.lower() in ("attach", "attachment"):
        return (
            "files are not attached from here, where a quoted text could ask for them; "
            "use the attach command of the compose screen."
        )
    if name.lower() not in _KNOWN:
        return f"{safe_line(name, 40)} is not understood here; only {', '.join(NAMES)} are."
    return f"{name.capitalize()} stands there twice." if name.lower() in fields else ""
