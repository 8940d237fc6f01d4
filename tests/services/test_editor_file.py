"""The file a person's editor gets: nothing typed into it is lost."""

from dataclasses import replace

import pytest

from tests.services.conftest import account
from tests.store.makers import WORK
from tuimail.model.address import Address
from tuimail.services import writing
from tuimail.services.mail import Mail


def draft_of(mail: Mail, **fields):
    fields = {"to": "Bob <bob@x.test>", "subject": "Plans", "body": "One\n\nTwo\n"} | fields
    return replace(writing.new_draft(mail), **fields)


def edited(mail: Mail, draft, text: str | bytes):
    file = writing.put_editor_file(mail, draft)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return writing.take_editor_file(mail, file, draft), file


def test_what_was_not_changed_comes_back_as_the_same_draft(mail) -> None:
    draft = draft_of(mail, cc="c@x.test")
    file = writing.put_editor_file(mail, draft)
    taken = writing.take_editor_file(mail, file, draft)
    assert (taken.draft, taken.problems, taken.is_whole) == (draft, (), True)


def test_only_its_owner_can_read_the_file_and_nothing_of_it_stays(mail) -> None:
    draft = draft_of(mail)
    file = writing.put_editor_file(mail, draft)
    assert file.stat().st_mode & 0o077 == file.parent.stat().st_mode & 0o077 == 0
    assert writing.left_by_editor(mail, draft.id)
    writing.drop_editor_file(file)
    assert writing.left_by_editor(mail, draft.id) is None
    assert not file.parent.parent.exists()


def test_a_mistyped_header_costs_neither_the_text_nor_the_header_before(mail) -> None:
    draft = draft_of(mail)
    taken, _ = edited(mail, draft, "To: cee@x.test\nSubjct: New plans\n\nLong text\n")
    assert (taken.draft.to, taken.draft.subject) == ("cee@x.test", "Plans")
    assert taken.draft.body == "Subjct: New plans\n\nLong text"
    assert taken.problems[0].startswith("Line 2 begins the text now: Subjct is not understood")
    assert taken.is_whole


def test_a_header_taken_out_is_empty(mail) -> None:
    taken, _ = edited(mail, draft_of(mail, cc="c@x.test"), "To: b@x.test\n\nHi\n")
    assert (taken.draft.cc, taken.draft.subject, taken.problems) == ("", "", ())


def test_text_in_another_charset_is_guessed_and_the_file_stays(mail) -> None:
    draft = draft_of(mail)
    taken, file = edited(mail, draft, "To: b@x.test\n\nGrüße\n".encode("latin-1"))
    assert taken.draft.body == "Grüße"
    assert not taken.is_whole
    assert file.name in taken.problems[0]
    assert str(file.parent.name) in (writing.left_by_editor(mail, draft.id) or "")


def test_text_too_long_for_a_mail_stays_in_the_file(mail, monkeypatch) -> None:
    monkeypatch.setattr("tuimail.services.editor_file.MAX_TEXT_BYTES", 20)
    draft = draft_of(mail)
    taken, file = edited(mail, draft, "To: b@x.test\n\nLonger than that\n")
    assert (taken.draft, taken.is_whole) == (draft, False)
    assert file.name in taken.problems[0]


def test_without_a_file_the_draft_is_as_it_was(mail) -> None:
    draft = draft_of(mail)
    file = writing.put_editor_file(mail, draft)
    file.unlink()
    taken = writing.take_editor_file(mail, file, draft)
    assert taken.draft == draft
    assert "as it was" in taken.problems[0]


def test_from_chooses_among_one_s_own(mail) -> None:
    taken, _ = edited(mail, draft_of(mail), "From: Me <me@home.example>\nTo: x@y.test\n\nHi\n")
    assert (taken.draft.account, taken.draft.from_) == ("home", Address("Me", "me@home.example"))


@pytest.mark.parametrize("typed", ["boss@other.test", "nobody"])
def test_a_from_that_is_not_one_s_own_is_told_and_the_text_kept(mail, typed) -> None:
    draft = draft_of(mail)
    taken, _ = edited(mail, draft, f"From: {typed}\nTo: x@y.test\n\nHi\n")
    assert taken.draft.from_ == draft.from_ == account(WORK).address
    assert taken.draft.body == "Hi"
    assert typed in taken.problems[0]
