"""The lines of a mail's text: all parts that are shown, one after the other, each by itself."""

from collections.abc import Sequence
from typing import Final

from tuimail.model.part import Line, Part, Span
from tuimail.model.safe import Safe, safe_line

from .budget import Budget
from .choose import MAIL_TYPES, PARTIAL_TYPE, choose, is_wrapping
from .dsn import report_lines
from .enriched import ENRICHED_TYPES, plain_of_enriched
from .links import LinkTable
from .long_lines import bounded
from .parse import CALENDAR_TYPES, HTML_TYPES, ParsedMail, parse_mail
from .text import text_to_lines
from .words import header_text

MAX_MAIL_DEPTH: Final = 3
"""Mails inside of mails inside of mails."""
_SHOWN_FIELDS = ("From", "To", "Date", "Subject")
_MAX_FIELD_CHARS = 500
_MAX_WRAPPINGS = 3
"""Of Outlook's (winmail.dat): there is never more than one."""
_LEFT_OUT: Final = Line((Span(Safe("(The rest of this mail is left out.)"), "dim"),))


class Body:
    """Takes parts in reading order; what it found beside the lines is for the warnings."""

    def __init__(self, *, prefer_html: bool) -> None:
        self.prefer_html = prefer_html
        self.budget = Budget()
        self.lines: list[Line] = []
        self.links = LinkTable()
        self.remote_hosts: list[Safe] = []
        self.hidden_chars = 0
        self.pixel_count = 0
        self.tracker_hosts: list[Safe] = []
        self.charset_notes: list[Safe] = []

    def add_mail(self, mail: ParsedMail, parts: Sequence[Part], depth: int = 0) -> None:
        """Add these parts of a mail that lies inside of `depth` others."""
        head = [*report_lines(mail), *self._invite(mail)]
        self.lines += [*head, Line(())] if head and parts else head
        for index, part in enumerate(parts):
            if not self.budget.take_part():
                self._say_left_out()
                return
            if index:
                self.lines += [Line(()), _divider(part), Line(())]
            self._add(mail, part, depth)
        self._add_wrapped_names(mail)

    def _invite(self, mail: ParsedMail) -> Sequence[Line]:
        """Return what the first calendar part says: often the same hangs on the mail again."""
        calendars = (part for part in mail.leaves if part.content_type in CALENDAR_TYPES)
        first = next(calendars, None)
        if first is None:
            return ()
        from .invite import invite_lines  # loaded by mails that need it

        return invite_lines(mail.text(first, self.budget.chars), self.links)

    def _add(self, mail: ParsedMail, part: Part, depth: int) -> None:
        if part.content_type in MAIL_TYPES or _is_first_piece(mail, part):
            self._add_mail_inside(mail, part, depth)
            return
        if part.size_bytes > self.budget.chars and not mail.is_cut(part):
            self.budget.was_short = True
        reading = mail.read(part, self.budget.chars)
        text = reading.text
        if note := reading.note(part.charset):
            self.charset_notes.append(note)
        self.budget.take(chars=len(text))
        if part.content_type in HTML_TYPES and "<" in text:
            self._add_html(text)
            return
        if part.content_type in ENRICHED_TYPES:
            text = plain_of_enriched(text)
        flowed, delsp = part.is_format_flowed, part.is_delsp
        most = self.budget.lines
        lines = text_to_lines(text, self.links, is_flowed=flowed, is_delsp=delsp, max_lines=most)
        self._add_lines(lines)

    def _add_html(self, text: str) -> None:
        from .html import html_to_lines  # its parser is loaded by mails that need it

        html = html_to_lines(text, self.links, self.budget)
        self.budget.was_short |= html.is_cut
        self._add_lines(html.lines)
        self.remote_hosts += html.remote_hosts
        self.hidden_chars += html.hidden_chars
        self.pixel_count += html.pixel_count
        self.tracker_hosts += html.tracker_hosts

    def _add_wrapped_names(self, mail: ParsedMail) -> None:
        """Name the files inside of winmail.dat: nobody else's program opens it."""
        wrappings = [part for part in mail.leaves if is_wrapping(part)][:_MAX_WRAPPINGS]
        if not wrappings:
            return
        from .tnef import MAX_READ_BYTES, tnef_files  # loaded by mails that need it

        for part in wrappings:
            files = tnef_files(mail.beginning(part, MAX_READ_BYTES))
            said = [safe_line(f"{file.name} ({file.size_bytes:,} bytes)", 200) for file in files]
            name = safe_line(part.filename, 60) or part.content_type
            words = Safe(f"{name} holds: {', '.join(said) or 'no files that can be told'}")
            self._add_lines((Line(()), Line((Span(words, "dim"),), len(name) + 8)))

    def _add_mail_inside(self, outer: ParsedMail, part: Part, depth: int) -> None:
        if depth >= MAX_MAIL_DEPTH or not self.budget.take_mail():
            self.lines.append(Line((Span(Safe("(The mail in here is left out.)"), "dim"),)))
            return
        mail = parse_mail(outer.content(part))
        for label in _SHOWN_FIELDS:
            value = safe_line(header_text(mail.fields.first(label.lower())), _MAX_FIELD_CHARS)
            if value:
                label_span = Span(Safe(f"{label}: "), "dim")
                self.lines.append(Line((label_span, Span(value)), len(label) + 2))
        self.lines.append(Line(()))
        self.add_mail(mail, choose(mail, prefer_html=self.prefer_html).bodies, depth + 1)

    def _add_lines(self, lines: Sequence[Line]) -> None:
        """Add what a part became, as far as there is room for it."""
        if len(lines) > self.budget.lines:
            self.budget.was_short = True
        self.lines += bounded(lines[: self.budget.lines])
        self.budget.take(lines=len(lines))

    def _say_left_out(self) -> None:
        if self.lines[-1:] != [_LEFT_OUT]:
            self.lines.append(_LEFT_OUT)


def _is_first_piece(mail: ParsedMail, part: Part) -> bool:
    """Whether it is the piece of a mail that has its header; the others are shown as they are."""
    number = mail.nodes[part.number].parameters.get("number", "")
    return part.content_type == PARTIAL_TYPE and number == "1"


def _divider(part: Part) -> Line:
    name = safe_line(part.filename, 60)
    return Line((Span(Safe(f"── {name} ──" if name else "─" * 8), "dim"),), is_fixed=True)
