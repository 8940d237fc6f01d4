"""An account that signs in with tokens, through the whole program, at Dovecot and Postfix."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.program import Program
from tests.servers.real import RealServers
from tuimail.config.write import add_account
from tuimail.model.account import Auth

PRINTING = """\
import pathlib, sys
count = pathlib.Path(sys.argv[1])
with count.open("a") as file:
    file.write("x")
tokens = sys.argv[2:]
print(tokens[min(len(count.read_text()), len(tokens)) - 1])
"""
"""Prints one token after the other, the last again and again."""


@contextmanager
def with_tokens(servers: RealServers, folder: Path, *lasting_s: int) -> Iterator[Program]:
    """Give the program with an account whose command prints tokens that last so long."""
    program = Program(folder)
    program.profile.prepare()
    account = servers.config_account("bob")
    tokens = [servers.dovecot.token(servers.account("bob").username, one) for one in lasting_s]
    command = (sys.executable, "-c", PRINTING, str(folder / "count"), *tokens)
    add_account(
        program.profile,
        replace(
            account,
            imap=replace(account.imap, auth=Auth.OAUTH2),
            smtp=replace(account.smtp, auth=Auth.OAUTH2),
            password_command=command,
        ),
    )
    try:
        yield program
    finally:
        program.end()


def test_a_token_that_has_expired_is_replaced_and_mail_comes_and_goes(
    real_servers: RealServers, tmp_path: Path
) -> None:
    with with_tokens(real_servers, tmp_path, -30, 3_600) as program:
        check_mail_comes_and_goes(real_servers, program)


def check_mail_comes_and_goes(real_servers: RealServers, program: Program) -> None:
    real_servers.deliver(
        b"Subject: in\r\nMessage-ID: <in@x.test>\r\n\r\nhello\r\n", "bob@south.test"
    )
    synced = program.run("sync", "--json")
    assert synced.status == 0, synced.err
    boxes = json.loads(synced.out)[0]["mailboxes"]
    assert sum(box["new"] for box in boxes) == 1
    sent = program.run("send", "--account", "bob", "--to", "bob@south.test", "--wait", stdin=b"hi")
    assert sent.status == 0, sent.err
    written = b"".join(
        file.read_bytes()
        for folder in (program.profile.data_dir, program.profile.state_dir)
        for file in folder.rglob("*")
        if file.is_file()
    )
    token = real_servers.dovecot.token(real_servers.account("bob").username).split(".")[0]
    assert token.encode() not in written


def test_two_tokens_that_are_refused_are_enough(real_servers: RealServers, tmp_path: Path) -> None:
    with with_tokens(real_servers, tmp_path, -30, -20, 3_600) as program:
        synced = program.run("sync")
    assert synced.status == 4
    assert "refused the access token" in synced.err
    assert (tmp_path / "count").read_text() == "xx"
