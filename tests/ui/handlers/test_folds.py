"""Quotes in the reader: folded, shown by a key, found in all the same."""

from dataclasses import replace

from tests.ui.handlers.test_matching import asks
from tests.ui.screens import app_over, put, raw_mail, sees, shown

QUOTE = "".join(f"> Quoted {n}.\r\n" for n in range(12))
ANSWER = f"I agree.\r\n\r\nBob wrote:\r\n{QUOTE}\r\nSee you.\r\n"


def quoting(mail, body: str = ANSWER, **settings):
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=body)], first_uid=900)
    changed = replace(mail.config.settings, **settings)
    return app_over(replace(mail, config=replace(mail.config, settings=changed)))


async def test_a_long_quote_is_folded_and_a_key_shows_it(mail):
    app = quoting(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "▸ 9 quoted lines  zq unfolds")
        assert "Quoted 3" not in shown(app)
        assert "See you." in shown(app)
        await pilot.press("z", "q")
        await sees(pilot, "> Quoted 3.")
        await pilot.press("z", "q")
        await sees(pilot, "▸ 9 quoted lines")


async def test_enter_shows_the_quote_in_sight_and_folds_it_again(mail):
    app = quoting(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "▸ 9 quoted lines")
        await pilot.press("enter")
        await sees(pilot, "> Quoted 3.")
        await pilot.press("enter")
        await sees(pilot, "▸ 9 quoted lines")


async def test_quotes_stay_open_where_that_is_set(mail):
    app = quoting(mail, fold_quotes=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "> Quoted 3.")
        await pilot.press("z", "q")
        await sees(pilot, "▸ 9 quoted lines")


async def test_where_nothing_folds_that_is_said(mail):
    app = quoting(mail, "No quote.\r\n")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "No quote.")
        await pilot.press("z", "q")
        await sees(pilot, "There are no long quotes here.")
        await pilot.press("enter")
        await sees(pilot, "Nothing in sight folds.")


async def test_a_place_in_a_folded_quote_is_found_and_shown(mail):
    app = quoting(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "▸ 9 quoted lines")
        await asks(pilot, "apostrophe", "Find in this mail", "quoted 1")
        await sees(pilot, "“quoted 1” 1/3")
        await sees(pilot, "> Quoted 11.")
        await pilot.press(";")
        await sees(pilot, "“quoted 1” 2/3")
        await pilot.press("2", ";")
        await sees(pilot, "“quoted 1” 1/3")
        await pilot.press(",")
        await sees(pilot, "“quoted 1” 3/3")
