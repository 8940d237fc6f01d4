"""How a command hands over what it has written down, and waits for it."""

from collections.abc import Iterable

from tuimail.errors import ExitStatus
from tuimail.events import Event, OperationsChanged
from tuimail.model.ids import AccountName
from tuimail.services.engine_link import EngineLink
from tuimail.services.mail import Mail

from .terminal import say


async def hand_over(mail: Mail, accounts: Iterable[AccountName], *, wait: bool) -> int:
    """Wake the engine, or wait until it has carried out what was written down."""
    refusals: list[str] = []

    def note(event: Event) -> None:
        if isinstance(event, OperationsChanged) and event.hint:
            refusals.append(event.hint)

    async with EngineLink(mail.profile, note) as link:
        await link.ready()
        if not wait:
            link.push()
            return ExitStatus.DONE
        status = ExitStatus.DONE
        for account in sorted(set(accounts)):
            for passed in await link.sync(account, headers_only=True):
                if passed.hint:
                    say(passed.hint)
                    status = passed.exit_status
    for hint in refusals:
        say(hint)
    return ExitStatus.REFUSED if refusals else status
