"""The names inside aiosmtplib that the connection relies on; a new release must keep them."""

import asyncio
import inspect
from typing import get_type_hints

from aiosmtplib.errors import SMTPException, SMTPResponseException, SMTPTimeoutError
from aiosmtplib.esmtp import parse_esmtp_extensions
from aiosmtplib.protocol import SMTPProtocol


async def test_the_protocol_has_the_names_used() -> None:
    protocol = SMTPProtocol(loop=asyncio.get_running_loop())
    assert protocol._response_waiter is None
    assert protocol._response_pending is False
    assert protocol._buffer == bytearray()
    assert protocol.transport is None
    assert inspect.iscoroutinefunction(protocol._drain_helper)
    assert protocol._read_response_from_buffer() is None
    assert list(inspect.signature(protocol._set_response_exception).parameters) == ["waiter", "exc"]
    assert list(inspect.signature(protocol.read_response).parameters) == ["timeout"]
    assert list(inspect.signature(protocol.write).parameters) == ["data"]
    assert protocol.is_connected is False
    assert get_type_hints(protocol.read_response)["return"]._fields == ("code", "message")


async def test_a_connected_protocol_waits_for_its_greeting() -> None:
    protocol = SMTPProtocol(loop=asyncio.get_running_loop())
    protocol.connection_made(asyncio.Transport())
    assert protocol._response_pending is True
    assert protocol._response_waiter is not None
    assert not protocol._response_waiter.done()
    protocol.data_received(b"220 hi\r\n250 more\r\n")
    assert protocol._response_waiter.result() == (220, "hi")
    assert protocol._buffer == b"250 more\r\n"


def test_errors_are_told_apart() -> None:
    assert issubclass(SMTPTimeoutError, SMTPException)
    assert issubclass(SMTPResponseException, SMTPException)
    assert not issubclass(SMTPTimeoutError, SMTPResponseException)


def test_extensions_are_read_from_the_second_line_on() -> None:
    assert parse_esmtp_extensions("host\nSIZE 10\nAUTH PLAIN LOGIN") == (
        {"size": "10", "auth": "PLAIN LOGIN"},
        ["plain", "login"],
    )
