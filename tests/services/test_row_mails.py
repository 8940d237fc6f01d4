"""What a folded thread stands for, where it lies in several mailboxes."""

import pytest

from tests.services.test_snooze import receive, replied
from tests.store.makers import box_id, view
from tuimail.model.view import Grouping, View
from tuimail.services import reading
from tuimail.services.mail import Mail
from tuimail.services.row_mails import meant_by

OWN = "me@work.example"


@pytest.fixture
def mail(mail: Mail) -> Mail:
    """A thread in the inbox and Archive, with an own answer and one that was thrown away."""
    receive(mail, 1, box="Archive")
    receive(mail, 2, **replied(2, 1))
    receive(mail, 3, box="Sent", **replied(3, 2, OWN))
    receive(mail, 4, box="Trash", **replied(4, 2))
    receive(mail, 9)
    return mail


def meant(mail: Mail, shown: View) -> dict[str, list[str]]:
    """Return by the subject of each row where the mails lie that it stands for, and which."""
    rows = reading.rows(mail, shown, reading.view_ids(mail, shown))
    names = {box.id: box.name.raw for box in reading.mailboxes(mail)}
    return {
        row.subject.raw: [
            f"{names[one.mailbox_id]} {one.subject.raw}" for one in meant_by(mail, shown, [row])
        ]
        for row in rows
    }


def everything(mail: Mail, text: str) -> View:
    return reading.search_view(mail, text, reading.everything(mail, Grouping.THREADS))


def test_found_anywhere_it_is_what_lies_neither_in_sent_mail_nor_in_trash(mail):
    found = meant(mail, everything(mail, "subject:subject"))
    assert found == {
        "Subject 4": ["Archive Subject 1", "INBOX Subject 2"],
        "Subject 9": ["INBOX Subject 9"],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in:sent", {"Subject 3": ["Sent Subject 3"]}),
        ("in:trash subject:subject", {"Subject 4": ["Trash Subject 4"]}),
        ("in:archive", {"Subject 1": ["Archive Subject 1"]}),
        ("-in:trash -in:inbox", {"Subject 3": ["Archive Subject 1", "INBOX Subject 2"]}),
    ],
)
def test_where_a_search_names_mailboxes_these_are_meant(mail, text, expected):
    assert meant(mail, everything(mail, text)) == expected


def test_a_thread_that_lies_nowhere_else_is_meant_where_its_row_lies(mail):
    receive(mail, 5, box="Sent", **replied(5, 9, OWN))
    receive(mail, 6, box="Sent", **replied(6, 9, OWN))
    sent = view(box_id(mail.store, "Sent"), grouping=Grouping.THREADS)
    assert meant(mail, sent)["Subject 6"] == ["Sent Subject 5", "Sent Subject 6"]
    receive(mail, 7, box="Junk")
    receive(mail, 8, box="Trash", **replied(8, 7))
    assert meant(mail, everything(mail, "in:junk OR in:trash"))["Subject 8"] == ["Trash Subject 8"]


def test_of_mails_that_lie_elsewhere_too_the_copies_shown_are_meant(mail):
    receive(mail, 2, box="Archive", **replied(2, 1))
    archive = view(box_id(mail.store, "Archive"), grouping=Grouping.THREADS)
    assert meant(mail, archive) == {"Subject 2": ["Archive Subject 1", "Archive Subject 2"]}
