"""A whole conversation in one scroll: what is unread on top, made as it is looked at."""

import pytest

from tests.ui.screens import app_over, put, raw_mail, sees, shown, until
from tuimail.model.caution import Caution, CautionKind
from tuimail.model.flags import Flag
from tuimail.model.safe import Safe
from tuimail.services import reading, triage

COUNT = 6


def answer(n: int, name: str = "alice") -> bytes:
    """Return mail `n` of the conversation, 0 the oldest; each quotes all before it."""
    body = f"Words of {n}.\r\n\r\nBob wrote:\r\n" + "".join(
        f"> Old {line}.\r\n" for line in range(10)
    )
    raw = raw_mail(name, -1 - n, subject="Plan" if n == 0 else "Re: Plan", body=body)
    reference = b"References: <alice--1@east.example>\r\n" if n else b""
    return reference + raw


@pytest.fixture
def talk(mail):
    """A conversation of six: the first four are read."""
    put(mail, "alice", "INBOX", [answer(n) for n in range(COUNT)], first_uid=900)
    view = reading.unified_inbox(mail)
    rows = reading.rows(mail, view, reading.view_ids(mail, view)[:COUNT])
    triage.mark_read(mail, view, [row.row_id for row in rows[2:]])
    return mail


async def opens(pilot) -> None:
    await sees(pilot, "Re: Plan")
    await pilot.press("g", "c")
    await until(pilot, lambda: pilot.app.desk.reader.conversation is not None)
    await sees(pilot, "Words of 5.")


def top(app) -> str:
    return app.desk.reader.row.message_id.raw


async def test_the_newest_unread_mail_is_on_top_and_what_is_read_is_folded(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        assert top(app) == "alice--6@east.example"
        assert "6 of 6" in shown(app)
        assert "▸ 10 quoted lines" in shown(app)
        await pilot.press("g", "g")
        await sees(pilot, "1 of 6")
        assert "Words of 4." in shown(app)
        assert app.desk.reader.conversation.members[2].mail is None, "it was never looked at"


async def test_keys_step_inside_and_act_on_the_mail_on_top(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("K", "K")
        await until(pilot, lambda: top(app) == "alice--4@east.example")
        await pilot.press("enter")
        await sees(pilot, "Words of 3.")
        await pilot.press("H")
        await sees(pilot, "Message-ID: <alice--4@east.example>")
        await pilot.press("q")
        await sees(pilot, "Words of 3.")
        await pilot.press("J")
        await until(pilot, lambda: top(app) == "alice--5@east.example")
        await pilot.press("r")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert app.desk.compose_pane.draft.in_reply_to == "alice--5@east.example"


async def test_the_same_key_again_shows_the_mail_on_top_by_itself(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("K", "g", "c")
        await until(pilot, lambda: app.desk.reader.conversation is None)
        await sees(pilot, "Words of 4.")
        assert top(app) == "alice--5@east.example"


async def test_what_is_put_away_leaves_and_the_rest_stays(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("K", "e")
        await sees(pilot, "5 of 5")
        assert top(app) == "alice--6@east.example"
        await pilot.press("q")
        await until(pilot, lambda: app.desk.reader.row is None)
        await until(pilot, lambda: len(app.desk.session.contents.ids) == 70)


async def test_what_was_on_top_counts_as_read_and_what_was_not_seen_stays_unread(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 12)) as pilot:
        await opens(pilot)
        await app.desk.jobs.settled()

        def unread() -> list[str]:
            rows = reading.thread(talk, app.desk.reader.row.thread_id)
            return [row.message_id.raw for row in rows if Flag.SEEN not in row.flags]

        await until(pilot, lambda: unread() == ["alice--5@east.example"])


async def test_words_are_found_in_every_mail_folded_or_not(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("g", "g")
        await sees(pilot, "Words of 4.")
        app.desk.invoke("find", argument="old 7")
        await sees(pilot, "“old 7” 1/6")
        await sees(pilot, "> Old 7.")
        assert top(app) == "alice--1@east.example"


async def test_a_mail_whose_text_cannot_be_had_says_why(talk):
    put(talk, "alice", "INBOX", [answer(7)], first_uid=990, bodies=0)
    app = app_over(talk)
    from tests.ui.screens import Link

    async with app.run_test(size=(120, 40)) as pilot:
        Link.failure = "mail.north.example cannot be reached."
        await sees(pilot, "Re: Plan")
        await until(pilot, lambda: Link.current is not None)
        await pilot.press("g", "c")
        await sees(pilot, "mail.north.example cannot be reached.")


async def test_a_mail_without_others_is_a_conversation_of_one(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "Mail alice 0")
        await pilot.press("g", "c")
        await sees(pilot, "1 of 1")
        await sees(pilot, "Text of alice 0.")
        await pilot.press("J", "j", "G", "space")
        assert top(app) == "alice-0@east.example"


async def test_what_speaks_against_a_sender_stands_above_their_mail(talk):
    liar = answer(8).replace(b"Carol Number -9", b"ceo@bank.example")
    put(talk, "alice", "INBOX", [liar], first_uid=990)
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "Re: Plan")
        await pilot.press("g", "c")
        await sees(pilot, "Words of 8.")
        await sees(pilot, "The sender's name shows an address")


async def test_senders_are_judged_of_the_first_mails_and_of_those_that_come_later(
    talk, monkeypatch
):
    judged = []

    async def found(_, row):
        judged.append(row.message_id.raw)
        return (Caution(CautionKind.FIRST, Safe(f"First mail of {row.message_id.raw}.")),)

    monkeypatch.setattr("tuimail.ui.handlers.judging.Judging.found", found)
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await sees(pilot, "First mail of alice--6@east.example.")
        await pilot.press("g", "g", "enter")
        await sees(pilot, "First mail of alice--1@east.example.")
        assert len(judged) == len(set(judged))


async def test_quotes_folded_while_one_reads_in_them_leave_that_mail_on_top(talk):
    long = b"".join(b"> Old %d.\r\n" % n for n in range(80))
    put(talk, "alice", "INBOX", [answer(7) + long, answer(8)], first_uid=990)
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "Re: Plan")
        await pilot.press("g", "c")
        await sees(pilot, "Words of 8.")
        await pilot.press("K", "z", "q")
        await sees(pilot, "Old 3.")
        for _ in range(3):
            await pilot.press("ctrl+f")
        await until(pilot, lambda: app.desk.reader.conversation.above > 30)
        await pilot.press("z", "q")
        mails = app.desk.reader.conversation
        await sees(pilot, "quoted lines")
        assert mails.member_at(0) == mails.at
        assert top(app) == app.desk.mail_at_hand().message_id.raw


async def test_a_page_about_one_mail_leads_back_to_where_one_was(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("K", "g", "w", "g", "W")
        await until(pilot, lambda: app.desk.reader.has_page)
        assert app.desk.mail_at_hand().message_id.raw == "alice--5@east.example"
        await pilot.press("q")
        await sees(pilot, "Words of 4.")
        assert app.desk.reader.conversation is not None
        assert top(app) == "alice--5@east.example"


async def test_the_mail_of_a_page_put_away_leaves_the_conversation(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("K", "g", "w")
        await until(pilot, lambda: app.desk.reader.has_page)
        await pilot.press("e")
        await sees(pilot, "5 of 5")
        assert top(app) == "alice--6@east.example"


async def test_header_fields_lead_back_to_the_row_that_was_on_top(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 14)) as pilot:
        await opens(pilot)
        await pilot.press("j", "j", "j")
        mails = app.desk.reader.conversation
        assert mails.above
        place, text = (mails.at, mails.above), mails.top.mail
        await pilot.press("H")
        await sees(pilot, "References: <alice--1@east.example>")
        await pilot.press("q")
        await until(pilot, lambda: not app.desk.reader.shows)
        assert (mails.at, mails.above) == place
        assert mails.top.mail is text, "it was read again"


async def test_a_mail_marked_as_unread_stays_so_while_one_reads_on(talk):
    app = app_over(talk)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await app.desk.jobs.settled()

        def is_unread() -> bool:
            rows = reading.thread(talk, app.desk.reader.row.thread_id)
            return Flag.SEEN not in rows[-1].flags

        await until(pilot, lambda: not is_unread())
        await pilot.press("U")
        await until(pilot, is_unread)
        await until(pilot, lambda: app.desk.reader.row.is_unread)
        await pilot.press("K", "J")
        await app.desk.jobs.settled()
        assert is_unread()
