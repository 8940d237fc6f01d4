"""The lexer: what is written is read back, and no bytes do more than raise ProtocolError."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimail.errors import ProtocolError, Scope
from tuimail.protocols.imap.framing import Framer, Parts
from tuimail.protocols.imap.grammar import parse_untagged
from tuimail.protocols.imap.lexer import MAX_DEPTH, MAX_NUMBER64, Atom, Lexer, Value

ATOM_BYTES = bytes(b for b in range(0x21, 0x7F) if b not in b'(){"]\\~')
atoms = (
    st.binary(min_size=1, max_size=20)
    .map(lambda raw: bytes(ATOM_BYTES[b % len(ATOM_BYTES)] for b in raw))
    .filter(lambda name: name.upper() != b"NIL" and not name.isdigit())
    .map(Atom)
)
values = st.recursive(
    st.none() | st.integers(0, MAX_NUMBER64) | st.binary(max_size=40) | atoms,
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=30,
)


def written(value: Value, parts: Parts) -> None:
    """Write a value as a server would: strings with line ends as literals."""
    match value:
        case None:
            parts[-1] += b"NIL"
        case int():
            parts[-1] += b"%d" % value
        case Atom(name):
            parts[-1] += name
        case bytes() if b"\r" in value or b"\n" in value or len(value) % 3 == 0:
            parts[-1] += b"{%d}" % len(value)
            parts += [value, b""]
        case bytes():
            parts[-1] += b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
        case list():
            parts[-1] += b"("
            for place, one in enumerate(value):
                parts[-1] += b" " if place else b""
                written(one, parts)
            parts[-1] += b")"


def scope_of(read: Callable[[], object]) -> Scope | None:
    """Return the scope of the ProtocolError this raises, or None where it raises nothing."""
    try:
        read()
    except ProtocolError as error:
        return error.scope
    return None


@given(values)
def test_a_value_is_read_back(value: Value) -> None:
    parts: Parts = [b""]
    written(value, parts)
    lexer = Lexer(parts)
    assert lexer.value() == value
    assert lexer.peek() == -1


@given(values, st.integers(1, 60))
def test_a_value_survives_any_segments(value: Value, step: int) -> None:
    parts: Parts = [b"* X "]
    written(value, parts)
    wire = b"".join(p + b"\r\n" if i % 2 == 0 else p for i, p in enumerate(parts)) + b"* Y\r\n"
    framer = Framer()
    found = []
    for start in range(0, len(wire), step):
        framer.feed(wire[start : start + step])
        while (response := framer.next_response()) is not None:
            found.append(response)
    assert found == [parts, [b"* Y"]]
    assert framer.is_empty
    assert framer.taken_bytes == len(wire)


@settings(max_examples=400)
@given(st.lists(st.binary(max_size=60), min_size=1, max_size=5).filter(lambda p: len(p) % 2))
def test_random_bytes_are_a_value_or_a_protocol_error(parts: Parts) -> None:
    for read in (Lexer.value, Lexer.flags, Lexer.astring, Lexer.nstring, Lexer.number):
        assert scope_of(lambda read=read: read(Lexer(parts))) in (None, Scope.CONNECTION)


NAMES = st.sampled_from(
    [
        *(b"LIST", b"STATUS", b"SEARCH", b"ESEARCH", b"FLAGS", b"VANISHED", b"OK", b"CAPABILITY"),
        *(b"BYE", b"1 FETCH", b"7 EXISTS", b"0 EXPUNGE", b"LSUB", b"X"),
    ]
)
TEXTS = st.one_of(
    st.binary(max_size=80),
    st.text('()[]{}"\\ <>*~%09AzNILUIDFLAGSBODY.-:,&+', max_size=80).map(str.encode),
)


@settings(max_examples=1_500)
@given(NAMES, TEXTS, st.booleans())
def test_a_hostile_response_is_a_value_or_a_protocol_error(
    name: bytes, text: bytes, has_literal: bool
) -> None:
    parts = [b"* " + name + b" " + text]
    if has_literal:
        parts = [parts[0] + b"{5}", b"he\0lo", text]
    assert scope_of(lambda: parse_untagged(parts)) in (None, Scope.CONNECTION)


def test_deep_lists_are_refused_without_recursion() -> None:
    assert Lexer([b"(" * (MAX_DEPTH - 1) + b")" * (MAX_DEPTH - 1)]).value() is not None
    for depth in (MAX_DEPTH, 100_000):
        with pytest.raises(ProtocolError, match="too deep"):
            Lexer([b"(" * depth]).value()


def test_a_long_quoted_string_is_read_in_one_go() -> None:
    text = b'a\\"' * 1_000_000
    assert len(Lexer([b'"' + text + b'"']).string()) == 2_000_000


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"NIL", None),
        (b"nil", None),
        (b'"NIL"', b"NIL"),
        (b"NILS", Atom(b"NILS")),
        (b"()", []),
        (b"( )", []),
        (b"(a  b)", [Atom(b"a"), Atom(b"b")]),
        (b'("a""b")', [b"a", b"b"]),
        (b'"\\"\\\\"', b'"\\'),
        (b"12", 12),
        (b"12a", Atom(b"12a")),
        (b"\\Seen", Atom(b"\\Seen")),
    ],
)
def test_values(line: bytes, expected: Value) -> None:
    assert Lexer([line]).value() == expected


@pytest.mark.parametrize("line", [b"", b'"open', b"(", b")", b"]", b"{5}", b"\x00", b"\xff"])
def test_values_that_are_none(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        Lexer([line]).value()
