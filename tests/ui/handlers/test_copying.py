"""Copying out of the program: where it goes, what is said, and what no mail can do with it."""

import asyncio
import os
import re
import shutil
import signal
from base64 import b64decode
from dataclasses import replace

import pytest

from tests.ui.screens import app_over, put, raw_mail, sees, until
from tuimail.ui.mail_app import MailApp

HOSTILE = "\x1b]52;c;cm0gLXJmIC8=\x07\x1b[2J\u202eexe.txt\x9b31m"


@pytest.fixture
def sent(monkeypatch):
    """What is sent to the terminal, in one that knows OSC 52."""
    sequences: list[str] = []
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(MailApp, "send_to_terminal", lambda _, text: sequences.append(text))
    return sequences


def copied(sent: list[str]) -> str:
    """Return what the last sequence puts into the clipboard."""
    found = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\a", sent[-1])
    assert found is not None
    return b64decode(found[1]).decode()


async def output_of(*command: str) -> str:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe)
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


def set_to(mail, **settings):
    config = replace(mail.config, settings=replace(mail.config.settings, **settings))
    return replace(mail, config=config)


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("y", "Text of alice 0.\n\nSee https://example.org/0 for more.", "the text, 53 characters"),
        ("l", "https://example.org/0", "https://example.org/0"),
        ("f", "Carol Number 0 <carol0@east.example>", "Carol Number 0 <carol0@east.example>"),
        ("m", "<alice-0@east.example>", "<alice-0@east.example>"),
    ],
)
async def test_what_is_copied_is_sent_to_the_terminal_and_that_is_said(mail, sent, key, text, said):
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press("y", key)
        await sees(pilot, f"Sent to the terminal: {said}")
    assert copied(sent) == text


async def test_of_several_links_one_is_chosen_or_counted(mail, sent):
    body = "One https://one.example/ and https://two.example/ there."
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=body)], first_uid=900)
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press("y", "l")
        await sees(pilot, "Copy link")
        await pilot.press("down", "enter")
        await sees(pilot, "Sent to the terminal: https://two.example/")
        await pilot.press("1", "y", "l")
        await sees(pilot, "Sent to the terminal: https://one.example/")
        await pilot.press("3", "y", "l")
        await sees(pilot, "There is no link 3 in this mail.")
    assert [copied([one]) for one in sent] == ["https://two.example/", "https://one.example/"]


async def test_the_list_of_links_copies_too(mail, sent):
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "l")
        await sees(pilot, "Open link (ctrl+y copies)")
        await pilot.press("ctrl+y")
        await sees(pilot, "Sent to the terminal: https://example.org/0")
    assert copied(sent) == "https://example.org/0"


async def test_of_selected_mails_each_sender_is_copied_once(mail, sent):
    same = [raw_mail("alice", -n, sender="Eve <eve@east.example>") for n in (1, 2)]
    put(mail, "alice", "INBOX", same, first_uid=900)
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press("x", "x", "x", "y", "f")
        await sees(pilot, "Sent to the terminal: 2 senders")
    assert copied(sent) == "Eve <eve@east.example>, Carol Number 0 <carol0@east.example>"


async def test_no_mail_puts_a_control_character_into_the_clipboard(mail, sent):
    raw = raw_mail(
        "alice", -1, sender=f'"Eve{HOSTILE}" <eve@east.example>', body=f"Text {HOSTILE} end."
    )
    raw = raw.replace(b"<alice--1@east.example>", f"<a{HOSTILE}@east.example>".encode())
    put(mail, "alice", "INBOX", [raw], first_uid=900)
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        for n, key in enumerate("yfm", 1):
            await pilot.press("y", key)
            await until(pilot, lambda n=n: len(sent) == n)
            await sees(pilot, "Sent to the terminal")
            text = copied(sent)
            assert text
            assert all(char.isprintable() or char == "\n" for char in text)


async def test_a_link_that_hides_where_it_leads_is_not_copied(mail, sent):
    body = "Go to https://bank.example@evil.example/ now."
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=body)], first_uid=900)
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press("y", "l")
        await sees(pilot, "leads to evil.example")
    assert sent == []


async def test_a_long_text_is_cut_and_that_is_said(mail, sent):
    body = "0123456789 " * 10_000
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=body)], first_uid=900)
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press("y", "y")
        await sees(pilot, "the first 74,000 bytes of ")
    assert len(copied(sent)) == 74_000


async def test_a_command_of_ones_own_gets_all_of_it(mail, sent, tmp_path):
    clip = tmp_path / "clip"
    async with app_over(set_to(mail, clipboard_command=f"tee {clip}")).run_test() as pilot:
        await pilot.press("y", "m")
        await sees(pilot, "Copied by tee: <alice-0@east.example>")
    assert clip.read_text() == "<alice-0@east.example>"
    assert sent == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("false", "false ended with status 1; nothing was copied."),
        ("no-such-program", "no-such-program cannot be started"),
        ("'", "The command cannot be read"),
    ],
)
async def test_a_command_that_fails_is_told(mail, sent, command, said):
    async with app_over(set_to(mail, clipboard_command=command)).run_test() as pilot:
        await pilot.press("y", "m")
        await sees(pilot, said)
    assert sent == []


async def test_a_command_that_leaves_a_process_behind_is_not_waited_for(mail, sent, tmp_path):
    """As xclip does, which holds what was copied."""
    left = tmp_path / "left"
    command = f"sh -c 'cat > /dev/null; sleep 300 & echo $! > {left}'"
    async with app_over(set_to(mail, clipboard_command=command)).run_test() as pilot:
        await pilot.press("y", "m")
        await sees(pilot, "Copied by sh")
    os.kill(int(left.read_text()), signal.SIGTERM)


async def test_the_console_has_no_clipboard_and_says_what_helps(mail, sent, monkeypatch):
    monkeypatch.setenv("TERM", "linux")
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press("y", "m")
        await sees(pilot, "This terminal has no clipboard: set clipboard_command under [ui]")
    assert sent == []


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
async def test_in_tmux_its_own_command_takes_it(mail, sent, monkeypatch, tmp_path):
    socket = tmp_path.parent / "tmux"  # its path may not be long
    tmux = ["tmux", "-S", str(socket)]
    await output_of(*tmux, "-f", "/dev/null", "new-session", "-d", "sleep 300")
    try:
        monkeypatch.setenv("TMUX", f"{socket},1,0")
        async with app_over(mail).run_test(size=(120, 40)) as pilot:
            await pilot.press("y", "f")
            await sees(pilot, "Copied by tmux: Carol Number 0")
        held = await output_of(*tmux, "show-buffer")
    finally:
        await output_of(*tmux, "kill-server")
    assert held == "Carol Number 0 <carol0@east.example>"
    assert sent == []


async def test_a_tmux_that_cannot_be_asked_leaves_it_to_the_terminal(
    mail, sent, monkeypatch, tmp_path
):
    monkeypatch.setenv("TMUX", f"{tmp_path / 'gone'},1,0")
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press("y", "m")
        await sees(pilot, "Sent to the terminal: <alice-0@east.example>")
    assert copied(sent) == "<alice-0@east.example>"


async def test_the_text_is_that_of_the_mail_the_key_was_pressed_on(mail, sent):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        app.desk.invoke("clip.text")
        app.desk.invoke("cursor.down")
        await sees(pilot, "Sent to the terminal: the text")
    assert copied(sent).startswith("Text of alice 0.")
