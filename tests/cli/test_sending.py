"""`send --wait` for a mail that goes later does not wait until then."""

import asyncio
from pathlib import Path

from tests.services.letters import NORTH, ann
from tuimail.cli import sending
from tuimail.errors import ExitStatus
from tuimail.model.outgoing import SendOptions
from tuimail.services import delivery, writing


async def test_a_server_that_may_hold_it_is_waited_for_and_its_time_is_not(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(sending, "HOLD_WAIT_S", 0.0)
    mail = ann(tmp_path)
    raw = b"From: ann@north.test\r\nTo: bob@south.test\r\n\r\nHi.\r\n"
    options = SendOptions(at=1 << 33)
    sent = writing.send_raw(mail, NORTH.name, raw, ["bob@south.test"], options)
    await sending._until_answered(mail, sent, asyncio.Event())
    assert "is sent at its time" in capsys.readouterr().err
    assert delivery.exit_status(mail, delivery.show(mail, sent)) is ExitStatus.DONE
    mail.close()
