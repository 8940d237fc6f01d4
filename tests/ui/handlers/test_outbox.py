"""What became of sent mail: in its list, in the reader, in its story, in the line at the bottom."""

import pytest
from textual.events import Key

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


async def test_good_news_of_another_mail_do_not_take_the_word_of_one_that_came_back_away(mail):
    bad, good = sent_mail(mail), sent_mail(mail, "Invoice", to=("dan@west.example",), n=2)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        becomes(mail, bad, NOBODY, OutgoingState.BOUNCED, **REFUSED)
        Link.current.tell(OutgoingChanged(bad, OutgoingState.BOUNCED))
        await sees(pilot, "Not delivered: Offer")
        becomes(mail, good, "dan@west.example", OutgoingState.DELIVERED)
        Link.current.tell(OutgoingChanged(good, OutgoingState.DELIVERED))
        await until(pilot, lambda: "Your mail was delivered: Invoice" in said(app))
        assert "Not delivered: Offer" in line(app, Part.HINT)
        becomes(mail, bad, NOBODY, OutgoingState.DELIVERED)
        Link.current.tell(OutgoingChanged(bad, OutgoingState.DELIVERED))
        await sees(pilot, "Your mail was delivered: Offer")


def said(app) -> list[str]:
    return [str(sentence) for _, sentence in app.desk.session.said]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_failed_while_nobody_looked_is_counted_until_it_is_dealt_with(mail, size):
    outgoing = sent_mail(mail)
    becomes(mail, outgoing, NOBODY, OutgoingState.BOUNCED, **REFUSED)
    app = app_over(mail)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "! 1 needs you" in line(app, Part.STATUS))
        await pilot.press("g", "o", "d")
        await sees(pilot, "Noted that you know of it.")
        await until(pilot, lambda: "needs you" not in line(app, Part.STATUS))


async def test_a_mail_that_came_in_under_the_name_of_one_sent_is_not_taken_for_it(mail):
    sent_mail(mail)
    raw = (
        b"Received: from evil.example (evil.example [192.0.2.9]) by mx.north.example with ESMTPS;"
        b" Wed, 18 Nov 2026 12:00:00 +0000\r\nFrom: Eve <eve@evil.example>\r\n"
        b"To: alice@north.example\r\nSubject: Forged\r\nMessage-ID: <sent-1@north.example>\r\n"
        b"Date: Fri, 20 Nov 2026 12:00:00 +0000\r\n\r\nNot yours.\r\n"
    )
    put(mail, "alice", "INBOX", [raw], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Not yours.")
        assert "accepted" not in shown(app)
        await pilot.press("D", "x")
        await sees(pilot, "This mail was not sent from here.")
        await pilot.press("escape", "g", "h")
        await sees(pilot, "The path it took")
        assert "What happened" not in shown(app)
        await pilot.press("g", "i", "/", *"subject:forged", "enter")
        await sees(pilot, "Forged")
        assert "accepted" not in shown(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_from_a_story_or_a_path_one_goes_back_to_the_mail_that_was_read(mail, size):
    sent_mail(mail)
    app = app_over(mail)
    async with app.run_test(size=size) as pilot:
        for place, words in (("t", "What happened"), ("i", "says nothing of its path")):
            await pilot.press("g", place, "enter")
            await sees(pilot, "Text")
            await pilot.press("g", "h")
            await sees(pilot, words)
            await pilot.press("q")
            await until(pilot, lambda: app.desk.reader.mail is not None)
            assert app.desk.active is Part.READER
            await pilot.press("q")
            assert app.desk.active is Part.LIST


async def test_a_story_is_told_for_the_width_there_is_and_stays_where_it_is_read(mail):
    outgoing = sent_mail(mail)
    becomes(mail, outgoing, NOBODY, OutgoingState.REFUSED, **REFUSED)
    app = app_over(mail)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("g", "t", "g", "h")
        await sees(pilot, "Check the spelling of the address and send to it")
        await pilot.resize_terminal(50, 14)
        await sees(pilot, "Check the spelling of")
        words = " ".join(shown(app).split())
        assert "Check the spelling of the address and send to it again." in words
        await pilot.press("G")
        await until(pilot, lambda: app.desk.reader.progress == "end")
        becomes(mail, outgoing, NOBODY, OutgoingState.BOUNCED, **REFUSED)
        Link.current.tell(OutgoingChanged(outgoing, OutgoingState.BOUNCED))
        await until(pilot, lambda: app.desk.reader.story.state is OutgoingState.BOUNCED)
        assert "Offer" not in line(app, Part.READER)


async def test_keys_typed_while_the_outbox_opens_do_nothing_to_the_list_behind_it(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        before = app.desk.list.model.ids[:]
        app.desk.invoke("goto.outbox")
        assert all(app.dispatcher.takes(Key("d", "d")) for _ in range(2))
        await sees(pilot, "Nothing is on its way.")
        await until(pilot, lambda: not app.desk.held_keys)
        await pilot.press("g", "i")
        await sees(pilot, "Mail alice 0")
        assert app.desk.list.model.ids == before
