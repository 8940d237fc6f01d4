"""Mails being written; they exist nowhere else."""

import json
import secrets
from pathlib import Path
from typing import Any

from tuimail.errors import NotFound
from tuimail.model.address import Address
from tuimail.model.draft import Attachment, Draft, DraftKind
from tuimail.model.ids import AccountName, DraftId, MailboxId, MessageRef, RowId
from tuimail.model.outgoing import SendOptions

from .database import Database, Store, Writing
from .text import storable


def new_draft_id() -> DraftId:
    """Return an id nobody has used."""
    return DraftId(secrets.token_hex(8))


def put_draft(store: Store, draft: Draft) -> None:
    """Keep a draft, durable, over an older one with the same id."""
    with store.writing(Database.LOCAL) as writing:
        put_draft_in(writing, draft)


def put_draft_in(writing: Writing, draft: Draft) -> None:
    """Keep a draft as `put_draft` does, inside an open transaction of local.db."""
    writing.run(
        "insert or replace into draft values(?, ?, ?)",
        (draft.id, draft.updated, json_of_draft(draft)),
    )


def drafts(store: Store) -> list[Draft]:
    """Return every draft, newest first."""
    rows = store.rows(Database.LOCAL, "select content from draft order by updated desc, id desc")
    return [draft_of_json(row[0]) for row in rows]


def count_drafts(store: Store) -> int:
    """Return how many drafts are kept."""
    count: int = store.rows(Database.LOCAL, "select count(*) from draft")[0][0]
    return count


def draft(store: Store, draft_id: DraftId) -> Draft:
    """Return one draft. Raises NotFound."""
    rows = store.rows(Database.LOCAL, "select content from draft where id = ?", (draft_id,))
    if not rows:
        raise NotFound("This draft is not there any more.")
    return draft_of_json(rows[0][0])


def drop_draft_in(writing: Writing, draft_id: DraftId) -> None:
    """Drop a draft inside an open transaction of local.db."""
    writing.run("delete from draft where id = ?", (draft_id,))


def json_of_draft(draft: Draft) -> str:
    """Return a draft as it is stored."""
    original = draft.original
    return json.dumps(
        {
            "id": draft.id,
            "account": draft.account,
            "from": [storable(draft.from_.name), storable(draft.from_.addr_spec)],
            "to": draft.to,
            "cc": draft.cc,
            "bcc": draft.bcc,
            "subject": draft.subject,
            "body": draft.body,
            "attachments": [
                [str(a.path), a.filename, a.content_type, a.size_bytes] for a in draft.attachments
            ],
            "kind": draft.kind,
            "original": [original.row_id, original.mailbox_id] if original else None,
            "in_reply_to": draft.in_reply_to,
            "references": draft.references,
            "updated": draft.updated,
            "at": draft.options.at,
            "give_up_s": draft.options.give_up_s,
            "wants_success": draft.options.wants_success,
            "remind_days": draft.remind_days,
        }
    )


def head_of_draft(draft_id: DraftId) -> str:
    """Return what a stored draft with this id begins with, and no other."""
    return f'{{"id": {json.dumps(draft_id)},'


def draft_of_json(text: str) -> Draft:
    """Return a stored draft; fields an older program did not know keep their defaults."""
    fields: dict[str, Any] = json.loads(text)
    original = fields.get("original")
    return Draft(
        id=DraftId(fields["id"]),
        account=AccountName(fields["account"]),
        from_=Address(*fields["from"]),
        to=fields.get("to", ""),
        cc=fields.get("cc", ""),
        bcc=fields.get("bcc", ""),
        subject=fields.get("subject", ""),
        body=fields.get("body", ""),
        attachments=tuple(
            Attachment(Path(path), *rest) for path, *rest in fields.get("attachments", ())
        ),
        kind=DraftKind(fields.get("kind", DraftKind.NEW)),
        original=MessageRef(RowId(original[0]), MailboxId(original[1])) if original else None,
        in_reply_to=fields.get("in_reply_to", ""),
        references=tuple(fields.get("references", ())),
        updated=fields.get("updated", 0),
        options=SendOptions(
            fields.get("at"), fields.get("give_up_s"), fields.get("wants_success", False)
        ),
        remind_days=fields.get("remind_days"),
    )
