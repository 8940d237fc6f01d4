"""First rows at once: what needs the rest waits for it, and a rest that came too late is not shown."""

from array import array
from collections.abc import Iterator
from threading import Event

import pytest

from tests.ui.screens import Link, app_over, line, put, raw_mail, sees, until
from tuimail.errors import StoreError
from tuimail.events import MessagesChanged
from tuimail.model.uid_set import UidSet
from tuimail.services import reading, triage
from tuimail.services.reading import view_ids
from tuimail.store.messages import remove_uids
from tuimail.store.operations import pending, uids_with_key
from tuimail.ui.render.panes import Part
from tuimail.ui.widgets.message_list import MessageList

ALL = 60
SIZE = (100, 14)
PATIENCE_S = 60.0


class SlowStore:
    """Reads the store, and keeps back what was read of whole lists until it is asked for."""

    def __init__(self) -> None:
        self.keeps_back = 0
        """So many readings to come."""
        self.kept_back: list[Event] = []
        self.failure = ""
        self._listed = reading.listed

    def listed(self, mail, view, rows=None):
        if rows is None and self.failure:
            raise StoreError(self.failure)
        found = self._listed(mail, view, rows)
        if rows is None and len(self.kept_back) < self.keeps_back:
            self.kept_back.append(Event())
            self.kept_back[-1].wait(PATIENCE_S)
        return found

    def give(self, index: int = 0) -> None:
        self.kept_back[index].set()


@pytest.fixture
def store(monkeypatch) -> Iterator[SlowStore]:
    slow = SlowStore()
    monkeypatch.setattr(reading, "listed", slow.listed)
    monkeypatch.setattr("tuimail.ui.handlers.views.FIRST_ROWS", 1)  # two screens then
    yield slow
    for kept_back in slow.kept_back:
        kept_back.set()


async def search(pilot, store: SlowStore, keeps_back: int = 1, key: str = "/") -> int:
    """Search, or filter; return how many rows are shown while the rest is kept back."""
    store.keeps_back = keeps_back
    await pilot.press(key, *"subject:alice", "enter")
    await until(pilot, lambda: len(store.kept_back) == 1)
    count = len(pilot.app.desk.list.model)
    assert 10 < count < ALL
    assert f"1/{count}+ " in line(pilot.app, Part.STATUS)
    return count


def subject(app) -> str:
    return app.desk.list.cursor_row.subject.raw


def is_whole(app) -> bool:
    return app.desk.session.contents.is_whole


def forget(mail, row) -> None:
    """Another client removes a mail."""
    uids = UidSet.of(uids_with_key(mail.store, row.mailbox_id, row.key))
    remove_uids(mail.store, row.mailbox_id, uids)
    Link.current.tell(MessagesChanged("alice", row.mailbox_id))


async def rest_is_read(app) -> None:
    """Wait until the reading that was kept back has ended, whatever came of it."""
    workers = [worker for worker in app.workers if worker.group == "rest"]
    await app.workers.wait_for_complete(workers)


async def test_the_first_rows_are_shown_with_a_count_that_says_there_are_more(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        assert "unread" not in line(app, Part.STATUS)
        await pilot.press("j", "j")
        assert subject(app) == "Mail alice 2"
        store.give()
        await until(pilot, lambda: f"3/{ALL} · {ALL} unread" in line(app, Part.STATUS))
        assert subject(app) == "Mail alice 2"


async def test_a_mailbox_has_its_first_rows_at_once_and_its_unread_are_counted(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        store.keeps_back = 1
        box = next(b for b in reading.mailboxes(mail, "alice") if b.name.raw == "INBOX")
        app.handlers.views.open_mailbox(box.id)
        await until(pilot, lambda: len(store.kept_back) == 1)
        await sees(pilot, f"+ · {ALL} unread")
        store.give()
        await sees(pilot, f"1/{ALL} · {ALL} unread")


async def test_the_bottom_is_that_of_all_and_keys_after_it_wait(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        await pilot.press("G", "k")
        assert app.desk.list.model.cursor == 0
        await sees(pilot, "The rest of the list is being read …")
        assert "Esc gives up" in line(app, Part.HINT)
        store.give()
        await until(pilot, lambda: f"{ALL - 1}/{ALL} " in line(app, Part.STATUS))
        assert subject(app) == f"Mail alice {ALL - 2}"
        assert "being read" not in line(app, Part.HINT)


async def test_esc_gives_a_wait_up_and_the_keys_go_on(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        await pilot.press("G", "j")
        await sees(pilot, "Esc gives up")
        await pilot.press("escape")
        await until(pilot, lambda: "being read" not in line(app, Part.HINT))
        await pilot.press("j", "j", "j")
        assert app.desk.list.model.cursor == 3
        store.give()
        await until(pilot, lambda: is_whole(app))
        assert app.desk.list.model.cursor == 3


@pytest.mark.parametrize(
    "keys", [["4", "0", "j"], ["4", "0", "G"], ["9", "pagedown"], ["5", "9", "x"]]
)
async def test_what_reaches_further_than_the_first_rows_waits(mail, store, keys):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        await pilot.press("2", "j", "k", *keys)
        assert app.desk.list.model.cursor == 1
        store.give()
        await until(pilot, lambda: app.desk.list.model.cursor >= 39)


async def test_everything_is_marked_read_not_only_what_is_here(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        app.desk.invoke("mark.all.read")
        await pilot.pause()
        store.give()
        await sees(pilot, f"{ALL} messages marked as read")


async def test_what_matches_is_selected_in_all_of_the_list(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        app.desk.invoke("select.matching", argument="subject:alice")
        await pilot.pause()
        assert not app.desk.list.model.selected
        store.give()
        await sees(pilot, f"{ALL} selected")


async def test_the_next_unread_mail_is_looked_for_in_all_of_the_list(mail, store):
    inbox = reading.unified_inbox(mail)
    ids = view_ids(mail, inbox)
    oldest = reading.rows(mail, inbox, [ids[-1]])[0]
    triage.mark_read(mail, inbox, ids[:-1])
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        await pilot.press("tab")
        store.give()
        await until(pilot, lambda: subject(app) == oldest.subject.raw)


async def test_the_rest_of_a_list_that_is_left_is_not_shown(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        await pilot.press("/", "ctrl+u", *"bob", "enter", "j")
        await until(pilot, lambda: "2/5 " in line(app, Part.STATUS))
        store.give()
        await rest_is_read(app)
        await app.desk.jobs.settled()
        assert "2/5 " in line(app, Part.STATUS)
        assert subject(app) == "Mail bob 1"


async def test_an_action_that_waits_is_not_carried_out_in_another_list(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        await pilot.press("G")
        app.handlers.views.open(reading.search_view(mail, "bob"))
        await until(pilot, lambda: len(app.desk.list.model) == 5)
        store.give()
        await until(pilot, lambda: not app.desk.held_keys)
        assert app.desk.list.model.cursor == 0


@pytest.fixture
def reloaded(monkeypatch) -> list[array]:
    """Every list that was put in the place of one like it."""
    seen: list[array] = []
    put_on_screen = MessageList.reload

    def reload(self, ids, rows):
        seen.append(ids)
        put_on_screen(self, ids, rows)

    monkeypatch.setattr(MessageList, "reload", reload)
    return seen


async def test_a_mail_put_away_meanwhile_does_not_come_back_with_the_rest(mail, store, reloaded):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store, keeps_back=2, key="\\")
        gone = app.desk.list.model.cursor_id
        await pilot.press("e")
        await until(pilot, lambda: len(store.kept_back) == 2)
        store.give(0)  # the rest as it was before
        await rest_is_read(app)
        assert subject(app) == "Mail alice 1"
        store.give(1)
        await until(pilot, lambda: f"1/{ALL - 1} " in line(app, Part.STATUS))
        await app.desk.jobs.settled()
        assert {gone in ids for ids in reloaded} == {False}


async def test_what_was_done_meanwhile_has_the_list_read_anew(mail, store, reloaded):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        await app.desk.jobs.settled()  # a job like any other
        put(mail, "alice", "INBOX", [raw_mail("alice", -3)], first_uid=500)
        store.give()
        await until(pilot, lambda: f"2/{ALL + 1} " in line(app, Part.STATUS))
        assert {len(ids) for ids in reloaded} == {ALL + 1}


async def test_a_rest_that_comes_after_a_newer_reading_is_not_shown(mail, store, reloaded):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        await app.handlers.views.reread()
        store.give()
        await rest_is_read(app)
        assert len(reloaded) == 1


async def test_news_that_come_first_make_the_rest_needless(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: Link.current is not None)
        await search(pilot, store)
        put(mail, "alice", "INBOX", [raw_mail("alice", -3)], first_uid=500)
        Link.current.tell(MessagesChanged("alice", 1))
        await until(pilot, lambda: f"2/{ALL + 1} " in line(app, Part.STATUS))
        store.give()
        await rest_is_read(app)
        await app.desk.jobs.settled()
        await pilot.press("G")
        await until(pilot, lambda: f"{ALL + 1}/{ALL + 1} " in line(app, Part.STATUS))


async def test_a_rest_that_cannot_be_read_is_said_and_nothing_is_done_with_a_part(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        store.failure = "The disk does not answer."
        await pilot.press("/", *"alice", "enter")
        await sees(pilot, "The disk does not answer.")
        await pilot.press("escape", "G")
        await sees(pilot, "The disk does not answer.")
        assert app.desk.list.model.cursor == 0
        store.failure = ""
        await pilot.press("escape", "G")
        await until(pilot, lambda: f"{ALL}/{ALL} " in line(app, Part.STATUS))


@pytest.mark.parametrize("keys", [["x"], ["5", "0"]])
async def test_what_was_meant_and_is_gone_is_not_taken_for_its_neighbour(mail, store, keys):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: Link.current is not None)
        await search(pilot, store)
        meant = app.desk.list.cursor_row
        await pilot.press(*keys, "e")
        forget(mail, meant)
        await until(pilot, lambda: len(app.desk.list.model) == ALL - 1)
        store.give()
        await rest_is_read(app)
        await until(pilot, lambda: not app.desk.held_keys)
        await app.desk.jobs.settled()
        assert pending(mail.store) == []
        assert "nothing was done" in line(app, Part.HINT)
        assert len(app.desk.list.model) == ALL - 1


@pytest.mark.parametrize("action_id", ["select", "select.thread"])
async def test_no_neighbour_is_selected_in_the_place_of_what_is_gone(mail, store, action_id):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: Link.current is not None)
        await search(pilot, store)
        meant = app.desk.list.cursor_row
        app.desk.invoke(action_id, count=50)
        await pilot.press("e")
        forget(mail, meant)
        await until(pilot, lambda: len(app.desk.list.model) == ALL - 1)
        store.give()
        await rest_is_read(app)
        await until(pilot, lambda: not app.desk.held_keys)
        await app.desk.jobs.settled()
        assert not app.desk.list.model.selected
        assert pending(mail.store) == []


async def test_keys_typed_after_a_move_that_could_not_be_made_do_nothing(mail, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, store)
        store.failure = "The disk does not answer."
        app.desk.do(app.handlers.views.reread)  # so that what is kept back is not shown
        await pilot.press("G", "e")
        store.give()
        await rest_is_read(app)
        await until(pilot, lambda: not app.desk.held_keys)
        await app.desk.jobs.settled()
        await pilot.press("j")
        assert app.desk.list.model.cursor == 1
        assert pending(mail.store) == []


async def test_nobody_waits_for_a_list_that_was_left_before_it_was_drawn(mail, monkeypatch, store):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        with monkeypatch.context() as patch:
            patch.setattr(app.desk, "call_after_refresh", lambda *_: None)
            app.handlers.views.open(reading.search_view(mail, "subject:alice"))
            await until(pilot, lambda: not is_whole(app))
            await pilot.press("G")
            await until(pilot, lambda: bool(app.desk.held_keys))
        app.handlers.views.open(reading.search_view(mail, "bob"))
        await until(pilot, lambda: len(app.desk.list.model) == 5)
        await until(pilot, lambda: not app.desk.held_keys)
        assert app.desk.list.model.cursor == 0
