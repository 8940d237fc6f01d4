"""`account`: add, list, test, sign in, remove."""

import argparse
import getpass
import shlex
import sys

from tuimail.config.load import NO_ACCOUNT, load_config
from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, SecretUnavailable, UserError
from tuimail.model.account import Account, Auth, PasswordSource, Security
from tuimail.model.ids import AccountName
from tuimail.model.safe import Safe, safe_line
from tuimail.model.secret import Secret
from tuimail.services import accounts
from tuimail.services.accounts import Wanted

from .opening import open_mail
from .terminal import iso_time, print_json, print_lines, say


async def run_account(profile: Profile, options: argparse.Namespace) -> int:
    """Carry out one `account` command."""
    match options.action:
        case "add":
            return await _add(profile, options)
        case "list":
            return _list(profile, options)
        case "test":
            return await _test(load_config(profile).account(options.name))
        case "login":
            return await _login(profile, options)
        case "remove":
            return _remove(profile, options)
        case action:
            raise UserError(f"There is no command account {action!r}.")


def _remove(profile: Profile, options: argparse.Namespace) -> int:
    dropped = accounts.drop_account(profile, options.name)
    say(f"{dropped.name} is taken out; mail on its server is untouched.")
    if dropped.kept:
        words = "mail that is" if dropped.kept == 1 else "mails that are"
        say(
            f"{dropped.kept:,} {words} here alone stay on this disk, and are listed again "
            "once the account is added under the same name."
        )
    if dropped.waiting:
        words = "mail waits" if dropped.waiting == 1 else "mails wait"
        say(
            f"{dropped.waiting:,} {words} in the outbox and would go out only once the account is "
            "added again: see tuimail outbox, and cancel what is to go no more."
        )
    return ExitStatus.DONE


async def _add(profile: Profile, options: argparse.Namespace) -> int:
    account = accounts.make_account(
        Wanted(
            name=options.name,
            email=options.email or "",
            display_name=options.display_name,
            imap=options.imap or "",
            imap_security=Security(options.imap_security),
            pop3=options.pop3 or "",
            pop3_security=Security(options.pop3_security),
            smtp=options.smtp or "",
            smtp_security=Security(options.smtp_security),
            sendmail=_program("--sendmail", options.sendmail),
            username=options.username or "",
            smtp_username=options.smtp_username or "",
            auth=Auth(options.auth),
            password_command=_program("--password-command", options.password_command),
            asks_password=options.password_ask,
            ca_file=options.ca_file,
        )
    )
    accounts.require_keyring(account)
    secret = None
    if account.password_source is PasswordSource.KEYRING:
        secret = _typed_password(account, from_stdin=options.password_stdin)
    if not options.no_test:
        async for line in accounts.try_account(account, secret, _ask):
            say(line)
    accounts.keep_account(profile, account, secret)
    say(f"{account.name} is connected. Open it with: tuimail")
    return ExitStatus.DONE


def _program(option: str, line: str | None) -> tuple[str, ...]:
    """Return the words of a command line; none where none was given."""
    if line is None:
        return ()
    try:
        words = tuple(shlex.split(line))
    except ValueError as error:
        raise UserError(f"{option}: {error}.") from error
    if not words:
        raise UserError(f"{option} names no program.")
    return words


def _list(profile: Profile, options: argparse.Namespace) -> int:
    rows = accounts.account_rows(open_mail(profile))
    if not rows:
        say(NO_ACCOUNT)
    if options.json:
        print_json(
            [
                {
                    "name": row.name,
                    "email": row.email,
                    "state": row.state,
                    "last_sync": iso_time(row.last_sync),
                }
                for row in rows
            ]
        )
    else:
        print_lines(
            Safe(f"{safe_line(r.name):<20} {safe_line(r.email):<40} {r.state}, {r.messages} mails")
            for r in rows
        )
    return ExitStatus.DONE if rows else ExitStatus.NOTHING_FOUND


async def _test(account: Account) -> int:
    async for line in accounts.try_account(account, None, _ask):
        say(line)
    return ExitStatus.DONE


async def _login(profile: Profile, options: argparse.Namespace) -> int:
    account = load_config(profile).account(options.name)
    accounts.require_kept_password(account)
    secret = _typed_password(account, from_stdin=options.password_stdin)
    async for line in accounts.try_account(account, secret):
        say(line)
    await accounts.change_password(profile, account, secret)
    return ExitStatus.DONE


def _typed_password(account: Account, *, from_stdin: bool) -> Secret:
    if from_stdin:
        typed = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        typed = getpass.getpass(f"Password of {account.address.addr_spec}: ")
    else:
        raise SecretUnavailable(
            "There is no terminal to ask for the password: use --password-stdin or "
            "--password-command."
        )
    if not typed:
        raise SecretUnavailable("No password was given; nothing was changed.")
    return Secret(typed)


async def _ask(name: AccountName, prompt: str) -> Secret:
    if not sys.stdin.isatty():
        raise SecretUnavailable(f"There is no terminal to ask for the password of {name}.")
    return Secret(getpass.getpass(f"{prompt}: "))
