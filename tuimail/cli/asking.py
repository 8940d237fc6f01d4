"""Servers asked for a search, with progress."""

import secrets

from tuimail.errors import TuimailError
from tuimail.events import Event, Progress, ServerFound, Task
from tuimail.model.safe import Safe, safe_line
from tuimail.model.view import View
from tuimail.services.engine_link import EngineLink
from tuimail.services.mail import Mail

from .terminal import ProgressLine


async def rows_by_servers(mail: Mail, view: View) -> tuple[set[int], TuimailError | None]:
    """Return the rows servers found for a search, and why one could not be asked."""
    search, rows, line = secrets.token_hex(8), set[int](), ProgressLine()

    def note(event: Event) -> None:
        match event:
            case ServerFound(search=its_search) if its_search == search:
                rows.update(event.rows)
            case Progress(task=Task.SEARCH):
                line.show(Safe(f"{safe_line(event.account, 40)}: {event.words}"))
            case _:
                pass

    problem: TuimailError | None = None
    try:
        async with EngineLink(mail.profile, note) as link:
            assert view.query is not None
            await link.search(search, view.query, view.mailboxes)
    except TuimailError as error:
        problem = error
    finally:
        line.clear()
    return rows, problem
