"""The reader: the head of a mail, which stays in sight, and its text below."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from tuimail.model.caution import Caution, worst_first
from tuimail.model.cells import cut
from tuimail.model.flags import Flags, labels_of
from tuimail.model.ids import MessageKey
from tuimail.model.message import MessageRow
from tuimail.model.outgoing import OutgoingRow
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.render.conversation import place_of
from tuimail.ui.render.dates import long_date
from tuimail.ui.render.head import head_of, subject_of
from tuimail.ui.render.rows import Piece, label_words
from tuimail.ui.render.sent_head import sent_head
from tuimail.ui.render.wrap import Row
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush

from .conversation import Conversation
from .flow import BEGINNING, Anchor, Source, lines_source, rows_source, text_source
from .folding import Folding
from .text_pane import NOT_FOUND, TextPane

_SENT_SHARE = 4
"""What became of a sent mail takes a quarter of the reader at most."""
_NOTHING = Safe("")

Page = Callable[[int], Iterable[Row]]
"""Makes rows for a pane of so many cells; what it yields is asked for in pieces."""


class Left(NamedTuple):
    """Where a mail was left for something that stands in its place."""

    key: MessageKey
    mail: RenderedMail
    folding: Folding
    top: Anchor

    def is_of(self, row: MessageRow, mail: RenderedMail) -> bool:
        """Whether it is the same text."""
        is_as_long = len(mail.lines) == len(self.mail.lines)
        return self.key == row.key and is_as_long and self.mail.plain_text == mail.plain_text


class Reader(TextPane):
    """Shows one mail, or says why it cannot."""

    def __init__(
        self,
        brush: Brush,
        wrap_columns: int,
        welcome: Sequence[Row],
        on_moved: Callable[[], None],
        *,
        folds_quotes: bool = True,
    ) -> None:
        """`on_moved` is called when other rows come into sight, or more are known of."""
        super().__init__(brush, id="reader")
        self._on_moved = on_moved
        self.row: MessageRow | None = None
        """The message that is open."""
        self.mail: RenderedMail | None = None
        """What is shown of it; None while its bytes are on their way."""
        self.sent: OutgoingRow | None = None
        """What became of the open mail, where it was sent from here."""
        self.sent_more = Safe("")
        """Where all of that is to be read."""
        self.warned_more = Safe("")
        """Where all warnings are shown."""
        self._judged: Sequence[Caution] = ()
        """What was found out about a sender since the mail was shown."""
        self._wrap_columns = wrap_columns
        self._welcome = welcome
        self.story: OutgoingRow | None = None
        """The sent mail of which the page tells."""
        self.behind: MessageRow | None = None
        """The mail that was open before the page, to go back to."""
        self.left: Left | None = None
        """Where the mail was left for what stands in its place, to go back to."""
        self._page_of: MessageRow | None = None
        """The mail of which the page tells."""
        self.behind_page: Conversation | None = None
        """The conversation that was read before the page, to go back to."""
        self.fold_key = _NOTHING
        """What folds and unfolds, as it is said where something is folded."""
        self._folds_quotes = folds_quotes
        self._page: Page | None = None
        self._words: Sequence[Row] = ()

    def greet(self, welcome: Sequence[Row]) -> None:
        """Show other words while nothing is open."""
        self._welcome = welcome
        self.refresh()

    def show_mail(
        self, row: MessageRow, mail: RenderedMail, sent: OutgoingRow | None = None
    ) -> None:
        """Show a mail from its beginning, or where it was left; `sent` is what became of it."""
        is_same = self.row is not None and self.row.key == row.key and self.mail is mail
        top = self.on_top if is_same else BEGINNING
        if self.left is not None and self.left.is_of(row, mail):
            self.folding, top = self.left.folding, self.left.top
            self.folding.lines = mail.lines
        elif not is_same or self.folding is None:
            self.found = NOT_FOUND
            self.folding = Folding(mail.lines, self.fold_key, is_folded=self._folds_quotes)
        self.left = None
        self.row, self.mail, self._text, self._words = row, mail, None, ()
        self.sent, self.shows, self.conversation = sent, "", None
        self._page = self.story = self.behind = self.behind_page = None
        self.lay_out(top)

    def complete(self, mail: RenderedMail) -> None:
        """Take all of the open mail, whose beginning is shown; what is in sight stays."""
        self.mail = mail
        if self.folding is not None:
            self.folding.lines = mail.lines
        if not self.shows:
            self.lay_out(self.on_top)

    def renew(self, flags: Flags) -> None:
        """Take the open mail's flags as they are now; its head says which labels it has."""
        if self.row is not None and flags != self.row.flags:
            is_labelled_anew = labels_of(flags) != labels_of(self.row.flags)
            self.row = replace(self.row, flags=flags)
            if self.conversation is not None:
                self.conversation.renew(self.row)
                self.refresh()
                return
            if is_labelled_anew:
                self.lay_out(self.on_top)

    def renew_sent(self, sent: OutgoingRow) -> None:
        """Take what became of the open mail as it is now."""
        if self.mail is not None and sent != self.sent:
            self.sent = sent
            self.lay_out(self.on_top)

    def warn(self, key: MessageKey, cautions: Sequence[Caution]) -> None:
        """Say what was found out about the open mail's sender, in place of what was before."""
        if self.conversation is not None:
            self.conversation.warn(key, cautions)
            self.refresh()
            return
        if self.row is None or self.row.key != key or self.mail is None:
            return
        told = (one for one in self.mail.warnings if one not in self._judged)
        warnings = worst_first((*told, *cautions))
        self._judged = cautions
        if warnings != self.mail.warnings:
            self.mail = replace(self.mail, warnings=warnings)
            self.lay_out(self.on_top)

    def show_words(self, row: MessageRow, words: Safe, role: StyleRole) -> None:
        """Show what the list knows of a mail and a sentence where its text will be."""
        self.row, self.mail, self._text, self.shows, self.left = row, None, None, "", None
        self.sent = self._page = self.story = self.behind = self.folding = None
        self.conversation = self.behind_page = None
        self._words, self.found = [[], [(Safe(f" {words}"), role)]], NOT_FOUND
        self.lay_out(BEGINNING)

    def show_conversation(self, mails: Conversation) -> None:
        """Show the mails of a conversation in one scroll."""
        self._forget()
        self.conversation, self.row, self.mail = mails, mails.top.row, mails.top.mail
        self.lay_out(BEGINNING)

    def drop(self, row_ids: Collection[int]) -> bool:
        """Leave mails out of the conversation that is shown; False where nothing is left of it."""
        mails = self.conversation or self.behind_page
        if mails is None or not mails.drop(row_ids):
            return False
        if self.conversation is not None:
            self.go_on()
        elif self.about is None or self.about.row_id in row_ids:
            self.show_conversation(mails)
        return True

    def draw_mails(self) -> None:
        """Draw what is new of the conversation, unless something stands in its place."""
        if self.mails is not None:
            self.lay_out(BEGINNING)

    def go_on(self) -> None:
        """Show the conversation again after what stood in its place, and what is new of it."""
        self._text, self.shows = None, ""
        self.lay_out(BEGINNING)

    def show_text(self, text: Safe, what: str) -> None:
        """Show text as it is in place of the open mail's: `headers`, `raw`, what a command said."""
        self.left = self._here()
        self._text, self.shows, self.found = text, what, NOT_FOUND
        self.lay_out(BEGINNING)

    def show_page(
        self,
        page: Page,
        story: OutgoingRow | None = None,
        *,
        behind: MessageRow | None = None,
        of: MessageRow | None = None,
    ) -> None:
        """Show rows made elsewhere, without a mail; `story` is whose story they are.

        The story of the same mail stays where it is. `behind` is the mail to go back to; a page
        is about that, or `of` a mail that was not open.
        """
        is_same = story is not None and self.story is not None and self.story.id == story.id
        top = self.on_top if is_same else BEGINNING
        mails, left = self.conversation or self.behind_page, self._here()
        self._forget()
        self._page, self.story, self.behind, self._page_of = page, story, behind, of
        self.left = left if behind is not None else None
        if behind is not None and mails is not None and mails.top.row.key == behind.key:
            self.behind_page = mails
        self.lay_out(top)

    def clear(self) -> None:
        """Show no mail."""
        self._forget()
        self.lay_out(BEGINNING)

    @property
    def about(self) -> MessageRow | None:
        """The mail that is open, or to which a page in its place belongs."""
        return self.opened or self._page_of

    @property
    def opened(self) -> MessageRow | None:
        """The mail that is open, or that a page goes back to."""
        return self.row or self.behind

    @property
    def has_page(self) -> bool:
        """Whether rows made elsewhere are shown."""
        return self._page is not None

    @property
    def text_shown(self) -> Safe:
        """What is shown in place of the open mail's own text; empty where that is shown."""
        return self._text or _NOTHING

    def line(self, y: int) -> Sequence[Piece]:
        """Return one row; a welcome where nothing is open."""
        if self.row is None and self._page is None:
            return self._welcome[y] if y < len(self._welcome) else []
        return super().line(y)

    def has_moved(self) -> None:
        """Say so; of a conversation, the mail on top is the open one from now on."""
        if self.mails is not None:
            top = self.mails.top
            is_other = self.row is None or self.row.key != top.row.key
            self.row, self.mail = top.row, top.mail
            if is_other:
                self._head = self.make_head(self.size.width) if self.size.width else []
            self.mails.on_moved()
        self._on_moved()

    def _here(self) -> Left | None:
        """Return where in the mail one is, or was before what stands in its place."""
        if self.shows or self._page is not None or self.conversation is not None:
            return self.left
        if self.row is None or self.mail is None or self.folding is None:
            return None
        return Left(self.row.key, self.mail, self.folding, self.on_top)

    def _forget(self) -> None:
        self.row, self.mail, self._text, self._words = None, None, None, ()
        self.sent = self._page = self.story = self.behind = self._page_of = self.folding = None
        self.conversation = self.behind_page = self.left = None
        self.shows, self.found = "", NOT_FOUND

    def make_head(self, width: int) -> list[Row]:
        """Return the head of the open mail; of a conversation, its subject and which mail it is."""
        if self.mails is not None and self.row is not None:
            count = len(self.mails.members)
            place = place_of(self.row, self.mails.at + 1, count, width)
            return [*subject_of(safe_line(self.row.subject), width, 1), place]
        if self.mail is not None:
            labels = label_words(self.row.flags, width) if self.row else Safe("")
            head = head_of(
                self.mail, width, 2 if self.size.height > 12 else 1, labels, self.warned_more
            )
            if self.sent is not None:
                most = max(1, self.size.height // _SENT_SHARE)
                head += sent_head(self.sent, width, most, self.sent_more)
            return head
        if self.row is None:
            return []
        who = self.row.sender_address or self.row.sender_name
        words = Safe(f" {safe_line(who, 200)}  {long_date(self.row.date)}")
        return [
            *subject_of(safe_line(self.row.subject), width, 1),
            [(cut(words, width), StyleRole.DIM)],
        ]

    def source(self) -> Source:
        """Return what makes the rows of what is shown."""
        if self._text is not None:
            return text_source(self._text)
        if self.folding is not None:
            return lines_source(self.folding, self._wrap_columns)
        page = self._page
        return rows_source(page if page is not None else lambda _: self._words)
