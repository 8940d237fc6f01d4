"""The path of a mail as JSON."""

from tuimail.model.path import Hop, MailPath

from .terminal import iso_time


def hops_json(path: MailPath) -> list[dict[str, object]]:
    """Return the hops as `trace` and `show` print them, the first one first."""
    return [_hop_json(hop) for hop in path.hops]


def authentication_json(path: MailPath) -> list[dict[str, str]] | None:
    """Return what a server of the account found out; None where none tells."""
    if path.authentication is None:
        return None
    return [
        {"method": one.method, "result": one.result, "domain": one.domain}
        for one in path.authentication
    ]


def _hop_json(hop: Hop) -> dict[str, object]:
    received = hop.received
    return {
        "from": received.came_from,
        "by": received.by,
        "protocol": received.protocol,
        "encrypted": received.is_encrypted,
        "time": iso_time(received.time),
        "delay_s": hop.delay_s,
        "trusted": hop.is_trusted,
        "oddities": [oddity.value for oddity in hop.oddities],
    }
