"""Lines and literals: whole responses, and a bound on each."""

import pytest

from tuimail.errors import ProtocolError
from tuimail.protocols.imap.framing import MAX_LINE_BYTES, Framer, Parts


def responses(wire: bytes, step: int = 1 << 30) -> list[Parts]:
    framer = Framer()
    found = []
    for start in range(0, len(wire), step):
        framer.feed(wire[start : start + step])
        while (parts := framer.next_response()) is not None:
            found.append(parts)
    return found


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
def test_lines_and_literals_come_whole(step: int) -> None:
    wire = b"* A {3}\r\n\r\n\r b {0}\r\n c ~{2}\r\n\0\n)\r\n\r\n* \r {1}x\r\nT OK {9}\r\n"
    assert responses(wire, step) == [
        [b"* A {3}", b"\r\n\r", b" b {0}", b"", b" c ~{2}", b"\0\n", b")"],
        [b""],
        [b"* \r {1}x"],
        [b"T OK {9}"],
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"* OK hello {1000}",
        b"* BYE {5}",
        b"A1 NO full {99999999999}",
        b"+ go {3}",
        b"* PREAUTH {1}",
    ],
)
def test_text_for_people_announces_no_literal(line: bytes) -> None:
    assert responses(line + b"\r\n* OK\r\n") == [[line], [b"* OK"]]


@pytest.mark.parametrize("size", [65_537, 2**31, 2**32, 2**63, 10**18, 268_435_457])
def test_cve_2021_3657_a_huge_literal_is_refused_at_once(size: int) -> None:
    with pytest.raises(ProtocolError, match="literal"):
        responses(b"* 1 FETCH (BODY[] {%d}\r\n" % size)


@pytest.mark.parametrize("size", [b"-1", b"-99999999999", b"+5", b" 5", b""])
def test_a_literal_without_a_size_is_refused(size: bytes) -> None:
    wire = b"* 1 FETCH (BODY[] {" + size + b"}\r\nabc)\r\n"
    if size == b"":
        assert responses(wire)[0] == [b"* 1 FETCH (BODY[] {}"]
        return
    with pytest.raises(ProtocolError, match="valid size"):
        responses(wire)


def test_the_sum_of_literals_is_limited() -> None:
    framer = Framer()
    framer.literal_limit = 100
    framer.feed(b"* X {101}\r\n")
    with pytest.raises(ProtocolError):
        framer.next_response()


@pytest.mark.parametrize("step", [1 << 16, 1 << 24])
def test_a_line_without_end_is_refused(step: int) -> None:
    with pytest.raises(ProtocolError, match="without end"):
        responses(b"* OK " + b"x" * (MAX_LINE_BYTES + 10) + b"\r\n", step)


def test_a_response_of_endless_literals_is_refused() -> None:
    with pytest.raises(ProtocolError, match="pieces"):
        responses(b"* X" + b" {0}\r\n" * 20_000)


def test_a_long_line_in_small_segments_is_read_in_linear_time() -> None:
    line = b"* SEARCH" + b" 1234567" * 1_000_000
    assert responses(line + b"\r\n", 16_384) == [[line]]
