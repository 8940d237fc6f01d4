"""Which internet addresses lead to the internet, and to nothing of the person's own network."""

from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

_NOT_PUBLIC: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",
            "100.64.0.0/10",  # shared by carriers (RFC 6598)
            "127.0.0.0/8",
            "169.254.0.0/16",  # link-local, and what clouds tell their machines
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",  # multicast, reserved, broadcast
        ),
    )
)
_PUBLIC_V6: Final = IPv6Network("2000::/3")
"""All that is handed out; loopback, mapped, translated, local and multicast addresses are not."""
_NOT_PUBLIC_V6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocols, Teredo among them: they hold another address
            "2001:db8::/32",
            "2002::/16",  # 6to4: holds an IPv4 address
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    )
)


def is_public(address: str) -> bool:
    """Whether an address, as it was looked up, is one of the internet at large.

    False for this machine, private, shared, link-local and unique local networks, multicast, what
    is reserved (RFC 6890), and for IPv6 addresses that stand for an IPv4 one.
    """
    try:
        found = ip_address(address)
    except ValueError:  # a scope ends it, too: it is of one link
        return False
    if found.version == 4:
        return not any(found in network for network in _NOT_PUBLIC)
    if "%" in address:
        return False
    return found in _PUBLIC_V6 and not any(found in network for network in _NOT_PUBLIC_V6)
