"""An invitation is answered by a key: what goes is shown first, and nothing goes by itself."""

import sys
from dataclasses import replace

import pytest

from tests.mime.test_invitation import calendar
from tests.mime.test_itip import event_of
from tests.ui.screens import Link, app_over, line, pastes, put, sees, shown, until
from tuimail.config.load import Config
from tuimail.services import delivery
from tuimail.services.mail import Mail
from tuimail.store.outgoing import bytes_of
from tuimail.ui.render.panes import Part

EVENT = (
    "SUMMARY:Plan",
    "DTSTART:21990310T090000Z",
    "DURATION:PT1H",
    "ORGANIZER;CN=Ada:mailto:ada@far.example",
    "ATTENDEE:mailto:alice@north.example",
)


def raw_invitation(*properties: str, method: str = "REQUEST") -> bytes:
    return (
        "From: Ada <ada@far.example>\r\nTo: alice@north.example\r\nSubject: Plans\r\n"
        "Message-ID: <plans@far.example>\r\nDate: Fri, 20 Nov 2026 12:00:00 +0000\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/calendar; method={method}\r\n\r\n"
        + calendar(*(properties or EVENT), method=method)
    ).encode()


@pytest.fixture
def invited(mail: Mail) -> Mail:
    put(mail, "alice", "INBOX", [raw_invitation()], first_uid=900)
    return mail


async def opened(pilot) -> None:
    await pilot.press("enter")
    await sees(pilot, "Invitation: Plan")
    await sees(pilot, "You:     not answered yet")


async def test_a_yes_sends_the_answer_to_the_organiser_and_the_mail_says_so(invited):
    app = app_over(invited)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert line(pilot.app, Part.HINT).startswith(" Ia accept")
        await pilot.press("I", "a")
        await sees(pilot, "Accept “Plan”?")
        assert "Yes, a mail to ada@far.example alone" in shown(app)
        assert "from alice@north.example" in shown(app)
        assert list(delivery.outbox(invited)) == []
        await pilot.press("enter")
        await sees(pilot, "Your answer goes to ada@far.example.")
        await sees(pilot, "You:     accepted")
        (row,) = delivery.outbox(invited)
        assert [one.address for one in row.recipients] == ["ada@far.example"]
        assert "send" in Link.wishes


async def test_of_a_long_organiser_the_domain_is_seen_before_the_answer_goes(mail):
    far = f"ceo-{'bank.com-' * 6}x@far.example"
    event = [one.replace("ada@far.example", far) for one in EVENT]
    raw = raw_invitation(*event).replace(b"<ada@far.example>", f"<{far}>".encode(), 1)
    put(mail, "alice", "INBOX", [raw], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("I", "a")
        await sees(pilot, "…@far.example alone")
        await pilot.press("enter")
        await sees(pilot, "…@far.example.")
        (row,) = delivery.outbox(mail)
        assert [one.address for one in row.recipients] == [far]


async def test_the_mail_is_shown_before_it_goes(invited):
    app = app_over(invited)
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await pilot.press("I", "d")
        await sees(pilot, "Decline “Plan”?")
        await pilot.press("down", "down", "enter")
        await sees(pilot, "ATTENDEE;PARTSTAT=DECLINED")
        assert "Subject: Declined: Plan" in shown(app)
        assert list(delivery.outbox(invited)) == []


async def test_words_of_the_persons_own_go_along(invited):
    app = app_over(invited)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("I", "t")
        await sees(pilot, "Perhaps come to “Plan”?")
        await pilot.press("down", "enter")
        await sees(pilot, "Your words to the organiser")
        await pastes(pilot, "If the train runs")
        await pilot.press("enter")
        await sees(pilot, "Your answer goes to ada@far.example.")
        (row,) = delivery.outbox(invited)
        _, event = event_of(bytes_of(invited.store, row.id))
        assert (str(event["COMMENT"]), event["ATTENDEE"].params["PARTSTAT"]) == (
            "If the train runs",
            "TENTATIVE",
        )


@pytest.mark.parametrize("keys", [("escape",), ("down", "down", "down", "enter")])
async def test_who_leaves_the_question_sends_nothing(invited, keys):
    app = app_over(invited)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("I", "a")
        await sees(pilot, "Accept “Plan”?")
        await pilot.press(*keys)
        await until(pilot, lambda: not app.desk.overlays.is_open)
        assert list(delivery.outbox(invited)) == []


async def test_what_was_published_for_everybody_is_not_answered(mail):
    raw = raw_invitation(*EVENT, method="PUBLISH")
    put(mail, "alice", "INBOX", [raw], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("I", "a")
        await sees(pilot, "published for everybody: nobody awaits an answer")
        assert list(delivery.outbox(mail)) == []


async def test_a_mail_without_an_invitation_says_so(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("I", "x")
        await sees(pilot, "There is no invitation in this mail.")


async def test_it_is_given_to_a_command_on_its_standard_input(invited, tmp_path):
    target = tmp_path / "taken; touch x"
    script = tmp_path / "take.py"
    script.write_text("import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())")
    command = f"{sys.executable} {script} '{target}'"
    settings = invited.config.settings
    config = Config(replace(settings, calendar_command=command), invited.config.accounts)
    app = app_over(Mail(invited.profile, config, invited.store))
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("I", "x")
        await sees(pilot, "Hand the invitation on")
        await pilot.press("enter")
        await sees(pilot, "Given to ")
    assert target.read_bytes() == calendar(*EVENT).encode()
    assert not (tmp_path / "x").exists()


async def test_it_is_saved_as_a_file(invited, tmp_path):
    app = app_over(invited)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        app.desk.invoke("invite.export", argument=str(tmp_path))
        await sees(pilot, "Saved Plan.ics")
    assert (tmp_path / "Plan.ics").read_bytes() == calendar(*EVENT).encode()
