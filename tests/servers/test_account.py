"""Our own client against the real servers, and what is said when they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuimail.config.load import load_config
from tuimail.model.secret import Secret
from tuimail.sync.imap_remote import connect_imap

from . import real
from .real import RealServers, missing_for_servers

RAW = b"Subject: x\r\nMessage-ID: <here@north.test>\r\n\r\nx\r\n"


async def test_a_profile_of_the_real_servers_signs_in(
    real_servers: RealServers, tmp_path: Path
) -> None:
    config = load_config(real_servers.write_profile(tmp_path))
    real_servers.deliver(RAW, "bob@south.test")
    remote = await connect_imap(
        config.account("bob").imap, Secret(real_servers.account("bob").password)
    )
    state = await remote.open("INBOX")
    assert state.exists == 1
    assert await remote.find_message_id("here@north.test") == [state.uid_next - 1]
    await remote.close()


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real.os, "geteuid", lambda: 0)
    monkeypatch.setattr(real, "_NEEDED", (("/nonexistent/imap", "dovecot-imapd"),))
    assert missing_for_servers() == "missing Debian packages: dovecot-imapd"


def test_somebody_else_than_root_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real.os, "geteuid", lambda: 1000)
    assert "root" in missing_for_servers()
