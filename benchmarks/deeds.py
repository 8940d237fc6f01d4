"""What a deed costs in a long list, written down and shown: the longest of twenty, by kind.

Processor time, so that a busy machine does not blur it; the disk is not in it.

python -m benchmarks.deeds [MESSAGES ...]
"""

import statistics
import sys
import tempfile
import time
from array import array
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.store_bulk import fill
from benchmarks.verdict import Verdicts
from tuimail.config.profile import Profile
from tuimail.config.write import add_account
from tuimail.model.account import Account, PasswordSource, Security, Server
from tuimail.model.address import Address
from tuimail.model.ids import AccountName, MailboxId, MessageRef, RowId
from tuimail.model.view import Grouping
from tuimail.services import reading, triage, undo
from tuimail.services.mail import open_mail
from tuimail.ui.session import Session

TIMES = 60
LIMIT_MS = 25
HEIGHT = 40


def account() -> Account:
    """Return the account whose mailboxes `fill` makes."""
    server = Server("localhost", 993, Security.TLS, "work")
    return Account(
        AccountName("work"), Address("Work", "work@example.org"), (), "", server, server,
        PasswordSource.COMMAND, ("true",), (),
    )  # fmt: skip


class Desk:
    """A list that is shown, without a screen."""

    def __init__(self, session: Session, inbox: MailboxId, grouping: Grouping) -> None:
        self.session, self._inbox = session, inbox
        view = reading.mailbox_view(session.mail, inbox, grouping)
        session.show(view, session.read(view), is_unified=False)
        self.ids: array[int] = session.contents.ids

    def do(self, act: Callable[[], object], touched: frozenset[int], place: int) -> float:
        """Do it and read what is to be shown; return the milliseconds of both."""
        start = time.thread_time()
        self.session.deed(act)
        near = range(max(0, place - HEIGHT), place + HEIGHT)
        contents = self.session.renewed(self.ids, touched, near)
        took = (time.thread_time() - start) * 1000
        if contents is None or contents.is_behind:
            raise AssertionError("all of the list would be read")
        self.session.renew(contents)
        self.ids = contents.ids
        return took

    def refs(self, row_id: int) -> list[MessageRef]:
        """Return what the row stands for."""
        rows = self.session.rows(self.session.view, [RowId(row_id)])
        thread = reading.thread(self.session.mail, rows[0].thread_id)
        is_folded = rows[0].thread_count > 1
        return (
            [MessageRef(row.row_id, self._inbox) for row in thread] if is_folded else [rows[0].ref]
        )


def measure(desk: Desk, name: str, verdicts: Verdicts) -> None:
    """Do each deed many times, anywhere in the list, and take it back."""
    random, mail = Random(7), desk.session.mail
    took: dict[str, list[float]] = {"flag": [], "delete": [], "undo": []}
    for _ in range(TIMES):
        place = random.randrange(len(desk.ids))
        refs = desk.refs(desk.ids[place])
        touched = frozenset[int](ref.row_id for ref in refs)
        before = desk.ids
        for deed, verb in (("flag", triage.toggle_flagged), ("delete", triage.delete)):
            gone = touched if deed == "delete" else frozenset[int]()
            took[deed].append(desk.do(partial(verb, mail, refs), gone, place))
            took["undo"].append(desk.do(partial(undo.undo, mail), touched, place))
        if desk.ids != before:
            raise AssertionError("taken back, the list is another one")
    for deed, times in took.items():
        p95 = statistics.quantiles(times, n=20)[-1]
        verdicts.at_most(f"{name}: {deed}, p95", p95, LIMIT_MS, " ms")


def main(counts: list[int]) -> None:
    """Measure and print."""
    verdicts = Verdicts()
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            profile = Profile.at(Path(folder))
            profile.prepare()
            add_account(profile, account())
            mail = open_mail(profile)
            inbox, _, _ = fill(mail.store, count, 2_000)
            for grouping in Grouping:
                desk = Desk(Session(mail), inbox, grouping)
                measure(desk, f"{count:,} {grouping}", verdicts)
            mail.close()
    verdicts.end()


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [100_000])
