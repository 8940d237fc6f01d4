"""Searches kept under a name stand among the mailboxes, counted, and can be taken away."""

from textual.events import Key

from tests.ui.screens import Link, app_over, line, put, raw_mail, sees, shown, until
from tuimail.events import MessagesChanged
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox
from tuimail.services import reading, saved
from tuimail.store.mailboxes import put_mailboxes
from tuimail.ui.render.panes import Part


async def kept(pilot, query: str, name: str) -> None:
    """Type a search and keep it from the bar."""
    await pilot.press("/", *query)
    await pilot.app.on_event(Key("alt+s", "s"))  # as terminals send it, with its character
    await sees(pilot, "Keep this search as")
    await pilot.press(*name, "enter")
    await sees(pilot, f"Kept as “{name}”")


async def test_a_search_is_kept_from_the_bar_and_stands_among_the_mailboxes(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await kept(pilot, "from:carol3", "Three")
        assert line(app, Part.STATUS).startswith(" Three · 1/")
        await until(pilot, lambda: "Searches" in shown(app))
        counted = saved.unread_of(mail, saved.saved_searches(mail)[0])
        await until(pilot, lambda: app.desk.session.unread_of_saved == {"Three": counted})
        assert counted > 0
        await pilot.press("g", "i")
        await sees(pilot, "All inboxes")
        await pilot.press("g", "/", "enter")
        await until(pilot, lambda: line(app, Part.STATUS).startswith(" Three · 1/"))
        tree = app.desk.mailboxes
        await until(pilot, lambda: tree.entries[tree.shown].saved == "Three")


async def test_new_mail_is_counted_in_it(mail):
    saved.save_search(mail, "Brand", "subject:brand")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        put(mail, "alice", "INBOX", [raw_mail("alice", -3, subject="Brand new")], first_uid=500)
        Link.current.tell(MessagesChanged("alice", 1))
        await until(pilot, lambda: app.desk.session.unread_of_saved == {"Brand": 1})


async def test_it_is_renamed_and_forgotten_and_its_mails_stay(mail):
    saved.save_search(mail, "Bob", "subject:bob")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"goto.search Bob", "enter")
        await until(pilot, lambda: line(app, Part.STATUS).startswith(" Bob · 1/5"))
        await pilot.press(":", *"search.rename", "enter")
        await sees(pilot, "Rename “Bob” to")
        await pilot.press("b", "y", "enter")
        await until(pilot, lambda: line(app, Part.STATUS).startswith(" Bobby · 1/5"))
        await sees(pilot, "It is called “Bobby” now.")
        await pilot.press(":", *"search.forget", "enter")
        await sees(pilot, "The mails it finds stay.")
        await pilot.press("y")
        await sees(pilot, "is forgotten")
        await until(pilot, lambda: "Searches" not in shown(app))
        assert line(app, Part.STATUS).startswith(" All inboxes")
        assert saved.saved_searches(mail) == []


async def test_renaming_the_one_shown_leaves_keys_and_cursor_where_they_are(mail):
    saved.save_search(mail, "Bob", "subject:bob")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"goto.search Bob", "enter")
        await until(pilot, lambda: line(app, Part.STATUS).startswith(" Bob · 1/5"))
        await pilot.press("j", "ctrl+w", "r")
        await sees(pilot, "Rename “Bob” to")
        await pilot.press("b", "y", "enter")
        await until(pilot, lambda: line(app, Part.STATUS).startswith(" Bobby · 2/5"))
        tree = app.desk.mailboxes
        assert app.desk.active is Part.MAILBOXES
        assert tree.entries[tree.shown].saved == "Bobby"


async def test_a_hostile_name_is_shown_as_one_harmless_line(mail):
    saved.save_search(mail, "a\x1b[31mb\nc [bold]d", "subject:bob")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "c [bold]d")
        assert "\x1b" not in shown(app)


async def test_a_filter_of_a_kept_search_says_so_and_esc_returns(mail):
    saved.save_search(mail, "Bob", "subject:bob")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"goto.search Bob", "enter")
        await until(pilot, lambda: line(app, Part.STATUS).startswith(" Bob · 1/5"))
        await pilot.press("\\", *"from:carol2", "enter")
        await until(pilot, lambda: "/1 " in line(app, Part.STATUS))
        assert "from:carol2" in line(app, Part.STATUS)
        await pilot.press("escape")
        await until(pilot, lambda: line(app, Part.STATUS).startswith(" Bob · 1/5"))


async def test_what_cannot_be_kept_is_said(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("W")
        await sees(pilot, "Nothing is searched for")
        await pilot.press("escape", "g", "/")
        await sees(pilot, "No search is kept yet; W keeps the one shown.")


async def test_a_filter_of_one_list_is_kept_as_a_search_in_its_mailboxes(mail):
    put(mail, "alice", "Lists", [raw_mail("alice", 500, subject="Mail bob elsewhere")])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("\\", *"subject:bob", "enter")
        await until(pilot, lambda: "/5 " in line(app, Part.STATUS))
        await pilot.press("W")
        await sees(pilot, "Keep this search as")
        await pilot.press(*"Bob", "enter")
        await until(pilot, lambda: line(app, Part.STATUS).startswith(" Bob · 1/5"))
        assert saved.saved_searches(mail)[0].query == "in:inbox subject:bob"


async def test_a_filter_of_a_mailbox_that_nothing_can_name_is_refused_in_one_sentence(mail):
    listed = [ListedMailbox(name, "/", None, True) for name in ("INBOX", "Lists", "lists")]
    put_mailboxes(mail.store, AccountName("alice"), listed)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        rows = reading.mailboxes(mail)
        app.handlers.views.open_mailbox(next(r.id for r in rows if r.name.raw == "Lists"))
        await sees(pilot, "alice / Lists")
        await pilot.press("\\", *"subject:bob", "enter")
        await until(pilot, lambda: app.desk.session.view.query is not None)
        await pilot.press("W")
        await sees(pilot, "This cannot be kept: no search can name just the mailboxes shown.")


async def test_the_keys_for_mailboxes_act_on_a_kept_search_in_the_tree(mail):
    saved.save_search(mail, "Bob", "subject:bob")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "Searches")
        await pilot.press("ctrl+w", "j", "j")
        await pilot.press("r")
        await sees(pilot, "Rename “Bob” to")
        await pilot.press("b", "y", "enter")
        await sees(pilot, "Bobby")
        await pilot.press("D")
        await sees(pilot, "Forget the search “Bobby”?")
        await pilot.press("y")
        await until(pilot, lambda: saved.saved_searches(mail) == [])
