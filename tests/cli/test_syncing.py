"""`sync` that is stopped by ctrl+c."""

import argparse
import asyncio

import pytest

from tests.engine.patience import until
from tuimail.cli import syncing
from tuimail.config.profile import Profile
from tuimail.events import Progress, Task

ACCOUNT = """
[account.work]
email = "work@example.net"
imap = { host = "imap.example.net" }
password = { source = "ask" }
"""


class Link:
    """Stands for a line to an engine that never comes to an end."""

    def __init__(self, profile, on_event):
        self._on_event = on_event

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def ready(self):
        pass

    async def sync(self, account, mailbox, *, headers_only):
        self._on_event(Progress("work", Task.HEADERS, "INBOX", 3, 9))
        await asyncio.Event().wait()


class Line:
    """Stands for the line that is written over on a terminal."""

    text = ""

    def show(self, sentence):
        type(self).text = sentence

    def clear(self):
        type(self).text = ""


async def test_ctrl_c_ends_a_pass_with_a_sentence_and_no_half_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(syncing, "EngineLink", Link)
    monkeypatch.setattr(syncing, "ProgressLine", Line)
    profile = Profile.at(tmp_path)
    profile.prepare()
    profile.config_file.write_text(ACCOUNT)
    options = argparse.Namespace(account=None, mailbox=None, headers_only=False, json=False)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        running = group.create_task(syncing.run_sync(profile, options))
        await until(lambda: "headers 3/9" in Line.text)
        running.cancel()  # what ctrl+c does to the task asyncio.run was given
        with pytest.raises(asyncio.CancelledError):
            await running
    assert Line.text == ""
    assert capsys.readouterr().err == "tuimail: Stopped. What was fetched so far is kept.\n"
