"""How the mail being written is to be sent: later, with a report, with a reminder, how long."""

import time
from dataclasses import replace

from tuimail.model.draft import Draft
from tuimail.model.safe import Safe
from tuimail.services.mail import Mail, zone_of
from tuimail.services.reminders import days_of
from tuimail.services.send_times import send_time
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose
from tuimail.ui.render.compose import DAY_S, days_words
from tuimail.ui.render.dates import long_date

_LATER, _REPORT, _REMIND, _GIVE_UP = "later", "report", "remind", "give up"
_QUESTIONS = {
    _LATER: Safe("Send when? tomorrow 9:30, fri, 18:00, 2h, 2026-12-24T08:00; empty: at once"),
    _REMIND: Safe("No answer in how many days? 3, 2w; 0: no reminder"),
    _GIVE_UP: Safe("Give up after how many days? 2, 1w; empty: as usual"),
}


async def ask_options(screen: MainScreen, draft: Draft) -> Draft | None:
    """Return the draft with one option changed; None after Esc.

    Raises:
        UserError: what was typed is no time, or no number of days.
    """
    mail = screen.session.mail
    chosen = await screen.ask(Choose(Safe("How is it to be sent?"), _choices(mail, draft)))
    if chosen is None:
        return None
    if chosen == _REPORT:
        is_wanted = not draft.options.wants_success
        return replace(draft, options=replace(draft.options, wants_success=is_wanted))
    typed = await screen.ask(AskText(_QUESTIONS[chosen]))
    return None if typed is None else _with(mail, draft, chosen, typed.strip())


def _with(mail: Mail, draft: Draft, chosen: str, typed: str) -> Draft:
    options = draft.options
    if chosen == _LATER:
        at = send_time(typed, time.time(), zone_of(mail)) if typed else None
        return replace(draft, options=replace(options, at=at))
    days = 0 if typed in ("", "0") else days_of(typed)
    if chosen == _REMIND:
        return replace(draft, remind_days=days)
    return replace(draft, options=replace(options, give_up_s=days * DAY_S or None))


def _choices(mail: Mail, draft: Draft) -> list[Choice[str]]:
    account, options = mail.config.account(draft.account), draft.options
    remind = account.reminder_days if draft.remind_days is None else draft.remind_days
    give_up = options.give_up_s // DAY_S if options.give_up_s else account.give_up_days
    return [
        Choice(
            _LATER,
            Safe("Send later …"),
            long_date(options.at) if options.at is not None else Safe("at once"),
        ),
        Choice(
            _REPORT,
            Safe("Tell me when it was delivered"),
            Safe("yes" if options.wants_success else "failures and delays alone"),
        ),
        Choice(
            _REMIND,
            Safe("Remind me if nobody answers …"),
            Safe(f"after {days_words(remind)}" if remind else "no"),
        ),
        Choice(_GIVE_UP, Safe("Give up sending after …"), days_words(give_up)),
    ]
