"""Carries out one command: opens the profile, calls the service, prints what it says."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from importlib import import_module
from typing import Final

from tuimail.config.logfile import open_log
from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, QueryError, UserError

from .terminal import point_at

Command = Callable[[Profile, argparse.Namespace], int | Awaitable[int]]

WHERE: Final = {
    "account": ("accounts", "run_account"),
    "config": ("configuration", "run_config"),
    "doctor": ("configuration", "run_doctor"),
    "sync": ("syncing", "run_sync"),
    "list": ("messages", "run_list"),
    "search": ("messages", "run_search"),
    "saved": ("saved", "run_saved"),
    "show": ("show", "run_show"),
    "flag": ("triage", "run_flag"),
    "move": ("triage", "run_move"),
    "delete": ("triage", "run_delete"),
    "snooze": ("later", "run_snooze"),
    "unsnooze": ("later", "run_verb"),
    "mute": ("later", "run_verb"),
    "unmute": ("later", "run_verb"),
    "done": ("later", "run_verb"),
    "send": ("sending", "run_send"),
    "outbox": ("outbox", "run_outbox"),
    "receipt": ("receipts", "run_receipt"),
    "invite": ("invitations", "run_invite"),
    "unsubscribe": ("unsubscribing", "run_unsubscribe"),
    "trace": ("trace", "run_trace"),
    "mailbox": ("mailboxes", "run_mailbox"),
    "operations": ("operations", "run_operations"),
    "export": ("files", "run_export"),
    "import": ("files", "run_import"),
}
"""Module and function of each command; only the one that is asked for is imported."""


def run_command(profile: Profile, options: argparse.Namespace) -> int:
    """Carry out one command and return its exit status.

    Raises:
        TuimailError: it could not be done; the error knows its exit status.
    """
    if options.command not in WHERE:
        raise UserError(f"There is no command {options.command!r}.")
    if options.log_level:
        profile.prepare()
    with open_log(profile.log) if options.log_level else nullcontext():
        return _carried_out(profile, options)


def _carried_out(profile: Profile, options: argparse.Namespace) -> int:
    module, function = WHERE[options.command]
    command: Command = getattr(import_module(f"tuimail.cli.{module}"), function)
    try:
        done = command(profile, options)
        return ExitStatus(done) if isinstance(done, int) else asyncio.run(_finish(done))
    except QueryError as error:
        point_at(error)
        return error.exit_status


async def _finish(running: Awaitable[int]) -> int:
    return await running
