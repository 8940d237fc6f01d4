"""Brings a database file to this program's schema: one step per version, each all or nothing."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tuimail.errors import StoreError

from .files import Database, create_private
from .schema import (
    APPLICATION_ID,
    APPOINTMENTS,
    BASE_SUBJECT,
    FLAGGED_INDEX,
    FOLLOWING,
    JOURNALLED,
    LOCAL_MAIL,
    MARKED_INDEX,
    REPORTS,
    SAVED_SEARCH,
    SORTING,
    SPLIT_MEMBERS,
    SPLITS,
    TABLES,
    TRANSCRIPT,
    VERSION,
    WISHES,
)
from .sorting import MESSAGES_A_STEP, note_unsorted

if TYPE_CHECKING:
    from .database import Writing

Step = Callable[["Writing"], None]
"""Changes the tables of one version into those of the next, inside an open transaction."""


def _add_local_mail(writing: "Writing") -> None:
    writing.script(LOCAL_MAIL)


def _add_tries(writing: "Writing") -> None:
    for column in ("internal_date", "tries"):
        writing.run(f"alter table operation add column {column} integer not null default 0")


def _add_saved_searches(writing: "Writing") -> None:
    writing.run(SAVED_SEARCH)


def _add_subscriptions(writing: "Writing") -> None:
    writing.run("alter table mailbox add column is_subscribed integer not null default 1")


def _index_marked(writing: "Writing") -> None:
    writing.run(MARKED_INDEX)


def _add_arrivals(writing: "Writing") -> None:
    # A default, and not an update: that would write every body anew.
    now = int(time.time())
    writing.run(f"alter table body add column arrived integer not null default {now:d}")


def _add_base_subjects(writing: "Writing") -> None:
    writing.script(BASE_SUBJECT)


def _add_sorting(writing: "Writing") -> None:
    """Make the tables of sorting and splits; for what is here they are filled later, in pieces."""
    writing.run("alter table placement add column split integer not null default 0")
    writing.script((*SPLIT_MEMBERS, FLAGGED_INDEX))
    writing.script(SORTING)
    messages = [row[0] for row in writing.rows("select id from message order by id")]
    for begin in range(0, len(messages), MESSAGES_A_STEP):
        note_unsorted(writing, messages[begin : begin + MESSAGES_A_STEP])


def _add_least_uids(writing: "Writing") -> None:
    for column in ("least_uid_validity", "least_uid"):
        writing.run(f"alter table operation add column {column} integer not null default 0")


def _add_reports(writing: "Writing") -> None:
    writing.run("alter table submission add column envelope_id text not null default ''")
    writing.script(REPORTS)


def _follow_what_was_sent(writing: "Writing") -> None:
    writing.script((*FOLLOWING, *WISHES, TRANSCRIPT))


def _journal_deeds(writing: "Writing") -> None:
    writing.script((*JOURNALLED, SPLITS))


def _add_appointments(writing: "Writing") -> None:
    writing.script(APPOINTMENTS)


STEPS: Final[Mapping[Database, Sequence[Step]]] = {
    **dict.fromkeys(Database, ()),
    Database.LOCAL: (
        _add_local_mail,
        _add_tries,
        _add_saved_searches,
        _add_least_uids,
        _add_reports,
        _follow_what_was_sent,
        _journal_deeds,
        _add_appointments,
    ),
    Database.CACHE: (_add_subscriptions, _index_marked, _add_base_subjects, _add_sorting),
    Database.BODIES: (_add_arrivals,),
}
"""The step at index n leads from version n + 1 to n + 2."""


class NotOurs(StoreError):
    """The file is a database, but of another program or damaged beyond knowing it."""


def bring_up_to_date(
    writing: "Writing",
    database: Database,
    steps: Sequence[Step] | None = None,
    target: int | None = None,
) -> None:
    """Make the tables, or carry them over from an older version.

    Raises:
        StoreError: written by a newer program.
        NotOurs: not a store of this program.
    """
    steps = STEPS[database] if steps is None else steps
    target = VERSION[database] if target is None else target
    version = _version(writing, database)
    if version == target:
        return
    if version > target:
        raise StoreError(
            f"{writing.path} was written by a newer tuimail (schema {version}, this one knows"
            f" {target}). Start the newer program, or update this one."
        )
    if version and database is Database.LOCAL:
        _keep_copy(writing, version)
    writing.begin()
    try:
        _carry_over(writing, database, steps, target)
        writing.commit()
    except BaseException:
        writing.rollback()
        raise


def _carry_over(writing: "Writing", database: Database, steps: Sequence[Step], target: int) -> None:
    version = _version(writing, database)  # another process may have been here first
    if not version:
        writing.script(TABLES[database])
        epoch = secrets.randbits(62)
        writing.run("insert into state values('epoch', ?)", (epoch,))
        writing.run(f"pragma application_id={APPLICATION_ID[database]}")
    else:
        for step in steps[version - 1 : target - 1]:
            step(writing)
    writing.run(f"pragma user_version={target}")


def _version(writing: "Writing", database: Database) -> int:
    """Return the schema version; 0 for an empty file."""
    application = int(writing.rows("pragma application_id")[0][0])
    version = int(writing.rows("pragma user_version")[0][0])
    tables = int(writing.rows("select count(*) from sqlite_master")[0][0])
    if application == 0 and version == 0 and tables == 0:
        return 0
    if application != APPLICATION_ID[database] or version < 1:
        raise NotOurs(f"{writing.path} is not a store of tuimail.")
    return version


def _keep_copy(writing: "Writing", version: int) -> None:
    """Keep what exists nowhere else as it was, beside the file, until the next migration."""
    copy = writing.path.with_name(f"{writing.path.name}.v{version}")
    copy.unlink(missing_ok=True)
    create_private(copy)
    writing.run("vacuum into ?", (str(copy),))
