"""Which bodies come next: what is likely to be opened, then the newest; never too many in memory."""

from tuimail.model.ids import MessageKey
from tuimail.store.lacking import PAGE, Lacking, Survey
from tuimail.sync.body_queue import FEW, LARGE_BYTES, BodyQueue
from tuimail.sync.steps import CountBodies, FetchBodies, FetchBody, FindBodies

TOP = 10_000


def lacking(*rows: int, size: int = 1_000) -> tuple[Lacking, ...]:
    return tuple(Lacking(row, MessageKey(row), size) for row in rows)


def survey(newest: int, wanted: int, first: tuple[Lacking, ...] = ()) -> Survey:
    return Survey(0, first, wanted, wanted * 1_000, newest)


def test_what_comes_first_comes_first_in_every_mailbox_and_inbox_before_all():
    queue = BodyQueue()
    queue.put("Work", survey(90, 2, lacking(90)))
    queue.put("INBOX", survey(80, 2, lacking(80)))
    assert queue.next_step() == FetchBodies((MessageKey(80),), "INBOX")
    assert queue.came([MessageKey(80)]) == []
    assert queue.next_step() == FetchBodies((MessageKey(90),), "Work")
    queue.came([MessageKey(90)])
    assert queue.next_step() == FindBodies("INBOX", 0, 81)
    queue.put_page("INBOX", lacking(70), 0)
    assert queue.next_step() == FetchBodies((MessageKey(70),), "INBOX")
    assert queue.came([MessageKey(70)]) == ["INBOX"]
    assert queue.next_step() == FindBodies("Work", 0, 91)
    queue.put_page("Work", (), 0)
    assert queue.is_over("Work")
    assert queue.next_step() is None
    assert (queue.done, queue.left) == (3, 0)


def test_a_mailbox_that_somebody_waits_for_comes_before_inbox_and_whole():
    queue = BodyQueue()
    queue.put("INBOX", survey(80, 2, lacking(80)))
    queue.put("Work", survey(60, 1))
    assert queue.next_step(["Work"]) == FindBodies("Work", 0, 61)
    queue.put_page("Work", lacking(60), 0)
    assert queue.next_step(["Work"]) == FetchBodies((MessageKey(60),), "Work")
    queue.came([MessageKey(60)])
    assert queue.next_step(["Work"]) == FetchBodies((MessageKey(80),), "INBOX")


def test_after_inbox_the_newest_of_all_mailboxes_come_next():
    queue = BodyQueue()
    queue.put("A", survey(50, 2))
    queue.put("B", survey(60, 2))
    queue.put_page("B", lacking(60), 40)
    queue.put_page("A", lacking(50), 0)
    assert queue.next_step() == FetchBodies((MessageKey(60),), "B")
    queue.came([MessageKey(60)])
    assert queue.next_step() == FetchBodies((MessageKey(50),), "A")
    queue.came([MessageKey(50)])
    assert queue.next_step() == FindBodies("B", 0, 40)


def test_large_ones_come_one_by_one_after_the_small_ones_around_them():
    queue = BodyQueue()
    queue.put("INBOX", survey(9, 3))
    queue.put_page("INBOX", (*lacking(9, size=LARGE_BYTES), *lacking(8, 7)), 0)
    assert queue.next_step() == FetchBodies((MessageKey(8), MessageKey(7)), "INBOX")
    queue.came([MessageKey(8), MessageKey(7)])
    assert queue.next_step() == FetchBody(MessageKey(9), "INBOX")


def test_what_did_not_come_with_others_is_asked_for_by_itself():
    queue = BodyQueue()
    queue.put("INBOX", survey(9, 2))
    queue.put_page("INBOX", lacking(9, 8), 0)
    queue.leave_alone([MessageKey(9)])
    assert queue.next_step() == FetchBodies((MessageKey(8),), "INBOX")
    queue.came([MessageKey(8)])
    assert queue.next_step() == FetchBody(MessageKey(9), "INBOX")


def test_after_a_cut_fewer_are_asked_for_at_once_until_as_many_have_come():
    queue = BodyQueue()
    rows = lacking(*range(200, 100, -1))
    queue.put("INBOX", survey(200, 100))
    queue.put_page("INBOX", rows, 0)
    queue.cut_among(100)
    step = queue.next_step()
    assert isinstance(step, FetchBodies)
    assert len(step.keys) == FEW
    queue.cut_among(FEW)
    assert queue.next_step() == FetchBody(MessageKey(200), "INBOX")
    queue.came(step.keys)
    again = queue.next_step()
    assert isinstance(again, FetchBodies)
    assert len(again.keys) == 90


def test_how_much_is_left_is_right_in_the_end_whatever_was_counted_before():
    queue = BodyQueue()
    queue.put("INBOX", survey(9, 40))
    assert (queue.left, queue.bytes_left) == (40, 40_000)
    queue.put_page("INBOX", lacking(9, 8), 0)  # the others came with another mailbox
    assert (queue.left, queue.bytes_left) == (2, 2_000)
    queue.came([MessageKey(9)])
    assert (queue.done, queue.left) == (1, 1)
    queue.put("Work", survey(5, 3))
    assert (queue.done, queue.left) == (1, 4)


def test_a_mail_that_lies_in_two_mailboxes_comes_once():
    queue = BodyQueue()
    for name in ("INBOX", "All"):
        queue.put(name, survey(9, 1))
        queue.put_page(name, lacking(9), 0)
    assert sorted(queue.came([MessageKey(9)])) == ["All", "INBOX"]
    assert (queue.done, queue.left, queue.next_step()) == (2, 0, None)


def test_no_more_than_a_page_of_each_mailbox_is_held():
    queue = BodyQueue()
    queue.put("INBOX", survey(500_000, 500_000))
    queue.put_page("INBOX", lacking(*range(500_000, 500_000 - PAGE, -1)), 500_000 - PAGE)
    step = queue.next_step()
    assert isinstance(step, FetchBodies)
    assert len(step.keys) <= PAGE
    assert queue.came(step.keys) == []
    assert queue.next_step() == FindBodies("INBOX", 0, 500_000 - PAGE)
    assert queue.left == 500_000 - PAGE


def test_what_a_mailbox_lacks_is_counted_once_and_again_after_new_mail():
    queue = BodyQueue()
    queue.expect("INBOX")
    assert not queue.is_over("INBOX")
    assert queue.next_step() == CountBodies("INBOX")
    queue.begin_count("INBOX")
    queue.put("INBOX", Survey(None))
    queue.expect("INBOX")
    assert queue.is_over("INBOX")
    assert queue.next_step() is None
    queue.doubt("INBOX")
    queue.expect("INBOX")
    assert queue.next_step() == CountBodies("INBOX")


def test_mail_that_comes_while_it_is_counted_is_counted_too():
    queue = BodyQueue()
    queue.expect("INBOX")
    queue.begin_count("INBOX")
    queue.doubt("INBOX")
    queue.expect("INBOX")
    queue.put("INBOX", Survey(None))
    assert not queue.is_over("INBOX")
    assert queue.next_step() == CountBodies("INBOX")


def test_a_mailbox_that_is_gone_is_not_counted():
    queue = BodyQueue()
    for name in ("INBOX", "Work"):
        queue.expect(name)
    queue.put("INBOX", survey(9, 2))
    queue.keep(["Work"])
    assert queue.is_over("INBOX")
    assert queue.next_step() == CountBodies("Work")
    queue.clear()
    assert queue.next_step() is None
    queue.expect("Work")
    assert queue.next_step() == CountBodies("Work")
