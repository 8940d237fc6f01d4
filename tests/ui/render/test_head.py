from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.mails import attachment, envelope, mail, role_of, text_of
from tuimail.model.address import Address
from tuimail.model.caution import Caution, CautionKind
from tuimail.model.cells import width_of
from tuimail.model.safe import Safe
from tuimail.ui.render.dates import size_words
from tuimail.ui.render.head import files_words, head_of
from tuimail.ui.roles import StyleRole


def caution(sentence: str) -> Caution:
    return Caution(CautionKind.SENDERS, Safe(sentence))


def test_the_head_shows_name_address_date_and_recipients():
    rows = [text_of(row) for row in head_of(mail("Hello"), 100)]
    assert rows[0] == " Lunch on Tuesday"
    assert rows[1].startswith(" From   Bob South <bob@south.example>")
    assert "17 Nov 2025" in rows[1]
    assert rows[2] == " To     Alice North <alice@north.example>"


def test_a_long_address_is_cut_in_its_middle_and_its_domain_stays():
    person = Address("Your Bank", "a.very.long.local.part.indeed.it.is@login.evil.example")
    rows = head_of(mail("Hello", envelope=envelope(from_=(person,))), 50)
    author = text_of(rows[1])
    assert "@login.evil.example" in author
    assert "Your Bank" in author
    assert width_of(author) <= 50


def test_a_name_never_pushes_the_address_out():
    person = Address("Security Team of Your Bank " * 10, "x@evil.example")
    author = text_of(head_of(mail("Hello", envelope=envelope(from_=(person,))), 60)[1])
    assert "<x@evil.example>" in author


def test_more_than_one_author_is_a_warning():
    people = (Address("", "a@north.example"), Address("", "b@south.example"))
    author = head_of(mail("Hello", envelope=envelope(from_=people)), 80)[1]
    assert role_of(author, "and 1 more") is StyleRole.WARNING


def test_all_authors_are_named():
    people = (Address("", "a@north.example"), Address("Bea", "b@south.example"))
    rows = head_of(mail("Hello", envelope=envelope(from_=people)), 80)
    assert text_of(rows[2]) == "        Bea <b@south.example>"


def test_an_answer_that_goes_elsewhere_is_shown():
    elsewhere = (Address("", "collect@other.example"),)
    rows = [text_of(r) for r in head_of(mail("x", envelope=envelope(reply_to=elsewhere)), 80)]
    assert any(row.startswith(" Reply  collect@other.example") for row in rows)


@pytest.mark.parametrize("field", ["to", "cc", "reply_to"])
def test_a_name_never_hides_an_address_in_any_field(field):
    liar = Address("ceo@bank.example", "z@evil.example")
    rows = [text_of(r) for r in head_of(mail("x", envelope=envelope(**{field: (liar,)})), 60)]
    assert any("ceo@bank.example <z@evil.example>" in row for row in rows)


def test_who_sent_it_in_the_name_of_another_is_shown_but_not_what_a_list_writes():
    sender = Address("", "mallory@evil.example")
    rows = [text_of(r) for r in head_of(mail("x", envelope=envelope(sender=sender)), 80)]
    assert " Sender mallory@evil.example" in rows
    listed = envelope(sender=sender, list_id="dev.lists.example")
    assert not any("Sender" in text_of(r) for r in head_of(mail("x", envelope=listed), 80))


def test_people_for_whom_there_is_no_room_are_counted():
    people = tuple(Address(f"Person {n}", f"p{n}@north.example") for n in range(40))
    rows = [text_of(r) for r in head_of(mail("x", envelope=envelope(to=people)), 80)]
    assert rows[2].startswith(" To     Person 0 <p0@north.example>, Person 1 <p1@north.example>")
    shown = sum(row.count("@north") for row in rows[2:4])
    assert rows[3].endswith(f" and {40 - shown} more")
    assert len(rows) == 4


def test_warnings_and_files_are_part_of_the_head():
    made = mail("x", warnings=(caution("Two From fields."),), attachments=(attachment("plan.pdf"),))
    rows = head_of(made, 80)
    assert any(text_of(row) == " Files  1 plan.pdf (1.0 kB)" for row in rows)
    assert role_of(rows[-1], "Two From") is StyleRole.WARNING


def test_many_warnings_do_not_fill_the_pane():
    made = mail("x", warnings=tuple(caution(f"w{n}") for n in range(20)))
    assert text_of(head_of(made, 80)[-1]).strip() == "! and 14 more warnings"
    rows = head_of(made, 80, more=Safe("gW shows all"))
    assert text_of(rows[-1]).strip() == "! and 14 more: gW shows all"
    assert text_of(head_of(made, 80, 1)[-1]).strip() == "! and 17 more warnings"


@pytest.mark.parametrize("width", [24, 40, 80, 120])
def test_a_warning_is_wrapped_and_its_domain_is_never_lost(width):
    sentence = (
        "The sender's name is an address, ceo@bank.example, but the mail is from"
        " mallory@a-very-long-subdomain.of-another.evil.example."
    )
    rows = head_of(mail("x", warnings=(caution(sentence),)), width)
    assert sentence.replace(" ", "") in "".join(map(text_of, rows)).replace(" ", "")


def test_a_note_is_quieter_than_a_warning():
    note = Caution(CautionKind.CUT, Safe("It was cut."))
    row = head_of(mail("x", warnings=(note,)), 80)[-1]
    assert text_of(row) == " · It was cut."
    assert role_of(row, "It was") is StyleRole.DIM


@given(st.text(max_size=300), st.integers(20, 120))
def test_no_head_line_is_wider_than_the_pane(text, width):
    person = Address(text, f"{text}@{text}.example")
    people = {"from_": (person,) * 2, "to": (person,) * 3, "sender": person}
    made = mail("x", envelope=envelope(subject=text, **people), warnings=(caution(str(width)),))
    for row in head_of(made, width):
        assert width_of(text_of(row)) <= width


def test_a_date_beyond_every_calendar_is_no_date():
    rows = head_of(mail("x", envelope=envelope(date=10**18)), 80)
    assert "no date" in text_of(rows[1])


def test_sizes_are_said_in_three_digits():
    assert [size_words(n) for n in (0, 999, 1000, 12_345, 999_999, 5 * 10**9)] == [
        "0 B", "999 B", "1.0 kB", "12 kB", "1.0 MB", "5.0 GB"
    ]  # fmt: skip


def test_pictures_of_a_text_are_counted_behind_the_files():
    file, *pictures = (attachment(name, 2_048) for name in ("a.pdf", "b.png", "c.png"))
    listed = [file, *(replace(picture, is_picture_of_text=True) for picture in pictures)]
    assert files_words(listed) == "1 a.pdf (2.0 kB) · 2 pictures of the text"
    assert files_words(listed[1:2]) == "1 picture of the text"


def test_the_type_of_a_file_without_a_name_is_a_strangers_word_too():
    nameless = replace(attachment(""), content_type="x/\x1b]0;pwned\x07\u202e")
    assert files_words([nameless]).isprintable()
