"""Lists sorted by keys: said in the status line, turned round, remembered, and deeds in them."""

import pytest

from tests.ui.screens import Link, app_over, line, put, raw_mail, sees, until
from tuimail.config.load import load_config
from tuimail.errors import ConfigError
from tuimail.events import MessagesChanged
from tuimail.model.sort import Sort, SortBy
from tuimail.services.mail import Mail
from tuimail.ui.render.panes import Part

SIZE = (120, 40)


@pytest.fixture
def mail(mail: Mail) -> Mail:
    """Two mails more, one of which is first and one last by anything but its date."""
    first = raw_mail("alice", 20, subject="Re: aardvark", sender="Aaron <a@east.example>")
    last = raw_mail("alice", 21, subject="zebra", sender="Zoe <z@east.example>", body="z" * 9_000)
    put(mail, "alice", "INBOX", [first, last], first_uid=500)
    return mail


def subjects(app) -> list[str]:
    return [row.subject.raw for row in app.desk.list.visible_rows()]


async def sorted_by(pilot, key: str, words: str) -> None:
    await pilot.press("equals_sign", key)
    await until(pilot, lambda: words in line(pilot.app, Part.STATUS))


async def test_each_key_sorts_and_turns_round(mail):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await sorted_by(pilot, "f", "All inboxes, by sender · 1/67")
        assert subjects(app)[0] == "Re: aardvark"
        await sorted_by(pilot, "f", ", by sender, Z to A ·")
        assert subjects(app)[0] == "zebra"
        await sorted_by(pilot, "s", ", by subject ·")
        assert subjects(app)[:2] == ["Re: aardvark", "Mail alice 0"]
        await sorted_by(pilot, "z", ", largest first ·")
        assert subjects(app)[0] == "zebra"
        await sorted_by(pilot, "t", ", by thread ·")
        await sorted_by(pilot, "d", "All inboxes · 1/67")
        assert subjects(app)[0] == "Mail alice 0"
        await sorted_by(pilot, "d", ", oldest first ·")
        assert subjects(app)[0] == "Mail alice 59"


async def test_the_cursor_stays_on_its_mail_unless_it_is_at_the_top(mail):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("j", "j", "x")
        kept = app.desk.list.cursor_row.key
        await sorted_by(pilot, "f", ", by sender · ")
        assert app.desk.list.cursor_row.key == kept
        assert "1 selected" in line(app, Part.STATUS)
        assert app.desk.list.model.cursor != 2


async def test_each_mailbox_is_sorted_as_it_was_last(mail):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await sorted_by(pilot, "s", ", by subject ·")
        await pilot.press("g", "e")
        await sees(pilot, "Archive of all accounts · empty")
        await pilot.press("g", "i")
        await sees(pilot, "All inboxes, by subject · 1/67")
        assert subjects(app)[0] == "Re: aardvark"


async def test_what_was_searched_is_sorted_and_the_list_behind_it_is_not(mail):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("/", *"from:east", "enter")
        await sees(pilot, "from:east · 1/67")
        await sorted_by(pilot, "z", "from:east, largest first · 1/67")
        assert subjects(app)[0] == "zebra"
        await pilot.press("O")
        await sees(pilot, "What fits best comes first.")
        assert "largest" not in line(app, Part.STATUS)
        await sorted_by(pilot, "d", "from:east · 1/67")
        await pilot.press("q")
        await until(pilot, lambda: "All inboxes · 1/67" in line(app, Part.STATUS))


async def test_deeds_in_a_sorted_list_and_their_undo_leave_the_rest_in_order(mail):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await sorted_by(pilot, "f", ", by sender ·")
        await pilot.press("j", "j")
        before = list(app.desk.list.model.ids)
        await pilot.press("e", "d", "d")
        await sees(pilot, "1 message moved to Trash")
        assert list(app.desk.list.model.ids) == before[:2] + before[4:]
        await pilot.press("u", "u")
        await until(pilot, lambda: list(app.desk.list.model.ids) == before)


async def test_mail_that_comes_stands_where_it_belongs_and_moves_nothing(mail):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await sorted_by(pilot, "s", ", by subject ·")
        await pilot.press("j", "j")
        before = subjects(app)
        await until(pilot, lambda: Link.current is not None)
        put(mail, "alice", "INBOX", [raw_mail("alice", -3, subject="Aal")], first_uid=900)
        Link.current.tell(MessagesChanged("alice", 1))
        await until(pilot, lambda: "4/68" in line(app, Part.STATUS))
        assert subjects(app) == before
        assert "new above" not in line(app, Part.STATUS)
        await pilot.press("g", "g")
        assert subjects(app)[0] == "Aal"


async def test_two_screens_sort_the_same_mail_each_its_own_way(mail):
    app, other = app_over(mail), app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await sorted_by(pilot, "z", ", largest first ·")
        async with other.run_test(size=SIZE) as beside:
            await until(beside, lambda: "All inboxes · 1/67" in line(other, Part.STATUS))
            await beside.press("e")
            await sees(beside, "1 message moved to Archive")
        app.handlers.store_changed()
        await until(pilot, lambda: "largest first · 1/66" in line(app, Part.STATUS))
        assert subjects(app)[0] == "zebra"


async def test_the_setting_says_how_lists_begin(mail):
    config = mail.profile.config_file
    config.write_text(f'[ui]\nsort = "-subject"\n\n{config.read_text()}')
    settings = load_config(mail.profile).settings
    assert settings.sort == Sort(SortBy.SUBJECT, is_reversed=True)
    app = app_over(Mail(mail.profile, load_config(mail.profile), mail.store))
    async with app.run_test(size=SIZE) as pilot:
        await sees(pilot, "All inboxes, by subject, Z to A · 1/67")
        assert subjects(app)[0] == "zebra"
        await pilot.press("g", "e")
        await sees(pilot, "Archive of all accounts, by subject, Z to A")
    config.write_text('[ui]\nsort = "colour"\n')
    with pytest.raises(ConfigError, match="is none of date, sender, subject, size, thread"):
        load_config(mail.profile)
