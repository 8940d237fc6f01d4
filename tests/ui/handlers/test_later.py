"""Putting mail off through the keys, and choosing what an action is about."""

from dataclasses import replace

from tests.ui.handlers.test_mailboxes import to_mailbox, typed
from tests.ui.screens import Link, app_over, line, sees, shown, until
from tuimail.services import delivery, saved, writing
from tuimail.ui.render.panes import Part


async def test_a_mail_is_put_off_and_seen_with_its_time_and_woken_by_the_same_key(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        await pilot.press("b")
        await sees(pilot, "Snooze until")
        await sees(pilot, "tonight")
        await pilot.press(*"14d", "space", "enter")
        await sees(pilot, "1 message snoozed until")
        await until(pilot, lambda: "Mail alice 0" not in line(app, Part.LIST))
        await pilot.press("g", "z")
        await until(pilot, lambda: "Mail alice 0" in line(app, Part.LIST))
        await until(pilot, lambda: " z " in line(app, Part.LIST))
        await pilot.press("b")
        await sees(pilot, "wake it")
        await pilot.press("enter")
        await sees(pilot, "1 message woken")
        await pilot.press("u", "u", "g", "i")
        await until(pilot, lambda: "Mail alice 0" in line(app, Part.LIST))


async def test_putting_off_is_repeated_with_the_time_that_was_answered(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("b")
        await sees(pilot, "Snooze until")
        await pilot.press(*"14d", "space", "enter")
        await sees(pilot, "/64")
        await pilot.press(".")
        await sees(pilot, "/63")
        assert "Snooze until" not in shown(app)


async def test_what_is_no_time_fits_nothing_and_esc_leaves_all_as_it_is(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("b", *"whenever")
        await sees(pilot, "nothing fits")
        await pilot.press("escape")
        await until(pilot, lambda: "Mail alice 0" in line(app, Part.LIST))
        app.desk.invoke("snooze", argument="whenever")
        await sees(pilot, "'whenever' is no time")


async def test_a_conversation_is_muted_and_another_is_done_and_undo_brings_both_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("M")
        await sees(pilot, "1 conversation muted")
        await pilot.press("g", "D")
        await sees(pilot, "1 conversation done: a reply brings it back")
        await sees(pilot, "/63")
        await pilot.press("u", "u")
        await sees(pilot, "/65")


async def test_mail_is_archived_by_its_year(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("A")
        await sees(pilot, "1 message moved to Archive/20")
        await sees(pilot, "/64")


async def test_a_range_reaches_from_where_it_was_begun_to_the_cursor_and_is_one_undo(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "ctrl+v", "3", "j")
        await sees(pilot, "4 selected")
        await pilot.press("d", "d")
        await sees(pilot, "4 messages moved to Trash")
        await sees(pilot, "/61")
        await pilot.press("u")
        await sees(pilot, "/65")


async def test_two_ranges_are_selected_and_the_selection_is_turned_round_and_taken_off(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+v", "j", "ctrl+v", "5", "j", "ctrl+v", "k", "ctrl+v")
        await sees(pilot, "4 selected")
        await pilot.press("~")
        await sees(pilot, "61 selected")
        await pilot.press("%")
        await sees(pilot, "65 selected")
        app.desk.invoke("select.clear")
        await until(pilot, lambda: "selected" not in shown(app))


async def test_undo_takes_back_a_mailbox_a_search_and_a_draft_before_an_older_deletion(mail):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.press("d", "d")
        await sees(pilot, "1 message moved to Trash")
        await to_mailbox(pilot, "Lists")
        await pilot.press("A")
        await sees(pilot, "New mailbox in alice")
        await typed(pilot, "Plans")
        await sees(pilot, "Plans is there now.")
        await pilot.press("u")
        await sees(pilot, "Undone: mailbox Plans made")
        assert "delete alice Plans" in Link.wishes
        saved.save_search(app.desk.session.mail, "mine", "from:ada")
        await pilot.press("u")
        await sees(pilot, "Undone: search “mine” kept")
        await pilot.press("u")
        await sees(pilot, "Undone: 1 message moved to Trash")


async def test_a_mail_that_was_thrown_away_comes_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await sees(pilot, "Subject")
        await pilot.press(*"ada", "alt+q")
        await sees(pilot, "Throw this mail away?")
        await pilot.press("y")
        await sees(pilot, "The mail was thrown away.")
        await pilot.press("u")
        await sees(pilot, "Undone: draft")
        assert [draft.to for draft in writing.drafts(mail)] == ["ada"]


def shell(tmp_path, words: str) -> str:
    """Return a command that runs shell words."""
    script = tmp_path / "command.sh"
    script.write_text(words)
    return f"sh {script}"


async def test_several_mails_are_piped_one_by_one_and_printed_together(mail, tmp_path):
    out, paper = tmp_path / "out", tmp_path / "paper"
    piped = shell(tmp_path, f"grep '^Subject' >> {out}")
    settings = replace(mail.config.settings, print_command=f"tee {paper}")
    mail = replace(mail, config=replace(mail.config, settings=settings))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+v", "j", "j")
        app.desk.invoke("pipe", argument=piped)
        await sees(pilot, "3 mails given to sh.")
        assert len(out.read_text().splitlines()) == 3
        app.desk.invoke("print")
        await sees(pilot, "3 mails given to tee to be printed.")
        assert paper.read_text().count("\f") == 2
        app.desk.invoke("pipe", argument=shell(tmp_path, "echo no; exit 3"))
        await sees(pilot, "sh ended with status 3 after 0 of 3 mails. no")


async def test_several_mails_are_saved_whole_into_a_folder(mail, tmp_path):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("2", "x")
        app.desk.invoke("save", argument=str(tmp_path / "kept"))
        await sees(pilot, "2 mails written to")
        assert len(list((tmp_path / "kept").iterdir())) == 2


async def test_several_mails_are_forwarded_as_files_that_hold_their_bytes(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("2", "x", "f")
        await sees(pilot, "Fwd: 2 mails")
        [first, second] = app.desk.compose_pane.draft.attachments
        assert b"Text of alice 0." in first.path.read_bytes()
        assert second.filename == "Mail bob 0.eml"


async def test_several_mails_are_sent_on_after_one_yes(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("2", "x")
        app.desk.invoke("redirect", argument="cee@x.test")
        await sees(pilot, "Send 2 mails on to cee@x.test as they are?")
        await pilot.press("y")
        await sees(pilot, "On its way to cee@x.test.")
        assert len(delivery.outbox(mail)) == 2
