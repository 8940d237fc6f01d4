"""Questions that nobody pressed a key for."""

import pytest

from tests.ui.screens import MAILBOXES, Link, app_over, fill, line, sees, shown, until
from tuimail.config.load import load_config
from tuimail.events import RoleAsked
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.ui.render.panes import Part

QUESTION = "Which mailbox of alice is for sent mail?"


@pytest.fixture
def mail(profile):
    one = fill(profile, 5, [box for box in MAILBOXES if box[1] is not Role.SENT])
    yield one
    one.close()


async def tell(pilot, role: Role) -> None:
    await until(pilot, lambda: Link.current is not None)
    Link.current.tell(RoleAsked("alice", role))


async def test_a_missing_mailbox_for_sent_mail_is_asked_for_once(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await tell(pilot, Role.SENT)
        await sees(pilot, QUESTION)
        await pilot.press("escape")
        await until(pilot, lambda: QUESTION not in shown(app))
        await tell(pilot, Role.SENT)
        await pilot.pause(0.5)
        assert QUESTION not in shown(app)


async def test_while_keys_are_pressed_a_sentence_says_which_key_chooses(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j")
        await tell(pilot, Role.SENT)
        await sees(pilot, "alice has no mailbox for sent mail; gs chooses one.")
        assert QUESTION not in shown(app)
        await pilot.press("g", "s")
        await sees(pilot, QUESTION)
        await pilot.press("down", "enter")
        await sees(pilot, "Lists is the mailbox for sent mail now.")
        await until(pilot, lambda: "reload" in Link.wishes)
    [alice, _] = load_config(mail.profile).accounts
    assert (alice.name, alice.mailboxes) == (AccountName("alice"), ((Role.SENT, "Lists"),))


async def test_a_mailbox_that_keys_need_is_asked_for_by_them_alone(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await tell(pilot, Role.ARCHIVE)
        await pilot.pause(0.5)
        assert "Which mailbox" not in shown(app)
        assert "no mailbox" not in line(app, Part.HINT)


async def test_a_mailbox_chosen_on_another_way_is_not_asked_for_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j")
        await tell(pilot, Role.SENT)
        await sees(pilot, "alice has no mailbox for sent mail")
        need = app.handlers.questions.need_role
        app.desk.spawn_question(lambda: need(AccountName("alice"), Role.SENT))  # as after sending
        await sees(pilot, QUESTION)
        await pilot.press("enter", "enter")
        await sees(pilot, "Sent is the mailbox for sent mail now.")
        assert "create alice Sent" in Link.wishes
        await pilot.press("g", "s")
        await until(pilot, lambda: "sync None None" in Link.wishes)
        assert QUESTION not in shown(app)


async def test_a_mailbox_that_is_there_by_now_is_not_missed(profile):
    complete = fill(profile, 5)
    app = app_over(complete)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j")
        await tell(pilot, Role.SENT)
        await pilot.pause(0.5)
        assert "no mailbox" not in line(app, Part.HINT)
    complete.close()
