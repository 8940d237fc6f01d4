"""One journal of all that people do: taken back in one order, to the first state, and done again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.makers import MAILBOXES, WORK, arrival, box_id, view
from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.errors import NetworkError, UserError
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox, MailboxChange, MailboxVerb
from tuimail.model.message import MessageRow
from tuimail.services import mailbox_changes, offline, reading, saved, splits, triage, undo, writing
from tuimail.services.mail import Mail, open_mail
from tuimail.services.renaming import follow_rename
from tuimail.services.undo import Touched, Walled
from tuimail.store.database import Database
from tuimail.store.journal import forget_old_batches
from tuimail.store.mailboxes import mailbox_named, mailbox_rows, put_mailboxes
from tuimail.store.messages import put_messages

WORK_TOML = """
[account.work]
email = "me@work.example"
[account.work.imap]
host = "imap.work.example"
"""


class Server:
    """Makes mailboxes, renames and deletes them, and lists them as sync does."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self.boxes = {box.name: box for box in MAILBOXES}
        self.is_reached = True
        self.prefix = ""
        """Below which the server puts what is made."""

    def change(self, account: AccountName, change: MailboxChange) -> None:
        if not self.is_reached:
            raise NetworkError("the server cannot be reached")
        match change.verb:
            case MailboxVerb.CREATE:
                name = self.prefix + change.name.removeprefix(self.prefix)
                self.boxes[name] = ListedMailbox(name, "/", None, True)
            case MailboxVerb.RENAME:
                box = self.boxes.pop(change.name)
                self.boxes[change.new_name] = replace(box, name=change.new_name)
            case MailboxVerb.DELETE:
                row = mailbox_named(self.mail.store, account, change.name)
                if row is not None and row.total > change.at_most:
                    raise UserError("It holds mails by now.")
                self.boxes.pop(change.name)
            case verb:
                is_wanted = verb is MailboxVerb.SUBSCRIBE
                self.boxes[change.name] = replace(self.boxes[change.name], is_subscribed=is_wanted)
        put_mailboxes(self.mail.store, account, list(self.boxes.values()))

    def done(self, change: MailboxChange) -> None:
        """Make a change as a person does: asked, journalled, followed."""
        row = mailbox_named(self.mail.store, WORK, change.name)
        self.change(WORK, change)
        mailbox_changes.note(self.mail, WORK, change)
        if change.verb is MailboxVerb.RENAME and row is not None:
            follow_rename(self.mail, row, change.new_name)

    def create(self, name: str) -> None:
        self.done(mailbox_changes.creation(name))


def desk_at(folder: Path) -> tuple[Mail, Server]:
    profile = Profile.at(folder)
    profile.prepare()
    profile.config_file.write_text(WORK_TOML)
    mail = open_mail(profile)
    put_mailboxes(mail.store, WORK, MAILBOXES)
    put_messages(mail.store, box_id(mail.store, "INBOX"), [arrival(n) for n in range(1, 5)])
    return mail, Server(mail)


@pytest.fixture
def desk(tmp_path):
    mail, server = desk_at(tmp_path)
    yield mail, server
    mail.close()


def inbox(mail: Mail) -> list[MessageRow]:
    shown = view(box_id(mail.store, "INBOX"))
    return reading.rows(mail, shown, reading.view_ids(mail, shown))


def state_of(mail: Mail) -> object:
    """All that deeds change, as a person sees it."""
    config = load_config(mail.profile)
    mails = {
        (row.name.raw, one.subject.raw, one.flags)
        for row in mailbox_rows(mail.store, WORK)
        for one in reading.rows(mail, view(row.id), reading.view_ids(mail, view(row.id)))
    }
    boxes = {(row.name.raw, row.is_subscribed) for row in mailbox_rows(mail.store, WORK)}
    searches = {(one.name.raw, one.query) for one in saved.saved_searches(mail)}
    drafts = {(one.id, one.body) for one in writing.drafts(mail)}
    tabs = splits.are_on(mail), splits.splits(mail)
    return mails, boxes, searches, drafts, tabs, config.account(WORK).offline_mailboxes


def test_undo_takes_back_the_newest_of_all_deeds_and_not_an_older_one(desk):
    mail, server = desk
    triage.archive(mail, [inbox(mail)[0].ref])
    server.create("Plans")
    undone = undo.undo(mail, server.change)
    assert undone.sentence == "Undone: mailbox Plans made"
    assert undone.touched == {Touched.MAILBOXES}
    assert "Plans" not in server.boxes
    assert len(inbox(mail)) == 3
    assert undo.undo(mail, server.change).sentence == "Undone: 1 message moved to Archive"
    assert len(inbox(mail)) == 4
    undo.redo(mail, server.change)
    undo.redo(mail, server.change)
    assert "Plans" in server.boxes
    assert len(inbox(mail)) == 3


def test_a_mailbox_that_the_server_put_below_the_inbox_is_found_there(desk):
    mail, server = desk
    server.prefix = "INBOX/"
    server.create("Plans")
    undo.undo(mail, server.change)
    assert "INBOX/Plans" not in server.boxes
    undo.redo(mail, server.change)
    assert "INBOX/Plans" in server.boxes


def test_a_mailbox_that_holds_mail_by_now_is_not_deleted_by_undo_which_then_goes_on(desk):
    mail, server = desk
    triage.archive(mail, [inbox(mail)[0].ref])
    server.create("Plans")
    put_messages(mail.store, box_id(mail.store, "Plans"), [arrival(9)])
    with pytest.raises(Walled, match=r"mailbox Plans made \(It holds mails by now\).*1 message"):
        undo.undo(mail, server.change)
    assert "Plans" in server.boxes
    assert undo.undo(mail, server.change).sentence == "Undone: 1 message moved to Archive"


def test_out_of_reach_of_the_server_nothing_is_passed_by(desk):
    mail, server = desk
    server.create("Plans")
    server.is_reached = False
    with pytest.raises(NetworkError):
        undo.undo(mail, server.change)
    server.is_reached = True
    assert undo.undo(mail, server.change).sentence == "Undone: mailbox Plans made"


def test_what_nothing_brings_back_stands_in_the_journal_as_a_wall(desk):
    mail, server = desk
    server.create("Plans")
    plans = mailbox_named(mail.store, WORK, "Plans")
    doomed = mailbox_changes.doomed_with(mail, plans)
    server.done(mailbox_changes.deletion(plans, doomed))
    with pytest.raises(Walled, match=r"mailbox Plans deleted.*Once more takes back: mailbox Plans"):
        undo.undo(mail, server.change)


def test_a_renamed_mailbox_gets_its_name_back_with_what_is_set_for_it(desk):
    mail, server = desk
    server.create("Plans")
    offline.keep(mail, WORK, "Plans", "all")
    saved.save_search(mail, "planned", "in:Plans")
    row = mailbox_named(mail.store, WORK, "Plans")
    server.done(mailbox_changes.renaming(row, "Past"))
    assert dict(load_config(mail.profile).account(WORK).offline_mailboxes).keys() == {"Past"}
    undo.undo(mail, server.change)
    assert dict(load_config(mail.profile).account(WORK).offline_mailboxes).keys() == {"Plans"}
    assert [one.query for one in saved.saved_searches(mail)] == ["in:Plans"]


def test_a_search_kept_over_another_is_what_it_was_again(desk):
    mail, _ = desk
    saved.save_search(mail, "mine", "from:ada")
    saved.save_search(mail, "Mine", "from:bob")
    saved.rename_search(mail, "mine", "ours")
    saved.delete_search(mail, "ours")
    assert saved.saved_searches(mail) == []
    expected = [("ours", "from:bob"), ("Mine", "from:bob"), ("mine", "from:ada")]
    for name, query in expected:
        assert undo.undo(mail).touched == {Touched.SEARCHES}
        assert [(one.name.raw, one.query) for one in saved.saved_searches(mail)] == [(name, query)]
    undo.undo(mail)
    assert saved.saved_searches(mail) == []
    for _ in range(4):
        undo.redo(mail)
    assert saved.saved_searches(mail) == []


def test_a_draft_that_was_thrown_away_comes_back_with_its_files_for_a_week(desk):
    mail, _ = desk
    draft = writing.save_draft(mail, replace(writing.new_draft(mail), body="Dear Ada"))
    writing.discard_draft(mail, draft.id)
    assert list(writing.drafts(mail)) == []
    assert undo.undo(mail).sentence == "Undone: draft “(no subject)” thrown away"
    assert [one.body for one in writing.drafts(mail)] == ["Dear Ada"]
    undo.redo(mail)
    with mail.store.writing(Database.LOCAL) as later:
        later.run("update batch set created = created - 8 * 86400")
    forget_old_batches(mail.store)
    with pytest.raises(Walled):
        undo.undo(mail)
    assert list(writing.drafts(mail)) == []


def test_a_group_is_taken_back_and_done_again_as_one(desk):
    mail, server = desk
    triage.archive(mail, [inbox(mail)[0].ref])
    before = state_of(mail)
    mark = undo.begin_group(mail)
    triage.toggle_flagged(mail, [inbox(mail)[0].ref])
    server.create("Plans")
    triage.move(mail, [inbox(mail)[1].ref], "Plans")
    assert undo.end_group(mail, mark) == 3
    after = state_of(mail)
    undone = undo.undo(mail, server.change)
    assert undone.sentence == "Undone: 1 message flagged, and 2 more"
    assert state_of(mail) == before
    undo.redo(mail, server.change)
    assert state_of(mail) == after
    undo.undo(mail, server.change)
    undo.undo(mail, server.change)
    assert len(inbox(mail)) == 4


def test_a_group_is_taken_back_as_far_as_it_can_be_and_what_was_is_shown(desk):
    mail, server = desk
    server.create("Plans")
    mark = undo.begin_group(mail)
    triage.archive(mail, [inbox(mail)[0].ref])
    plans = mailbox_named(mail.store, WORK, "Plans")
    server.done(mailbox_changes.deletion(plans, mailbox_changes.doomed_with(mail, plans)))
    last = inbox(mail)[0]
    triage.delete(mail, [last.ref])
    assert undo.end_group(mail, mark) == 3
    undone = undo.undo(mail, server.change)
    assert undone.row_ids == {last.row_id}
    assert undone.sentence.startswith(
        "Undone: 1 message moved to Trash. Cannot be undone: mailbox Plans deleted"
    )
    assert inbox(mail)[0].row_id == last.row_id
    assert undo.undo(mail, server.change).sentence == "Undone: 1 message moved to Archive"
    assert len(inbox(mail)) == 4


def test_the_journal_survives_a_restart(desk):
    mail, server = desk
    first = state_of(mail)
    saved.save_search(mail, "mine", "from:ada")
    offline.keep(mail, WORK, "Archive", "all")
    again = open_mail(mail.profile)
    try:
        undo.undo(again, server.change)
        undo.undo(again, server.change)
        assert state_of(again) == first
    finally:
        again.close()


Deed = Callable[[Mail, Server, int], None]


def _move(mail: Mail, _: Server, number: int) -> None:
    rows = inbox(mail)
    if rows:
        triage.move(mail, [rows[number % len(rows)].ref], ("Archive", "Trash")[number % 2])


def _flag(mail: Mail, _: Server, number: int) -> None:
    rows = inbox(mail)
    if rows:
        flags = frozenset({(Flag.SEEN.value, Flag.FLAGGED.value, "project")[number % 3]})
        triage.add_flags(mail, [rows[number % len(rows)].ref], flags)


def _create(mail: Mail, server: Server, number: int) -> None:
    if f"Box{number}" not in server.boxes:
        server.create(f"Box{number}")


def _rename(mail: Mail, server: Server, number: int) -> None:
    name = next((one for one in sorted(server.boxes) if one.startswith("Box")), None)
    row = mailbox_named(mail.store, WORK, name) if name else None
    if row is not None and f"Box{number}" not in server.boxes:
        server.done(mailbox_changes.renaming(row, f"Box{number}"))


def _subscribe(mail: Mail, server: Server, number: int) -> None:
    row = mailbox_rows(mail.store, WORK)[number % len(server.boxes)]
    server.done(mailbox_changes.subscription(row, is_wanted=not row.is_subscribed))


def _keep(mail: Mail, _: Server, number: int) -> None:
    now = replace(mail, config=load_config(mail.profile))
    offline.keep(now, WORK, "Archive", f"{number + 1}d")


def _save(mail: Mail, _: Server, number: int) -> None:
    saved.save_search(mail, f"search {number % 3}", f"subject:{number}")


def _forget(mail: Mail, _: Server, number: int) -> None:
    searches = saved.saved_searches(mail)
    if searches:
        saved.delete_search(mail, searches[number % len(searches)].name.raw)


def _split(mail: Mail, _: Server, number: int) -> None:
    known = splits.splits(mail)
    match number % 4:
        case 0:
            splits.turn(mail, on=not splits.are_on(mail))
        case 1 if all(one.name.raw != f"Split {number}" for one in known):
            splits.add(mail, f"Split {number}", "from:ada")
        case 2 if known:
            splits.move(mail, known[0], number)
        case 3 if known:
            splits.remove(mail, known[number % len(known)])
        case _:
            pass


def _discard(mail: Mail, _: Server, number: int) -> None:
    drafts = writing.drafts(mail)
    if drafts:
        writing.discard_draft(mail, drafts[number % len(drafts)].id)


DEEDS: tuple[Deed, ...] = (
    _move, _flag, _create, _rename, _subscribe, _keep, _save, _forget, _discard, _split,
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 7)), max_size=12))
def test_undo_to_the_end_returns_the_first_state_and_redo_the_last(deeds):
    with TemporaryDirectory() as folder:
        mail, server = desk_at(Path(folder))
        try:
            for body in ("one", "two"):
                writing.save_draft(mail, replace(writing.new_draft(mail), body=body))
            first = state_of(mail)
            for act, number in deeds:
                act(mail, server, number)
            last, count = state_of(mail), 0
            while undo.newest(mail):
                undo.undo(mail, server.change)
                count += 1
            assert state_of(mail) == first
            for _ in range(count):
                undo.redo(mail, server.change)
            assert state_of(mail) == last
        finally:
            mail.close()
