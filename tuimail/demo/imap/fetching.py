"""FETCH: what was asked of each message, and the answer (RFC 9051 section 6.4.5)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from tuimail.demo.mailstore import Letter, Message

from .describing import body_structure, envelope
from .names import encode_name
from .structure import Entity, chosen_fields, entity_of, find_part, header_end
from .syntax import Arguments, BadSyntax, quoted
from .view import flag_names

_MACROS: Final = {
    "ALL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"),
    "FAST": ("FLAGS", "INTERNALDATE", "RFC822.SIZE"),
    "FULL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"),
}
_ITEM: Final = re.compile(rb"[A-Za-z0-9.-]+")
_SECTION_NAME: Final = re.compile(rb"(?:HEADER(?:\.FIELDS(?:\.NOT)?)?|TEXT|MIME)?", re.IGNORECASE)
_PATH: Final = re.compile(rb"(?:[1-9][0-9]{0,3}(?:\.[1-9][0-9]{0,3})*)?")
_PARTIAL: Final = re.compile(rb"<([0-9]{1,10})\.([1-9][0-9]{0,9})>")
_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"


class Fetched:
    """A message while it is being answered: its bytes and parts are made once, when wanted."""

    def __init__(self, message: Message) -> None:
        self.message = message

    @cached_property
    def raw(self) -> bytes:
        """The whole message."""
        return self.message.raw

    @cached_property
    def root(self) -> Entity:
        """Its parts."""
        return entity_of(self.raw)


Answer = Callable[[Fetched], bytes]
"""Writes one item of the answer: its name, a blank, its value."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands in BODY[...]."""

    path: tuple[int, ...]
    name: str
    fields: tuple[bytes, ...]

    def octets(self, fetched: Fetched) -> bytes | None:
        """Return what the section means; None where there is no such part."""
        raw = fetched.raw
        if self.path:
            part = find_part(fetched.root, self.path)
            return self._of_part(raw, part) if part else None
        if not self.name:
            return raw
        return self._of_message(raw, 0, header_end(raw, 0, len(raw)), len(raw))

    def _of_part(self, raw: bytes, part: Entity) -> bytes | None:
        if not self.name:
            return raw[part.body_start : part.end]
        if self.name == "MIME":
            return raw[part.header_start : part.body_start]
        if not part.is_message:
            return None
        inner = part.children[0]
        return self._of_message(raw, inner.header_start, inner.body_start, inner.end)

    def _of_message(self, raw: bytes, start: int, body: int, end: int) -> bytes:
        match self.name:
            case "TEXT":
                return raw[body:end]
            case "HEADER.FIELDS" | "HEADER.FIELDS.NOT":
                inverted = self.name.endswith("NOT")
                return chosen_fields(raw[start:body], self.fields, inverted=inverted)
            case _:
                return raw[start:body]


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed FETCH."""

    answers: tuple[Answer, ...]
    sets_seen: bool
    r"""Some item was asked for without PEEK."""
    changed_since: int
    wants_vanished: bool = False

    def answer(self, number: int, message: Message) -> bytes:
        """Return the untagged line for one message."""
        fetched = Fetched(message)
        return b"* %d FETCH (%b)\r\n" % (number, b" ".join(one(fetched) for one in self.answers))


def request_of(arguments: Arguments, *, by_uid: bool, with_modseq: bool) -> Request:
    """Parse items and modifiers of a FETCH."""
    seen: list[bool] = []
    names: dict[str, Answer] = {}

    def one() -> None:
        names.update(_item(arguments, seen))

    if arguments.at(b"("):
        arguments.items(one)
    else:
        one()
    changed_since = 0
    wants_vanished = False
    if arguments.skip(b" (CHANGEDSINCE "):
        changed_since = arguments.number()
        wants_vanished = arguments.skip(b" VANISHED")
        arguments.expect(b")")
    arguments.end()
    if by_uid:
        names.setdefault("UID", _SIMPLE["UID"])
    if changed_since or (with_modseq and "FLAGS" in names):
        names.setdefault("MODSEQ", _SIMPLE["MODSEQ"])
    ordered = sorted(names, key=lambda name: name != "UID")
    return Request(tuple(names[name] for name in ordered), any(seen), changed_since, wants_vanished)


def _item(arguments: Arguments, seen: list[bool]) -> Iterable[tuple[str, Answer]]:
    name = arguments.take(_ITEM, "a fetch item").group().decode("ascii").upper()
    if name in _MACROS:
        return [(macro, _SIMPLE[macro]) for macro in _MACROS[name]]
    if name in {"BODY", "BODY.PEEK"} and arguments.skip(b"["):
        seen.append(name == "BODY")
        return [_section(arguments)]
    if name in _OLD:
        seen.append(name != "RFC822.HEADER")
        section = Section((), _OLD[name], ())
        return [(name, _sectioned(name.encode("ascii"), section, None))]
    if name not in _SIMPLE:
        raise BadSyntax(f"Unknown fetch item {name}")
    return [(name, _SIMPLE[name])]


def _section(arguments: Arguments) -> tuple[str, Answer]:
    path_text = arguments.take(_PATH, "a part").group()
    path = tuple(int(number) for number in path_text.split(b".")) if path_text else ()
    if path:
        arguments.skip(b".")
    name = arguments.take(_SECTION_NAME, "a section").group().upper()
    fields: Sequence[bytes] = ()
    if name.startswith(b"HEADER.FIELDS"):
        arguments.space()
        fields = arguments.items(arguments.astring)
    arguments.expect(b"]")
    partial = None
    if arguments.at(b"<"):
        found = arguments.take(_PARTIAL, "<start.size>")
        partial = (int(found.group(1)), int(found.group(2)))
    shown = b".".join(part for part in (path_text, name) if part)
    if fields:
        shown += b" (" + b" ".join(fields) + b")"
    label = b"BODY[%b]" % shown + (b"<%d>" % partial[0] if partial else b"")
    section = Section(path, name.decode("ascii"), tuple(one.upper() for one in fields))
    return label.decode("latin-1"), _sectioned(label, section, partial)


def _sectioned(label: bytes, section: Section, partial: tuple[int, int] | None) -> Answer:
    def answer(fetched: Fetched) -> bytes:
        octets = section.octets(fetched)
        if octets is None:
            return label + b" NIL"
        if partial:
            octets = octets[partial[0] : partial[0] + partial[1]]
        return b"%b {%d}\r\n%b" % (label, len(octets), octets)

    return answer


def written_date(seconds: int) -> bytes:
    """Return a date-time as INTERNALDATE has it, in UTC."""
    when = datetime.fromtimestamp(seconds, UTC)
    month = _MONTHS[3 * when.month - 3 : 3 * when.month]
    return f'"{when.day:2d}-{month}-{when.year:04d} {when:%H:%M:%S} +0000"'.encode("ascii")


def _size(fetched: Fetched) -> bytes:
    known = fetched.__dict__.get("raw")
    return b"RFC822.SIZE %d" % (fetched.message.size_bytes if known is None else len(known))


def _structured(name: bytes, *, extended: bool) -> Answer:
    def answer(fetched: Fetched) -> bytes:
        return name + b" " + body_structure(fetched.raw, fetched.root, extended=extended)

    return answer


def _of_letter(name: str, value: Callable[[Letter, Message], bytes]) -> Answer:
    """Return what tells an item of X-GM-EXT-1."""

    def answer(fetched: Fetched) -> bytes:
        letter = fetched.message.letter
        if letter is None:
            raise BadSyntax(f"Unknown fetch item {name}")
        return name.encode("ascii") + b" " + value(letter, fetched.message)

    return answer


def _label(name: str) -> bytes:
    return name.encode("ascii") if name.startswith("\\") else quoted(encode_name(name))


def _labels(letter: Letter, message: Message) -> bytes:
    return b"(%b)" % b" ".join(map(_label, letter.labels_beside(message)))


_OLD: Final = {"RFC822": "", "RFC822.HEADER": "HEADER", "RFC822.TEXT": "TEXT"}
_SIMPLE: Final[Mapping[str, Answer]] = {
    "UID": lambda f: b"UID %d" % f.message.uid,
    "FLAGS": lambda f: b"FLAGS (%b)" % flag_names(f.message.flags),
    "INTERNALDATE": lambda f: b"INTERNALDATE " + written_date(f.message.internal_date),
    "RFC822.SIZE": _size,
    "MODSEQ": lambda f: b"MODSEQ (%d)" % f.message.modseq,
    "ENVELOPE": lambda f: b"ENVELOPE " + envelope(f.root),
    "BODYSTRUCTURE": _structured(b"BODYSTRUCTURE", extended=True),
    "BODY": _structured(b"BODY", extended=False),
    "X-GM-MSGID": _of_letter("X-GM-MSGID", lambda letter, _: b"%d" % letter.email_id),
    "X-GM-THRID": _of_letter("X-GM-THRID", lambda letter, _: b"%d" % letter.thread_id),
    "X-GM-LABELS": _of_letter("X-GM-LABELS", _labels),
}
