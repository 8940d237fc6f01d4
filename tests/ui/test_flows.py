"""What a person does, through the keys, over a real store."""

from dataclasses import replace
from types import SimpleNamespace
from typing import NoReturn

import pytest

from tests.ui.screens import NEWEST, Link, app_over, line, put, raw_mail, sees, shown, until
from tuimail.errors import StoreError
from tuimail.events import AccountChanged, BodyArrived, Connection, MessagesChanged, Progress, Task
from tuimail.model.outgoing import OutgoingState
from tuimail.model.settings import MarkSeen
from tuimail.services import delivery, reading, triage, writing
from tuimail.store.database import connect_writer
from tuimail.store.files import Database, path_of
from tuimail.store.notices import note
from tuimail.ui import bridge
from tuimail.ui.render.panes import Part

SIZES = [(80, 24), (120, 40), (200, 50)]


def subjects(app) -> list[str]:
    return [r.subject.raw for r in app.desk.list.visible_rows()]


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_frame_shows_the_newest_mail_of_all_accounts(mail, size):
    app = app_over(mail)
    async with app.run_test(size=size):
        assert "Mail alice 0" in shown(app)
        assert subjects(app)[:3] == ["Mail alice 0", "Mail bob 0", "Mail alice 1"]
        assert line(app, Part.STATUS).startswith(" All inboxes · 1/65 · 65 unread")


@pytest.mark.parametrize("size", SIZES)
async def test_opening_shows_the_mail_and_marks_it_as_read(mail, size):
    app = app_over(mail)
    async with app.run_test(size=size) as pilot:
        await pilot.press("j", "enter")
        await sees(pilot, "Text of bob 0.")
        assert "carol0@east.example" in shown(app)
        await until(pilot, lambda: "64 unread" in shown(app))
        await until(pilot, lambda: "push" in Link.wishes)
        await pilot.press("q")
        assert app.desk.active is Part.LIST


async def test_the_next_mail_is_opened_from_the_reader(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        await pilot.press("J")
        await sees(pilot, "Text of bob 0.")
        await pilot.press("K")
        await sees(pilot, "Text of alice 0.")


async def test_a_body_that_is_not_here_is_fetched_and_then_shown(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G", "enter")
        await sees(pilot, "The text is being fetched")
        row = app.desk.reader.row
        raw = raw_mail("alice", 59)
        from tuimail.model.part import Searchable
        from tuimail.store.bodies import put_body

        put_body(mail.store, row.key, raw, Searchable("", "", "", False))
        Link.current.tell(BodyArrived(row.key))
        await sees(pilot, "Text of alice 59.")


async def test_a_body_that_cannot_be_had_says_why(mail):
    Link.failure = "alice: the server cannot be reached."
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G", "enter")
        await sees(pilot, "the server cannot be reached")


async def test_deleting_moves_to_trash_at_once_and_undo_brings_it_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("d", "d")
        assert subjects(app)[0] == "Mail bob 0"
        await until(pilot, lambda: "push" in Link.wishes)
        await sees(pilot, "moved to Trash")
        await pilot.press("g", "x")
        await sees(pilot, "Trash of all accounts · 1/1")
        await pilot.press("g", "i")
        await sees(pilot, "All inboxes · 1/64")
        await pilot.press("u")
        await until(pilot, lambda: subjects(app)[:1] == ["Mail alice 0"])


async def test_a_count_deletes_several_and_one_undo_brings_all_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("5", "d", "d")
        await until(pilot, lambda: "1/60" in shown(app))
        await pilot.press("u")
        await until(pilot, lambda: "/65" in shown(app))


async def test_arriving_mail_never_moves_the_cursor_off_its_mail(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "j")
        kept = app.desk.list.cursor_row.key
        await until(pilot, lambda: Link.current is not None)
        put(mail, "alice", "INBOX", [raw_mail("alice", -3, subject="Brand new")], first_uid=500)
        Link.current.tell(MessagesChanged("alice", 1))
        await sees(pilot, "1 new above")
        await sees(pilot, "4/66")
        assert app.desk.list.cursor_row.key == kept
        assert "Brand new" not in shown(app)
        await pilot.press("g", "g")
        await sees(pilot, "Brand new")
        await until(pilot, lambda: "new above" not in line(app, Part.STATUS))


async def test_selected_mails_are_acted_on_together(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("x", "j", "x")
        assert "2 selected" in shown(app)
        await pilot.press("e")
        await until(pilot, lambda: "/63" in shown(app))
        assert subjects(app)[:2] == ["Mail bob 0", "Mail bob 1"]


async def test_a_flag_is_seen_at_once(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("s")
        assert "★" in line(app, Part.LIST)
        await until(pilot, lambda: "push" in Link.wishes)
        assert "★" in line(app, Part.LIST)


async def test_searching_shows_what_was_found_and_back_returns(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("/", *"subject:bob", "enter")
        await until(pilot, lambda: app.desk.session.view.query is not None)
        await until(pilot, lambda: "/5" in line(app, Part.STATUS))
        assert all("bob" in subject for subject in subjects(app))
        await pilot.press("q")
        await until(pilot, lambda: "/65" in shown(app))


async def test_the_search_bar_goes_with_the_list_before_also_where_nothing_can_be_read(
    mail, monkeypatch
):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        bar_was_there: list[bool] = []

        def read(*_: object, **__: object) -> NoReturn:
            bar_was_there.append(app.desk.is_searching)
            raise StoreError("cache.db: the disk refused a read.")

        monkeypatch.setattr(app.desk.session, "read", read)
        await pilot.press("/", *"subject:bob", "enter")
        await sees(pilot, "the disk refused a read")
        assert bar_was_there[0]
        assert not app.desk.is_searching
        assert app.desk.active is Part.LIST


async def test_a_search_that_is_wrong_shows_a_caret_and_stays(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("/", *'"bob')
        await sees(pilot, "^")
        await pilot.press("enter")
        assert app.desk.is_searching
        await pilot.press("escape")
        await until(pilot, lambda: not app.desk.is_searching)


async def test_keys_typed_ahead_of_the_search_bar_reach_it(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        from textual import events

        for key in "/edd":
            app.post_message(events.Key(key if key != "/" else "slash", key))
        await until(pilot, lambda: app.desk.search.text == "edd")
        assert len(app.desk.list.model) == 65


async def test_mailboxes_are_walked_and_opened(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("alt+w")
        assert app.desk.active is Part.MAILBOXES
        assert "All inboxes" in shown(app)
        await pilot.press("j", "j", "enter")
        await sees(pilot, "alice / Inbox · 1/60")
        assert app.desk.active is Part.LIST


async def test_a_mail_is_written_sent_and_taken_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press(*"dan@west.example", "tab", "tab", "tab", *"Hello", "tab", *"Text.")
        await pilot.press("escape", "y")
        await sees(pilot, "u takes back")
        assert app.desk.compose_pane is None
        assert [r.state for r in delivery.outbox(mail)] == [OutgoingState.QUEUED]
        assert "send" in Link.wishes
        await pilot.press("u")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert app.desk.compose_pane.draft.to == "dan@west.example"
        assert "Text." in app.desk.compose_pane.draft.body


async def test_a_mail_without_a_recipient_is_not_sent_and_the_field_has_the_keys(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("escape", "y")
        await sees(pilot, "Name at least one recipient.")
        assert app.desk.compose_pane is not None
        assert app.focused is app.desk.compose_pane.fields["to"]
        assert list(delivery.outbox(mail)) == []


async def test_typing_letters_in_compose_never_runs_actions(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("tab", "tab", "tab", *"ddqu5jZZ")
        assert app.desk.compose_pane.fields["subject"].value == "ddqu5jZZ"
        assert len(app.desk.list.model) == 65


async def test_a_draft_is_kept_while_it_is_written(mail, monkeypatch):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("tab", "tab", "tab", *"Draft one")
        app.handlers.keep()
        await until(pilot, lambda: [d.subject for d in writing.drafts(mail)] == ["Draft one"])
        await pilot.press("escape", "p")
        await until(pilot, lambda: app.desk.compose_pane is None)
        await pilot.press("g", "d", "enter")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert app.desk.compose_pane.draft.subject == "Draft one"


async def test_an_answer_quotes_and_addresses(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        draft = app.desk.compose_pane.draft
        assert "carol0@east.example" in draft.to
        assert draft.subject == "Re: Mail alice 0"
        assert "> Text of alice 0." in draft.body


async def test_a_mailbox_for_a_role_is_asked_for_where_none_is_known(profile):
    from tests.ui.screens import MAILBOXES, fill

    mail = fill(profile, mailboxes=[m for m in MAILBOXES if m[0] != "Archive"])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("e")
        await sees(pilot, "Which mailbox of alice is for archived mail?")
        await pilot.press(*"lists", "enter")
        await until(
            pilot,
            lambda: any(
                "Lists is the mailbox for archived mail now." in s for _, s in app.desk.session.said
            ),
        )
        await until(pilot, lambda: "/64" in shown(app))
    mail.close()


async def test_without_an_account_the_screen_says_what_to_type(empty_mail):
    app = app_over(empty_mail)
    async with app.run_test(size=(80, 24)):
        assert "tuimail account add NAME --email you@example.org" in shown(app)
        assert "Leave with ZZ" in shown(app)
        assert "Accounts are kept in" in shown(app), "it fits on the screen"


async def test_what_had_to_be_mended_stays_until_it_is_cleared(mail):
    local = path_of(mail.profile.data_dir, Database.LOCAL)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        writing = connect_writer(local, Database.LOCAL)
        note(writing, ["search.db was damaged and is being made anew; nothing is lost."])
        writing.close()
        await sees(pilot, "search.db was damaged")
        await pilot.press("j")
        assert "search.db was damaged" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: "search.db" not in shown(app))


async def test_raw_and_header_fields_are_shown_and_left_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        await pilot.press("H")
        await sees(pilot, "Message-ID: <alice-0@east.example>")
        await pilot.press("H")
        await until(pilot, lambda: "Message-ID:" not in shown(app))


async def test_a_fault_in_the_background_is_said_and_the_program_goes_on(mail, monkeypatch, caplog):
    private = "Subject: the secret plan"

    def broken(*_):
        raise ZeroDivisionError(private)

    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        monkeypatch.setattr(reading, "unread_count", broken)
        Link.current.tell(MessagesChanged("alice", 1))
        await sees(pilot, "A fault in tuimail (ZeroDivisionError)")
        assert "ZeroDivisionError at" in caplog.text
        assert private not in caplog.text
        monkeypatch.undo()
        await pilot.press("j")
        assert "2/65" in shown(app)


async def test_hostile_mail_draws_nothing_and_runs_nothing(mail):
    nasty = "\x1b]0;owned\x07\x9b2J[@click=app.exit()]x[/] \u202egnp.exe"
    raws = [raw_mail("alice", -5, subject=f"=?utf-8?q?{''.join(f'={b:02X}' for b in nasty.encode())}?=",
                     sender="=?utf-8?q?=1B[31m?= <a@b.example>", body=f"{nasty}\r\n")]  # fmt: skip
    put(mail, "alice", "INBOX", raws, first_uid=700)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "gnp.exe")
        text = shown(app)
        assert not any(
            (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or c == "\u202e" for c in text
        )
        assert app.is_running


async def test_mails_in_sight_are_wished_for_once_the_cursor_rests(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        await pilot.press("j", "j")
        await until(pilot, lambda: "want" in Link.wishes)
        assert Link.wishes.count("want") == 1


async def test_the_preview_shows_the_mail_and_leaves_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("escape", "v")
        await sees(pilot, "Preview")
        await sees(pilot, "Subject: Re: Mail alice 0")
        assert "Bcc:" not in shown(app)
        await pilot.press("v")
        await until(pilot, lambda: "Preview" not in shown(app))


async def test_quitting_keeps_the_mail_being_written(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("tab", "tab", "tab", *"Not lost", "escape", "escape")
        app.desk.invoke("quit")
        await until(pilot, lambda: not app.is_running or app._exit)
    assert [d.subject for d in writing.drafts(mail)] == ["Not lost"]


async def test_a_mailto_link_opens_compose_and_attaches_nothing(mail):
    app = app_over(mail, "mailto:dan@west.example?subject=Hello&attach=/etc/passwd")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.desk.compose_pane is not None)
        draft = app.desk.compose_pane.draft
        assert (draft.to, draft.subject, draft.attachments) == ("dan@west.example", "Hello", ())


async def test_without_an_account_writing_says_what_to_type_and_goes_on(empty_mail):
    app = app_over(empty_mail, "dan@west.example")
    async with app.run_test(size=(80, 24)) as pilot:
        await sees(pilot, "There is no account yet")
        await pilot.press("escape", "c", "j", "enter", "d", "d", "/")
        assert app.is_running


async def test_a_store_that_fails_is_a_notice_and_not_the_end(mail, monkeypatch):
    def broken(*_, **__):
        raise StoreError("cache.db: the disk is full.")

    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        monkeypatch.setattr(triage, "delete", broken)
        await pilot.press("d", "d")
        await sees(pilot, "the disk is full")
        await until(pilot, lambda: "/65" in shown(app))
        await pilot.press("escape")
        assert "the disk is full" not in shown(app)


async def test_clicking_goes_to_a_mail_and_again_opens_it(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click("#list", offset=(30, 3))
        assert "4/65" in shown(app)
        await pilot.click("#list", offset=(30, 3))
        await sees(pilot, "Text of bob 1.")


class Clock:
    """A steady clock that a test moves, and how often it was looked at."""

    now, looks = 100.0, 0

    def monotonic(self) -> float:
        self.looks += 1
        return self.now


async def test_news_wait_while_keys_are_pressed_but_not_for_ever(mail, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(bridge, "time", clock)
    monkeypatch.setattr(bridge, "FLUSH_S", 0.001)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        app.desk.key_at = clock.now
        Link.current.tell(Progress("alice", Task.HEADERS, "INBOX", 3, 9))
        looks = clock.looks
        await until(pilot, lambda: clock.looks > looks + 3)
        assert "headers 3/9" not in shown(app)
        clock.now = app.desk.key_at = clock.now + bridge.PATIENCE_S
        await sees(pilot, "headers 3/9")


async def test_a_task_of_no_account_is_shown_until_it_ends(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        Link.current.tell(Progress("", Task.INDEX, "", 500, 2_000))
        await sees(pilot, "search index 500/2,000")
        Link.current.tell(Progress("", Task.INDEX, "", 2_000, 2_000))
        await until(pilot, lambda: "search index" not in shown(app))


async def test_fetching_can_be_stopped_by_name(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        await pilot.press(":", *"cancel", "enter")
        await sees(pilot, "Fetching was stopped")
    assert "cancel" in Link.wishes


async def test_an_account_that_stopped_says_so_and_is_marked_in_the_tree(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        Link.current.tell(AccountChanged("bob", Connection.STOPPED, "The password was refused.", 1))
        await sees(pilot, "bob: The password was refused.")
        await sees(pilot, " ! bob")
        assert "! bob: stopped" in line(app, Part.STATUS)


@pytest.mark.parametrize(("stays", "unread"), [(True, "64 unread"), (False, "65 unread")])
async def test_delayed_reading_counts_only_if_the_mail_stays_open(mail, monkeypatch, stays, unread):
    monkeypatch.setattr("tuimail.ui.handlers.opening.SEEN_DELAY_S", 0.3)
    settings = replace(mail.config.settings, mark_seen=MarkSeen.DELAYED)
    app = app_over(replace(mail, config=replace(mail.config, settings=settings)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        if not stays:
            await pilot.press("q")
        await pilot.pause(0.6)
        await until(pilot, lambda: unread in shown(app))


async def test_rows_take_two_lines_and_one_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("j", "z", "equals_sign")
        await sees(pilot, "Rows are two-line now.")
        lines = shown(app).split("\n")
        assert "Carol Number 0" in lines[0]
        assert "       Mail bob 0  Text of bob 0." in lines[3]
        assert app.desk.list.model.height == 14
        assert app.cursor_position.y == 2
        await pilot.press("G")
        await until(pilot, lambda: "Mail alice 59" in shown(app))
        assert app.cursor_position.y == 26
        await pilot.click("#list", offset=(3, 1))
        assert app.desk.list.model.cursor == app.desk.list.model.top
        await pilot.press("z", "equals_sign")
        await sees(pilot, "Rows are compact now.")
        assert app.desk.list.model.height == 28


async def test_dates_and_columns_are_changed_by_name(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 30)) as pilot:
        app.desk.invoke("dates", argument="iso")
        await sees(pilot, "2026-11-18 ")
        app.desk.invoke("columns", argument="subject:3")
        await sees(pilot, "'subject' takes no width")
        await pilot.press("escape")
        app.desk.invoke("columns", argument="date, subject size")
        await until(pilot, lambda: "Carol" not in shown(app))
        app.desk.invoke("dates", argument="never")
        await sees(pilot, "It must be one of: short, iso, relative.")


async def test_relative_dates_are_brought_up_to_date_row_by_row(mail, monkeypatch):
    app = app_over(mail)
    async with app.run_test(size=(120, 30)) as pilot:
        listed = app.desk.list
        app.desk.invoke("dates", argument="relative")
        drawn = []
        monkeypatch.setattr(listed, "redraw_rows", lambda *rows: drawn.extend(rows))
        now = NEWEST + 1_800
        clock = SimpleNamespace(time=lambda: now)
        monkeypatch.setattr("tuimail.ui.widgets.message_list.time", clock)
        listed.renew_dates()
        drawn.clear()
        now += 60
        listed.renew_dates()
        assert drawn == [0]
        await pilot.pause()
