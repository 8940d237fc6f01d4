"""What a row says of mail that is put off and of conversations that are muted."""

import time

from tuimail.model.later import Later
from tuimail.model.safe import Safe
from tuimail.ui.roles import StyleRole

WOKEN_MARK = "↓"
ASLEEP_MARK = "z"
MUTED_MARK = "¬"
_DAY_S = 86_400
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def later_pieces(later: Later, now: int) -> list[tuple[Safe, StyleRole]]:
    """Return the marks of a row, before its date: when it wakes, that it woke, that it is muted."""
    pieces = []
    if later.is_muted:
        pieces.append((Safe(f" {MUTED_MARK}"), StyleRole.DIM))
    if later.is_woken:
        pieces.append((Safe(f" {WOKEN_MARK}"), StyleRole.HEADING))
    if later.wakes:
        pieces.append((Safe(f" {ASLEEP_MARK} {_when(later.wakes, now)}"), StyleRole.HEADING))
    return pieces


def _when(moment: int, now: int) -> str:
    """Return a moment to come, in at most 12 cells: 18:00, Mon 8:00, 1.12. 9:00, 1.12.27."""
    then, today = time.localtime(moment), time.localtime(now)
    clock = f"{then.tm_hour}:{then.tm_min:02}"
    if then[:3] == today[:3]:
        return clock
    if 0 <= moment - now < 6 * _DAY_S:
        return f"{_DAYS[then.tm_wday]} {clock}"
    if then.tm_year == today.tm_year:
        return f"{then.tm_mday}.{then.tm_mon}. {clock}"
    return f"{then.tm_mday}.{then.tm_mon}.{then.tm_year % 100:02}"
