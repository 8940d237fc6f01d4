"""What speaks against believing a mail: in its head, in the list, and whole on a page."""

import pytest

from tests.ui.screens import app_over, line, put, raw_mail, sees, shown, until
from tuimail.model.address import Address
from tuimail.services import trust
from tuimail.services.mail import Mail
from tuimail.store.contacts import harvest
from tuimail.ui.render.panes import Part

LIAR = '"ceo@bank.com" <mallory@evil.example>'
ELSEWHERE = (
    f"From: {LIAR}\r\nTo: alice@north.example\r\nReply-To: drop@other.example\r\n"
    "Sender: relay@third.example\r\nSubject: Wire it\r\nMessage-ID: <w@evil.example>\r\n"
    "Date: Fri, 20 Nov 2026 12:00:00 +0000\r\n\r\nNow!\r\n"
).encode()


@pytest.fixture
def spoofed(mail: Mail) -> Mail:
    put(mail, "alice", "INBOX", [ELSEWHERE], first_uid=900)
    return mail


async def test_the_list_shows_the_address_of_a_name_that_shows_another(spoofed):
    app = app_over(spoofed)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "mallory@evil.example")
        assert "ceo@bank.com" not in line(app, Part.LIST)


async def test_what_the_store_knows_of_a_sender_comes_after_the_text(spoofed):
    app = app_over(spoofed)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Now!")
        await sees(pilot, "The sender's name shows an address, ceo@bank.com")
        await sees(pilot, "An answer would go to drop@other.example")
        assert "relay@third.example sent this mail" in shown(app)


async def test_who_is_known_by_now_is_warned_of_no_more(spoofed):
    app = app_over(spoofed)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "An answer would go to drop@other.example")
        harvest(spoofed.store, [Address("", "drop@other.example")], 1)
        await pilot.press("q")
        await until(pilot, lambda: app.desk.reader.row is None)
        await pilot.press("enter")
        await sees(pilot, "relay@third.example sent this mail")
        await until(pilot, lambda: "An answer would go to" not in shown(app))


async def test_a_store_that_cannot_tell_leaves_the_mail_as_it_is(spoofed, monkeypatch):
    from tuimail.errors import StoreError

    asked = []

    def broken(mail, account):
        asked.append(account)
        raise StoreError("The store is busy.")

    monkeypatch.setattr(trust, "learn", broken)
    app = app_over(spoofed)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Now!")
        await until(pilot, lambda: asked == ["alice"])
        await sees(pilot, "The sender's name shows an address, ceo@bank.com")
        assert "busy" not in shown(app)


async def test_all_warnings_are_on_a_page_from_which_one_comes_back(spoofed):
    app = app_over(spoofed)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Now!")
        await pilot.press("g", "W")
        await until(pilot, lambda: app.desk.reader.has_page)
        await sees(pilot, "ceo@bank.com <mallory@evil.example>")
        await sees(pilot, "relay@third.example sent this mail")
        assert "Now!" not in shown(app)
        await pilot.press("q")
        await sees(pilot, "Now!")


async def test_a_mail_without_warnings_says_so(mail):
    harvest(mail.store, [Address("Carol", "carol0@east.example")], 1)
    put(mail, "alice", "INBOX", [raw_mail("alice", 0)], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.desk.list.cursor_row is not None)
        await pilot.press("g", "W")
        await sees(pilot, "There is nothing to warn of in this mail.")
