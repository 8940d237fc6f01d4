"""What servers find streams into a search; Esc asks no further; being offline is said once."""

from tests.ui.screens import Link, app_over, line, put, raw_mail, sees, shown, until
from tuimail.events import MessagesChanged, Progress, ServerFound, Task
from tuimail.services import saved
from tuimail.store.database import Database
from tuimail.ui.render.panes import Part

SAYS = "asking the server: 3 of 12 mailboxes"


def row_of(mail, subject: str) -> int:
    """Put a mail there whose body is not here; return its row."""
    before = set(mail.store.ids(Database.CACHE, "select id from message"))
    put(mail, "alice", "INBOX", [raw_mail("alice", 99, subject=subject)], first_uid=900, bodies=0)
    (row_id,) = set(mail.store.ids(Database.CACHE, "select id from message")) - before
    return row_id


async def searched(pilot, query: str) -> str:
    """Search, and wait until the servers are asked; return the name of the search."""
    await pilot.press("/", *query, "enter")
    await until(pilot, lambda: bool(Link.searches))
    return Link.searches[0]


async def test_what_a_server_finds_comes_into_the_list_and_the_cursor_stays(mail):
    far = row_of(mail, "Far away")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        search = await searched(pilot, "subject:bob")
        await until(pilot, lambda: "/5 " in line(app, Part.STATUS))
        await pilot.press("j")
        under = app.desk.list.cursor_row.subject
        Link.current.tell(Progress("alice", Task.SEARCH, "INBOX", 3, 12))
        await sees(pilot, SAYS)
        Link.current.tell(ServerFound("another", 1, (far,)))
        Link.current.tell(ServerFound(search, 1, (far,)))
        await sees(pilot, "Far away")
        await sees(pilot, "2/6 ")
        assert app.desk.list.cursor_row.subject == under
        Link.is_search_done.set()
        await until(pilot, lambda: SAYS not in shown(app))
        assert "Far away" in shown(app)


async def test_a_row_without_its_text_says_who_found_it(mail):
    far = row_of(mail, "Far")
    app = app_over(mail)
    async with app.run_test(size=(150, 40)) as pilot:
        search = await searched(pilot, "lighthouse")
        Link.current.tell(ServerFound(search, 1, (far,)))
        await sees(pilot, "(found by the se")


async def test_esc_asks_no_further_and_the_search_stays(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        search = await searched(pilot, "subject:bob")
        await until(pilot, lambda: "/5 " in line(app, Part.STATUS))
        Link.current.tell(Progress("alice", Task.SEARCH, "INBOX", 3, 12))
        await sees(pilot, SAYS)
        await pilot.press("escape")
        await until(pilot, lambda: search not in Link.searches)
        await until(pilot, lambda: SAYS not in shown(app))
        assert "subject:bob" in line(app, Part.STATUS)
        await pilot.press("escape")
        await until(pilot, lambda: "subject:bob" not in line(app, Part.STATUS))


async def test_another_list_ends_the_asking(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await searched(pilot, "subject:bob")
        await pilot.press("g", "i")
        await until(pilot, lambda: "subject:bob" not in line(app, Part.STATUS))
        Link.current.tell(MessagesChanged("alice", 1))
        await until(pilot, lambda: not Link.searches)


async def test_that_no_server_can_be_asked_is_said_once_and_what_is_here_stands(mail):
    app = app_over(mail)
    Link.failure = "The server cannot be reached."
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("/", *"subject:bob", "enter")
        await sees(pilot, "What is found here is shown; a server was not asked.")
        assert "/5 " in line(app, Part.STATUS)
        said = len(app.desk.session.said)
        await pilot.press("/", *" number", "enter")
        await until(pilot, lambda: Link.wishes.count("search") == 2)
        await until(pilot, lambda: not app.handlers.asking.is_asking)
        assert len(app.desk.session.said) == said


async def test_a_search_without_words_asks_nobody(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("/", *"is:unread", "enter")
        await until(pilot, lambda: "is:unread" in line(app, Part.STATUS))
        await pilot.press("j")
        assert "search" not in Link.wishes


async def test_a_kept_search_asks_too(mail):
    saved.save_search(mail, "Bob", "subject:bob")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"goto.search Bob", "enter")
        await until(pilot, lambda: bool(Link.searches))
