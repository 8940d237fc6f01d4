"""Addresses that mail from here did not reach, for a warning before it is sent there again."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from tuimail.model.report import Grade

from .database import Database, Store

LOOKED_BACK_S: Final = 180 * 86_400
"""What failed earlier may be mended by now."""
_LAST: Final = """select o.changed, r.state, r.explanation, exists(select 1 from report p
    where p.outgoing = o.id and p.address = r.address and p.action = 'failed' and p.grade in (?, ?))
    from recipient r join submission s on s.id = r.submission join outgoing o on o.id = s.outgoing
    where r.address = ? collate nocase and r.state in
    ('bounced', 'refused', 'accepted', 'delivered') and o.changed >= ?
    and (r.state <> 'refused' or exists(select 1 from reply y
    where y.submission = s.id and y.address = r.address and y.code >= 500))
    order by o.created desc limit 1"""


class Refusal(NamedTuple):
    """That the last mail to an address failed."""

    address: str
    at: int
    """Seconds UTC."""
    explanation: str
    """Our words."""


def last_refusals(store: Store, addresses: Iterable[str], now: int) -> list[Refusal]:
    """Return which of these addresses the last mail did not reach; `now` is in seconds UTC.

    What was reported but not confirmed says nothing against an address, and neither does a mail
    that was refused as a whole.
    """
    found = []
    for address in addresses:
        parameters = (Grade.CONFIRMED, Grade.PROVIDER, address, now - LOOKED_BACK_S)
        for at, state, explanation, is_sure in store.rows(Database.LOCAL, _LAST, parameters):
            if state == "refused" or (state == "bounced" and is_sure):
                found.append(Refusal(address, at, explanation))
    return found
