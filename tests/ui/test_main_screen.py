"""What the bottom lines say: keys as the person's keymap has them, sentences to their end."""

from dataclasses import replace

import pytest

from tests.ui.screens import Link, app_over, line, sees, until
from tuimail.events import OutgoingChanged
from tuimail.model.safe import Safe
from tuimail.ui.render.panes import Part


def with_keymap(mail, name: str):
    settings = replace(mail.config.settings, keymap=name)
    return app_over(replace(mail, config=replace(mail.config, settings=settings)))


@pytest.mark.parametrize(
    ("keymap", "undo", "outbox"),
    [("default", "u", "go"), ("mutt", "u", ":goto.outbox"), ("emacs", "ctrl+_", "go")],
)
async def test_sentences_name_the_keys_of_the_keymap(mail, keymap, undo, outbox):
    app = with_keymap(mail, keymap)
    async with app.run_test(size=(120, 40)) as pilot:
        app.desk.invoke("archive")
        await sees(pilot, f"{undo} takes it back")
        await until(pilot, lambda: Link.current is not None)
        Link.current.tell(OutgoingChanged("x", "refused"))
        await sees(pilot, f"A mail was refused; {outbox} says more.")
        await pilot.press("escape")
        assert "refused" not in line(app, Part.HINT)


@pytest.mark.parametrize(("keymap", "leave"), [("default", "ZZ"), ("emacs", "ctrl+x ctrl+c")])
async def test_without_an_account_the_key_that_leaves_is_told(empty_mail, keymap, leave):
    app = with_keymap(empty_mail, keymap)
    async with app.run_test(size=(80, 24)) as pilot:
        await sees(pilot, f"Leave with {leave} and")
        assert line(app, Part.HINT).startswith(f" {leave} leave")


async def test_the_message_log_shows_sentences_to_their_end(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        app.desk.warn(Safe("A sentence " + "of many words " * 12 + "and its end."))
        app.desk.invoke("log")
        await sees(pilot, "and its end.")
