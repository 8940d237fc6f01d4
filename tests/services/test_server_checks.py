"""What a sign-in shows of a server, beside that it works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.real import RealServers
from tuimail.protocols.imap import connection
from tuimail.services import doctor
from tuimail.services.accounts import try_account
from tuimail.services.mail import open_mail
from tuimail.services.server_checks import Fullness

GB = 1 << 30


@pytest.mark.parametrize(
    ("used", "allowed", "words"),
    [
        (int(4.2 * GB), 15 * GB, "4.2 of 15 GB used"),
        (0, 2_048, "0 of 2 kB used"),
        (5, 100, "0 of 0.1 kB used"),
        (100 << 20, 999 << 20, "100 of 999 MB used"),
    ],
)
def test_how_full_an_account_is_is_said_as_its_provider_counts(used, allowed, words):
    assert Fullness(used, allowed).words() == words
    assert Fullness(used, allowed).is_well


def test_an_account_with_little_room_left_is_told_what_to_do():
    nearly = Fullness(96, 100)
    assert not nearly.is_well
    assert "empty Trash" in nearly.words()
    assert Fullness(1 << 63, GB).words().startswith("8,589,934,592 of 1 GB used: ")


async def test_doctor_and_account_test_say_how_full_an_account_is(
    real_servers: RealServers, tmp_path: Path
) -> None:
    mail = open_mail(real_servers.write_profile(tmp_path, ["full", "bob"]))
    found = [one async for one in doctor.examine(mail, None) if one.what == "mail server"]
    assert [(one.account, one.is_well, one.advice) for one in found] == [
        ("full", True, "0 of 2 kB used")
    ]
    lines = [line async for line in try_account(mail.config.account("full"), None)]
    assert lines[1] == "mail server: 0 of 2 kB used"
    assert len([line async for line in try_account(mail.config.account("bob"), None)]) == 2
    mail.close()


async def test_who_has_signed_in_has_even_where_the_quota_cannot_be_read(
    real_servers: RealServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreadable(*_):
        raise connection.ProtocolError("nonsense")

    monkeypatch.setattr(connection, "quotas", unreadable)
    account = real_servers.config_account("full")
    lines = [line async for line in try_account(account, None)]
    assert [line.partition(":")[0] for line in lines] == ["IMAP 127.0.0.1", "SMTP 127.0.0.1"]
