"""Blocks of lines: dots taken off right, the end found wherever the bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.protocols.pop3.lines import BlockReader


def stuffed(content: bytes) -> bytes:
    """Return a block as a server sends it; `content` ends with CRLF or is empty."""
    lines = content.split(b"\r\n")[:-1]
    doubled = [b"." + line if line.startswith(b".") else line for line in lines]
    return b"".join(line + b"\r\n" for line in doubled) + b".\r\n"


def read(wire: bytes, cuts: list[int]) -> tuple[bytes, bytes, bool]:
    """Feed a wire cut at these places; return content, what follows it, whether it ended."""
    reader, buffer, content = BlockReader(), bytearray(), b""
    places = [0, *sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]
    for start, end in pairwise(places):
        buffer += wire[start:end]
        content += b"".join(reader.take(buffer))
    return content, bytes(buffer), reader.is_done


PIECES = st.lists(st.sampled_from([b".", b"..", b"\r", b"\n", b"\r\n", b"a", b"\n.\n", b"xyz"]))


@given(PIECES, st.lists(st.integers(0, 200), max_size=20))
def test_any_mail_comes_back_exactly_however_it_is_cut(pieces, cuts) -> None:
    content = b"".join(pieces)
    content = content + b"\r\n" if content else b""
    assert read(stuffed(content) + b"+OK next", cuts) == (content, b"+OK next", True)


@pytest.mark.parametrize("ending", [b"\n.\n", b"\r.\r", b"\n.\r\n", b" .\r\n"])
def test_a_dot_between_other_line_ends_does_not_end_a_mail(ending: bytes) -> None:
    content, rest, is_done = read(b"a" + ending + b"b\r\n.\r\n", [])
    assert (content, rest, is_done) == (b"a" + ending + b"b\r\n", b"", True)


def test_an_empty_block_ends_at_once() -> None:
    assert read(b".\r\n+OK", [1, 2]) == (b"", b"+OK", True)


def test_a_line_without_an_end_is_handed_on_as_it_comes() -> None:
    reader, buffer = BlockReader(), bytearray(b"x" * 1_000_000)
    assert len(b"".join(reader.take(buffer))) > 999_000
    assert len(buffer) < 10
    assert not reader.is_done
