"""Links: listed, opened by their number, each under its real host; browsers beside and inside."""

import os
from pathlib import Path

import pytest

from tests.ui.screens import app_over, put, raw_mail, sees, shown, until
from tuimail.ui.handlers import browsing

TWO = "See https://good.example/a and https://bank.com <https://evil.example/b> here."


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """The file in which a browser beside the screen writes what it was told to open."""
    browser = tmp_path / "browser"
    written = tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\necho "$@" > {written}.new && mv {written}.new {written}\n')
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"no-such-browser:{browser} --new %s")
    return written


async def pressed(pilot, *keys):
    for key in keys:
        await pilot.press(key)


async def test_a_number_opens_the_link_and_its_host_is_said(mail, opened):
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=TWO)], first_uid=900)
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pressed(pilot, "1", "g", "l")
        await sees(pilot, "Opened good.example in the browser.")
    assert opened.read_text() == "--new https://good.example/a\n"


async def test_a_link_that_shows_another_host_is_asked_about_by_its_real_one(mail, opened):
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=TWO)], first_uid=900)
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pressed(pilot, "3", "g", "l")
        await sees(pilot, "Link 3 leads to evil.example, not to bank.com: open it?")
        await pilot.press("n")
        await pressed(pilot, "3", "g", "l")
        await sees(pilot, "Link 3 leads to evil.example")
        await pilot.press("y")
        await sees(pilot, "Opened evil.example in the browser.")
    assert opened.read_text() == "--new https://evil.example/b\n"


async def test_a_number_without_a_link_is_told(mail, opened):
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pressed(pilot, "7", "g", "l")
        await sees(pilot, "There is no link 7 in this mail.")
    assert not opened.exists()


async def test_in_the_list_a_misleading_link_is_under_its_real_host(mail, opened):
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=TWO)], first_uid=900)
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pressed(pilot, "g", "l")
        await sees(pilot, "3  evil.example  not bank.com")
        await pilot.press("escape")
    assert not opened.exists()


async def test_of_a_long_host_the_end_is_seen_before_and_while_it_is_opened(mail, opened):
    long = f"https://www.bank.com.{'session-' * 6}1.{'verified-' * 6}2.evil.example/login"
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=f"See {long}")], first_uid=900)
    async with app_over(mail).run_test(size=(80, 24)) as pilot:
        await pressed(pilot, "g", "l")
        await sees(pilot, "-2.evil.example")
        await pilot.press("enter")
        await sees(pilot, "-2.evil.example in the browser.")
    assert opened.read_text() == f"--new {long}\n"


async def test_a_browser_that_fails_is_told(mail, monkeypatch):
    monkeypatch.setenv("BROWSER", "false")
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pressed(pilot, "1", "g", "l")
        await sees(pilot, "false ended with status 1; example.org was not opened.")


async def test_a_browser_of_the_terminal_never_draws_beside_the_screen(mail, tmp_path, monkeypatch):
    started = tmp_path / "started"
    browser = tmp_path / "w3m"
    browser.write_text(f"#!/bin/sh\ntouch {started}\n")
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", str(browser))
    async with app_over(mail).run_test(size=(120, 40)) as pilot:  # it cannot step aside
        await pressed(pilot, "1", "g", "l")
        await sees(pilot, "This terminal cannot be handed to a browser.")
    assert not started.exists()


async def test_the_hosts_a_mail_wanted_to_contact_have_a_page(mail):
    html = (
        "<img src='https://pics.example/a.png' alt='A'><img src='https://t.example/x' width=1 "
        "height=1><p style='display:none'>hidden</p><p>Hello</p>"
    )
    raw = raw_mail("alice", -1, body=html).replace(b"text/plain", b"text/html")
    assert b"text/html" in raw
    put(mail, "alice", "INBOX", [raw], first_uid=900)
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pressed(pilot, "enter")
        await sees(pilot, "not loaded: pics.example, t.example · 1 tracking pixel · 6 hidden")
        await pressed(pilot, "g", "w")
        await sees(pilot, "This mail wanted to contact 2 hosts; nothing was loaded:")
        await sees(pilot, "1 picture in it would have reported that you read it, to:")
        await sees(pilot, "6 characters that no browser would show were left out.")
        await pilot.press("q")
        await until(pilot, lambda: "Hello" in shown(pilot.app))


@pytest.mark.parametrize(
    ("named", "is_in_terminal"),
    [("w3m", True), ("lynx -accept_all_cookies", True), ("firefox", False), ("my-page", False)],
)
def test_a_browser_of_the_terminal_is_known(tmp_path, named, is_in_terminal):
    program = tmp_path / named.split()[0]
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    environ = {"BROWSER": named, "PATH": str(tmp_path)}
    found = browsing.browser_in(environ)
    assert found is not None
    assert found.is_in_terminal is is_in_terminal
    assert found.command_for("https://x.example/")[-1] == "https://x.example/"


def test_a_link_to_a_browser_of_the_terminal_is_one_too(tmp_path):
    (tmp_path / "w3m").write_text("#!/bin/sh\n")
    (tmp_path / "w3m").chmod(0o700)
    (tmp_path / "sensible").symlink_to(tmp_path / "w3m")
    environ = {"BROWSER": "sensible", "PATH": str(tmp_path)}
    found = browsing.browser_in(environ)
    assert found is not None
    assert found.is_in_terminal


def test_without_a_browser_there_is_none(tmp_path: Path):
    assert browsing.browser_in({"PATH": str(tmp_path)}) is None
    environ = {"PATH": str(tmp_path), "BROWSER": "'", "DISPLAY": ":0"}
    assert browsing.browser_in(environ) is None
    assert os.environ.get("BROWSER") != "'"
