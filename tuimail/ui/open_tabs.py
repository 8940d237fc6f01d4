"""What is left open beside the list: mails and drafts, each with a tab of its own."""

from dataclasses import dataclass

from tuimail.model.draft import Draft
from tuimail.model.ids import DraftId, MessageKey
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line

_NAMED_CHARS = 60


@dataclass(frozen=True, slots=True)
class OpenTab:
    """A mail or a draft that is one key away."""

    what: MessageKey | DraftId
    """What it is known by, wherever it lies."""
    name: Safe
    row: MessageRow | None = None
    """Where a mail lay when it was last looked at; None for a draft."""


def mail_tab(row: MessageRow) -> OpenTab:
    """Return the tab of a mail."""
    subject = safe_line(row.subject, _NAMED_CHARS)
    return OpenTab(row.key, subject if subject.strip() else Safe("(no subject)"), row)


def draft_tab(draft: Draft) -> OpenTab:
    """Return the tab of a mail being written."""
    subject = safe_line(draft.subject, _NAMED_CHARS).strip()
    return OpenTab(draft.id, Safe(f"Draft: {subject}" if subject else "Draft"))
