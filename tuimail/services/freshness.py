"""Whether a list that is shown needs to be read again: not for what this process did itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from tuimail.model.ids import MailboxId
from tuimail.model.mailbox import MailboxRow
from tuimail.store.database import Database
from tuimail.store.mailboxes import generations

from .mail import Mail

_T = TypeVar("_T")


class Freshness:
    """Knows which generation of each mailbox the list shown stands for."""

    def __init__(self) -> None:
        self._known: Mapping[MailboxId, int] = {}

    def was_read(self, mailboxes: Sequence[MailboxRow]) -> None:
        """Note that a list was read whole, after these rows of its mailboxes were."""
        self._known = {row.id: row.generation for row in mailboxes}

    def deed(self, mail: Mail, act: Callable[[], _T]) -> _T:
        """Do something with mails that the list will show by itself; one at a time.

        If another process writes meanwhile, it cannot be told who changed what: the list counts
        as changed by others.
        """
        known, store = self._known, mail.store
        others = store.written_by_others(Database.CACHE)
        before = generations(store)
        try:
            return act()
        finally:
            after = generations(store)
            is_alone = store.written_by_others(Database.CACHE) == others
            if self._known is known:
                ours = {box: after[box] - before.get(box, 0) for box in after}
                told = {box: was + ours.get(box, 0) for box, was in known.items()}
                self._known = told if is_alone else {}

    def is_behind(self, mailboxes: Sequence[MailboxRow], shown: Sequence[MailboxId]) -> bool:
        """Whether somebody else has changed mailboxes that are shown; none means all."""
        rows = [row for row in mailboxes if not shown or row.id in shown]
        return any(self._known.get(row.id) != row.generation for row in rows)
