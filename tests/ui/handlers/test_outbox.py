"""What became of sent mail: in its list, in the reader, in its story, in the line at the bottom."""

import pytest

from tests.ui.screens import Link, app_over, line, put, sees, shown, until
from tests.ui.sent import NOBODY, WORDS, becomes, bounces, sent_mail
from tuimail.events import OutgoingChanged
from tuimail.model.outgoing import OutgoingState
from tuimail.services import reading
from tuimail.ui.render.panes import Part

REFUSED = {"code": 550, "enhanced_code": "5.1.1", "reply": "User unknown", "explanation": WORDS}


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_the_list_of_sent_mail_says_what_became_of_each(mail, size):
    sent_mail(mail, "Offer", n=1)
    bad = sent_mail(mail, "Invoice", n=2)
    becomes(mail, bad, NOBODY, OutgoingState.BOUNCED, **REFUSED)
    app = app_over(mail)
    async with app.run_test(size=size) as pilot:
        await pilot.press("g", "t")
        await sees(pilot, "→ accepted")
        assert "✗ bounced" in shown(app)
        await pilot.press("g", "i")
        await sees(pilot, "Mail alice 0")
        assert "accepted" not in shown(app)


async def test_the_mark_changes_while_the_list_is_shown(mail):
    outgoing = sent_mail(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "t")
        await sees(pilot, "→ accepted")
        becomes(mail, outgoing, NOBODY, OutgoingState.DELIVERED)
        Link.current.tell(OutgoingChanged(outgoing, OutgoingState.DELIVERED))
        await sees(pilot, "✓ delivered")


async def test_the_reader_s_head_says_why_a_mail_came_back(mail):
    outgoing = sent_mail(mail, to=(NOBODY, "dan@west.example"))
    becomes(mail, outgoing, NOBODY, OutgoingState.BOUNCED, **REFUSED)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "t", "enter")
        await sees(pilot, f"✗ bounced  {NOBODY}")
        await sees(pilot, "no such person. Check the spelling")
        assert "550 5.1.1 User unknown" in shown(app)
        assert "→ accepted, delivery not confirmed  dan@west.example" in shown(app)
        assert "Da correct" in line(app, Part.HINT)
        becomes(mail, outgoing, "dan@west.example", OutgoingState.DELIVERED)
        Link.current.tell(OutgoingChanged(outgoing, OutgoingState.DELIVERED))
        await sees(pilot, "✓ delivered  dan@west.example")


async def test_the_story_says_how_sure_it_is_and_what_can_be_done(mail):
    outgoing = sent_mail(mail)
    bounces(mail, outgoing)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "t", "g", "h")
        await sees(pilot, "Confirmed: the report names a secret")
        assert "could not deliver it to nobody@south.example" in shown(app)
        assert "a      Send to another address" in shown(app)
        assert "a correct" in line(app, Part.HINT)
        await pilot.press("q")
        assert app.desk.active is Part.LIST


async def test_the_report_itself_is_opened_from_the_story(mail):
    raw = (
        b"From: MAILER-DAEMON@north.example\r\nTo: alice@north.example\r\nSubject: Undelivered\r\n"
        b"Message-ID: <report@north.example>\r\nDate: Wed, 18 Nov 2026 11:00:00 +0000\r\n\r\n"
        b"I am sorry.\r\n"
    )
    put(mail, "alice", "Archive", [raw])
    (archive,) = [
        b for b in reading.mailboxes(mail) if b.name.raw == "Archive" and b.account == "alice"
    ]
    view = reading.mailbox_view(mail, archive.id)
    (row,) = reading.rows(mail, view, reading.view_ids(mail, view))
    outgoing = sent_mail(mail)
    bounces(mail, outgoing, row.key)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "t", "g", "h")
        await sees(pilot, "v      Open the mail that reports it.")
        await pilot.press("v")
        await sees(pilot, "I am sorry.")


async def test_a_mail_that_nobody_reported_on_has_no_report_to_open(mail):
    sent_mail(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "t")
        await sees(pilot, "→ accepted")
        await pilot.press("D", "v")
        await sees(pilot, "Nothing was reported of this mail.")
        await pilot.press("escape", "g", "i", "D", "r")
        await sees(pilot, "This mail was not sent from here.")


async def test_what_came_back_is_one_line_and_the_key_it_names_tells_the_story(mail):
    outgoing = sent_mail(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        bounces(mail, outgoing)
        Link.current.tell(OutgoingChanged(outgoing, OutgoingState.BOUNCED))
        await sees(pilot, "Not delivered: Offer to nobody@south.example: no such person")
        assert "gh shows it" in line(app, Part.HINT)
        assert not app.desk.overlays.is_open
        await pilot.press("g", "h")
        await sees(pilot, "Confirmed: the report names a secret")
        await pilot.press("q", "g", "h")
        await sees(pilot, "The mail says nothing of its path.")
