"""Passwords come from the keyring, a command or the person; never from a plain-text place."""

import asyncio
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from keyring.errors import KeyringError

from tuimail.credentials import keyring as system_keyring
from tuimail.credentials import provider
from tuimail.credentials.provider import (
    TOKEN_KEPT_S,
    Passwords,
    Purpose,
    forget_password,
    remember_password,
)
from tuimail.errors import SecretUnavailable, TokenUnavailable
from tuimail.model.account import Account, Auth, PasswordSource, Security, Server
from tuimail.model.address import Address
from tuimail.model.ids import AccountName
from tuimail.model.secret import Secret

CANARY = "c4nary-pässword"


def account(source=PasswordSource.KEYRING, command=()):
    imap = Server("imap.north.example", 993, Security.TLS, "alice")
    smtp = replace(imap, host="smtp.north.example", username="alice-out")
    address = Address("", "alice@north.example")
    return Account(AccountName("work"), address, (), "", imap, smtp, source, command, ())


class Backend:
    """Stands for a backend of the keyring library; the module name decides whether it is trusted."""

    def __init__(self):
        self.kept = {}

    def get_password(self, service, name):
        return self.kept.get((service, name))

    def set_password(self, service, name, value):
        self.kept[service, name] = value

    def delete_password(self, service, name):
        del self.kept[service, name]


def use(monkeypatch, module):
    kind = type("Keyring", (Backend,), {"__module__": module})
    backend = kind()
    monkeypatch.setattr(system_keyring.keyring, "get_keyring", lambda: backend)
    return backend


async def test_a_stored_password_is_found_for_both_servers(monkeypatch):
    use(monkeypatch, "keyring.backends.SecretService")
    remember_password(account(), Secret(CANARY))
    passwords = Passwords(None)
    for purpose in (Purpose.IMAP, Purpose.SMTP):
        assert (await passwords.password_of(account(), purpose)).reveal() == CANARY
    forget_password(account())
    with pytest.raises(SecretUnavailable, match="account login work"):
        await Passwords(None).password_of(account(), Purpose.IMAP)


@pytest.mark.parametrize(
    "module", ["keyrings.alt.file", "keyrings.alt.Gnome", "keyring.backends.null", "someone.elses"]
)
async def test_a_backend_that_may_keep_plain_text_is_refused(monkeypatch, module):
    backend = use(monkeypatch, module)
    with pytest.raises(SecretUnavailable, match="not known to keep secrets encrypted"):
        remember_password(account(), Secret(CANARY))
    with pytest.raises(SecretUnavailable, match="--password-command"):
        await Passwords(None).password_of(account(), Purpose.IMAP)
    assert backend.kept == {}


async def test_without_a_keyring_the_alternatives_are_named(monkeypatch):
    use(monkeypatch, "keyring.backends.fail")
    with pytest.raises(SecretUnavailable, match=r"no keyring.*--password-command.*ask"):
        await Passwords(None).password_of(account(), Purpose.IMAP)
    assert "no keyring" in system_keyring.keyring_problem()


@pytest.mark.parametrize("fault", [RuntimeError, ConnectionError, KeyError, KeyringError])
async def test_whatever_a_backend_raises_is_a_sentence_without_what_it_says(monkeypatch, fault):
    backend = use(monkeypatch, "keyring.backends.SecretService")

    def fail(*words):
        raise fault(CANARY)

    backend.get_password = backend.set_password = backend.delete_password = fail
    with pytest.raises(SecretUnavailable, match="did not answer") as caught:
        await Passwords(None).password_of(account(), Purpose.IMAP)
    assert CANARY not in caught.value.hint
    with pytest.raises(SecretUnavailable, match="did not answer"):
        remember_password(account(), Secret(CANARY))
    forget_password(account())
    monkeypatch.setattr(system_keyring.keyring, "get_keyring", fail)
    assert "did not answer" in system_keyring.keyring_problem()


async def test_a_keyring_that_hangs_holds_up_nobody_else(monkeypatch):
    backend = use(monkeypatch, "keyring.backends.SecretService")
    asked, released = threading.Event(), threading.Event()

    def hang(service, name):
        asked.set()
        released.wait()

    backend.get_password = hang
    monkeypatch.setattr(provider, "KEYRING_TIMEOUT_S", 0.05)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(refused(Passwords(None).password_of(account(), Purpose.IMAP)))
        while not asked.is_set():
            await asyncio.to_thread(int)
    assert "did not answer within" in waiting.result().hint
    released.set()


async def refused(answer):
    with pytest.raises(SecretUnavailable) as caught:
        await answer
    return caught.value


async def test_a_command_gives_the_first_line():
    command = (sys.executable, "-c", f"print({CANARY!r}); print('second')")
    found = await Passwords(None).password_of(
        account(PasswordSource.COMMAND, command), Purpose.SMTP
    )
    assert found.reveal() == CANARY


async def test_a_password_a_command_prints_in_pieces_is_whole():
    code = "import os, time; os.write(1, b'half'); time.sleep(0.05); print('AndTheRest')"
    command = (sys.executable, "-c", code)
    found = await Passwords(None).password_of(
        account(PasswordSource.COMMAND, command), Purpose.IMAP
    )
    assert found.reveal() == "halfAndTheRest"


async def test_what_a_command_prints_after_the_password_is_read_to_its_end():
    command = (sys.executable, "-c", f"print({CANARY!r}); print('x' * 1_000_000)")
    found = await Passwords(None).password_of(
        account(PasswordSource.COMMAND, command), Purpose.IMAP
    )
    assert found.reveal() == CANARY


@pytest.mark.parametrize(
    "code",
    [
        f"print({CANARY!r}); raise SystemExit(3)",
        f"print({CANARY!r} * 100_000)",
        "pass",
        "import sys; sys.stdout.buffer.write(b'\\xff\\xfe\\n')",
    ],
)
async def test_a_command_that_fails_never_shows_what_it_printed(code):
    command = (sys.executable, "-c", code)
    with pytest.raises(SecretUnavailable) as caught:
        await Passwords(None).password_of(account(PasswordSource.COMMAND, command), Purpose.IMAP)
    assert CANARY not in caught.value.hint
    assert "password command" in caught.value.hint


async def test_a_command_that_is_not_there_is_named():
    command = ("/nonexistent/pass", "show")
    with pytest.raises(SecretUnavailable, match="/nonexistent/pass could not be started"):
        await Passwords(None).password_of(account(PasswordSource.COMMAND, command), Purpose.IMAP)


async def test_a_command_sees_no_shell(tmp_path):
    marker = tmp_path / "made-by-a-shell"
    command = (sys.executable, "-c", "print('pw')", f"; touch {marker}")
    await Passwords(None).password_of(account(PasswordSource.COMMAND, command), Purpose.IMAP)
    assert not marker.exists()


async def test_the_person_is_asked_once_per_server_name():
    asked = []

    async def ask(name, prompt):
        asked.append((name, prompt))
        return Secret(CANARY)

    passwords = Passwords(ask)
    asking = account(PasswordSource.ASK)
    for _ in range(2):
        await passwords.password_of(asking, Purpose.IMAP)
    assert asked == [("work", "Password of alice")]
    passwords.forget(asking.name)
    await passwords.password_of(asking, Purpose.IMAP)
    assert len(asked) == 2


def test_a_secret_does_not_show_itself():
    secret = Secret(CANARY)
    shown = f"{secret} {secret!r} {secret!s} {secret:>30} " + "%s" % secret  # noqa: UP031
    assert CANARY not in shown
    assert secret == Secret(CANARY)
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def token_account(command):
    plain = account(PasswordSource.COMMAND, command)
    server = replace(plain.imap, auth=Auth.OAUTH2)
    return replace(plain, imap=server, smtp=replace(server, host="smtp.north.example"))


def counting(tmp_path):
    """Return a command that prints token-1, token-2 and so on."""
    script = (
        "import pathlib, sys\nfile = pathlib.Path(sys.argv[1])\n"
        "file.write_text(file.read_text() + 'x' if file.exists() else 'x')\n"
        "print(f'token-{len(file.read_text())}')"
    )
    return (sys.executable, "-c", script, str(tmp_path / "count"))


async def test_a_token_is_asked_for_anew_after_a_while_and_a_password_is_not(tmp_path):
    now = 0.0
    passwords = Passwords(None, clock=lambda: now)
    tokens, plain = (
        token_account(counting(tmp_path)),
        account(PasswordSource.COMMAND, (sys.executable, "-c", "print('same')")),
    )
    assert (await passwords.password_of(tokens, Purpose.IMAP)).reveal() == "token-1"
    assert (await passwords.password_of(tokens, Purpose.SMTP)).reveal() == "token-1"
    now = TOKEN_KEPT_S
    assert passwords.known(tokens, Purpose.IMAP) is None
    assert (await passwords.password_of(tokens, Purpose.IMAP)).reveal() == "token-2"
    passwords.forget(tokens.name)
    await passwords.password_of(plain, Purpose.IMAP)
    now = 1e9
    assert passwords.known(plain, Purpose.IMAP) is not None


async def test_another_token_is_had_once_one_was_refused_but_never_another_password(tmp_path):
    passwords, tokens = Passwords(None), token_account(counting(tmp_path))
    refused = await passwords.password_of(tokens, Purpose.IMAP)
    another = await passwords.another_token(tokens, Purpose.IMAP, refused)
    assert another == Secret("token-2")
    assert passwords.known(tokens, Purpose.IMAP) == another
    same = token_account((sys.executable, "-c", "print('token')"))
    assert await passwords.another_token(same, Purpose.IMAP, Secret("token")) is None
    plain = account(PasswordSource.COMMAND, counting(tmp_path))
    assert await passwords.another_token(plain, Purpose.IMAP, Secret("wrong")) is None
    assert (tmp_path / "count").read_text() == "xx"


async def test_a_token_that_cannot_be_had_may_be_had_later():
    failing = token_account((sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(TokenUnavailable, match="ended with status 3"):
        await Passwords(None).password_of(failing, Purpose.IMAP)
    failing = account(PasswordSource.COMMAND, failing.password_command)
    with pytest.raises(SecretUnavailable) as found:
        await Passwords(None).password_of(failing, Purpose.IMAP)
    assert not isinstance(found.value, TokenUnavailable)


async def test_no_password_is_asked_for_where_nobody_signs_in():
    open_server = account(PasswordSource.ASK)
    open_server = replace(open_server, smtp=replace(open_server.smtp, username=""))
    assert await Passwords(None).password_of(open_server, Purpose.SMTP) == Secret("")
