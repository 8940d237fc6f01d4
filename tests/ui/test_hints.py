"""What is said of keys: nothing that cannot be typed where it is read."""

import pytest

from tests.ui.render.test_lines import outgoing
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.outgoing import OutgoingState
from tuimail.model.safe import Untrusted
from tuimail.ui.action_table import ACTIONS, new_registry
from tuimail.ui.actions import Context, Registry
from tuimail.ui.hints import help_rows, mailbox_hints, outbox_hints
from tuimail.ui.keymap_file import known_keymaps, load_keymap
from tuimail.ui.render.tree import EntryKind

KEYMAP = load_keymap("default", None)


def registry() -> Registry:
    made = new_registry()
    for action_id in ACTIONS:
        made.handle(action_id, lambda _: None)
    return made


def keys_of(name: str, context: Context) -> dict[str, str]:
    rows = help_rows(registry(), load_keymap(name, None), context)
    return {row.action_id: row.keys for row in rows if row.action_id}


def test_help_while_typing_names_the_key_of_review_where_there_is_no_other():
    keys = keys_of("default", Context.COMPOSE)
    assert keys["compose.identity"] == "Esc f"
    assert keys["palette"] == "Esc ctrl+k"
    assert keys["compose.send"] == "alt+s"


@pytest.mark.parametrize("name", known_keymaps())
@pytest.mark.parametrize("context", [Context.COMPOSE, Context.REVIEW])
def test_help_in_compose_names_no_command(name, context):
    assert not [keys for keys in keys_of(name, context).values() if keys.startswith(":")]


def test_help_elsewhere_names_the_command_of_what_has_no_key():
    assert keys_of("default", Context.LIST)["expunge"] == ":expunge"


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (OutgoingState.QUEUED, {"open", "correct", "retry", "cancel", "edit"}),
        (OutgoingState.ACCEPTED, {"open"}),
        (OutgoingState.REFUSED, {"open", "correct", "retry", "edit", "known"}),
        (OutgoingState.SENDING, {"open", "cancel"}),
    ],
)
def test_the_outbox_offers_what_can_work(state, offered):
    words = {str(word) for _, word in outbox_hints(registry(), KEYMAP, outgoing(state))}
    assert words - {"back", "help", "remind"} == offered


def test_what_helps_likeliest_comes_first_in_the_outbox():
    words = [
        str(word) for _, word in outbox_hints(registry(), KEYMAP, outgoing(OutgoingState.QUEUED))
    ]
    assert words[:5] == ["correct", "edit", "cancel", "retry", "open"]


def test_an_empty_outbox_offers_nothing_to_do_with_a_mail():
    assert {str(word) for _, word in outbox_hints(registry(), KEYMAP, None)} == {"back", "help"}


MAILBOX = {"rename", "delete", "all read", "empty"}


def row(name: str, role: Role | None) -> MailboxRow:
    account, written = AccountName("work"), Untrusted(name)
    return MailboxRow(MailboxId(1), account, written, "/", role, 3, 1, True, False, 1)


@pytest.mark.parametrize(
    ("kind", "name", "role", "offered"),
    [
        (EntryKind.ALL_INBOXES, "", None, {"all read"}),
        (EntryKind.OUTBOX, "", None, set()),
        (EntryKind.SAVED, "", None, {"rename", "delete"}),
        (EntryKind.MAILBOX, "INBOX", Role.INBOX, {"all read"}),
        (EntryKind.MAILBOX, "Lists", None, {"rename", "delete", "all read"}),
        (EntryKind.MAILBOX, "Bin", Role.TRASH, MAILBOX),
    ],
)
def test_the_tree_offers_what_can_work(kind, name, role, offered):
    under_cursor = row(name, role) if name else None
    words = {str(word) for _, word in mailbox_hints(registry(), KEYMAP, kind, under_cursor)}
    assert words & MAILBOX == offered
    assert "new" in words
