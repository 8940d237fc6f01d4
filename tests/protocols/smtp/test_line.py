"""Answers to what was asked together, however the network cuts them, and what nobody asked for."""

import asyncio
import random

import pytest
from aiosmtplib.errors import SMTPException

from tuimail.protocols.smtp.line import MAX_AHEAD_BYTES, MAX_REPLY_LINES, Line


class Wire(asyncio.Transport):
    """Takes what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_cut = False

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.is_cut

    def abort(self) -> None:
        self.is_cut = True


async def greeted() -> tuple[Line, Wire]:
    line, wire = Line(), Wire()
    line.connection_made(wire)
    line.data_received(b"220 mail.test\r\n")
    assert (await line.read_response(1)).code == 220
    assert line.is_quiet
    return line, wire


def answer(number: int, source: random.Random) -> bytes:
    more = b"".join(b"%d-line\r\n" % number for _ in range(source.choice([0, 0, 1, 3])))
    return more + b"%d the last\r\n" % number


@pytest.mark.parametrize("seed", range(40))
async def test_each_answer_goes_to_its_own_command_however_they_are_cut(seed) -> None:
    source = random.Random(seed)
    codes = [source.randint(200, 599) for _ in range(source.randint(1, 25))]
    stream = b"".join(answer(code, source) for code in codes)
    cuts = sorted(source.choices(range(len(stream)), k=source.randint(0, 30)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    line, wire = await greeted()
    line.ask([b"RCPT TO:<p%d@s.test>" % n for n in range(len(codes))])
    assert wire.written.count(b"\r\n") == len(codes)
    heard: list[int] = []

    async def read() -> None:
        for _ in codes:
            heard.append((await line.read_response(1)).code)
            if source.random() < 0.5:
                await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        group.create_task(read())
        for piece in pieces:
            line.data_received(piece)
            if source.random() < 0.5:
                await asyncio.sleep(0)
    assert heard == codes
    assert line.is_quiet
    line.data_received(b"250 one more\r\n")
    assert line.is_out_of_step
    assert not line.is_quiet


@pytest.mark.parametrize("when", ["with the last", "after it"])
async def test_one_answer_too_many_is_noticed(when) -> None:
    line, _ = await greeted()
    line.ask([b"MAIL", b"RCPT"])
    line.data_received(b"250 a\r\n250 b\r\n" + (b"250 c\r\n" if when == "with the last" else b""))
    if when == "after it":
        line.data_received(b"250 c\r\n")
    assert [(await line.read_response(1)).code for _ in range(2)] == [250, 250]
    assert line.is_out_of_step


async def test_answers_without_end_cut_the_line() -> None:
    line, wire = await greeted()
    line.ask([b"MAIL", b"RCPT"])
    line.data_received(b"250 a\r\n")
    for _ in range(MAX_AHEAD_BYTES // 1024 + 2):
        line.data_received(b"250-" + b"x" * 1018 + b"\r\n")
    assert wire.is_cut
    assert line.is_out_of_step


async def test_an_answer_of_lines_without_end_is_no_answer() -> None:
    line, _ = await greeted()
    line.ask([b"EHLO x"])
    for _ in range(MAX_REPLY_LINES + 2):
        line.data_received(b"250-\r\n")
    with pytest.raises(SMTPException, match="too long"):
        await line.read_response(1)
    line.data_received(b"250-\r\n" * 50)
    assert line.is_out_of_step


async def test_rubbish_among_the_answers_is_an_error_of_its_own_command() -> None:
    line, _ = await greeted()
    line.ask([b"MAIL", b"RCPT"])
    line.data_received(b"250 a\r\nrubbish\r\n")
    assert (await line.read_response(1)).code == 250
    with pytest.raises(SMTPException):
        await line.read_response(1)
    assert not line.is_quiet


async def test_a_line_that_is_lost_ends_every_wait() -> None:
    line, _ = await greeted()
    line.ask([b"MAIL", b"RCPT"])
    line.data_received(b"250 a\r\n")
    line.connection_lost(None)
    assert (await line.read_response(1)).code == 250
    with pytest.raises(SMTPException):
        await line.read_response(1)


async def test_no_command_can_hold_another() -> None:
    line, wire = await greeted()
    with pytest.raises(ValueError, match="control"):
        line.ask([b"MAIL FROM:<a@b>", b"RCPT TO:<c@d>\r\nDATA"])
    assert wire.written == b""
