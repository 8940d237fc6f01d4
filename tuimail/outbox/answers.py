"""Whether a person answered: what machines write is no answer."""

from collections.abc import Collection

from tuimail.mime.auto_reply import is_by_machine
from tuimail.mime.fields import header_span, parse_fields
from tuimail.mime.headers import parse_envelope
from tuimail.mime.report import read_report


def is_answer(raw: bytes, own: Collection[str]) -> bool:
    """Whether a mail that names one of ours was written by somebody else, and by a person.

    `own` are the person's addr-specs in lower case.
    """
    head = raw[: header_span(raw, 0, len(raw))[1]]
    if parse_envelope(head).author.addr_spec.lower() in own:
        return False
    return not is_by_machine(parse_fields(head)) and read_report(raw) is None
