"""The program as a whole: fetching that is stopped, leaving with a full disk."""

import asyncio

import pytest

from tests.ui.screens import Link, app_over, line, sees, until
from tuimail.errors import ExitStatus, StoreError
from tuimail.model.ids import AccountName
from tuimail.services import writing
from tuimail.services.engine_passes import AccountPass
from tuimail.ui.render.panes import Part


async def test_a_pass_that_was_stopped_from_here_is_no_fault(mail, monkeypatch):
    stopped = asyncio.Event()

    async def sync(_, account=None, mailbox=None):
        Link.wishes.append("sync")
        await stopped.wait()
        hint = "Fetching was stopped. Check for mail to go on."
        return [AccountPass(AccountName("alice"), (), 1.0, hint, ExitStatus.NETWORK)]

    monkeypatch.setattr(Link, "sync", sync)
    monkeypatch.setattr(Link, "cancel", lambda _: stopped.set())
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        app.desk.invoke("sync")
        await until(pilot, lambda: "sync" in Link.wishes)
        await pilot.press(":", *"cancel", "enter")
        await sees(pilot, "Fetching was stopped; new mail still comes.")
        await until(pilot, lambda: not any(w.group == "sync" for w in app.workers))
        assert "new mail still comes" in line(app, Part.HINT)


@pytest.mark.parametrize(("answer", "leaves"), [("y", True), ("n", False)])
async def test_with_a_full_disk_one_may_leave_without_the_draft(mail, monkeypatch, answer, leaves):
    def full(*_):
        raise StoreError("drafts.db: the disk is full.")

    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        monkeypatch.setattr(writing, "save_draft", full)
        await pilot.press(*"dan")
        app.desk.invoke("quit")
        await sees(pilot, "the disk is full. Leave without keeping it?")
        await pilot.press(answer)
        await until(pilot, lambda: not app.desk.overlays.is_open)
        await until(pilot, lambda: app._exit is leaves)
