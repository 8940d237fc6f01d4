"""Mails being written; they exist nowhere else."""

from tuimail.model.draft import Draft
from tuimail.model.ids import DraftId

from .database import Store


def put_draft(store: Store, draft: Draft) -> None:
    """Keep a draft, durable, over an older one with the same id."""
    raise NotImplementedError


def drafts(store: Store) -> list[Draft]:
    """Return every draft, newest first."""
    raise NotImplementedError


def draft(store: Store, draft_id: DraftId) -> Draft:
    """Return one draft. Raises NotFound."""
    raise NotImplementedError


def drop_draft(store: Store, draft_id: DraftId) -> None:
    """Drop a draft if it is there."""
    raise NotImplementedError
