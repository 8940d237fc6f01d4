"""Records as JSON objects and back, checked: the one codec of the engine's socket.

A record is a frozen dataclass; its kind stands under `say`, beside its fields. Nothing is taken on
trust: what comes in is one of the kinds asked for, and each field of it is of its type.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Final, TypeVar, get_args, get_origin, get_type_hints

from tuimail.errors import ProtocolError, Scope
from tuimail.model.safe import Untrusted

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

KIND: Final = "say"
"""No record has a field of this name."""
MAX_INT: Final = (1 << 63) - 1

R = TypeVar("R", bound="DataclassInstance")


def by_name(*kinds: type[R]) -> Mapping[str, type[R]]:
    """Return kinds of records by the name they have on the wire."""
    return {kind.__name__: kind for kind in kinds}


def to_json(record: "DataclassInstance") -> dict[str, object]:
    """Return a record as what `json` writes."""
    plain = {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    return {KIND: type(record).__name__, **plain}


def of_json(kinds: Mapping[str, type[R]], words: object) -> R:
    """Return the record that was written; fields left out have their defaults.

    Raises:
        ProtocolError: it is of no kind known here, or a field is missing or of another type.
    """
    if not isinstance(words, dict) or (kind := kinds.get(str(words.get(KIND)))) is None:
        raise not_understood()
    values = {
        name: _value(wanted, words[name]) for name, wanted in _fields(kind).items() if name in words
    }
    try:
        return kind(**values)
    except TypeError as error:
        raise not_understood() from error


def not_understood() -> ProtocolError:
    """Return the error for a line that is none."""
    return ProtocolError("A line on the engine's socket was not understood.", Scope.CONNECTION)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Untrusted):
        return value.raw
    if is_dataclass(value) and not isinstance(value, type):
        return to_json(value)
    return value


@lru_cache(maxsize=64)
def _fields(kind: type["DataclassInstance"]) -> Mapping[str, object]:
    types = get_type_hints(kind)
    return {field.name: types[field.name] for field in fields(kind)}


def _value(wanted: object, value: object) -> object:
    if get_origin(wanted) is tuple and isinstance(value, list):
        return tuple(_value(get_args(wanted)[0], one) for one in value)
    if isinstance(wanted, UnionType):
        return _one_of(get_args(wanted), value)
    if is_dataclass(wanted) and isinstance(wanted, type):
        return of_json(by_name(wanted), value)
    return _leaf(getattr(wanted, "__supertype__", wanted), value)  # a NewType as its supertype


def _one_of(wanted: tuple[object, ...], value: object) -> object:
    """Return a value of one of several types: records, or None beside one plain type."""
    others = [one for one in wanted if one is not type(None)]
    if len(others) < len(wanted):
        return None if value is None else _value(others[0], value)
    return of_json(by_name(*(one for one in others if isinstance(one, type))), value)


def _leaf(wanted: object, value: object) -> object:
    if wanted is Untrusted and isinstance(value, str):
        return Untrusted(value)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return _member(wanted, value)
    if isinstance(value, int) and abs(value) > MAX_INT:
        raise not_understood()
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        raise not_understood()
    return value


def _member(wanted: type[Enum], value: object) -> Enum:
    try:
        return wanted(value)
    except ValueError as error:
        raise not_understood() from error
