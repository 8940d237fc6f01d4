"""A mailbox comes in step: newest first, flags, what vanished, after any cut."""

import asyncio
from threading import Event

import pytest

from tests.sync.fake_remote import FakeMailbox, mail
from tests.sync.walk import NAME, Walk, walk_in
from tuimail.events import MailboxesChanged, MessagesChanged, Progress, RoleAsked
from tuimail.model.flags import Flag
from tuimail.model.mailbox import Role
from tuimail.model.operation import OperationKind
from tuimail.store.database import Database
from tuimail.store.index import catch_up, count_waiting
from tuimail.store.mailboxes import sync_state
from tuimail.sync import mailbox_work, pull
from tuimail.sync.mailbox_work import COMPARE_EVERY_S
from tuimail.sync.reckon_process import ReckonProcess
from tuimail.sync.survey import NEAR

SEEN = frozenset({Flag.SEEN})


@pytest.fixture
def walk(tmp_path):
    with walk_in(tmp_path) as one:
        yield one


def fill(walk: Walk, count: int, mailbox: str = "INBOX") -> None:
    box = walk.server.mailboxes.setdefault(mailbox, FakeMailbox())
    for number in range(count):
        box.put(mail(len(mailbox) * 100_000 + number))


async def test_a_new_account_ends_in_step_with_everything_here(walk):
    fill(walk, 250)
    fill(walk, 30, "Lists/Python")
    await walk.sync()
    assert walk.here() == walk.server.everything()
    assert sync_state(walk.store, walk.id_of()).backlog_done


async def test_the_newest_hundred_of_every_mailbox_come_before_any_backlog(walk):
    fill(walk, 300)
    fill(walk, 300, "Archive")
    await walk.sync()
    opened = [c for c in walk.server.calls if c.startswith(("open", "headers", "flags"))]
    first_of_archive = opened.index("open Archive")
    assert opened[:2] == ["open INBOX", "headers INBOX"]
    assert opened[:first_of_archive].count("headers INBOX") == 3  # 100 headers, 40 at once


async def test_a_backlog_tells_its_progress_until_done(walk):
    fill(walk, 2_500)
    await walk.sync()
    told = [(e.done, e.total) for e in walk.events if isinstance(e, Progress)]
    assert told == [(2_000, 2_400), (2_400, 2_400)]
    assert {type(e) for e in walk.events} >= {MessagesChanged, MailboxesChanged}


@pytest.mark.parametrize(("idle_s", "is_fast"), [(1e9, True), (-1.0, False)])
async def test_a_fast_line_is_indexed_at_the_end_and_a_slow_one_meanwhile(
    idle_s, is_fast, walk, monkeypatch
):
    told_of: list[int] = []  # headers that were safe whenever some were indexed

    def note(store):
        told_of.append(store.rows(Database.CACHE, "select count(*) from placement")[0][0])
        return catch_up(store)

    monkeypatch.setattr(pull, "IDLE_S", idle_s)
    monkeypatch.setattr(pull, "catch_up", note)
    fill(walk, 6_500)
    await walk.sync()
    assert not count_waiting(walk.store)
    assert any(100 < count < 6_500 for count in told_of) is not is_fast


async def test_flags_new_and_vanished_messages_are_noticed(walk):
    fill(walk, 150)
    await walk.sync()
    box = walk.server.mailboxes["INBOX"]
    box.flag(3, SEEN)
    box.flag(140, SEEN)
    box.remove(7)
    box.put(mail(99_001))
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()


async def test_without_condstore_it_ends_in_step_as_well(walk):
    walk.server.capabilities -= {"CONDSTORE"}
    fill(walk, 150)
    await walk.sync()
    walk.server.mailboxes["INBOX"].flag(3, SEEN)
    walk.server.mailboxes["INBOX"].remove(4)
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()


async def test_an_unchanged_mailbox_costs_one_command(walk):
    fill(walk, 150)
    await walk.sync()
    walk.server.calls.clear()
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert [c for c in walk.server.calls if "INBOX" in c] == ["open INBOX"]


async def test_changed_flags_alone_need_no_full_survey(walk):
    fill(walk, 150)
    await walk.sync()
    walk.server.mailboxes["INBOX"].flag(3, SEEN)
    walk.server.calls.clear()
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()
    assert walk.server.calls.count("flags INBOX") == 1


async def test_a_mailbox_whose_listed_counters_are_equal_is_not_opened_but_for_inbox(walk):
    walk.server.capabilities |= {"LIST-STATUS", "QRESYNC"}
    fill(walk, 150)
    fill(walk, 150, "Work")
    await walk.sync()
    walk.server.mailboxes["Work"].flag(3, SEEN)
    walk.server.calls.clear()
    end = walk.agenda.wish_pass()
    await walk.sync()
    opened = [call for call in walk.server.calls if call.startswith("open")]
    assert walk.server.calls[:2] == ["open INBOX", "mailboxes"]
    assert opened == ["open INBOX", "open Work"]
    assert end.done()
    assert walk.here() == walk.server.everything()


async def test_a_new_connection_opens_inbox_and_only_what_changed_since(walk):
    walk.server.capabilities |= {"LIST-STATUS", "QRESYNC"}
    fill(walk, 150)
    fill(walk, 20, "Work")
    await walk.sync()
    walk.begin()
    walk.server.calls.clear()
    await walk.sync()
    assert walk.server.calls == ["open INBOX", "mailboxes"]


async def test_the_newest_of_inbox_come_before_the_mailboxes_are_listed(walk):
    walk.server.capabilities |= {"LIST-STATUS"}
    fill(walk, 300)
    await walk.sync()
    assert walk.server.calls[:3] == ["open INBOX", "headers INBOX", "headers INBOX"]
    assert walk.server.calls.count("open INBOX") == 1
    assert walk.here() == walk.server.everything()


async def test_a_server_that_refuses_inbox_has_its_other_mailboxes_pulled(walk):
    walk.server.capabilities |= {"LIST-STATUS"}
    fill(walk, 3)
    fill(walk, 20, "Work")
    walk.server.refuse = lambda call, mailbox: "locked" if mailbox == "INBOX" else ""
    await walk.sync()
    assert walk.here() == {**walk.server.everything(), "INBOX": {}}


async def test_what_comes_into_inbox_while_its_headers_are_fetched_is_seen(walk):
    walk.server.capabilities |= {"LIST-STATUS"}
    fill(walk, 300)

    def deliver(call, mailbox):
        if call == "mailboxes" and len(walk.server.mailboxes["INBOX"].messages) == 300:
            fill(walk, 1)
        return ""

    walk.server.refuse = deliver
    await walk.sync()
    assert len(walk.here()["INBOX"]) == 301


async def test_changes_told_while_opening_are_taken_over_and_nothing_else_is_asked(walk):
    walk.server.capabilities |= {"QRESYNC"}
    fill(walk, 150)
    await walk.sync()
    box = walk.server.mailboxes["INBOX"]
    box.flag(3, SEEN)
    box.flag(4, SEEN)
    for uid in (7, 8, 9, 150):
        box.remove(uid)
    walk.server.calls.clear()
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.server.calls == ["open INBOX"]
    assert walk.here() == walk.server.everything()


async def test_what_went_from_a_mailbox_that_was_not_whole_is_found(walk):
    walk.server.capabilities |= {"QRESYNC"}
    fill(walk, 300)
    walk.server.cut_after = 7  # in the middle of the backlog
    assert await walk.connection() is not None
    box = walk.server.mailboxes["INBOX"]
    box.flag(290, SEEN)
    box.remove(295)
    box.remove(10)
    await walk.sync()
    assert walk.here() == walk.server.everything()


async def test_most_messages_told_to_have_vanished_is_believed_after_two_answers_only(walk):
    walk.server.capabilities |= {"QRESYNC"}
    fill(walk, 60)
    await walk.sync()
    box = walk.server.mailboxes["INBOX"]
    box.gone = dict.fromkeys(range(1, 41), box.modseq + 1)
    box.modseq += 1
    walk.server.calls.clear()
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()
    for uid in range(1, 41):
        box.remove(uid)
    walk.server.calls.clear()
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()
    assert walk.server.calls == ["open INBOX", "uids INBOX", "uids INBOX"]


async def test_without_modseqs_new_mail_costs_only_itself_and_the_flags_that_are_near(walk):
    walk.server.capabilities -= {"CONDSTORE"}
    fill(walk, 1_300)
    await walk.sync()
    walk.server.flags_told = 0
    walk.server.calls.clear()
    walk.server.mailboxes["INBOX"].flag(1_000, SEEN)
    walk.server.mailboxes["INBOX"].put(mail(88_001))
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()
    assert walk.server.flags_told == NEAR
    assert "uids INBOX" not in walk.server.calls


async def test_without_modseqs_all_flags_are_compared_when_due_newest_first(walk, monkeypatch):
    monkeypatch.setattr(mailbox_work, "FLAGS_A_STEP", 500)
    walk.server.capabilities -= {"CONDSTORE"}
    fill(walk, 1_300)
    await walk.sync()
    walk.server.mailboxes["INBOX"].flag(5, SEEN)
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() != walk.server.everything()
    walk.now += COMPARE_EVERY_S
    walk.server.calls.clear()
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()
    assert walk.server.calls.count("flags INBOX") == 3


async def test_new_mail_does_not_begin_a_comparison_of_all_flags_again(walk, monkeypatch):
    monkeypatch.setattr(mailbox_work, "FLAGS_A_STEP", 100)
    walk.server.capabilities -= {"CONDSTORE"}
    fill(walk, 900)
    await walk.sync()
    walk.server.mailboxes["INBOX"].flag(5, SEEN)
    walk.now += COMPARE_EVERY_S

    def deliver(call, mailbox):
        if call == "flags" and walk.server.calls.count("flags INBOX") == 5:
            walk.server.mailboxes["INBOX"].put(mail(88_001))
            walk.agenda.wish_refresh(["INBOX"])
        return ""

    walk.server.calls.clear()
    walk.server.flags_told = 0
    walk.server.refuse = deliver
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()
    assert walk.server.flags_told <= 900 + NEAR


async def test_a_pass_by_hand_compares_all_flags(walk):
    walk.server.capabilities -= {"CONDSTORE"}
    fill(walk, 700)
    await walk.sync()
    walk.server.mailboxes["INBOX"].flag(5, SEEN)
    end = walk.agenda.wish_pass("INBOX")
    await walk.sync()
    assert end.result().counts["INBOX"].changed == 1
    assert walk.here() == walk.server.everything()


async def test_a_server_that_says_it_is_empty_is_asked_twice(walk):
    fill(walk, 60)
    await walk.sync()
    state = walk.server.mailboxes["INBOX"].messages
    walk.server.mailboxes["INBOX"].messages = {}

    def come_back(call, mailbox):
        if call == "uids":
            walk.server.mailboxes["INBOX"].messages = state
        return ""

    walk.server.refuse = come_back
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()


async def test_another_uidvalidity_begins_anew_and_keeps_nothing_wrong(walk):
    fill(walk, 120)
    await walk.sync()
    walk.server.mailboxes["INBOX"] = FakeMailbox(uid_validity=2)
    for number in range(5):
        walk.server.mailboxes["INBOX"].put(mail(70_000 + number))
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()
    assert sync_state(walk.store, walk.id_of()).uid_validity == 2


async def test_most_messages_vanishing_is_asked_twice_before_it_is_believed(walk):
    fill(walk, 60)
    await walk.sync()
    for uid in range(1, 41):
        walk.server.mailboxes["INBOX"].remove(uid)
    walk.server.calls.clear()
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == walk.server.everything()
    assert walk.server.calls.count("uids INBOX") == 2


async def test_a_mailbox_that_is_emptied_is_empty_here(walk):
    fill(walk, 60)
    await walk.sync()
    for uid in range(1, 61):
        walk.server.mailboxes["INBOX"].remove(uid)
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    assert walk.here() == {"INBOX": {}}


async def test_a_mailbox_the_server_refuses_does_not_stop_the_others(walk):
    fill(walk, 10)
    fill(walk, 10, "Locked")
    fill(walk, 10, "Open")
    walk.server.refuse = lambda call, mailbox: "no access" if mailbox == "Locked" else ""
    await walk.sync()
    here = walk.here()
    assert (len(here["INBOX"]), len(here["Locked"]), len(here["Open"])) == (10, 0, 10)


async def test_missing_roles_are_asked_for_once(walk):
    fill(walk, 1)
    await walk.sync()
    await walk.sync()
    asked = [e.role for e in walk.events if isinstance(e, RoleAsked)]
    assert asked == ["sent", "drafts", "trash", "archive"]


async def test_no_archive_is_asked_for_where_one_mailbox_holds_all_mail(walk):
    walk.server.mailboxes["All Mail"] = FakeMailbox(role=Role.ALL)
    await walk.sync()
    asked = [e.role for e in walk.events if isinstance(e, RoleAsked)]
    assert asked == ["sent", "drafts", "trash"]


async def test_after_a_change_at_gmail_every_mailbox_the_mail_lies_in_is_looked_at(walk):
    walk.server.capabilities |= {"X-GM-EXT-1", "LIST-STATUS"}
    for name in ("INBOX", "All Mail", "Label"):
        walk.server.mailboxes.setdefault(name, FakeMailbox()).put(mail(1))
    await walk.sync()
    walk.ask(OperationKind.FLAGS, 1, add=SEEN)

    def everywhere(call, mailbox):
        if call == "change_flags":
            walk.server.mailboxes["All Mail"].flag(1, SEEN)
            walk.server.mailboxes["Label"].flag(1, SEEN)
        return ""

    walk.server.refuse = everywhere
    await walk.sync()
    assert walk.here() == walk.server.everything()
    assert [list(flags.values()) for flags in walk.here().values()] == [[SEEN]] * 3


@pytest.mark.parametrize("calls", range(14))
async def test_a_cut_at_any_call_of_the_first_pull_loses_and_doubles_nothing(walk, calls):
    fill(walk, 260)
    fill(walk, 10, "Archive")
    walk.server.cut_after = calls
    await walk.sync()
    assert walk.here() == walk.server.everything()


async def test_a_crash_between_batches_is_caught_up_by_the_next_program(walk):
    fill(walk, 2_300)
    walk.server.cut_after = 60
    assert await walk.connection() is not None
    known = len(walk.here()["INBOX"])
    assert 0 < known < 2_300
    walk.begin()
    walk.server.calls.clear()
    await walk.sync()
    assert walk.here() == walk.server.everything()
    fetched = walk.server.calls.count("headers INBOX") * 40
    assert fetched <= 2_300 - known + 3 * 40  # what was here is not fetched again


async def test_a_backlog_of_which_some_vanish_meanwhile_is_told_to_its_end(walk):
    fill(walk, 300)

    def vanish(call, mailbox):
        if call == "headers" and walk.server.calls.count("headers INBOX") == 4:
            walk.server.mailboxes["INBOX"].remove(50)
        return ""

    walk.server.refuse = vanish
    await walk.sync()
    last = [e for e in walk.events if isinstance(e, Progress)][-1]
    assert (last.done, last.total) == (200, 200)
    assert walk.here() == walk.server.everything()


async def test_the_first_time_no_flags_are_asked_twice(walk):
    fill(walk, 300)
    await walk.sync()
    assert "uids INBOX" in walk.server.calls
    assert "flags INBOX" not in walk.server.calls


@pytest.mark.parametrize(("batch_size", "parsed_first"), [(40, 2), (500, 1)])
async def test_a_pull_that_is_cancelled_ends_after_the_batch_being_written(
    walk, monkeypatch, batch_size, parsed_first
):
    await walk.sync()
    fill(walk, 90)
    began, may_end = Event(), Event()
    parsed: asyncio.Queue[None] = asyncio.Queue()
    put_reckoned, kept = pull.put_reckoned, pull.Puller._kept

    def slow(*batch):
        began.set()
        may_end.wait()
        return put_reckoned(*batch)

    async def tell(*block):
        found = await kept(*block)
        parsed.put_nowait(None)
        return found

    monkeypatch.setattr(pull, "put_reckoned", slow)
    monkeypatch.setattr(pull.Puller, "_kept", tell)
    puller = pull.Puller(walk.store, NAME, walk.events.append, lambda: batch_size, ReckonProcess())
    remote = await walk.server.connect()
    pulling = asyncio.ensure_future(puller.refresh(remote, pull.Target(walk.id_of(), "INBOX")))
    try:
        await asyncio.to_thread(began.wait)
        for _ in range(parsed_first):  # it waits for what is being written
            await parsed.get()
        for _ in range(2):  # as a person does, and then the end of the engine
            pulling.cancel()
            for _ in range(9):
                await asyncio.sleep(0)
            assert not pulling.done()
    finally:
        may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await pulling
    assert walk.shown("INBOX") == min(batch_size, 90)


@pytest.mark.parametrize("step", ["expected", "local_state", "sync_state", "apply_projection"])
async def test_a_pull_that_is_cancelled_leaves_no_thread_at_work_in_the_store(
    walk, monkeypatch, step
):
    await walk.sync()
    fill(walk, 9)
    began, may_end, ended = Event(), Event(), Event()
    work = getattr(pull, step)

    def slow(*args):
        began.set()
        may_end.wait()
        found = work(*args)
        ended.set()
        return found

    target = pull.Target(walk.id_of(), "INBOX")
    monkeypatch.setattr(pull, step, slow)
    puller = pull.Puller(walk.store, NAME, walk.events.append, lambda: 500, ReckonProcess())
    remote = await walk.server.connect()
    pulling = asyncio.ensure_future(puller.refresh(remote, target))
    try:
        await asyncio.to_thread(began.wait)
        pulling.cancel()
        for _ in range(9):
            await asyncio.sleep(0)
        assert not pulling.done()
    finally:
        may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await pulling
    assert ended.is_set()
