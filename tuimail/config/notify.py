"""Reads `[notify]`: how the person is told of new mail."""

import re
from typing import Final

from tuimail.model.notify import MINUTES_OF_DAY, Notify, QuietHours, TerminalNotice

from .table import Table

_HOURS: Final = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)")


def notify_of(table: Table) -> Notify:
    """Return what the table says. Raises ConfigError."""
    default = Notify()
    notify = Notify(
        command=table.texts("command"),
        desktop=table.truth("desktop", default.desktop),
        terminal=table.choice("terminal", TerminalNotice, default.terminal),
        mailboxes=table.texts("mailboxes", default.mailboxes),
        quiet=_quiet(table),
    )
    if notify.command and not notify.command[0]:
        raise table.error("command", "must begin with a program")
    if any("\0" in word for word in notify.command):
        raise table.error("command", "must not hold control characters")
    table.finish()
    return notify


def _quiet(table: Table) -> QuietHours | None:
    written = table.line("quiet", "")
    if not written:
        return None
    found = _HOURS.fullmatch(written)
    if found is not None:
        begin_h, begin_min, end_h, end_min = map(int, found.groups())
        begin, end = begin_h * 60 + begin_min, end_h * 60 + end_min
        if max(begin_min, end_min) < 60 and begin < MINUTES_OF_DAY and end <= MINUTES_OF_DAY:
            return QuietHours(begin, end)
    raise table.error("quiet", 'must be hours of a day such as "22:00-07:00"')
