"""What Tab offers on the `:` line means one thing."""

from tests.ui.screens import app_over, put, raw_mail, sees, until
from tuimail.services import reading
from tuimail.ui.handlers.completing import files, folders, mailbox_names

WITH_FILE = raw_mail("alice", -9, subject="With a file").replace(
    b"text/plain; charset=utf-8\r\n\r\n",
    b"multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\nContent-Disposition: attachment;"
    b' filename="notes.txt"\r\n\r\nNotes\r\n--b--\r\n',
)


async def test_a_mailbox_of_several_accounts_is_offered_with_each_account(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"goto.mailbox", "space", *"lis")
        await sees(pilot, "alice/Lists")
        await sees(pilot, "bob/Lists")
        await pilot.press("tab", "tab", "enter")
        await until(pilot, lambda: str(app.desk.session.place()) == "bob / Lists")


async def test_where_a_mail_can_go_is_offered_by_name_alone(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"move", "space", *"lis", "tab", "enter")
        await sees(pilot, "moved to Lists")


async def test_a_name_that_is_alone_needs_no_account(mail):
    boxes = [box for box in reading.mailboxes(mail) if box.account == "bob"]
    assert mailbox_names(boxes, "li") == ["Lists"]
    assert mailbox_names(boxes, "bob/li") == ["bob/Lists"]


def folder_of_files(tmp_path, monkeypatch):
    for name in ("report.pdf", "reports/2025.pdf", "reports/2026.pdf", ".hidden", "bad\x1bname"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_files_are_offered_by_the_beginning_of_their_path(tmp_path, monkeypatch):
    folder_of_files(tmp_path, monkeypatch)
    assert files("rep") == ["report.pdf", "reports/"]
    assert files("") == ["report.pdf", "reports/"]
    assert files(".h") == [".hidden"]
    assert files("~") == ["~/"]
    assert files("~/reports/") == ["~/reports/2025.pdf", "~/reports/2026.pdf"]
    assert folders(f"{tmp_path}/") == [f"{tmp_path}/reports/"]
    assert files("nowhere/") == files("~nobody-of-this-name/") == []


async def test_tab_completes_the_file_to_attach(mail, tmp_path, monkeypatch):
    folder_of_files(tmp_path, monkeypatch)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("alt+a", *"rep", "tab")
        await sees(pilot, " report.pdf  reports/ ")
        await pilot.press("tab", *"2026", "tab", "enter")
        await sees(pilot, "1 2026.pdf")


async def test_a_home_nobody_has_is_told_and_nothing_breaks(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("alt+a", *"~nobody-of-this-name/x", "enter")
        await sees(pilot, "no such home folder")


async def test_tab_completes_the_folder_to_save_into(mail, tmp_path, monkeypatch):
    folder_of_files(tmp_path, monkeypatch)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        put(mail, "alice", "INBOX", [WITH_FILE], first_uid=900)
        await pilot.press("g", "i")
        await sees(pilot, "With a file")
        await pilot.press("enter", "S")
        await sees(pilot, "Save what?")
        await pilot.press("enter")
        await sees(pilot, "Save into")
        await pilot.press("ctrl+u", "r", "tab", "enter")
        await until(pilot, (tmp_path / "reports" / "notes.txt").exists)
