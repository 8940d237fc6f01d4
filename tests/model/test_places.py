import pytest

from tests.services.conftest import account
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.mailbox import ListedMailbox, MailboxRow, Role
from tuimail.model.places import Places, holder_of, roles_by_name
from tuimail.model.safe import Untrusted

WORK, HOME = AccountName("work"), AccountName("home")


def listed(name: str, role: Role | None = None, *, is_selectable: bool = True) -> ListedMailbox:
    return ListedMailbox(name, "/", role, is_selectable)


SERVER = [
    listed("INBOX", Role.INBOX),
    listed("Sent", Role.SENT),
    listed("Gesendet"),
    listed("Parents", is_selectable=False),
]


def test_the_server_says_what_a_mailbox_is_for():
    assert roles_by_name(account(WORK), SERVER) == {"INBOX": Role.INBOX, "Sent": Role.SENT}


def test_what_the_person_chose_counts_over_what_the_server_says():
    chosen = account(WORK, (Role.SENT, "Gesendet"))
    assert roles_by_name(chosen, SERVER) == {"INBOX": Role.INBOX, "Gesendet": Role.SENT}


def test_a_mailbox_chosen_for_one_role_has_no_other():
    chosen = account(WORK, (Role.TRASH, "Sent"))
    assert roles_by_name(chosen, SERVER) == {"INBOX": Role.INBOX, "Sent": Role.TRASH}
    assert holder_of(chosen, SERVER, Role.SENT) is None


@pytest.mark.parametrize("name", ["Nowhere", "Parents", "INBOX"])
def test_a_choice_that_cannot_be_used_leaves_the_server_its_word(name):
    assert holder_of(account(WORK, (Role.SENT, name)), SERVER, Role.SENT) == "Sent"


def test_a_choice_made_before_it_is_listed_counts_where_there_is_no_other():
    assert holder_of(account(WORK, (Role.TRASH, "Bin")), SERVER, Role.TRASH) == "Bin"
    assert holder_of(account(WORK), SERVER, Role.TRASH) is None


def row(number: int, of: AccountName, name: str, role: Role | None = None) -> MailboxRow:
    return MailboxRow(
        id=MailboxId(number),
        account=of,
        name=Untrusted(name),
        delimiter="/",
        role=role,
        total=0,
        unread=0,
        is_selectable=True,
        is_read_only=False,
        generation=0,
    )


PLACES = Places(
    [
        row(1, WORK, "INBOX", Role.INBOX),
        row(2, WORK, "Papierkorb", Role.TRASH),
        row(3, WORK, "Trash"),
        row(4, WORK, "Projects/Trash"),
        row(5, WORK, "Projects/Lighthouse"),
        row(6, HOME, "INBOX", Role.INBOX),
        row(7, HOME, "Spam", Role.JUNK),
        row(8, HOME, "Bin"),
    ]
)


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("inbox", [1, 6]),
        ("Trash", [3]),
        ("trash", [2]),
        ("TRASH", [2]),
        ("bin", [2, 8]),
        ("spam", [7]),
        ("junk", [7]),
        ("papierkorb", [2]),
        ("work/trash", [3]),
        ("home/INBOX", [6]),
        ("lighthouse", [5]),
        ("projects/lighthouse", [5]),
        ("nowhere", []),
        ("", []),
    ],
)
def test_a_word_means_a_name_or_what_a_mailbox_is_for(word, numbers):
    assert [found.id for found in PLACES.named(word)] == numbers


def test_an_account_is_named_in_any_case():
    assert [found.id for found in PLACES.of_account("Home")] == [6, 7, 8]


def test_each_account_has_one_mailbox_for_a_role():
    assert [found.id for found in PLACES.with_role(Role.INBOX)] == [1, 6]
