"""A draft as a text file for `$EDITOR`, and back: headers, a blank line, the body."""

import re
from dataclasses import dataclass
from typing import Final

from tuimail.errors import UserError
from tuimail.mime.addresses import format_address
from tuimail.model.draft import Draft
from tuimail.model.safe import safe_line

NAMES: Final = ("From", "To", "Cc", "Bcc", "Subject")
MAX_TEXT_CHARS: Final = 10_000_000
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class EditedText:
    """What stands in the file after editing; fields as typed, absent ones empty."""

    fields: dict[str, str]
    """By lower-case name."""
    body: str


def draft_to_text(draft: Draft) -> str:
    """Return the draft as a text file: From, To, Cc, Bcc, Subject, a blank line, the body."""
    values = (format_address(draft.from_), draft.to, draft.cc, draft.bcc, draft.subject)
    header = [
        f"{name}: {' '.join(value.split())}".rstrip()
        for name, value in zip(NAMES, values, strict=True)
    ]
    return "\n".join([*header, "", draft.body, ""])


def read_edited(text: str) -> EditedText:
    """Return what the person wrote.

    Raises:
        UserError: a header that is not understood here, twice the same, or a line that is none;
            names the line. The text itself is the caller's to keep.
    """
    if len(text) > MAX_TEXT_CHARS:
        raise UserError("The file is too long for a mail; attach it instead.")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    fields: dict[str, str] = {}
    last = ""
    for number, line in enumerate(lines[:end], start=1):
        if line[0] in " \t" and last:
            fields[last] += " " + line.strip()
            continue
        last, value = _field(number, line)
        if last in fields:
            raise UserError(f"Line {number}: {last.capitalize()} stands there twice.")
        fields[last] = value
    body = "\n".join(lines[end + 1 :])
    return EditedText(fields, body.removesuffix("\n"))


def _field(number: int, line: str) -> tuple[str, str]:
    found = _FIELD.fullmatch(line.rstrip())
    if found is None:
        raise UserError(
            f"Line {number} is no header: {safe_line(line, 40)}. "
            "A blank line must stand between headers and text."
        )
    name, value = found[1].lower(), found[2]
    if name in ("attach", "attachment"):
        raise UserError(
            f"Line {number}: files are not attached from here, where a quoted text could ask "
            "for them; use the attach command of the compose screen."
        )
    if name not in {known.lower() for known in NAMES}:
        raise UserError(
            f"Line {number}: {safe_line(found[1], 40)} is not understood here; "
            f"only {', '.join(NAMES)} are."
        )
    if _CONTROL.search(value):
        raise UserError(f"Line {number} holds an invisible character.")
    return name, value
