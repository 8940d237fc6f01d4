"""A server that refuses a mail and hangs up in one breath: what it said is heard."""

import pytest

from tuimail.errors import NetworkError, ProtocolError
from tuimail.protocols.smtp.connection import Connection
from tuimail.protocols.smtp.line import Line

from .test_line import Wire
from .test_transaction import SHORT

REFUSAL = b"552 5.3.4 too large for us\r\n"


class Hangs(Wire):
    """Says something and hangs up once so many pieces were written."""

    def __init__(self, words: bytes, after: int) -> None:
        super().__init__()
        self._words = words
        self._left = after

    def write(self, data: bytes) -> None:
        super().write(data)
        self._left -= 1
        if not self._left:
            self.line.data_received(self._words)
            self.line.connection_lost(ConnectionResetError())


async def connected(words: bytes, after: int) -> tuple[Connection, Line]:
    line, wire = Line(), Hangs(words, after)
    wire.line = line
    line.connection_made(wire)
    line.data_received(b"220 mail.test\r\n")
    connection = Connection(line, "mail.test", SHORT, [])
    await connection.answer(1)
    return connection, line


async def test_a_refusal_while_the_mail_goes_over() -> None:
    connection, _ = await connected(REFUSAL, 2)
    reply = await connection.send_mail([b"x", b"y", b"z"], lambda _: None)
    assert reply is not None
    assert reply.code == 552


async def test_a_line_that_is_only_lost_stays_lost() -> None:
    connection, _ = await connected(b"", 2)
    with pytest.raises(NetworkError):
        await connection.send_mail([b"x", b"y", b"z"], lambda _: None)


@pytest.mark.parametrize("after", [2, 3])
async def test_a_refusal_of_a_chunk(after) -> None:
    connection, _ = await connected(REFUSAL, after)
    await connection.send_chunk(b"BDAT 3", [b"x", b"y", b"z"], lambda _: None)
    assert (await connection.answer(1)).code == 552


async def test_a_refusal_of_the_chunk_before() -> None:
    connection, line = await connected(b"", 9)
    await connection.send_chunk(b"BDAT 1", [b"x"], lambda _: None)
    line.data_received(REFUSAL)
    line.connection_lost(ConnectionResetError())
    await connection.send_chunk(b"BDAT 1", [b"y"], lambda _: None)
    assert (await connection.answer(1)).code == 552


async def test_a_refusal_just_before_the_dot() -> None:
    connection, line = await connected(b"", 9)
    assert await connection.send_mail([b"x"], lambda _: None) is None
    line.data_received(REFUSAL)
    line.connection_lost(ConnectionResetError())
    assert (await connection.final_dot()).code == 552


async def test_a_yes_before_the_dot_is_no_answer_to_it() -> None:
    connection, line = await connected(b"", 9)
    assert await connection.send_mail([b"x"], lambda _: None) is None
    line.data_received(b"250 2.0.0 ok\r\n")
    with pytest.raises(ProtocolError):
        await connection.final_dot()
