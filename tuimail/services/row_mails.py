"""Which mails are meant by a row of a list: itself, or those of the thread it stands for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tuimail.model.ids import MailboxId
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.model.query import And, Node, Within
from tuimail.model.view import View
from tuimail.store import lists

from . import reading
from .mail import Mail

_SET_APART: Final = frozenset({Role.SENT, Role.DRAFTS, Role.TRASH, Role.JUNK})
"""A search over everything finds what lies there too; nobody means it who puts a thread away."""


def meant_by(mail: Mail, view: View, rows: Sequence[MessageRow]) -> list[MessageRow]:
    """Return the mails that rows of a view stand for: in a folded thread, those of `of_threads`."""
    of_thread = iter(of_threads(mail, view, [row for row in rows if row.thread_count > 1]))
    found: list[MessageRow] = []
    for row in rows:
        found += next(of_thread) if row.thread_count > 1 else [row]
    return found


def of_threads(mail: Mail, view: View, rows: Sequence[MessageRow]) -> list[list[MessageRow]]:
    """Return for each row the mails of its thread that lie where a view looks, oldest first.

    One's own sent mail, drafts and what was thrown away stay out of it where the thread has mail
    elsewhere, unless these are the mailboxes the view is about.
    """
    if not rows:
        return []
    within = _looked_in(view)
    roles = {box.id: box.role for box in reading.mailboxes(mail)}
    return [_of_thread(mail, View(view.title, within), roles, row) for row in rows]


def _of_thread(
    mail: Mail, within: View, roles: Mapping[MailboxId, Role | None], row: MessageRow
) -> list[MessageRow]:
    found = reading.thread(mail, row.thread_id)
    if within.mailboxes:  # of a mail that lies elsewhere as well, this copy
        found = lists.rows_of(mail.store, within, [one.row_id for one in found])
    meant = [one for one in found if roles.get(one.mailbox_id) not in _SET_APART]
    own_role = roles.get(row.mailbox_id)
    return meant or [one for one in found if roles.get(one.mailbox_id) is own_role]


def _looked_in(view: View) -> tuple[MailboxId, ...]:
    """Return the mailboxes a view is about: its own, as far as its search names others."""
    named = [set(one.mailboxes) for one in _all_of(view.query) if isinstance(one, Within)]
    if view.mailboxes:
        named.append(set(view.mailboxes))
    return tuple(sorted(set.intersection(*named))) or view.mailboxes if named else ()


def _all_of(node: Node | None) -> Iterable[Node]:
    """Yield what a search asks for, each of which a mail has to be."""
    if isinstance(node, And):
        for one in node.nodes:
            yield from _all_of(one)
    elif node is not None:
        yield node
