"""Rendered mails as JSON and back: what the process for reading answers.

That process reads what strangers wrote, so what it says is a stranger's as well: each value is
checked to be of its type, and text that goes to a terminal to hold nothing that may not. How a kind
of value is written and read is made once, from the types of its fields.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Final, NewType, Union, get_args, get_origin, get_type_hints

from tuimail.model.glyphs import FORBIDDEN
from tuimail.model.safe import Safe, Untrusted

Writer = Callable[[object], object]
Reader = Callable[[object], object]

_UNSAFE = re.compile(f"[\t{FORBIDDEN}]")


@lru_cache(maxsize=64)
def writer_of(kind: object) -> Writer:
    """Return what makes values of a type into what `json` writes."""
    if isinstance(kind, NewType):
        return writer_of(kind.__supertype__)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: value.value if isinstance(value, Enum) else None
    if get_origin(kind) in (UnionType, Union):
        return _union_writer(get_args(kind))
    if get_origin(kind) in (tuple, frozenset):
        return _series_writer(get_args(kind))
    return _WRITERS.get(kind) or _record_writer(kind)


@lru_cache(maxsize=64)
def reader_of(kind: object) -> Reader:
    """Return what makes that into a value again; it raises ValueError for what is none."""
    if isinstance(kind, NewType):
        return reader_of(kind.__supertype__)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if get_origin(kind) in (UnionType, Union):
        return _union_reader(get_args(kind))
    if get_origin(kind) in (tuple, frozenset):
        return _series_reader(kind)
    return _READERS.get(kind) or _record_reader(kind)


def safe_of(value: object) -> Safe:
    """Return text that was safe, and is found to be. Raises ValueError."""
    text = _text(value)
    if not (text.isascii() and text.isprintable()) and _UNSAFE.search(text):
        raise ValueError("text that may not be shown")
    return Safe(text)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004 (one error for all that is no answer)
    return value


def _plain_reader(kind: type) -> Reader:
    def read(value: object) -> object:
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise ValueError("a value of another type")
        return value

    return read


def _series_writer(kinds: tuple[object, ...]) -> Writer:
    if len(kinds) > 1 and kinds[-1] is not Ellipsis:
        each = [writer_of(kind) for kind in kinds]
        return lambda row: [w(v) for w, v in zip(each, _many(row), strict=True)]
    write = writer_of(kinds[0])
    return lambda values: [write(value) for value in _many(values)]


def _series_reader(kind: object) -> Reader:
    if get_origin(kind) is tuple and get_args(kind)[-1] is not Ellipsis:
        return _row_reader(get_args(kind))
    read = reader_of(get_args(kind)[0])
    if get_origin(kind) is frozenset:
        return lambda values: frozenset(read(value) for value in _many(values))
    return lambda values: tuple([read(value) for value in _many(values)])


def _row_reader(kinds: tuple[object, ...]) -> Reader:
    each = [reader_of(kind) for kind in kinds]
    return lambda row: tuple([r(v) for r, v in zip(each, _many(row), strict=True)])


def _union_writer(kinds: tuple[object, ...]) -> Writer:
    """Write which of the kinds it is beside the value; nothing for None."""
    each = [(_class_of(kind), writer_of(kind)) for kind in kinds]

    def write(value: object) -> object:
        if value is None:
            return None
        for index, (made_of, written) in enumerate(each):
            if isinstance(value, made_of):
                return [index, written(value)]
        raise TypeError("a value of another type")

    return write


def _union_reader(kinds: tuple[object, ...]) -> Reader:
    each = [reader_of(kind) for kind in kinds]
    may_be_none = NoneType in kinds

    def read(value: object) -> object:
        if value is None and may_be_none:
            return None
        index, written = _many(value)
        if type(index) is not int or not 0 <= index < len(each):
            raise ValueError("a value of no kind")
        return each[index](written)

    return read


def _record_writer(kind: object) -> Writer:
    each = [(name, writer_of(of)) for name, of in _fields_of(kind).items()]
    return lambda record: [write(getattr(record, name)) for name, write in each]


def _record_reader(kind: object) -> Reader:
    assert isinstance(kind, type)
    read = _row_reader(tuple(_fields_of(kind).values()))

    def read_record(value: object) -> object:
        row = read(value)
        assert isinstance(row, tuple)
        return kind(*row)

    return read_record


def _fields_of(kind: object) -> Mapping[str, object]:
    """Return the types of what a record holds, in the order it is made of.

    Raises:
        TypeError: it is nothing that can be told.
    """
    if isinstance(kind, type) and is_dataclass(kind):
        types = get_type_hints(kind)
        return {field.name: types[field.name] for field in fields(kind)}
    if isinstance(kind, type) and issubclass(kind, tuple) and kind is not tuple:
        return get_type_hints(kind)
    raise TypeError(f"{kind} cannot be told")


def _class_of(kind: object) -> type:
    made_of = get_origin(kind) or (kind.__supertype__ if isinstance(kind, NewType) else kind)
    assert isinstance(made_of, type)
    return made_of


def _many(value: object) -> Iterable[object]:
    if not isinstance(value, list | tuple | frozenset):
        raise ValueError("no series")  # noqa: TRY004 (one error for all that is no answer)
    return value


def _as_it_is(value: object) -> object:
    return value


_WRITERS: Final[Mapping[object, Writer]] = {
    **dict.fromkeys((str, int, bool, float, NoneType, Safe), _as_it_is),
    Untrusted: lambda value: value.raw if isinstance(value, Untrusted) else None,
    bytes: lambda value: value.decode("latin-1") if isinstance(value, bytes) else None,
    date: lambda value: value.isoformat() if isinstance(value, date) else None,
    datetime: lambda value: value.isoformat() if isinstance(value, datetime) else None,
    timedelta: lambda value: value.total_seconds() if isinstance(value, timedelta) else None,
}
_READERS: Final[Mapping[object, Reader]] = {
    **{kind: _plain_reader(kind) for kind in (str, int, bool, float, NoneType)},
    Safe: safe_of,
    Untrusted: lambda value: Untrusted(_text(value)),
    bytes: lambda value: _text(value).encode("latin-1"),
    date: lambda value: date.fromisoformat(_text(value)),
    datetime: lambda value: datetime.fromisoformat(_text(value)),
    timedelta: lambda value: timedelta(seconds=float(str(value))),
}
