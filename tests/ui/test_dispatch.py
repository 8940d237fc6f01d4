"""Keys typed ahead: each reaches what was asked for before it."""

from textual import events

from tests.ui.screens import app_over, until

NAMES = {"/": "slash", "\r": "enter", "\t": "tab", "\x1b": "escape"}


def type_ahead(app, text: str) -> None:
    for character in text:
        key = NAMES.get(character, character)
        app.post_message(events.Key(key, character if character.isprintable() else None))


async def test_keys_that_waited_make_later_ones_wait_where_they_ask_themselves(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        type_ahead(app, "gftrash\r/edd")
        await until(pilot, lambda: app.desk.search.text == "edd")
        assert len(app.desk.session.contents.ids) in (0, 65)


async def test_a_mail_is_typed_ahead_of_its_screen(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        type_ahead(app, "cdan\t\t\tHi")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        fields = app.desk.compose_pane.fields
        await until(pilot, lambda: fields["subject"].value == "Hi")
        assert fields["to"].value == "dan"
