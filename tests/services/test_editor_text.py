"""The text form of a draft: what the editor gets and what comes back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimail.model.address import Address
from tuimail.model.draft import Draft
from tuimail.model.ids import AccountName, DraftId
from tuimail.services.editor_text import draft_to_text, read_edited

DRAFT = Draft(
    DraftId("d"), AccountName("north"), Address("Ann", "ann@north.test"),
    to="Bob <bob@south.test>", subject="Plans", body="Hello\n\nSubject: not a header\n",
)  # fmt: skip


def test_the_text_has_five_headers_and_the_body() -> None:
    assert draft_to_text(DRAFT) == (
        "From: Ann <ann@north.test>\nTo: Bob <bob@south.test>\nCc:\nBcc:\nSubject: Plans\n\n"
        "Hello\n\nSubject: not a header\n\n"
    )


lines = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]))
words = st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1), max_size=4)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(subject=words.map(" ".join), body=lines)
def test_what_was_not_changed_comes_back(subject, body) -> None:
    draft = Draft(DRAFT.id, DRAFT.account, DRAFT.from_, to="a@x.org", subject=subject, body=body)
    back = read_edited(draft_to_text(draft))
    assert (back.fields["to"], back.fields["subject"], back.body) == ("a@x.org", subject, body)


def test_folded_and_oddly_spelled_headers_are_understood() -> None:
    back = read_edited("\ufeffTO :  a@x.org,\r\n\tb@y.org\r\nsubject: x\r\n\r\nbody\r\n")
    assert back.fields == {"to": "a@x.org, b@y.org", "subject": "x"}
    assert back.body == "body"


@pytest.mark.parametrize(
    ("text", "words", "body"),
    [
        ("To: a@x.org\nAttach: /etc/passwd\n\nHi", "Line 2 begins the text now: files are not", "Attach: /etc/passwd\n\nHi"),
        ("Attachment: x\n\n", "Line 1 begins the text now: files", "Attachment: x\n"),
        ("Reply-To: x@y\n z@y\n\nHi", "Line 1 begins the text now: Reply-To is not", "Reply-To: x@y\n z@y\n\nHi"),
        ("To: a@x.org\nTo: b@x.org\n\n", "Line 2 begins the text now: To stands there twice", "To: b@x.org\n"),
        ("Dear Bob,\nhello\n", "Line 1 is no header", "Dear Bob,\nhello"),
        (" To: a@x.org\n\n", "Line 1 is no header", " To: a@x.org\n"),
        ("To: a@x.org\nhello\n\nthere", "Line 2 is no header", "hello\n\nthere"),
        ("\x1b]0;x\x07: y\n\n", "Line 1 is no header", "\x1b]0;x\x07: y\n"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named_with_its_line_and_begins_the_text(text, words, body):
    back = read_edited(text)
    assert words in back.problems[0]
    assert back.problems[0].isprintable()
    assert back.body == body


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    st.lists(
        st.sampled_from(["To: a", "Subjct: b", "Subject: c", "", " d", "e f", "From: g", "Cc:h"])
    )
)
def test_no_line_is_lost_whatever_is_typed(typed) -> None:
    back = read_edited("\n".join(typed))
    kept = " ".join([*back.fields.values(), back.body])
    assert all(line.rpartition(":")[2].strip() in kept for line in typed)


def test_a_text_without_headers_has_none() -> None:
    assert read_edited("\nbody").fields == {}
    assert read_edited("").body == ""
