"""A mail sent again to a corrected address: only what names it changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import UserError
from tuimail.mime.corrected import corrected

OLD, NEW = "anna@exmaple.org", "anna@example.org"
BODY = b"\r\n\r\nTo: anna@exmaple.org is how I wrote it.\r\n"


def head_of(header: bytes, old: str = OLD, new: str = NEW) -> list[bytes]:
    raw = b"From: me@x.test\r\n" + header + BODY
    made = corrected(raw, old, new, "new@x.test", 1_700_000_000).raw
    head, _, body = made.partition(b"\r\n\r\n")
    assert b"\r\n\r\n" + body == BODY
    return head.split(b"\r\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"To: anna@exmaple.org", b"To: anna@example.org"),
        (b"Cc: Anna <anna@Exmaple.ORG>, b@c.d", b"Cc: Anna <anna@example.org>, b@c.d"),
        (b"To: joanna@exmaple.org", b"To: joanna@exmaple.org"),
        (b"To: anna@exmaple.org.uk", b"To: anna@exmaple.org.uk"),
        (b"To: x.anna@exmaple.org", b"To: x.anna@exmaple.org"),
        (b"To: Anna@exmaple.org", b"To: Anna@exmaple.org"),
        (b"To: Anna (at work) <anna@exmaple.org>", b"To: Anna (at work) <anna@example.org>"),
        ("To: é.anna@exmaple.org".encode(), "To: é.anna@exmaple.org".encode()),
        (b"Reply-To: anna@exmaple.org", b"Reply-To: anna@exmaple.org"),
        (b"Subject: anna@exmaple.org", b"Subject: anna@exmaple.org"),
    ],
)
def test_only_the_whole_address_in_to_and_cc_is_replaced(before: bytes, after: bytes) -> None:
    assert head_of(before)[1] == after


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("jörg@x.test", "joerg@x.test", "To: Jörg <jörg@X.test>", "To: Jörg <joerg@X.test>"),
        ("joerg@x.test", "jörg@x.test", "To: joerg@x.test", "To: jörg@x.test"),
        ("rg@x.test", "no@x.test", "To: jörg@x.test, örg@x.test", "To: jörg@x.test, örg@x.test"),
    ],
)
def test_letters_beyond_ascii_are_corrected_as_well(old, new, before, after) -> None:
    after = after.replace("@X.test>", "@x.test>")
    assert head_of(before.encode(), old, new)[1] == after.encode()


def test_a_folded_field_keeps_its_form() -> None:
    lines = head_of(b"To: Bob <b@c.d>,\r\n Anna <anna@exmaple.org>,\r\n c@d.e")
    assert lines[1:4] == [b"To: Bob <b@c.d>,", b" Anna <anna@example.org>,", b" c@d.e"]


def test_the_mail_has_its_own_id_and_date() -> None:
    lines = head_of(b"Message-ID: <old@x.test>\r\nDate: Mon, 1 Jan 2001 00:00:00 +0000\r\nTo: a@b")
    assert lines[1:3] == [b"Message-ID: <new@x.test>", b"Date: Tue, 14 Nov 2023 22:13:20 +0000"]
    assert b"old@x.test" not in b"\n".join(lines)


def test_a_mail_sent_on_unchanged_keeps_what_its_author_wrote() -> None:
    made = head_of(
        b"Resent-Date: x\r\nResent-To: anna@exmaple.org\r\nResent-Message-ID: <r@x>\r\n"
        b"Date: y\r\nMessage-ID: <author@x.test>\r\nTo: me@x.test"
    )
    assert b"Resent-Message-ID: <new@x.test>" in made
    assert b"Resent-Date: Tue, 14 Nov 2023 22:13:20 +0000" in made
    assert b"Resent-To: anna@example.org" in made
    assert b"Message-ID: <author@x.test>" in made
    assert b"Date: y" in made
    assert not any(b"<r@x>" in line for line in made)


def test_what_is_no_mail_is_refused() -> None:
    with pytest.raises(UserError):
        corrected(b"no header at all\r\n\r\n", OLD, NEW, "new@x.test", 1)


@given(st.binary(max_size=200))
def test_whatever_stands_in_a_mail_only_our_error_comes_of_it(raw: bytes) -> None:
    try:
        made = corrected(b"From: a@b\r\nTo: anna@exmaple.org\r\n" + raw, OLD, NEW, "n@x.y", 1)
    except UserError:
        return
    assert b"To: anna@example.org" in made.raw


def test_an_address_of_any_script_is_replaced() -> None:
    made = head_of("To: Jörg <jörg@exmaple.org>".encode(), "jörg@exmaple.org", "jörg@example.org")
    assert made[1] == "To: Jörg <jörg@example.org>".encode()
