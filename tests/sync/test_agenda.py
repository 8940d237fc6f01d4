"""What is still to be done for an account, and when those who wait are told."""

from tuimail.model.flags import NO_FLAGS
from tuimail.model.ids import MailboxId, MessageKey
from tuimail.model.uid_set import UidSet
from tuimail.store.lacking import Survey
from tuimail.sync.agenda import Agenda
from tuimail.sync.pull import Pulled, Target
from tuimail.sync.remote import RemoteState
from tuimail.sync.steps import (
    Backlog,
    FetchBodies,
    FetchBody,
    ListMailboxes,
    Push,
    Refresh,
    Standing,
)

INBOX = Target(MailboxId(1), "INBOX")
WORK = Target(MailboxId(2), "Work")
STATE = RemoteState(1, 11, 10, 0, NO_FLAGS, is_read_only=False)


def lacks_nothing(agenda: Agenda) -> None:
    """INBOX is in step, with its bodies."""
    agenda.in_step("INBOX")
    agenda.bodies.begin_count("INBOX")
    agenda.counted_bodies("INBOX", Survey(None))


async def test_a_pass_ends_although_operations_came_up_while_it_was_made():
    agenda = Agenda()
    end = agenda.wish_pass()
    assert agenda.take_step() == Push()
    agenda.pushed((), ())
    assert agenda.take_step() == ListMailboxes()
    agenda.listed([INBOX], {}, is_first=True)
    assert agenda.take_step() == Refresh(INBOX, is_by_hand=True)
    agenda.wish_push()
    lacks_nothing(agenda)
    assert not end.done()
    assert agenda.take_step() == Push()
    agenda.pushed((), ())
    assert end.done()


async def test_a_list_that_comes_first_takes_the_place_of_the_look_into_inbox():
    agenda = Agenda()
    agenda.pulls.begin_with(INBOX)
    agenda.take_step()
    agenda.pushed((), ())
    agenda.listed([WORK], {"Work": Standing.EQUAL}, is_first=True)
    assert agenda.take_step() is None


async def test_stopping_keeps_news_of_new_mail_and_nothing_else():
    agenda = Agenda()
    agenda.take_step()
    agenda.pushed((), ())
    agenda.take_step()
    agenda.listed([INBOX, WORK], {}, is_first=True)
    agenda.cancel()
    assert agenda.take_step() == Refresh(INBOX)
    assert agenda.take_step() is None


async def test_a_backlog_goes_on_until_something_comes_before_it():
    agenda = Agenda()
    agenda.take_step()
    agenda.pushed((), ())
    agenda.take_step()
    agenda.listed([INBOX], {}, is_first=True)
    assert agenda.take_step() == Refresh(INBOX)
    agenda.pulled(Pulled(INBOX, STATE, (), backlog=UidSet(((1, 10),))))
    backlog = agenda.take_step()
    assert isinstance(backlog, Backlog)
    assert agenda.may_go_on(backlog)
    for wish in (
        agenda.wish_push,
        lambda: agenda.wish_body(MessageKey(1)),
        lambda: agenda.wish_bodies([MessageKey(1)]),
        lambda: agenda.wish_refresh(["INBOX"]),
    ):
        wish()
        assert not agenda.may_go_on(backlog)
        while (step := agenda.take_step()) is not backlog:
            if isinstance(step, FetchBody):
                agenda.has_bodies([step.key])
            elif isinstance(step, FetchBodies):
                agenda.has_bodies(step.keys)
            elif step == Push():
                agenda.pushed((), ())
        assert agenda.may_go_on(backlog)
    agenda.cancel()
    assert not agenda.may_go_on(backlog)


async def test_what_somebody_looks_at_comes_before_the_next_mails_from_files():
    agenda = Agenda()
    end = agenda.wish_pass()
    agenda.take_step()
    agenda.pushed(["INBOX"], (), has_more=True)
    agenda.take_step()
    agenda.listed([INBOX], {}, is_first=True)
    agenda.wish_body(MessageKey(1))
    assert agenda.take_step() == FetchBody(MessageKey(1))
    agenda.has_bodies([MessageKey(1)])
    assert isinstance(agenda.take_step(), Refresh)
    lacks_nothing(agenda)
    assert not end.done()
    assert agenda.take_step() == Push()
    agenda.pushed((), ())
    assert agenda.take_step() is None
    assert end.done()


async def test_the_first_line_leaves_bodies_to_the_second_as_soon_as_that_is_there():
    agenda = Agenda()
    agenda.take_step()
    agenda.pushed((), ())
    agenda.take_step()
    agenda.listed([], {}, is_first=True)
    agenda.wish_bodies([MessageKey(1), MessageKey(2)])
    step = agenda.take_step()
    assert step == FetchBodies((MessageKey(1), MessageKey(2)))
    assert not agenda.is_overtaken(step)
    agenda.has_helper = True
    agenda.wish_body(MessageKey(3))
    assert agenda.is_overtaken(step)
    assert agenda.take_body_step() is None  # the first line is still at it
    assert agenda.take_step() is None
    assert agenda.take_body_step() == FetchBody(MessageKey(3))


async def test_two_bodies_somebody_waits_for_come_on_two_lines():
    agenda = Agenda()
    for key in (1, 2):
        agenda.wish_body(MessageKey(key))
    step = agenda.take_step()
    assert step == FetchBody(MessageKey(1))
    agenda.has_helper = True
    assert not agenda.is_overtaken(step)
    assert agenda.take_body_step() == FetchBody(MessageKey(2))
    agenda.end_help()
    assert agenda.take_step() == FetchBody(MessageKey(1))
