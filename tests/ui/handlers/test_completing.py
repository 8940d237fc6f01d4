"""What Tab offers on the `:` line means one thing."""

from tests.ui.screens import app_over, sees, until
from tuimail.services import reading
from tuimail.ui.handlers.completing import mailbox_names


async def test_a_mailbox_of_several_accounts_is_offered_with_each_account(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"goto.mailbox", "space", *"lis")
        await sees(pilot, "alice/Lists")
        await sees(pilot, "bob/Lists")
        await pilot.press("tab", "tab", "enter")
        await until(pilot, lambda: str(app.desk.session.place()) == "bob / Lists")


async def test_where_a_mail_can_go_is_offered_by_name_alone(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"move", "space", *"lis", "tab", "enter")
        await sees(pilot, "moved to Lists")


async def test_a_name_that_is_alone_needs_no_account(mail):
    boxes = [box for box in reading.mailboxes(mail) if box.account == "bob"]
    assert mailbox_names(boxes, "li") == ["Lists"]
    assert mailbox_names(boxes, "bob/li") == ["bob/Lists"]
