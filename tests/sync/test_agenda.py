"""What is still to be done for an account, and when those who wait are told."""

from tuimail.model.ids import MailboxId
from tuimail.sync.agenda import Agenda
from tuimail.sync.pull import Target
from tuimail.sync.steps import ListMailboxes, Push, Refresh

INBOX = Target(MailboxId(1), "INBOX")
WORK = Target(MailboxId(2), "Work")


async def test_a_pass_ends_although_operations_came_up_while_it_was_made():
    agenda = Agenda()
    end = agenda.wish_pass()
    assert agenda.take_step() == Push()
    agenda.pushed((), ())
    assert agenda.take_step() == ListMailboxes()
    agenda.listed([INBOX], {}, is_first=True)
    assert agenda.take_step() == Refresh(INBOX, is_by_hand=True)
    agenda.wish_push()
    agenda.in_step("INBOX", ())
    assert not end.done()
    assert agenda.take_step() == Push()
    agenda.pushed((), ())
    assert end.done()


async def test_stopping_keeps_news_of_new_mail_and_nothing_else():
    agenda = Agenda()
    agenda.take_step()
    agenda.pushed((), ())
    agenda.take_step()
    agenda.listed([INBOX, WORK], {}, is_first=True)
    agenda.cancel()
    assert agenda.take_step() == Refresh(INBOX)
    assert agenda.take_step() is None
