"""What can be done about a mail that was sent: in the outbox, among sent mail, in its story."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from tuimail.errors import UserError
from tuimail.model.outgoing import OutgoingRow, OutgoingState, RecipientRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import delivery, next_steps, reminders
from tuimail.services.reported import report_mail, reported
from tuimail.services.suggestions import suggestions
from tuimail.ui.actions import Argument, Call, Registry
from tuimail.ui.modals import AskText, Choice, Choose, Confirm
from tuimail.ui.render.causes import reason
from tuimail.ui.render.compose import person_words
from tuimail.ui.render.dates import exact_date, long_date
from tuimail.ui.render.marks import state_words

from .completing import completions
from .opening import Opening
from .outbox import Outbox
from .sent import OpenDraft, UndoWindow
from .views import Views

Step = Callable[[OutgoingRow, Call], Awaitable[None]]


class NextSteps:
    """Corrects, retries, cancels, takes back, opens reports."""

    def __init__(
        self,
        views: Views,
        outbox: Outbox,
        opening: Opening,
        undo_window: UndoWindow,
        open_draft: OpenDraft,
    ) -> None:
        self._screen, self._views = outbox.screen, views
        self._outbox, self._opening = outbox, opening
        self._undo_window, self._open_draft = undo_window, open_draft

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        steps: dict[str, Step] = {
            "outbox.correct": self._correct,
            "outbox.retry": self._retry,
            "outbox.smaller": self._smaller,
            "outbox.arrived": self._arrived,
            "outbox.known": self._known,
            "outbox.remind": self._remind,
            "outbox.cancel": self._cancel,
            "outbox.edit": self._edit,
            "outbox.report": self._open_report,
        }
        for action_id, step in steps.items():
            registry.handle(action_id, partial(self._begin, step))

    def _begin(self, step: Step, call: Call) -> None:
        self._screen.spawn_question(partial(self._take, step, call))

    async def _take(self, step: Step, call: Call) -> None:
        await step(await self._outbox.row_at_hand(), call)

    async def _done(self, sentence: str) -> None:
        """Say what was done, have it carried out, show what is so now."""
        self._screen.bridge.send()
        self._screen.say(Safe(sentence))
        await self._reread()

    async def _reread(self) -> None:
        """Show the outbox, the story, marks and counts as they are now."""
        await self._outbox.reread()
        self._views.reread_soon()

    async def _correct(self, row: OutgoingRow, call: Call) -> None:
        """Ask for the right address, with the one that may have been meant, and send to it."""
        screen, mail = self._screen, self._screen.session.mail
        wrong = await self._one_of(next_steps.correctable(row), Safe("Correct which address?"))
        if wrong is None:
            return
        meant = await asyncio.to_thread(suggestions, mail, wrong.address)
        offered = [str(person_words(one)) for one in meant]
        title = Safe(f"Instead of {safe_line(wrong.address, 60)}, send to")
        initial = offered[0] if offered else wrong.address

        def complete(typed: str) -> list[str]:
            return [*offered, *completions(screen, Argument.ADDRESS, typed)]

        typed = call.argument or await screen.ask(AskText(title, initial, complete)) or ""
        if not typed.strip():
            return
        to = partial(next_steps.correct, mail, row.id, wrong.address, typed)
        sent = await asyncio.to_thread(to)
        await self._done(f"Sent again, to {safe_line(typed, 120)} alone.")
        await self._undo_window.begin(sent, mail.config.settings.undo_send_s)

    async def _retry(self, row: OutgoingRow, _: Call) -> None:
        if (is_sure := await self._is_sure(row, "Send it again?")) is None:
            return
        retry = partial(delivery.retry, self._screen.session.mail, row.id, is_sure=is_sure)
        await asyncio.to_thread(retry)
        await self._done("It is tried again now.")

    async def _smaller(self, row: OutgoingRow, _: Call) -> None:
        found = await asyncio.to_thread(next_steps.smaller, self._screen.session.mail, row.id)
        await self._reread()
        await self._open_draft(found.draft)
        self._screen.say(found.words)

    async def _arrived(self, row: OutgoingRow, _: Call) -> None:
        question = Safe("Do you know that it arrived? It is never sent again then.")
        if await self._screen.ask(Confirm(question)):
            await asyncio.to_thread(next_steps.arrived, self._screen.session.mail, row.id)
            await self._done("Noted that it arrived.")

    async def _known(self, row: OutgoingRow, _: Call) -> None:
        await asyncio.to_thread(next_steps.known, self._screen.session.mail, row.id)
        await self._done("Noted that you know of it.")

    async def _remind(self, row: OutgoingRow, call: Call) -> None:
        mail = self._screen.session.mail
        title = Safe("Remind me in how many days, if nobody answers? 3, 2w; 0: not at all")
        typed = (call.argument or await self._screen.ask(AskText(title, "3")) or "").strip()
        if not typed:
            return
        days = reminders.days_of(typed)
        if not days:
            await asyncio.to_thread(reminders.dismiss, mail, row.id)
            await self._done("No answer is waited for.")
            return
        found = await asyncio.to_thread(reminders.remind_again, mail, row.id, days)
        await self._done(f"You are told on {long_date(found.due)}, if nobody answers.")

    async def _cancel(self, row: OutgoingRow, _: Call) -> None:
        if await self._screen.ask(Confirm(Safe("Give this mail up, unsent?"))):
            await asyncio.to_thread(delivery.cancel, self._screen.session.mail, row.id)
            await self._done("It will not be sent.")

    async def _edit(self, row: OutgoingRow, _: Call) -> None:
        """Take a mail back that waits, or write one anew that failed."""
        if (is_sure := await self._is_sure(row, "Write it anew?")) is None:
            return
        edit = partial(next_steps.edit, self._screen.session.mail, row.id, is_sure=is_sure)
        draft = await asyncio.to_thread(edit)
        self._screen.bridge.send()
        await self._reread()
        await self._open_draft(draft)

    async def _is_sure(self, row: OutgoingRow, question: str) -> bool | None:
        """Ask where a mail may have arrived: True after a yes, False where none is needed."""
        if all(one.state is not OutgoingState.UNCERTAIN for one in row.recipients):
            return False
        asked = Safe(f"The server may have this mail already. {question}")
        return True if await self._screen.ask(Confirm(asked)) else None

    async def _open_report(self, row: OutgoingRow, _: Call) -> None:
        screen, mail = self._screen, self._screen.session.mail
        found = (await asyncio.to_thread(reported, mail, row.id)).reports
        if not found:
            raise UserError("Nothing was reported of this mail.")
        choices = [
            Choice(
                one.message_key,
                safe_line(f"{one.action or one.kind} {one.address}", 200),
                exact_date(one.time),
            )
            for one in reversed({one.message_key: one for one in found}.values())
        ]
        key = choices[0].value
        if len(choices) > 1:
            chosen = await screen.ask(Choose(Safe("Open which report?"), choices))
            if chosen is None:
                return
            key = chosen
        self._opening.open(await asyncio.to_thread(report_mail, mail, key))

    async def _one_of(self, fitting: Sequence[RecipientRow], title: Safe) -> RecipientRow | None:
        """Return the recipient an action is about; asked for where there are several.

        Raises:
            UserError: there is none.
        """
        if not fitting:
            raise UserError("There is no address that could be corrected.")
        if len(fitting) == 1:
            return fitting[0]
        choices = [Choice(one, safe_line(one.address, 200), _words_of(one)) for one in fitting]
        return await self._screen.ask(Choose(title, choices))


def _words_of(recipient: RecipientRow) -> Safe:
    why, words = reason(recipient), state_words(recipient.state)
    return Safe(f"{words}: {why}") if why else words
