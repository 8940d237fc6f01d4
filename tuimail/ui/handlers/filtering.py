"""The HTML of a mail, made text by a command of the person's own where one is set."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tuimail.errors import UserError
from tuimail.model.message import MessageRow
from tuimail.model.part import Line, RenderedMail, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.services import forms
from tuimail.ui.main_screen import MainScreen

from .running import MAX_SHOWN_BYTES

if TYPE_CHECKING:
    from tuimail.services.filters import Filtered

HTML: Final = "text/html"
MAX_SHOWN_LINES: Final = 50_000
"""Of what a command says: as many as of a mail."""


async def by_filter(
    screen: MainScreen, row: MessageRow, shown: RenderedMail, *, prefer_html: bool
) -> RenderedMail:
    """Return a mail as the filter for HTML has it; as it was where none is set, or it fails.

    What else is said of the mail, its links and warnings stay ours.
    """
    mail = screen.session.mail
    command = mail.config.settings.filters.command_for(HTML)
    if not command:
        return shown
    html = await asyncio.to_thread(forms.html_shown, mail, row.key, prefer_html=prefer_html)
    if not html:
        return shown
    from tuimail.services.filters import run_filter

    try:
        found = await run_filter(command, html)
    except UserError as error:
        screen.warn(safe_line(error.hint, 200))
        return shown
    lines = await asyncio.to_thread(filtered_lines, found)
    return replace(shown, lines=tuple(lines), plain_text=found.text)


def filtered_lines(found: "Filtered") -> Sequence[Line]:
    """Return what a filter made, with a line that says by whom and how."""
    where = "without network" if found.is_apart else "with network: nothing here takes it away"
    cut = "; only the beginning is shown" if found.is_cut else ""
    head = Line((Span(Safe(f"By {found.command}, {where}{cut}."), "dim"),))
    return [head, Line(()), *text_lines(found.text)]


def text_lines(text: Safe) -> Sequence[Line]:
    """Return what a command said, line by line as it said it."""
    shown = text[:MAX_SHOWN_BYTES].rstrip("\n").split("\n", MAX_SHOWN_LINES)
    lines = [Line((Span(Safe(line)),), is_fixed=True) for line in shown[:MAX_SHOWN_LINES]]
    if len(shown) > MAX_SHOWN_LINES:
        lines.append(Line((Span(Safe("(The rest is left out.)"), "dim"),)))
    return lines
