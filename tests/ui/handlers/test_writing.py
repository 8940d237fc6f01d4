"""Beginning a mail as another one, and sending one on."""

from tests.ui.screens import Link, app_over, sees, until
from tuimail.services import delivery


async def test_a_mail_is_edited_as_a_new_one(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("E")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        draft = app.desk.compose_pane.draft
        assert (draft.to, draft.subject) == ("alice@north.example", "Mail alice 0")
        assert "Text of alice 0." in draft.body


async def test_a_mail_is_sent_on_after_a_yes(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("B", *"dan@west.example", "enter")
        await sees(pilot, "Send “Mail alice 0” on to dan@west.example as it is?")
        await pilot.press("n")
        await until(pilot, lambda: not app.desk.overlays.is_open)
        assert not delivery.outbox(mail)
        await pilot.press("B", *"dan@west.example", "enter", "y")
        await sees(pilot, "On its way to dan@west.example.")
        (row,) = delivery.outbox(mail)
        assert row.subject.raw == "Mail alice 0"
        assert "send" in Link.wishes
