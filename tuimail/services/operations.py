"""What waits for the servers: shown in words, and given up where it has not begun."""

from tuimail.errors import NotFound, UserError
from tuimail.model.ids import OperationId
from tuimail.model.operation import OperationKind, OperationState, WaitingChange
from tuimail.model.safe import Safe, safe_line
from tuimail.store.waiting import cancel_change, waiting_changes

from .mail import Mail
from .triage import messages_words, words_of_change

_NAME_CHARS = 60


def operations(mail: Mail) -> list[WaitingChange]:
    """Return what waits, in the order it was asked for, and what was refused in the last week."""
    return waiting_changes(mail.store)


def cancel(mail: Mail, change_id: str) -> Safe:
    """Give a change up; return what it was.

    Raises:
        NotFound: nothing of this id waits.
        UserError: the server has been asked already.
    """
    change = next((one for one in operations(mail) if str(one.first) == change_id), None)
    if change is None or change.state is not OperationState.PENDING:
        raise NotFound(f"Nothing waits under {safe_line(change_id, 40)!r}. Ids: tuimail operations")
    if change.has_begun or not cancel_change(mail.store, OperationId(change.first)):
        raise UserError("It has begun already: the server was asked.")
    return sentence_of(change)


def sentence_of(change: WaitingChange) -> Safe:
    """Return what is to be done, for example `3 messages: move from INBOX to Archive`.

    One mail that is known here is named by its subject.
    """
    subject = safe_line(change.subject, _NAME_CHARS)
    what = f"“{subject}”" if subject else messages_words(change.count)
    return Safe(f"{what}: {_deed(change)}")


def state_of(change: WaitingChange) -> Safe:
    """Return how far it has come, in two or three words."""
    if change.state is OperationState.REFUSED:
        return Safe("refused")
    tries = f", tried {change.tries} times" if change.tries > 1 else ""
    return Safe(f"{'begun' if change.has_begun else 'waits'}{tries}")


def _deed(change: WaitingChange) -> Safe:
    mailbox = safe_line(change.mailbox, _NAME_CHARS)
    destination = safe_line(change.destination, _NAME_CHARS)
    match change.kind:
        case OperationKind.FLAGS:
            return safe_line(f"to be {words_of_change(change.add, change.remove)} in {mailbox}")
        case OperationKind.MOVE:
            return Safe(f"move from {mailbox} to {destination}")
        case OperationKind.COPY:
            return Safe(f"copy from {mailbox} to {destination}")
        case OperationKind.APPEND:
            return Safe(f"put into {mailbox}")
        case OperationKind.EXPUNGE:
            return Safe(f"remove from {mailbox} for ever")
