"""Invitations by mail: told in one's own time, answered after a yes, changed by their organiser."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mime.test_invitation import calendar
from tests.mime.test_itip import event_of
from tests.store.makers import HOME, arrival, box_id, view
from tuimail.config.load import Config
from tuimail.errors import NotFound, UserError
from tuimail.mime.render import searchable_text
from tuimail.model.account import Security, Server
from tuimail.model.appointment import Standing
from tuimail.model.ids import MessageKey
from tuimail.model.invitation import Answer
from tuimail.model.message import MessageRow
from tuimail.model.settings import Settings
from tuimail.services import delivery, invitations, reading
from tuimail.services.mail import Mail
from tuimail.store.bodies import put_body
from tuimail.store.messages import put_messages
from tuimail.store.outgoing import bytes_of, sender_of

ADA = "ada@far.example"
YEAR = 2199
"""So far ahead that the dates stay to come, and within what is planned."""


@pytest.fixture
def mail(mail: Mail) -> Mail:
    """A profile whose accounts can send, by the clock of Berlin."""
    server = Server("localhost", 465, Security.TLS, "me")
    able = tuple(replace(one, smtp=server) for one in mail.config.accounts)
    settings = Settings(time_zone="Europe/Berlin")
    return Mail(mail.profile, Config(settings, able), mail.store)


def event(*more: str, uid: str = "plan", sequence: int = 0, at: str = "0310T090000") -> tuple:
    return (
        "SUMMARY:Plan",
        f"UID:{uid}@far.example",
        f"SEQUENCE:{sequence}",
        f"DTSTART;TZID=America/New_York:{YEAR}{at}",
        "DURATION:PT1H",
        f"ORGANIZER;CN=Ada:mailto:{ADA}",
        "ATTENDEE;CN=Me:mailto:me@home.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@far.example",
        *more,
    )


class Post:
    """Brings invitations into the INBOX of the second account."""

    def __init__(self, mail: Mail) -> None:
        self._mail, self._uid = mail, 0

    def brings(self, *properties: str, method: str = "REQUEST", sender: str = ADA) -> MessageRow:
        self._uid += 1
        text = calendar(*properties, method=method)
        raw = (
            f"From: {sender}\r\nTo: me@home.example\r\nSubject: {self._uid}\r\n"
            f"Message-ID: <{self._uid}@far.example>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: text/calendar; method={method}; charset=utf-8\r\n\r\n{text}"
        ).encode()
        store = self._mail.store
        box = box_id(store, "INBOX", HOME)
        put_messages(store, box, [arrival(self._uid)])
        rows = reading.rows(self._mail, view(box), reading.view_ids(self._mail, view(box)))
        row = max(rows, key=lambda one: one.date)
        put_body(store, row.key, raw, searchable_text(raw))
        return row


@pytest.fixture
def post(mail: Mail) -> Post:
    return Post(mail)


def told(mail: Mail, row: MessageRow) -> str:
    shown = reading.rendered_for(mail, row)
    assert shown is not None
    return "\n".join(line.text for line in shown.lines)


def test_an_invitation_is_told_in_the_persons_own_time(mail, post):
    text = told(mail, post.brings(*event("LOCATION:Room 1 https://meet.example/x")))
    assert text.startswith("Invitation: Plan\n")
    assert text.count("Invitation: Plan") == 1
    own, there = f"Sun {YEAR}-03-10 14:00 to 15:00", "09:00 to 10:00"
    assert f"When:    {own} your time ({there} America/New_York)" in text
    assert "Where:   Room 1 https://meet.example/x" in text
    assert f"By:      Ada <{ADA}>" in text
    assert "You:     not answered yet" in text
    assert "Guests:  bob@far.example accepted" in text
    assert "Beware" not in text


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        (("DTSTART;VALUE=DATE:21990310",), "When:    Sun 2199-03-10, all day"),
        (("DTSTART;VALUE=DATE:21990310", "DURATION:P3D"),
         "When:    Sun 2199-03-10 to Tue 2199-03-12, all day"),
        (("DTSTART:21990310T090000",), "Sun 2199-03-10 09:00 by the clock wherever you are"),
        (("DTSTART;TZID=Moon:21990310T090000",), "09:00 in the zone “Moon”, which is not known"),
        (("DTSTART;TZID=Europe/Paris:21990310T090000",), "When:    Sun 2199-03-10 09:00\n"),
        (("DTSTART;TZID=Asia/Tokyo:21990310T010000",),
         "When:    Sat 2199-03-09 17:00 your time (Sun 2199-03-10 01:00 Asia/Tokyo)"),
        (("DTSTART:20200310T090000Z", "DURATION:PT1H"),
         "When:    Tue 2020-03-10 10:00 to 11:00 your time (09:00 to 10:00 UTC), which has passed"),
        (("DTSTART:21990310T090000Z",), "10:00 your time (09:00 UTC)"),
        (("DTSTART:21990310T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10"),
         "Repeats: every week on Tue and Thu, 10 times"),
        (("DTSTART:20200310T090000Z", "RRULE:FREQ=DAILY;UNTIL=20200312T090000Z"),
         "Repeats: every day, until Thu 2020-03-12\nNext:    none: all its dates have passed"),
        (("DTSTART:21990310T090000Z", "RRULE:FREQ=WEEKLY", "EXDATE:21990317T090000Z"),
         "not on Sun 2199-03-17 10:00"),
        (("DTSTART:21990310T090000Z", "RRULE:FREQ=SECONDLY;COUNT=1000000"), "10:00 your time"),
        (("DTSTART:21990310T090000Z", "RECURRENCE-ID:21990317T090000Z"),
         "Of:      a repeated event, the date of Sun 2199-03-17 10:00 alone"),
        (("DTSTART:21990310T090000Z", "DESCRIPTION:Dial https://meet.example/d\\nBring cake"),
         "\nDial https://meet.example/d⟦1⟧\nBring cake"),
    ],
)  # fmt: skip
def test_when_and_how_often(mail, post, properties, words):
    row = post.brings("SUMMARY:Plan", "UID:other", f"ORGANIZER:mailto:{ADA}", *properties)
    assert words in told(mail, row) + "\n"


def test_links_of_a_description_are_numbered_after_those_of_the_mail(mail, post):
    more = ("LOCATION:https://one.example/", "DESCRIPTION:https://two.example/")
    shown = reading.rendered_for(mail, post.brings(*event(*more)))
    assert [link.url.raw for link in shown.links] == [
        "https://one.example/", "https://two.example/"]  # fmt: skip


def test_an_answer_goes_to_the_organiser_alone_and_makes_busy(mail, post):
    row = post.brings(*event(sequence=4))
    sent = invitations.send_answer(mail, row, Answer.ACCEPTED, "with pleasure")
    out = delivery.show(mail, sent)
    assert [one.address for one in out.recipients] == [ADA]
    assert (out.account, sender_of(mail.store, sent)) == (HOME, "me@home.example")
    method, event_sent = event_of(bytes_of(mail.store, sent))
    assert (method, int(event_sent["SEQUENCE"])) == ("REPLY", 4)
    assert str(event_sent["ATTENDEE"]) == "mailto:me@home.example"
    assert "You:     accepted" in told(mail, row)
    text = told(mail, post.brings(*event(uid="other", at="0310T093000")))
    assert f"Clash:   with “Plan”, which you accepted: Sun {YEAR}-03-10 14:00 to 15:00" in text
    assert "Clash" not in told(mail, post.brings(*event(uid="third", at="0310T100000")))
    assert "Clash" not in told(mail, row)


def test_an_answer_that_did_not_go_is_said_at_its_invitation(mail, post):
    row = post.brings(*event())
    delivery.cancel(mail, invitations.send_answer(mail, row, Answer.ACCEPTED))
    words = "You:     accepted, but the answer was cancelled: the organiser does not know"
    assert words in told(mail, row)
    invitations.send_answer(mail, row, Answer.DECLINED)
    assert "You:     declined" in told(mail, row)


def test_what_was_declined_does_not_make_busy_and_a_mind_may_change(mail, post):
    row, other = post.brings(*event()), post.brings(*event(uid="other"))
    invitations.send_answer(mail, row, Answer.ACCEPTED)
    assert "Clash" in told(mail, other)
    invitations.send_answer(mail, row, Answer.DECLINED)
    assert "You:     declined" in told(mail, row)
    assert "Clash" not in told(mail, other)
    assert len(delivery.outbox(mail)) == 2


def test_what_leaves_one_free_does_not_make_busy(mail, post):
    free = post.brings(*event("TRANSP:TRANSPARENT"))
    invitations.send_answer(mail, free, Answer.ACCEPTED)
    other = post.brings(*event(uid="other"))
    assert "Clash" not in told(mail, other)
    invitations.send_answer(mail, other, Answer.ACCEPTED)
    assert "Clash" not in told(mail, free)
    assert "Clash" in told(mail, post.brings(*event(uid="third")))


def test_a_repeated_event_makes_busy_on_its_dates(mail, post):
    today = time.strftime("%Y%m%d", time.gmtime(time.time() + 86_400))
    daily = f"DTSTART:{today}T090000Z"
    rest = ("DURATION:PT1H", f"ORGANIZER:mailto:{ADA}")
    row = post.brings("UID:daily", "SUMMARY:Daily", daily, "RRULE:FREQ=DAILY", *rest)
    invitations.send_answer(mail, row, Answer.TENTATIVE)
    later = time.strftime("%Y%m%d", time.gmtime(time.time() + 30 * 86_400))
    other = post.brings("UID:once", "SUMMARY:Once", f"DTSTART:{later}T093000Z", *rest)
    assert "Clash:   with “Daily”, which you perhaps accepted" in told(mail, other)


def test_an_update_waits_for_a_new_answer_and_an_old_version_for_none(mail, post):
    old = post.brings(*event())
    invitations.send_answer(mail, old, Answer.ACCEPTED)
    new = post.brings(*event(sequence=1, at="0311T090000"))
    assert "Changed: since you answered (accepted); it waits for a new answer" in told(mail, new)
    invitations.send_answer(mail, new, Answer.ACCEPTED)
    assert "Old:     a newer version of this has come already" in told(mail, old)
    with pytest.raises(UserError):
        invitations.send_answer(mail, old, Answer.DECLINED)
    assert len(delivery.outbox(mail)) == 2


def test_what_its_organiser_calls_off_is_not_busy_any_more(mail, post):
    invitations.send_answer(mail, post.brings(*event()), Answer.ACCEPTED)
    other = post.brings(*event(uid="other"))
    assert "Clash" in told(mail, other)
    off = post.brings(*event(sequence=1), method="CANCEL")
    assert "Off:     called off by its organiser; you had answered: accepted" in told(mail, off)
    assert "Clash" not in told(mail, other)
    assert "Off:     called off by its organiser before" in told(mail, off)
    for answer in (Answer.ACCEPTED, Answer.DECLINED):
        with pytest.raises(UserError):
            invitations.send_answer(mail, off, answer)


def in_a_month(hour: int, after_days: int = 0) -> str:
    day = time.gmtime(time.time() + (30 + after_days) * 86_400)
    return f"{time.strftime('%Y%m%d', day)}T{hour:02}0000Z"


def on(uid: str, start: str, *more: str) -> tuple[str, ...]:
    return (f"UID:{uid}", f"SUMMARY:{uid}", f"DTSTART:{start}", "DURATION:PT1H",
            f"ORGANIZER:mailto:{ADA}", *more)  # fmt: skip


def clashing(mail, post, *starts: str) -> list[bool]:
    rows = [post.brings(*on(f"at {start}", start)) for start in starts]
    return ["Clash" in told(mail, row) for row in rows]


@pytest.fixture
def daily(mail, post) -> MessageRow:
    """A repeated event that was accepted."""
    start = time.strftime("%Y%m%dT090000Z", time.gmtime(time.time() + 86_400))
    row = post.brings(*on("daily", start, "RRULE:FREQ=DAILY"))
    invitations.send_answer(mail, row, Answer.ACCEPTED)
    return row


def test_one_date_that_is_called_off_leaves_the_others_as_they_were(mail, post, daily):
    dates = [in_a_month(9, day) for day in range(3)]
    off = ("SEQUENCE:1", f"RECURRENCE-ID:{dates[1]}")
    row = post.brings(*on("daily", dates[1], *off), method="CANCEL")
    assert "Off:     called off by its organiser; you had answered: accepted" in told(mail, row)
    assert clashing(mail, post, *dates) == [True, False, True]
    assert invitations.read(mail, daily).standing is Standing.SAME
    assert "Off:     called off by its organiser before" in told(mail, row)
    invitations.send_answer(mail, daily, Answer.TENTATIVE)
    assert clashing(mail, post, *dates) == [True, False, True]


def test_one_date_that_is_put_off_makes_busy_then_alone(mail, post, daily):
    dates = [in_a_month(9), in_a_month(15)]
    moved = on("daily", dates[1], "SEQUENCE:1", f"RECURRENCE-ID:{dates[0]}")
    invitations.send_answer(mail, post.brings(*moved), Answer.ACCEPTED)
    assert clashing(mail, post, *dates) == [False, True]
    assert invitations.read(mail, daily).standing is Standing.SAME


def test_an_event_that_is_called_off_is_so_on_dates_answered_alone_too(mail, post, daily):
    dates = [in_a_month(9), in_a_month(15)]
    moved = on("daily", dates[1], "SEQUENCE:1", f"RECURRENCE-ID:{dates[0]}")
    invitations.send_answer(mail, post.brings(*moved), Answer.ACCEPTED)
    told(mail, post.brings(*on("daily", dates[0], "SEQUENCE:2"), method="CANCEL"))
    assert clashing(mail, post, *dates, in_a_month(9, 1)) == [False, False, False]


@pytest.mark.parametrize(
    ("sender", "organizer"),
    [
        ("eve@evil.example", ADA),
        ("eve@evil.example", "eve@evil.example"),
        (f"{ADA}, eve@evil.example", ADA),
        (f"{ADA}\r\nFrom: {ADA}", ADA),
        (f'"{ADA}" <eve@evil.example>', ADA),
        ("ada@far.example.evil.example", ADA),
    ],
)
@pytest.mark.parametrize("method", ["CANCEL", "REQUEST"])
def test_a_forged_organiser_changes_nothing_and_is_named(mail, post, sender, organizer, method):
    invitations.send_answer(mail, post.brings(*event()), Answer.ACCEPTED)
    properties = [
        line.replace(f"mailto:{ADA}", f"mailto:{organizer}") for line in event(sequence=9)
    ]
    forged = post.brings(*properties, method=method, sender=sender)
    assert "Beware:  this is from" in told(mail, forged)
    assert f"not from {ADA}, who asked you: nothing is changed" in told(mail, forged)
    assert invitations.read(mail, forged).standing is Standing.FORGED
    with pytest.raises(UserError):
        invitations.send_answer(mail, forged, Answer.DECLINED)
    assert "Clash" in told(mail, post.brings(*event(uid="other")))
    assert len(delivery.outbox(mail)) == 1


@pytest.mark.parametrize("method", ["CANCEL", "REQUEST"])
def test_who_passes_a_mail_on_calls_nothing_off_for_its_organiser(mail, post, method):
    """Whom a mail inside of another is from is for anybody to write, and no server looks at it."""
    invitations.send_answer(mail, post.brings(*event()), Answer.ACCEPTED)
    row = post.brings(*event(sequence=9), method=method)
    inner = replace(row, inside_of=MessageKey(7))
    assert f"Beware:  this is passed on inside of another mail, not from {ADA}" in told(mail, inner)
    assert invitations.read(mail, inner).standing is Standing.FORGED
    with pytest.raises(UserError):
        invitations.send_answer(mail, inner, Answer.DECLINED)
    assert "Clash" in told(mail, post.brings(*event(uid="other")))


def test_an_invitation_that_was_passed_on_is_answered_to_its_organiser(mail, post):
    inner = replace(post.brings(*event()), inside_of=MessageKey(7))
    assert "passed on inside of another mail, not from its organiser" in told(mail, inner)
    sent = invitations.send_answer(mail, inner, Answer.ACCEPTED)
    assert [one.address for one in delivery.show(mail, sent).recipients] == [ADA]


def test_a_first_invitation_from_somebody_else_says_so_and_is_answered_to_its_organiser(mail, post):
    row = post.brings(*event(), sender="assistant@far.example")
    assert f"Beware:  this is from assistant@far.example, not from its organiser, {ADA}" in told(
        mail, row
    )
    sent = invitations.send_answer(mail, row, Answer.ACCEPTED)
    assert [one.address for one in delivery.show(mail, sent).recipients] == [ADA]


def test_who_asks_others_is_not_asked(mail, post):
    own = [line.replace(ADA, "me@home.example") for line in event()]
    row = post.brings(*own, sender="me@home.example")
    with pytest.raises(UserError):
        invitations.send_answer(mail, row, Answer.ACCEPTED)


def test_reading_a_hundred_invitations_sends_nothing(mail, post):
    methods = ("REQUEST", "CANCEL", "PUBLISH", "REPLY", "COUNTER", "REFRESH", "ADD", "")
    for n in range(100):
        more = ("BEGIN:VALARM\r\nACTION:EMAIL\r\nATTACH:http://evil.example/\r\nEND:VALARM",
                "ATTACH:https://evil.example/x", "RRULE:FREQ=DAILY;COUNT=1000000")  # fmt: skip
        row = post.brings(*event(*more, uid=str(n)), method=methods[n % len(methods)])
        told(mail, row)
    assert list(delivery.outbox(mail)) == []


def test_an_invitation_is_found_by_what_it_is_also_without_a_name(mail, post):
    post.brings(*event())
    found = reading.search_view(mail, "has:invite")
    assert len(reading.view_ids(mail, found)) == 1


def test_links_that_mislead_are_still_said_to(mail, post):
    html = (
        'From: a@far.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n'
        "\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        '<a href="https://evil.example/">https://bank.example/</a>\r\n'
        f"--b\r\nContent-Type: text/calendar\r\n\r\n{calendar(*event('LOCATION:https://x.example/'))}"
        "\r\n--b--\r\n"
    ).encode()
    row = post.brings(*event())
    put_body(mail.store, row.key, html, searchable_text(html))
    shown = reading.rendered_for(mail, row)
    plain = reading.rendered(mail, row.key)
    assert shown.links[: len(plain.links)] == plain.links
    assert any(link.is_doubtful for link in shown.links)


def test_without_an_invitation_there_is_nothing_to_answer_or_to_hand_on(mail, post):
    row = post.brings("SUMMARY:s", "END:VEVENT\r\nBEGIN:VTODO\r\nEND:VTODO")
    assert told(mail, row)
    put_messages(mail.store, box_id(mail.store, "INBOX", HOME), [arrival(900)])
    box = view(box_id(mail.store, "INBOX", HOME))
    lacking = max(reading.rows(mail, box, reading.view_ids(mail, box)), key=lambda one: one.date)
    for act in (invitations.calendar, invitations.read):
        with pytest.raises(NotFound):
            act(mail, lacking)


def test_a_calendar_is_saved_as_it_came_beside_what_is_there(mail, post, tmp_path: Path):
    row = post.brings(*event("SUMMARY:x"), "X-NOTE:ä")
    names = [invitations.export(mail, row, tmp_path).name for _ in range(2)]
    assert names == ["Plan.ics", "Plan (2).ics"]
    content = (tmp_path / "Plan.ics").read_bytes()
    assert content == invitations.calendar(mail, row)
    assert "X-NOTE:ä".encode() in content


@pytest.mark.parametrize("title", ["../../etc/passwd", "/etc/passwd", "a\\nb", "", "x" * 500, "."])
def test_the_title_of_an_event_is_no_path(mail, post, tmp_path: Path, title):
    inside = tmp_path / "inside"
    properties = [line for line in event() if not line.startswith("SUMMARY")]
    path = invitations.export(mail, post.brings(f"SUMMARY:{title}", *properties), inside)
    assert path.parent == inside
    assert sorted(one.name for one in tmp_path.iterdir() if one.name == "etc") == []
