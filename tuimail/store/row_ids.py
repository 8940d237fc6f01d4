"""Row ids of messages: the date in the upper bits, so that date order is key order."""

import time
from typing import Final

from tuimail.model.ids import MessageKey

DATE_SHIFT: Final = 6
EARLIEST: Final = 315_532_800
"""1 January 1980: a Date before it is a mistake or a lie."""
_DAY_S: Final = 86_400
IN_SECOND: Final = (1 << DATE_SHIFT) - 1


def plausible_date(stated: int | None, received: int, now: int | None = None) -> int:
    """Return the date a message is listed under, in seconds UTC.

    `stated` is its Date field, `received` what the server says (0: nothing). A sender may not put
    a mail on top of the list for ever: at most a day after it was received.
    """
    now = int(time.time()) if now is None else now
    arrived = received if EARLIEST <= received <= now + _DAY_S else now
    date = arrived if stated is None else stated
    return min(max(date, EARLIEST), arrived + _DAY_S)


def wanted_row_id(date: int, key: MessageKey) -> int:
    """Return the row id a message gets if it is free."""
    return date << DATE_SHIFT | key & IN_SECOND


def date_of(row_id: int) -> int:
    """Return the date in a row id, in seconds UTC."""
    return row_id >> DATE_SHIFT


def first_row_id(date: int) -> int:
    """Return the least row id of a second, in seconds UTC."""
    return date << DATE_SHIFT
