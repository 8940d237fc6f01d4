"""What one pass over the accounts did, as the engine tells it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tuimail.errors import ExitStatus, ProtocolError, Scope
from tuimail.model.ids import AccountName
from tuimail.model.safe import Untrusted


@dataclass(frozen=True, slots=True)
class MailboxPass:
    """What one pass did to one mailbox."""

    name: Untrusted
    total: int
    unread: int
    new: int
    changed: int
    vanished: int


@dataclass(frozen=True, slots=True)
class AccountPass:
    """What one pass over one account did."""

    account: AccountName
    mailboxes: tuple[MailboxPass, ...]
    seconds: float
    hint: str
    """A sentence where the pass failed; empty when it went well."""
    exit_status: ExitStatus


def passes_to_json(passes: list[AccountPass]) -> dict[str, object]:
    """Return the JSON object the engine answers a wish for a pass with."""
    return {"accounts": [_account_to_json(one) for one in passes]}


def passes_of_json(value: Mapping[str, object]) -> list[AccountPass]:
    """Return the passes of that JSON object.

    Raises:
        ProtocolError: it has another form.
    """
    try:
        accounts = value["accounts"]
        assert isinstance(accounts, list)
        return [_account_of_json(one) for one in accounts]
    except (AssertionError, KeyError, TypeError, ValueError) as error:
        raise ProtocolError(
            "The answer of the engine was not understood.", Scope.COMMAND
        ) from error


def _account_to_json(one: AccountPass) -> dict[str, object]:
    return {
        "account": one.account,
        "seconds": one.seconds,
        "hint": one.hint,
        "exit_status": int(one.exit_status),
        "mailboxes": [
            [m.name.raw, m.total, m.unread, m.new, m.changed, m.vanished] for m in one.mailboxes
        ],
    }


def _account_of_json(one: Mapping[str, object]) -> AccountPass:
    rows = one["mailboxes"]
    assert isinstance(rows, list)
    return AccountPass(
        account=AccountName(str(one["account"])),
        mailboxes=tuple(
            MailboxPass(Untrusted(str(name)), *(int(number) for number in numbers))
            for name, *numbers in rows
        ),
        seconds=float(str(one["seconds"])),
        hint=str(one["hint"]),
        exit_status=ExitStatus(int(str(one["exit_status"]))),
    )
