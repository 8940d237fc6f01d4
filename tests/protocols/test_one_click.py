"""Leaving a list by one POST: to the internet alone, to the address that was checked, and no further."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from cryptography import x509

from tests.protocols.certificates import Trust, Wish, bad_certificates, make_trust
from tuimail.errors import NetworkError, TlsError, UserError
from tuimail.protocols import one_click
from tuimail.protocols.one_click import MAX_ANSWER_BYTES, post
from tuimail.protocols.tls import client_context

NAME = "list.example"
PUBLIC = "93.184.216.34"
URL = f"https://{NAME}/out?u=1&x=%20"


@dataclass
class Host:
    """A host of a list on this machine, to which the address that was looked up is led."""

    port: int
    context: ssl.SSLContext
    answer: bytes = b"HTTP/1.1 200 OK\r\n\r\n"
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    dials: list[tuple[str, int, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """By which name it was asked for (SNI)."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split()[0])
            self.requests.append(head + await reader.readexactly(length))
            writer.write(self.answer)
            await writer.drain()
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    async def dial(self, address, port, _context, name):
        """Connect to this host in the place of an address; the certificate counts all the same."""
        self.dials.append((address, port, name))
        return await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.context, server_hostname=name, limit=MAX_ANSWER_BYTES
        )


@pytest.fixture
def trust(tmp_path) -> Trust:
    return make_trust(tmp_path)


@pytest.fixture
async def host(trust: Trust) -> AsyncIterator[Host]:
    server_side = trust.context(Wish(names=(x509.DNSName(NAME),)))
    made = Host(0, client_context(trust.ca_file))
    server_side.sni_callback = lambda _line, name, _context: made.names.append(name)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=server_side)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


def at(*addresses: str):
    """Look every name up as these addresses; counts how often."""

    async def lookup(name: str, port: int):
        lookup.asked.append((name, port))
        return addresses

    lookup.asked = []
    return lookup


async def test_one_post_goes_to_the_address_that_was_looked_up(host):
    lookup = at(PUBLIC)
    answer = await post(URL, lookup, host.dial)
    assert (answer.status, answer.is_done, answer.elsewhere) == (200, True, "")
    assert lookup.asked == [(NAME, 443)]
    assert host.dials == [(PUBLIC, 443, NAME)]
    assert host.names == [NAME]
    (request,) = host.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"POST /out?u=1&x=%20 HTTP/1.1",
        b"Host: list.example",
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Length: 26",
        b"Connection: close",
    ]
    assert body == b"List-Unsubscribe=One-Click"


PRIVATE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.0.1", "169.254.169.254", "100.64.1.1",
    "0.0.0.0", "::1", "::ffff:127.0.0.1", "fe80::1", "fd00::1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "224.0.0.1", "198.18.0.1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("before", [(), (PUBLIC,)])
async def test_k8_nothing_reaches_into_ones_own_network(host, address, before):
    with pytest.raises(UserError, match="your own network"):
        await post(URL, at(*before, address), host.dial)
    assert (host.connections, host.dials) == (0, [])


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/x", "https://127.0.0.1:8443/x", "https://[::1]/x", "https://localhost/x",
     "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://[fe80::1]/",
     "https://[::ffff:127.0.0.1]/", "https://192.168.1.1/admin?reboot=1"],
)  # fmt: skip
async def test_k8_hosts_written_as_addresses_of_ones_own_network_are_refused(host, url):
    with pytest.raises(UserError, match="your own network"):
        await post(url, dial=host.dial)
    assert (host.connections, host.dials) == (0, [])


async def test_k8_a_name_that_leads_elsewhere_when_asked_again_is_asked_once(host):
    """DNS rebinding: public when it is checked, this machine when it is connected to."""
    answers = [[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]]

    async def lookup(_name, _port):
        return answers.pop(0)

    await post(URL, lookup, host.dial)
    assert len(answers) == 2
    assert [address for address, _, _ in host.dials] == [PUBLIC]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", ["https://127.0.0.1/", "http://169.254.169.254/", "/again", ""])
async def test_k8_nothing_is_followed(host, status, place):
    host.answer = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {place}\r\n\r\n".encode()
    answer = await post(URL, at(PUBLIC), host.dial)
    assert (answer.status, answer.elsewhere, answer.is_done) == (status, place, False)
    assert host.connections == len(host.dials) == 1


async def test_no_cookie_is_kept(host):
    host.answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Domain=list.example\r\n\r\n"
    for _ in range(2):
        await post(URL, at(PUBLIC), host.dial)
    assert all(b"cookie" not in request.lower() for request in host.requests)


@pytest.mark.parametrize(
    "url",
    ["http://list.example/x", "https://", "mailto:a@b.example", "https://a b/", "ftp://a/",
     "https://list.example/a\r\nX: y", "https://user@list.example/", "https://list.example/ä"],
)  # fmt: skip
async def test_what_is_no_https_link_is_refused(host, url):
    with pytest.raises(UserError):
        await post(url, at(PUBLIC), host.dial)
    assert host.dials == []


@pytest.mark.parametrize(
    ("answer", "is_done"),
    [
        (b"HTTP/1.1 202 Accepted\r\n\r\n", True),
        (b"HTTP/1.0 204 \r\n\r\n", True),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", False),
        (b"HTTP/1.1 500 \x1b[31m\r\nLocation: \x1b]0;x\x07\r\n\r\n", False),
        (b"SSH-2.0-x\r\n\r\n", False),
        (b"HTTP/1.1 2000 OK\r\n\r\n", False),
    ],
)
async def test_what_the_host_says_is_told(host, answer, is_done):
    host.answer = answer
    told = await post(URL, at(PUBLIC), host.dial)
    assert told.is_done is is_done
    assert told.elsewhere.isprintable()


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * (MAX_ANSWER_BYTES + 100),
     b"HTTP/1.1 100 Continue\r\n\r\n" * 20],
)  # fmt: skip
async def test_an_answer_without_end_is_none(host, answer):
    host.answer = answer
    with pytest.raises(NetworkError):
        await post(URL, at(PUBLIC), host.dial)


async def test_a_host_that_says_nothing_is_left(host):
    async def never(*_):
        await asyncio.Event().wait()

    for lookup, dial in ((never, host.dial), (at(PUBLIC), never)):
        with pytest.raises(NetworkError, match="did not answer"):
            await post(URL, lookup, dial, timeout_s=0.01)


async def test_a_name_nobody_knows_is_said(host):
    async def lookup(_name, _port):
        raise OSError("no such name")

    with pytest.raises(NetworkError, match="is not known"):
        await post(URL, lookup, host.dial)
    with pytest.raises(UserError):
        await post(URL, at(), host.dial)


async def test_another_address_is_tried_where_one_does_not_answer(host):
    async def dial(address, port, context, name):
        if address == PUBLIC:
            raise ConnectionRefusedError(111, "refused")
        return await host.dial(address, port, context, name)

    answer = await post(URL, at(PUBLIC, "93.184.216.35"), dial)
    assert answer.is_done


async def test_no_host_that_is_not_who_it_should_be_learns_anything(trust):
    for kind, (context, _) in bad_certificates(trust).items():
        made = Host(0, client_context(trust.ca_file))
        server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=context)
        made.port = server.sockets[0].getsockname()[1]
        with pytest.raises(TlsError):
            await post("https://localhost/x", at(PUBLIC), made.dial)
        assert made.requests == [], kind
        server.close()


async def test_the_line_is_in_tls_for_the_name_at_the_address(monkeypatch):
    """What `dialled` gives to the loop: the address is connected to, the name is verified."""
    given = {}

    async def open_connection(address, port, **how):
        given.update(how, address=address, port=port)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(asyncio, "open_connection", open_connection)
    with pytest.raises(NetworkError):
        await post(URL, at(PUBLIC))
    assert (given["address"], given["port"], given["server_hostname"]) == (PUBLIC, 443, NAME)
    assert given["ssl"].check_hostname
    assert given["ssl"].verify_mode is ssl.CERT_REQUIRED
    assert one_click.TIMEOUT_S == 10.0
