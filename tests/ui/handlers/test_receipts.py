"""A mail that asks for a receipt: the key is offered, a person is asked, nothing goes by itself."""

import pytest

from tests.ui.screens import Link, app_over, line, put, sees, until
from tuimail.services import delivery
from tuimail.services.mail import Mail
from tuimail.ui.actions import Context
from tuimail.ui.keymap_file import known_keymaps, load_keymap
from tuimail.ui.render.panes import Part

ASKING = (
    b"Return-Path: <ada@far.example>\r\nFrom: Ada <ada@far.example>\r\nTo: alice@north.example\r\n"
    b"Subject: Plans\r\nMessage-ID: <plans@far.example>\r\nDate: Fri, 20 Nov 2026 12:00:00 +0000\r\n"
    b"Disposition-Notification-To: Ada <ada@far.example>\r\n\r\nWhen?\r\n"
)


@pytest.fixture
def asking(mail: Mail) -> Mail:
    put(mail, "alice", "INBOX", [ASKING], first_uid=900)
    return mail


async def asked(pilot) -> None:
    """Open the mail and press the key that the line at the bottom offers."""
    await pilot.press("enter")
    await sees(pilot, "When?")
    assert line(pilot.app, Part.HINT).startswith(" Dt receipt")
    await pilot.press("D", "t")
    await sees(pilot, "Yes, tell ada@far.example that I opened it")


async def test_a_yes_sends_it_and_the_key_is_offered_no_more(asking):
    app = app_over(asking)
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot)
        await pilot.press("enter")
        await sees(pilot, "A receipt goes to ada@far.example.")
        (row,) = delivery.outbox(asking)
        assert [one.address for one in row.recipients] == ["ada@far.example"]
        assert {"push", "send"} <= set(Link.wishes)
        await until(pilot, lambda: "$MDNSent" in app.desk.reader.row.flags)
        await pilot.press("D", "t")
        await sees(pilot, "that was seen to already.")
        await pilot.press("escape")
        assert "receipt" not in line(app, Part.HINT)


async def test_of_a_long_address_the_domain_is_seen_before_a_receipt_goes(mail):
    far = f"ceo-{'bank.com-' * 6}x@far.example"
    put(mail, "alice", "INBOX", [ASKING.replace(b"ada@far.example", far.encode())], first_uid=900)
    async with app_over(mail).run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "When?")
        await pilot.press("D", "t")
        await sees(pilot, "…@far.example")
        await pilot.press("escape")
    assert list(delivery.outbox(mail)) == []


async def test_a_no_is_remembered_and_sends_nothing(asking):
    app = app_over(asking)
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot)
        await pilot.press("down", "enter")
        await sees(pilot, "No receipt is sent.")
        await until(pilot, lambda: "$MDNSent" in app.desk.reader.row.flags)
        assert list(delivery.outbox(asking)) == []


async def test_who_leaves_the_question_decides_nothing(asking):
    app = app_over(asking)
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: not app.desk.overlays.is_open)
        assert list(delivery.outbox(asking)) == []
        assert "$MDNSent" not in app.desk.reader.row.flags


async def test_a_mail_that_asks_for_none_says_so(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("D", "t")
        await sees(pilot, "This mail asks for no receipt")


@pytest.mark.parametrize("name", known_keymaps())
def test_every_keymap_has_a_key_for_it(name):
    assert load_keymap(name, None).keys_for("receipt", Context.READER)
