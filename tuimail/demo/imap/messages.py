"""Commands on messages: FETCH, STORE, COPY, MOVE, EXPUNGE, SEARCH, APPEND, IDLE."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tuimail.demo.mailstore import KeptSource, Mailbox, Message

from .fetching import request_of
from .searching import search
from .session import Handler, No, Session
from .stream import LineLost
from .syntax import Arguments, BadSyntax, UidRange
from .view import flags_line, uid_set

_STORE_ITEM: Final = re.compile(rb"(?:([+-]?)FLAGS|([+-])X-GM-LABELS)(\.SILENT)?", re.IGNORECASE)
_DATE_TIME: Final = re.compile(rb'"([ 0-9][0-9]-[A-Za-z]{3}-[0-9]{4} [0-9:]{8} [+-][0-9]{4})"')


def fetch(*, by_uid: bool) -> Handler:
    """FETCH and UID FETCH (RFC 9051 section 6.4.5; CHANGEDSINCE of RFC 7162 section 3.1.4)."""

    async def handler(session: Session, arguments: Arguments) -> bytes:
        arguments.space()
        ranges = arguments.number_set()
        arguments.space()
        request = request_of(arguments, by_uid=by_uid, with_modseq=session.wants_modseq)
        if request.changed_since:
            session.wants_modseq = True
        view = session.selected
        if request.wants_vanished:
            _tell_vanished(session, ranges, request.changed_since, by_uid=by_uid)
        for number, message in view.chosen(ranges, by_uid=by_uid):
            if message.modseq <= request.changed_since:
                continue
            if request.sets_seen and not view.is_read_only and "\\Seen" not in message.flags:
                view.mailbox.set_flags(message, message.flags | {"\\Seen"})
            session.stream.write(request.answer(number, message))
            await session.stream.breathe()
        return b"OK Done"

    return handler


def _tell_vanished(session: Session, ranges: list[UidRange], modseq: int, *, by_uid: bool) -> None:
    """VANISHED (EARLIER) before any FETCH (RFC 7162 section 3.2.6)."""
    if not by_uid or not session.wants_vanished:
        raise BadSyntax("VANISHED is for UID FETCH, once QRESYNC is enabled")
    session.stream.write(session.selected.vanished_line(ranges, modseq))


@dataclass(frozen=True, slots=True)
class _Storing:
    """A STORE as asked."""

    ranges: list[UidRange]
    unchanged_since: int
    """-1 where it was not said."""
    sign: bytes
    is_silent: bool
    flags: frozenset[str]
    """Labels, where it is about those (X-GM-EXT-1)."""
    are_labels: bool


def store(*, by_uid: bool) -> Handler:
    """STORE and UID STORE (RFC 9051 section 6.4.6; UNCHANGEDSINCE of RFC 7162 section 3.1.3)."""

    async def handler(session: Session, arguments: Arguments) -> bytes:
        wish = _storing_of(arguments)
        _insist_on_writing(session)
        failed = []
        view = session.selected
        for number, message in view.chosen(wish.ranges, by_uid=by_uid):
            if 0 <= wish.unchanged_since < message.modseq:
                failed.append(message.uid if by_uid else number)
                continue
            if wish.are_labels:
                _change_labels(message, wish)
            else:
                view.mailbox.set_flags(message, _after(message, wish), session)
            _tell_stored(session, number, message, is_silent=wish.is_silent)
            await session.stream.breathe()
        return b"OK [MODIFIED %b] Done" % uid_set(failed) if failed else b"OK Done"

    return handler


def _storing_of(arguments: Arguments) -> _Storing:
    arguments.space()
    ranges = arguments.number_set()
    arguments.space()
    unchanged_since = -1
    if arguments.skip(b"(UNCHANGEDSINCE "):
        unchanged_since = arguments.number()
        arguments.expect(b") ")
    flags_sign, labels_sign, silent = arguments.take(_STORE_ITEM, "FLAGS").groups()
    arguments.space()
    are_labels = labels_sign is not None
    flags = frozenset(arguments.items(arguments.label)) if are_labels else arguments.flags()
    arguments.end()
    sign = labels_sign if are_labels else flags_sign
    return _Storing(ranges, unchanged_since, sign, bool(silent), flags, are_labels)


def _change_labels(message: Message, wish: _Storing) -> None:
    if message.letter is None:
        raise BadSyntax("There are no labels here")
    if wish.sign == b"+":
        message.letter.change_labels(wish.flags, ())
    else:
        message.letter.change_labels((), wish.flags)


def _tell_stored(session: Session, number: int, message: Message, *, is_silent: bool) -> None:
    if is_silent and not session.wants_modseq:
        return
    line = flags_line(number, message, with_modseq=session.wants_modseq, with_flags=not is_silent)
    session.stream.write(line)


def _after(message: Message, wish: _Storing) -> frozenset[str]:
    match wish.sign:
        case b"+":
            return message.flags | wish.flags
        case b"-":
            return message.flags - wish.flags
        case _:
            return wish.flags


def copy(*, by_uid: bool) -> Handler:
    """COPY and UID COPY (RFC 9051 section 6.4.7)."""

    async def handler(session: Session, arguments: Arguments) -> bytes:
        messages, target = _messages_and_target(session, arguments, by_uid=by_uid)
        done = _copied(session, messages, target)
        return b"OK %bDone" % (done + b" " if done else b"")

    return handler


def move(*, by_uid: bool) -> Handler:
    """MOVE and UID MOVE (RFC 6851)."""

    async def handler(session: Session, arguments: Arguments) -> bytes:
        messages, target = _messages_and_target(session, arguments, by_uid=by_uid)
        _insist_on_writing(session)
        if done := _copied(session, messages, target):
            session.stream.write(b"* OK %b Moved\r\n" % done)
        session.selected.mailbox.release([message.uid for message in messages])
        return b"OK Done"

    return handler


def _messages_and_target(
    session: Session, arguments: Arguments, *, by_uid: bool
) -> tuple[list[Message], Mailbox]:
    arguments.space()
    ranges = arguments.number_set()
    arguments.space()
    target = session.mailbox(arguments.mailbox(), "TRYCREATE")
    arguments.end()
    return [m for _, m in session.selected.chosen(ranges, by_uid=by_uid)], target


def _copied(session: Session, messages: list[Message], target: Mailbox) -> bytes:
    """Copy, and return the response code COPYUID (RFC 4315 section 3)."""
    new = [target.take(message).uid for message in messages]
    if not new or not session.has("UIDPLUS"):
        return b""
    old = uid_set([message.uid for message in messages])
    return b"[COPYUID %d %b %b]" % (target.uid_validity, old, uid_set(new))


async def expunge(session: Session, arguments: Arguments) -> bytes:
    """EXPUNGE (RFC 9051 section 6.4.3)."""
    arguments.end()
    _insist_on_writing(session)
    messages = session.selected.mailbox.messages.values()
    return _expunge(session, (message for message in messages))


async def uid_expunge(session: Session, arguments: Arguments) -> bytes:
    """UID EXPUNGE (RFC 4315 section 2.1)."""
    arguments.space()
    ranges = arguments.number_set()
    arguments.end()
    _insist_on_writing(session)
    return _expunge(session, (m for _, m in session.selected.chosen(ranges, by_uid=True)))


def _expunge(session: Session, messages: Iterable[Message]) -> bytes:
    box = session.selected.mailbox
    gone = box.expunge([message.uid for message in messages if "\\Deleted" in message.flags])
    if gone and session.wants_vanished:  # RFC 7162 section 3.2.7
        return b"OK [HIGHESTMODSEQ %d] Done" % box.highest_modseq
    return b"OK Done"


def _insist_on_writing(session: Session) -> None:
    if session.selected.is_read_only:
        raise No("[NOPERM] The mailbox was opened with EXAMINE")


def searching(*, by_uid: bool) -> Handler:
    """SEARCH and UID SEARCH (RFC 9051 section 6.4.4), with RETURN as RFC 4731 has it."""

    async def handler(session: Session, arguments: Arguments) -> bytes:
        arguments.space()
        returned = None
        if session.has("ESEARCH") and arguments.skip(b"RETURN "):
            returned = arguments.items(arguments.atom) or ["ALL"]
            arguments.space()
        found = await search(arguments, session.selected, by_uid=by_uid)
        if returned is None:
            session.stream.write(b"* SEARCH%b\r\n" % b"".join(b" %d" % number for number in found))
        else:
            kind = b" UID" if by_uid else b""
            items = b"".join(_search_item(one, found) for one in returned)
            session.stream.write(b'* ESEARCH (TAG "%b")%b%b\r\n' % (session.tag, kind, items))
        return b"OK Done"

    return handler


def _search_item(name: str, found: list[int]) -> bytes:
    if name == "COUNT":
        return b" COUNT %d" % len(found)
    if name not in {"ALL", "MIN", "MAX"}:
        raise BadSyntax(f"Unknown return option {name}")
    if not found:
        return b""
    if name == "ALL":
        return b" ALL " + uid_set(found)
    return b" %b %d" % (name.encode(), min(found) if name == "MIN" else max(found))


async def append(session: Session, arguments: Arguments) -> bytes:
    """APPEND (RFC 9051 section 6.3.12), also of several (RFC 3502), with APPENDUID (RFC 4315)."""
    arguments.space()
    name = arguments.mailbox()
    arrivals = [_arrival(session, arguments)]
    while not arguments.is_done and session.has("MULTIAPPEND"):
        arrivals.append(_arrival(session, arguments))
    arguments.end()
    target = session.mailbox(name, "TRYCREATE")
    uids = [target.add(KeptSource(raw), flags, date).uid for raw, flags, date in arrivals]
    if not session.has("UIDPLUS"):
        return b"OK Done"
    return b"OK [APPENDUID %d %b] Done" % (target.uid_validity, uid_set(uids))


def _arrival(session: Session, arguments: Arguments) -> tuple[bytes, frozenset[str], int]:
    """Return a message to be kept with its flags and internal date."""
    arguments.space()
    flags: frozenset[str] = frozenset()
    if arguments.at(b"("):
        flags = arguments.flags()
        arguments.space()
    date = session.service.clock()
    if arguments.at(b'"'):
        date = _date_of(arguments)
        arguments.space()
    return arguments.literal(), flags, date


def _date_of(arguments: Arguments) -> int:
    text = arguments.take(_DATE_TIME, "a date-time").group(1).decode("ascii").strip()
    try:
        return int(datetime.strptime(text, "%d-%b-%Y %H:%M:%S %z").astimezone(UTC).timestamp())
    except ValueError as error:
        raise BadSyntax("Not a date-time") from error


async def idle(session: Session, arguments: Arguments) -> bytes:
    """IDLE (RFC 2177): news the moment they happen, until DONE."""
    arguments.end()
    session.stream.write(b"+ idling\r\n")
    session.tell_news()
    await session.stream.flush()
    last = b""
    try:
        async with asyncio.TaskGroup() as group:
            done = group.create_task(session.stream.line())
            while not done.done():
                news = group.create_task(session.woken.wait())
                await asyncio.wait({done, news}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                session.tell_news()
                await session.stream.flush()
        last = done.result()
    except* LineLost:
        session.stream.cut()
    if last.strip().upper() != b"DONE":
        raise BadSyntax("Expected DONE")
    return b"OK Done"
