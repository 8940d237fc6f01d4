"""Putting mail off: snoozed, muted, done, archived by date."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from tuimail.errors import UserError
from tuimail.model.ids import MessageRef
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import reading
from tuimail.services.mail import Mail
from tuimail.services.triage import Done
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, ChooseOrType

from .triage import Triage
from .views import Views

Verb = Callable[[Mail, Sequence[MessageRef]], Done]
_NOW: Final = "now"
SNOOZED_QUERY: Final = "is:snoozed"


class Later:
    """Asks until when, and puts away what is chosen; the verbs are imported when first needed."""

    def __init__(self, screen: MainScreen, views: Views, triage: Triage) -> None:
        self._screen, self._views, self._triage = screen, views, triage

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("archive.dated", lambda call: self._put_away(call, _archive_dated))
        registry.handle("done", lambda call: self._put_away(call, _done))
        registry.handle("mute", self._mute)
        registry.handle("snooze", self._snooze)
        registry.handle("unsnooze", lambda call: self._put_away(call, _unsnooze))
        registry.handle("goto.snoozed", lambda _: self._goto())

    def _put_away(self, call: Call, verb: Verb) -> None:
        rows = self._triage.rows(call)
        if rows:
            mail = self._screen.session.mail
            self._triage.put_away(rows, lambda refs: verb(mail, refs))

    def _mute(self, call: Call) -> None:
        """Mute or unmute: what is muted already stays in sight."""
        rows = self._triage.rows(call)
        if not rows:
            return
        mail = self._screen.session.mail
        if all(row.later.is_muted for row in rows):
            refs = self._triage.refs(rows)
            self._triage.act(lambda: _mute(mail, refs))
        else:
            self._triage.put_away(rows, lambda refs: _mute(mail, refs))

    def _snooze(self, call: Call) -> None:
        rows = self._triage.rows(call)

        async def ask_and_do() -> None:
            words = call.argument or await self._ask(rows)
            if not words or not rows:
                return
            self._screen.calls.answer(call, words)
            mail = self._screen.session.mail
            if words == _NOW:
                self._triage.put_away(rows, lambda refs: _unsnooze(mail, refs))
                return
            until = _until(mail, words)
            self._triage.put_away(rows, lambda refs: _snooze(mail, refs, until))

        self._screen.spawn_question(ask_and_do)

    async def _ask(self, rows: Sequence[MessageRow]) -> str:
        """Offer times with the moments they are; anything else can be typed."""
        from tuimail.services.wake_times import CHOICES

        mail = self._screen.session.mail
        offered = (choice for word in CHOICES if (choice := _choice(mail, word)))
        now = [Choice(_NOW, Safe(_NOW), Safe("wake it"))]
        choices = [*(now if any(row.later.wakes for row in rows) else []), *offered]
        title = Safe("Snooze until")
        ask = ChooseOrType(title, choices, lambda typed: _choice(mail, typed))
        return await self._screen.ask(ask) or ""

    def _goto(self) -> None:
        session = self._screen.session
        session.before_search = None
        self._views.open(reading.search_view(session.mail, SNOOZED_QUERY))


def _choice(mail: Mail, words: str) -> Choice[str] | None:
    """Return what words for a time are offered as; None where they are none."""
    from tuimail.services.wake_times import wake_words
    from tuimail.services.zones import zone_with_summer

    with suppress(UserError):
        moment = wake_words(_until(mail, words), time.time(), zone_with_summer(mail))
        return Choice(words, safe_line(words, 40), moment)
    return None


def _until(mail: Mail, words: str) -> int:
    from tuimail.services.wake_times import wake_time
    from tuimail.services.zones import zone_with_summer

    return wake_time(words, time.time(), zone_with_summer(mail))


def _snooze(mail: Mail, refs: Sequence[MessageRef], until: int) -> Done:
    from tuimail.services.snooze import snooze  # what follows, too: for the few who put off

    return snooze(mail, refs, until)


def _unsnooze(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    from tuimail.services.snooze import unsnooze

    return unsnooze(mail, refs)


def _mute(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    from tuimail.services.watching import toggle_muted

    return toggle_muted(mail, refs)


def _done(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    from tuimail.services.watching import done

    return done(mail, refs)


def _archive_dated(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    from tuimail.services.archive_by_date import archive_dated

    return archive_dated(mail, refs)
