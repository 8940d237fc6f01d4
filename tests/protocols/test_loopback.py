"""Lines in clear lead to this machine and to no other, whatever a name says."""

import asyncio
import socket

import pytest

from tuimail.errors import NetworkError, TlsError
from tuimail.model.account import Security, Server
from tuimail.protocols.loopback import on_this_machine


def clear(host):
    return Server(host, 1025, Security.CLEAR, "")


@pytest.fixture
def resolving(monkeypatch):
    """Give a resolver of names that answers what a test says."""
    names = {}

    async def resolve(_loop, host, port, **_):
        if host not in names:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in names[host]]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    return names


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "127.3.2.1"])
async def test_a_number_of_this_machine_stays_as_it_is(host):
    assert (await on_this_machine(clear(host))).host == host


async def test_a_name_becomes_the_number_it_leads_to(resolving):
    resolving["localhost"] = ["127.0.0.1"]
    assert (await on_this_machine(clear("localhost"))).host == "127.0.0.1"


@pytest.mark.parametrize(
    "addresses",
    [
        ["192.0.2.7"],
        ["127.0.0.1", "192.0.2.7"],
        ["10.0.0.1"],
        ["0.0.0.0"],
        ["::ffff:192.0.2.7"],
        [],
    ],
)
async def test_a_name_that_leads_elsewhere_is_refused(resolving, addresses):
    resolving["localhost"] = addresses
    with pytest.raises(TlsError, match="is not this machine"):
        await on_this_machine(clear("localhost"))


@pytest.mark.parametrize("host", ["192.0.2.7", "8.8.8.8", "::2"])
async def test_a_number_of_another_machine_is_refused(host):
    with pytest.raises(TlsError, match="Nothing was sent"):
        await on_this_machine(clear(host))


async def test_a_name_that_is_not_known_is_said(resolving):
    with pytest.raises(NetworkError, match="is not known"):
        await on_this_machine(clear("tunnel.localhost"))
