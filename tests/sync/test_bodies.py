"""Bodies come by themselves, newest first, as much as is to be kept; what is opened comes first."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from tests.sync.fake_remote import FakeMailbox, FakeRemote, mail
from tests.sync.test_account import STOPPED, Home, fill, no_waiting, running, thrifty_home
from tests.sync.walk import ACCOUNT, NAME
from tuimail.errors import ExitStatus, NetworkError, ProtocolError, Scope
from tuimail.events import BodyArrived, BodyFailed, Progress, Task
from tuimail.model.offline import EVERYTHING, HEADERS_ONLY, Offline
from tuimail.store.bodies import bodies_here, body_of
from tuimail.store.database import Database, open_store
from tuimail.store.mailboxes import mailbox_named
from tuimail.sync.bodies import Bodies

DAY_S = 86_400
NOW = 1_700_000_000 + 100 * DAY_S
"""22 February 2024."""
SEEN = frozenset({"\\Seen"})
__all__ = ["no_waiting", "thrifty_home"]  # fixtures

LARGE = 2_000_000


def home_of(folder, offline, mailboxes=(), server=None):
    store = open_store(folder)
    account = replace(ACCOUNT, offline=offline, offline_mailboxes=mailboxes)
    home = Home(store, account, server)
    home.now = float(NOW)
    return home


@pytest.fixture
def home(tmp_path):
    home = home_of(tmp_path, EVERYTHING)
    yield home
    home.store.close()


def dated(days_ago, number, body="Hello."):
    """A mail of so many days ago."""
    raw = mail(number, body=body)
    day = 22 - days_ago
    stated = f"Date: Thu, {day:02} Feb 2024 12:00:00 +0000\r\n".encode()
    return stated + raw.split(b"\r\n", 1)[1]


def bodies(home, mailbox="INBOX"):
    """The UIDs of a mailbox whose bodies are here."""
    row = mailbox_named(home.store, NAME, mailbox)
    found = home.store.rows(
        Database.CACHE,
        "select p.ref, m.key from placement p join message m on m.id = p.message"
        " where p.smailbox = ?",
        (row.id,),
    )
    return {uid for uid, key in found if bodies_here(home.store, [key])}


async def test_everything_comes_by_itself_and_a_pass_waits_for_it(home):
    fill(home, 1_200)
    home.server.mailboxes["Work"] = FakeMailbox()
    home.server.mailboxes["Work"].put(mail(2_001, body="x" * LARGE))
    async with running(home):
        assert (await home.sync.sync()).hint == ""
    assert bodies(home) == set(range(1, 1_201))
    assert bodies(home, "Work") == {1}
    assert home.server.calls.count("body INBOX") == 0  # all came together


async def test_of_the_last_days_alone_where_that_is_set_and_of_each_mailbox_its_own(tmp_path):
    home = home_of(tmp_path, Offline(10), (("All", EVERYTHING), ("None", HEADERS_ONLY)))
    for name in ("All", "None"):
        home.server.mailboxes[name] = FakeMailbox()
    for number, name in enumerate(("INBOX", "All", "None")):
        for days_ago in range(20):
            raw = dated(days_ago, 100 * number + days_ago)
            home.server.mailboxes[name].put(raw, SEEN, NOW - days_ago * DAY_S)
    # More of the newest than those that come before all others, so that the days decide.
    for number in range(300):
        home.server.mailboxes["INBOX"].put(dated(0, 1_000 + number), SEEN, NOW)
    async with running(home):
        await home.sync.sync()
    try:
        assert bodies(home, "All") == set(range(1, 21))
        assert bodies(home, "None") == set()
        assert bodies(home) == {*range(1, 11), *range(21, 321)}
    finally:
        home.store.close()


async def test_what_is_unread_and_the_newest_comes_first_whatever_its_date(tmp_path):
    home = home_of(tmp_path, Offline(1))
    for number in range(500):
        home.server.mailboxes["INBOX"].put(mail(number), SEEN)
    home.server.mailboxes["INBOX"].flag(250, remove=SEEN)
    home.server.mailboxes["INBOX"].flag(150, remove=SEEN)  # too far down
    asked = []
    whole = FakeRemote.bodies

    def noted(remote, uids):
        asked.extend(uids)
        return whole(remote, uids)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeRemote, "bodies", noted)
        async with running(home):
            await home.sync.sync()
            await home.sync.sync()
    try:
        assert bodies(home) == {250, *range(401, 501)}
        assert Counter(asked).most_common(1)[0][1] == 1  # nothing is asked twice
    finally:
        home.store.close()


async def test_a_pass_over_headers_does_not_wait_for_bodies(home):
    fill(home, 50)
    home.server.refuse = lambda call, _: "not now" if call in ("bodies", "body") else ""
    async with running(home):
        assert (await home.sync.sync(headers_only=True)).hint == ""
        assert len(home.uids()) == 50


async def test_new_mail_comes_with_its_body(home):
    fill(home, 3)
    async with running(home):
        await home.sync.sync()
        fill(home, 1, start=4)
        await home.sync.sync()
    assert bodies(home) == {1, 2, 3, 4}


async def test_what_is_opened_comes_before_all_that_comes_by_itself(home, monkeypatch):
    fill(home, 400)
    monkeypatch.setattr("tuimail.sync.body_progress.FIRST_BYTES", 3_000)
    order = []

    def watch(event):
        if isinstance(event, BodyArrived):
            order.append(len(bodies(home)))

    def open_one(call, _):
        if call == "bodies" and not order:
            order.append(0)
            home.opened = asyncio.ensure_future(home.sync.body(home.key(1)))
        return ""

    home.listen = watch
    home.server.refuse = open_one
    async with running(home):
        await home.sync.sync()
        await home.opened
    assert order[1] < 60
    assert bodies(home) == set(range(1, 401))


async def test_what_is_opened_comes_in_the_middle_of_a_large_one_whose_pieces_stay(home):
    for number in (1, 2):
        home.server.mailboxes["INBOX"].put(mail(number, body="x" * LARGE))
    asked = []

    def open_other(call, _):
        if call == "piece":
            asked.append(call)
            if len(asked) == 5:
                home.opened = home.sync.agenda.wish_body(home.key(1))
        return ""

    pieces = []
    whole = FakeRemote.piece

    async def noted(remote, uid, start, size):
        piece = await whole(remote, uid, start, size)
        pieces.append((uid, start, len(piece.content)))
        return piece

    home.server.refuse = open_other
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeRemote, "piece", noted)
        async with running(home):
            await home.sync.sync()
            await home.opened
    order = [uid for uid, _, _ in pieces]
    assert order[:5] == [2] * 5
    assert order[5] == 1
    assert order[-1] == 2
    fetched = Counter()
    for uid, _, size in pieces:
        fetched[uid] += size
    assert fetched == {1: len(mail(1, body="x" * LARGE)), 2: len(mail(2, body="x" * LARGE))}
    assert home.server.connections == 1
    assert body_of(home.store, home.key(2)) == mail(2, body="x" * LARGE)


async def test_a_large_mail_that_is_cut_goes_on_where_it_was_also_after_a_restart(
    tmp_path, no_waiting, monkeypatch
):
    raw = mail(1, body="x" * LARGE)
    starts = []
    whole = FakeRemote.piece

    async def cut(remote, uid, start, size):
        starts.append(start)
        if len(starts) % 4 == 0:
            raise NetworkError("The line was cut.")
        return await whole(remote, uid, start, size)

    monkeypatch.setattr(FakeRemote, "piece", cut)
    first = home_of(tmp_path, EVERYTHING)
    first.server.mailboxes["INBOX"].put(raw)
    async with running(first):
        await first.until(lambda: "offline" in first.states())
    first.store.close()
    before = len(starts)
    second = home_of(tmp_path, EVERYTHING, server=first.server)
    async with running(second):
        while not bodies_here(second.store, [second.key(1)]):
            await second.sync.sync()
    assert body_of(second.store, second.key(1)) == raw
    assert starts[before] > 0
    again = sum(count - 1 for count in Counter(starts).values())
    assert again <= len(starts) // 4 + 1  # the piece that was cut is asked for again, and no other
    second.store.close()


async def test_a_mail_that_moved_meanwhile_is_not_put_together_of_two_places(home, monkeypatch):
    box = home.server.mailboxes["INBOX"]
    box.put(mail(1, body="x" * LARGE))
    asked = []
    whole = FakeRemote.piece

    async def noted(remote, uid, start, size):
        asked.append((uid, start))
        if len(asked) == 3:
            box.put(box.messages[1].raw)
            box.remove(1)
        return await whole(remote, uid, start, size)

    monkeypatch.setattr(FakeRemote, "piece", noted)
    async with running(home):
        await home.sync.sync()
        await home.sync.sync()
    assert asked[2] == (1, asked[2][1])
    assert asked[3] == (2, 0)
    assert bodies(home) == {2}


async def test_a_mail_at_which_the_server_hangs_up_costs_nothing_but_itself(home, no_waiting):
    fill(home, 40)

    def hang_up(remote, uids):
        if 20 in uids:
            raise NetworkError("imap.example.net closed the connection.")

    whole_body, whole_bodies = FakeRemote.body, FakeRemote.bodies

    async def body(remote, uid, on_bytes=None):
        hang_up(remote, [uid])
        return await whole_body(remote, uid, on_bytes)

    def some_bodies(remote, uids):
        hang_up(remote, uids)
        return whole_bodies(remote, uids)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeRemote, "body", body)
        patch.setattr(FakeRemote, "bodies", some_bodies)
        patch.setattr("tuimail.sync.passes.MAX_CUTS", 10)
        async with running(home):
            await home.sync.sync()
            assert bodies(home) == set(range(1, 41)) - {20}
            connections = home.server.connections
            assert connections <= 6
            with pytest.raises(NetworkError):
                await home.sync.body(home.key(20))
            told = BodyFailed(home.key(20), "imap.example.net closed the connection.")
            assert told in home.events
            patch.undo()
            await home.sync.body(home.key(20))
    assert bodies(home) == set(range(1, 41))


async def test_two_lines_at_one_large_mail_do_not_mix_its_pieces(thrifty_home):
    home = thrifty_home
    raw = mail(1, body="x" * LARGE)
    home.server.mailboxes["INBOX"].put(raw)
    async with running(home):
        await home.sync.sync()
    store = Bodies(home.store, ACCOUNT)

    async def line() -> int:
        remote = await home.server.connect()

        async def open_mailbox(name):
            return await remote.open(name)

        def nothing(*_) -> None:
            pass

        return await store.fetch(remote, open_mailbox, home.key(1), nothing, is_wished=False)

    assert sorted(await asyncio.gather(line(), line())) == [0, len(raw)]
    assert body_of(home.store, home.key(1)) == raw


async def test_a_server_that_mixes_pieces_up_is_told_and_nothing_wrong_is_kept(home, no_waiting):
    home.server.mailboxes["INBOX"].put(mail(1, body="x" * LARGE))
    fill(home, 2, start=2)

    async def mixed(remote, uid, start, size):
        raise ProtocolError("another part of a message", Scope.CONNECTION)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeRemote, "piece", mixed)
        async with running(home):
            assert (await home.sync.sync()).hint == ""
            assert bodies(home) == {2, 3}
            with pytest.raises(ProtocolError, match="another part"):
                await home.sync.body(home.key(1))
            patch.undo()
            await home.sync.body(home.key(1))
    assert bodies(home) == {1, 2, 3}


async def test_a_mailbox_that_cannot_be_opened_any_more_costs_the_others_nothing(home):
    fill(home, 3)
    home.server.mailboxes["Work"] = FakeMailbox()
    home.server.mailboxes["Work"].put(mail(9))
    opened = Counter()

    def refuse(call, mailbox):
        opened[call, mailbox] += 1
        return "no" if (call, mailbox) == ("open", "Work") and opened[call, mailbox] > 1 else ""

    home.server.refuse = refuse
    async with running(home):
        end = await home.sync.sync()
    assert end.hint == "no"
    assert bodies(home) == {1, 2, 3}
    assert opened["open", "Work"] == 2


async def test_a_server_that_will_not_give_many_together_gives_each(home):
    fill(home, 3)
    home.server.refuse = lambda call, _: "no" if call == "bodies" else ""
    async with running(home):
        assert (await home.sync.sync()).hint == ""
    assert bodies(home) == {1, 2, 3}


async def test_what_is_in_sight_is_not_fetched_where_headers_alone_are_kept(thrifty_home):
    home = thrifty_home
    fill(home, 3)
    async with running(home):
        await home.sync.sync()
        home.sync.agenda.wish_bodies([home.key(2)])
        await home.sync.sync()
        assert bodies(home) == set()
        await home.sync.body(home.key(3))
    assert bodies(home) == {3}


async def test_fetching_that_is_stopped_keeps_what_came_and_goes_on_with_the_next_pass(home):
    home.server.mailboxes["INBOX"].put(mail(1, body="x" * LARGE))
    fill(home, 3, start=2)
    starts = []

    def stop(call, _):
        if call == "piece":
            starts.append(call)
            if len(starts) == 4:
                home.sync.agenda.cancel()
        return ""

    home.server.refuse = stop
    async with running(home):
        end = await home.sync.sync()
        assert (end.hint, end.exit_status) == (STOPPED, ExitStatus.NETWORK)
        assert bodies(home) == {2, 3, 4}
        await home.sync.sync()
    assert bodies(home) == {1, 2, 3, 4}
    assert home.server.connections == 1
    assert len(starts) <= 4 + LARGE // (64 << 10)  # what came was not fetched again


async def test_who_waits_for_a_body_is_told_when_fetching_is_stopped(thrifty_home):
    home = thrifty_home
    home.server.mailboxes["INBOX"].put(mail(1, body="x" * LARGE))

    def stop(call, _):
        if call == "piece" and home.server.calls.count("piece INBOX") == 2:
            home.sync.agenda.cancel()
        return ""

    home.server.refuse = stop
    async with running(home):
        await home.sync.sync()
        with pytest.raises(NetworkError, match="Fetching was stopped"):
            await home.sync.body(home.key(1))
        await home.until(lambda: any(e.done == e.total for e in home.events_of(Progress)))
        assert bodies(home) == set()
        await home.sync.body(home.key(1))
    assert bodies(home) == {1}
    assert home.server.connections == 1


async def test_how_far_it_is_and_how_long_it_will_take_is_told_and_ends(home, monkeypatch):
    monkeypatch.setattr("tuimail.sync.body_progress.FIRST_BYTES", 1_000)
    monkeypatch.setattr("tuimail.sync.body_progress.MOST_BYTES", 1_000)
    monkeypatch.setattr("tuimail.sync.body_progress.LEAST_BYTES", 1_000)
    fill(home, 200)

    def tick(call, _):
        home.now += 1.0 if call == "bodies" else 0.0
        return ""

    home.server.refuse = tick
    async with running(home):
        await home.sync.sync()
        await home.until(lambda: told(home) and told(home)[-1].done == told(home)[-1].total)
    steps = told(home)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert {step.total for step in steps} == {200}
    assert 2 <= len(steps) <= 70
    commands = home.server.calls.count("bodies INBOX")
    middle = steps[len(steps) // 2]
    expected_s = commands * (200 - middle.done) / 200
    assert expected_s * 0.7 < middle.seconds_left < expected_s * 1.3
    assert f"bodies {middle.done}/200, " in middle.words


async def test_what_is_quick_is_not_told_at_all(home):
    fill(home, 500)
    async with running(home):
        await home.sync.sync()
        await home.until(home.is_in_step)
    assert told(home) == []


async def test_an_account_is_in_step_while_bodies_come(home, monkeypatch):
    fill(home, 30)
    states = []

    def note(call, _):
        if call == "bodies":
            states.append(home.states()[-1])
        return ""

    home.server.refuse = note
    async with running(home):
        await home.sync.sync()
    assert set(states) == {"in step"}


def told(home):
    return [event for event in home.events_of(Progress) if event.task is Task.BODIES]


async def test_bodies_that_were_half_kept_are_indexed_and_not_fetched_again(home, tmp_path):
    for number in (1, 2):
        home.server.mailboxes["INBOX"].put(mail(number, body=f"word{number}"))
    home.server.mailboxes["INBOX"].put(mail(3, body="word3 " + "x" * LARGE))
    async with running(home):
        await home.sync.sync()
    with home.store.writing(Database.SEARCH) as search:  # as a kill between two files leaves them
        search.run("insert into ft(ft) values('delete-all')")
        search.run("delete from doc")
    with home.store.writing(Database.CACHE) as cache:
        cache.run("update message set props = 0, snippet = ''")
    home.server.calls.clear()
    again = home_of(tmp_path, EVERYTHING, server=home.server)
    async with running(again):
        await again.sync.sync()
    again.store.close()
    assert not [call for call in home.server.calls if call.startswith(("body", "bodies", "piece"))]
    for number in (1, 2, 3):
        found = home.store.rows(
            Database.SEARCH, "select count(*) from ft where ft match ?", (f"word{number}",)
        )
        assert found == [(1,)]
