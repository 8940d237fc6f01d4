"""What a sign-in shows of a server, beside that it works."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.protocols.scripted import Peer, serving
from tests.servers.real import RealServers
from tuimail.config.profile import Profile
from tuimail.config.write import add_account
from tuimail.errors import UserError
from tuimail.model.account import Account, Auth, Security, Server
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


def sending_by(real_servers: RealServers, **changes: object) -> Account:
    return replace(real_servers.config_account("bob"), **changes)


async def test_a_program_that_takes_mail_is_looked_for_and_not_run(
    real_servers: RealServers, tmp_path: Path
) -> None:
    for command, is_well in ((sys.executable, True), ("no-such-program-here", False)):
        account = sending_by(real_servers, smtp=None, sendmail=(command, "-v"))
        profile = Profile.at(tmp_path / command.replace("/", "_"))
        profile.prepare()
        add_account(profile, account)
        mail = open_mail(profile)
        found = [one async for one in doctor.examine(mail, None)]
        mail.close()
        assert [one.is_well for one in found if one.what == "sendmail"] == [is_well]
        assert not [one for one in found if one.what == "SMTP server"]
        if is_well:
            lines = [line async for line in try_account(account, None)]
            assert lines[-1] == f"sendmail: mail is given to {command} -v"
        else:
            with pytest.raises(UserError, match="is no program here"):
                _ = [line async for line in try_account(account, None)]


async def test_a_port_in_clear_is_said_to_be_one(real_servers: RealServers) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"220 hi")
        await peer.line()
        await peer.say(b"250 here")
        await peer.drained()

    async with serving(script) as server:
        clear = Server("127.0.0.1", server.port, Security.CLEAR, "")
        account = sending_by(real_servers, smtp=clear)
        lines = [line async for line in try_account(account, None)]
    assert lines[-1] == "SMTP 127.0.0.1: answers, nobody signs in, in clear, on this machine alone"


async def test_a_token_signs_in_everywhere(real_servers: RealServers) -> None:
    token = real_servers.dovecot.token(real_servers.account("bob").username)
    plain = real_servers.config_account("bob")
    account = replace(
        plain,
        imap=replace(plain.imap, auth=Auth.OAUTH2),
        smtp=replace(plain.smtp, auth=Auth.OAUTH2),
        password_command=(sys.executable, "-c", f"print({token!r})"),
    )
    lines = [line async for line in try_account(account, None)]
    assert len([line for line in lines if "signed in over TLS" in line]) == 2
