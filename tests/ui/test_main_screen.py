"""What the bottom lines say: keys as the person's keymap has them, sentences to their end."""

import gc
import warnings
from dataclasses import replace

import pytest

from tests.ui.screens import Link, app_over, line, sees, until
from tests.ui.sent import NOBODY, becomes, sent_mail
from tuimail.errors import StoreError, UserError
from tuimail.events import (
    EngineFound,
    EngineLost,
    NewMail,
    NotTold,
    OutgoingChanged,
    SendingChanged,
)
from tuimail.model.notify import TerminalNotice
from tuimail.model.outgoing import OutgoingState
from tuimail.model.safe import Safe, Untrusted
from tuimail.ui.render.panes import Part


def with_keymap(mail, name: str):
    settings = replace(mail.config.settings, keymap=name)
    return app_over(replace(mail, config=replace(mail.config, settings=settings)))


@pytest.mark.parametrize(
    ("keymap", "undo", "delivery"),
    [("default", "u", "gh"), ("mutt", "u", ",h"), ("emacs", "ctrl+_", "gh")],
)
async def test_sentences_name_the_keys_of_the_keymap(mail, keymap, undo, delivery):
    outgoing = sent_mail(mail)
    becomes(mail, outgoing, NOBODY, OutgoingState.REFUSED)
    app = with_keymap(mail, keymap)
    async with app.run_test(size=(120, 40)) as pilot:
        app.desk.invoke("archive")
        await sees(pilot, f"{undo} takes it back")
        await until(pilot, lambda: Link.current is not None)
        Link.current.tell(OutgoingChanged(outgoing, OutgoingState.REFUSED))
        await sees(pilot, f"Refused: Offer to {NOBODY}")
        assert f"{delivery} shows it" in line(app, Part.HINT)
        await pilot.press("escape")
        assert "Refused" not in line(app, Part.HINT)


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


async def test_what_was_said_in_the_list_makes_way_for_the_hints_of_compose(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        app.desk.say(Safe("Kept as a draft."))
        assert "Kept as a draft." in line(app, Part.HINT)
        await pilot.press("c")
        await sees(pilot, "alt+s send")


async def test_a_fault_stays_in_compose_until_esc(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        app.desk.warn(Safe("The disk is full."))
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert "The disk is full." in line(app, Part.HINT)
        await pilot.press("escape")
        assert "y send" in line(app, Part.HINT)


async def test_a_slip_passes_by_itself_and_a_fault_stays(mail, monkeypatch):
    monkeypatch.setattr("tuimail.ui.saying_screen.SLIP_S", 0.2)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        app.desk.fail(StoreError("The disk is full."))
        app.desk.fail(UserError("There is nothing to undo."))
        assert "There is nothing to undo." in line(app, Part.HINT)
        await until(pilot, lambda: "The disk is full." in line(app, Part.HINT))
        await pilot.press("escape")
        assert "archive" in line(app, Part.HINT)


async def test_esc_takes_a_slip_away_and_leaves_nothing_else(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.active is Part.READER)
        app.desk.fail(UserError("There is nothing to undo."))
        await pilot.press("escape")
        assert "nothing to undo" not in line(app, Part.HINT)
        assert app.desk.active is Part.READER
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.active is Part.LIST)


async def test_the_hints_are_those_of_the_list_again_after_the_outbox(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "o")
        await until(pilot, lambda: "archive" not in line(app, Part.HINT))
        await pilot.press("g", "i")
        await sees(pilot, "archive")


async def test_the_background_process_found_again_takes_its_fault_away(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        Link.current.tell(EngineLost("The background process ended; it is started again."))
        await sees(pilot, "it is started again")
        Link.current.tell(EngineFound())
        await until(pilot, lambda: "it is started again" not in line(app, Part.HINT))
        app.desk.warn(Safe("The disk is full."))
        Link.current.tell(EngineFound())
        Link.current.tell(OutgoingChanged("x", "sending"))
        await pilot.pause(0.5)
        assert "The disk is full." in line(app, Part.HINT)


async def test_why_mail_waits_stands_there_until_it_can_go(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        Link.current.tell(SendingChanged("alice", "The disk is full."))
        await sees(pilot, "alice: mail waits. The disk is full.")
        Link.current.tell(SendingChanged("bob", ""))
        await pilot.pause(0.5)
        assert "mail waits" in line(app, Part.HINT)
        Link.current.tell(SendingChanged("alice", ""))
        await until(pilot, lambda: "mail waits" not in line(app, Part.HINT))


async def test_new_mail_is_told_by_the_terminal_and_a_failed_way_by_a_notice(mail, monkeypatch):
    app = app_over(mail)
    sent = []
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        monkeypatch.setattr(app._driver, "write", sent.append)
        keys = (app.desk.list.cursor_row.key, 404)
        Link.current.tell(NewMail(keys, 5, TerminalNotice.OSC777))
        await until(pilot, lambda: any("777" in one for one in sent))
        [told] = [one for one in sent if "777" in one]
        assert told.startswith("\x1b]777;notify;5 new mails;")
        assert told.endswith("and 4 more\x1b\\")
        Link.current.tell(NotTold("New mail could not be told: no notify-send."))
        await sees(pilot, "New mail could not be told")


async def test_the_bell_rings_for_new_mail_where_it_is_wanted(mail, monkeypatch):
    settings = replace(mail.config.settings, bell=True)
    app = app_over(replace(mail, config=replace(mail.config, settings=settings)))
    sent = []
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        monkeypatch.setattr(type(app), "send_to_terminal", lambda _, text: sent.append(text))
        Link.current.tell(NewMail((404,), 1, TerminalNotice.OFF))
        await until(pilot, lambda: sent)
    assert sent == ["\a"]


async def test_the_title_follows_what_is_unread_in_the_inboxes(mail, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    settings = replace(mail.config.settings, title=True)
    app = app_over(replace(mail, config=replace(mail.config, settings=settings)))
    titles = []
    monkeypatch.setattr(type(app), "show_title", lambda _, title: titles.append(title))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "tuimail 65" in titles)
        await pilot.press("U")
        await until(pilot, lambda: "tuimail 64" in titles)


async def test_what_was_not_begun_before_the_screen_was_left_is_no_warning(mail, monkeypatch):
    app = app_over(mail)

    async def job() -> None:
        raise AssertionError("never run")

    async with app.run_test(size=(80, 24)):
        monkeypatch.setattr(app, "run_worker", lambda *_args, **_options: None)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            app.desk.spawn(job)
            gc.collect()
    assert not warned


async def test_a_list_whose_far_end_grows_is_not_drawn_again(mail, monkeypatch):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)):
        shown, drawn = app.desk.list, []
        rows = [shown.row(index) for index in range(60)]
        monkeypatch.setattr(shown, "refresh", lambda *_, **__: drawn.append(1))
        shown.reload(shown.model.ids + shown.model.ids[-1:], rows)
        assert not drawn
        shown.reload(shown.model.ids, [replace(row, subject=Untrusted("New")) for row in rows])
        assert drawn
