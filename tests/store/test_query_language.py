"""What a person types becomes a tree; mistakes point at the place."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import QueryError
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.places import Places
from tuimail.model.query import (
    And,
    Between,
    Field,
    Has,
    HasA,
    Is,
    Node,
    Not,
    Or,
    Order,
    Size,
    State,
    Within,
    Word,
)
from tuimail.model.safe import Untrusted
from tuimail.store.query_language import MAX_QUERY_CHARS, Parsed
from tuimail.store.query_language import parse as parse_with
from tuimail.store.query_text import quoted, with_order

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


def box(row_id: int, account: str, name: str, role: Role | None = None) -> MailboxRow:
    return MailboxRow(
        MailboxId(row_id), AccountName(account), Untrusted(name), "/", role, 0, 0, True, False, 0
    )


PLACES = Places(
    [
        box(1, "work", "INBOX", Role.INBOX),
        box(2, "work", "Gesendet", Role.SENT),
        box(3, "work", "Foo(bar)"),
        box(4, "home", "INBOX", Role.INBOX),
        box(5, "home", "Drafts", Role.DRAFTS),
    ]
)


def parse(text: str, now: datetime) -> Parsed:
    return parse_with(text, now, PLACES)


def seconds(*day: int) -> int:
    return int(datetime(*day, tzinfo=UTC).timestamp())


def any_word(text: str) -> Word:
    return Word(Field.ANY, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", And(())),
        ("   ", And(())),
        ("invoice", any_word("invoice")),
        ("two words", And((any_word("two"), any_word("words")))),
        ('"two words"', Word(Field.ANY, "two words", is_phrase=True)),
        ('"say ""no"" twice"', Word(Field.ANY, 'say "no" twice', is_phrase=True)),
        ('""""', Word(Field.ANY, '"', is_phrase=True)),
        ('is:"unread"', Is(State.UNREAD)),
        ("from:bob", Word(Field.FROM, "bob")),
        ("FROM:Bob", Word(Field.FROM, "Bob")),
        ('from:"Bob Berg"', Word(Field.FROM, "Bob Berg", is_phrase=True)),
        ("filename:report.pdf", Word(Field.FILENAME, "report.pdf")),
        ("-spam", Not(any_word("spam"))),
        ("--spam", any_word("spam")),
        ('-"a b"', Not(Word(Field.ANY, "a b", is_phrase=True))),
        ("-(a b)", Not(And((any_word("a"), any_word("b"))))),
        ("-from:bob", Not(Word(Field.FROM, "bob"))),
        ("a OR b c", Or((any_word("a"), And((any_word("b"), any_word("c")))))),
        ("(a OR b) c", And((Or((any_word("a"), any_word("b"))), any_word("c")))),
        ("from:(a OR b)", Or((Word(Field.FROM, "a"), Word(Field.FROM, "b")))),
        ("or", any_word("or")),
        ("is:unread", Is(State.UNREAD)),
        ("is:starred", Is(State.FLAGGED)),
        ("is:sent", Within((MailboxId(2),))),
        ("is:draft", Or((Is(State.DRAFT), Within((MailboxId(5),))))),
        ("in:inbox", Within((MailboxId(1), MailboxId(4)))),
        ('in:"Foo(bar)"', Within((MailboxId(3),))),
        ("in:(sent OR home/drafts)", Or((Within((MailboxId(2),)), Within((MailboxId(5),))))),
        ("-in:nowhere", Not(Within(()))),
        ("account:Home", Within((MailboxId(4), MailboxId(5)))),
        ("has:attachments", HasA(Has.ATTACHMENT)),
        ("larger:1M", Size(larger=1 << 20)),
        ("smaller:1.5k", Size(smaller=1_536)),
        ("before:2026-11-20", Between(None, seconds(2026, 11, 20))),
        ("after:2026-11", Between(seconds(2026, 11, 1), None)),
        ("on:2026-11-20", Between(seconds(2026, 11, 20), seconds(2026, 11, 21))),
        ("on:2026-12", Between(seconds(2026, 12, 1), seconds(2027, 1, 1))),
        ("on:2025", Between(seconds(2025, 1, 1), seconds(2026, 1, 1))),
        ("on:yesterday", Between(seconds(2026, 11, 22), seconds(2026, 11, 23))),
        ("older:7d", Between(None, int(NOW.timestamp()) - 7 * 86_400)),
        ("newer:2w", Between(int(NOW.timestamp()) - 14 * 86_400, None)),
        ("https://example.org/x", any_word("https://example.org/x")),
        ("id:<m1@host.example>", Word(Field.ID, "<m1@host.example>")),
        ("会議", any_word("会議")),
    ],
)
def test_a_search_becomes_a_tree(text: str, expected: object) -> None:
    assert parse(text, NOW).node == expected
    assert parse(text, NOW).warnings == ()


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("is:blue", 3, "is: takes one of unread"),
        ("a is:", 5, "Something must follow “is:”"),
        ("from:", 5, "Something must follow “from:”"),
        ("(a", 0, "never closed"),
        ("a (b (c)", 2, "never closed"),
        ("a)", 1, "never opened"),
        ('x "a', 2, "quotation mark is never closed"),
        ('x "a""', 2, "quotation mark is never closed"),
        ('is:"unread', 3, "quotation mark is never closed"),
        ("a OR", 4, "Something must follow OR"),
        ("OR a", 0, "Something must stand before OR"),
        ("a OR OR b", 4, "Something must follow OR"),
        ("before:2026-13-01", 7, "A date is written"),
        ("on:0000", 3, "A date is written"),
        ("older:soon", 6, "An age is written"),
        ("larger:big", 7, "A size is written"),
        ("会議 has:what", 7, "has: takes one of"),
        ("a sort:size", 7, "sort: takes one of date, relevance"),
        ("a (b sort:date)", 10, "stands alone"),
        ("a -sort:date", 8, "stands alone"),
        ("\u202e e\u0301 is:", 8, "Something must follow “is:”"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, column: int, problem: str) -> None:
    with pytest.raises(QueryError, match=problem) as error:
        parse(text, NOW)
    assert (error.value.text, error.value.column) == (text, column)


@pytest.mark.parametrize("text", ["a sort:relevance", "SORT:Relevance a", "sort:relevance OR a"])
def test_an_order_is_of_the_search_as_a_whole(text: str) -> None:
    assert parse(text, NOW) == Parsed(any_word("a"), (), Order.RELEVANCE)
    assert parse("a", NOW).order is None


def test_another_order_takes_the_place_of_the_one_that_was_typed() -> None:
    assert with_order("a  b", Order.RELEVANCE) == "a  b sort:relevance"
    assert with_order('sort:date a "sort:date b" sort:DATE', Order.RELEVANCE) == (
        'a "sort:date b" sort:relevance'
    )
    assert with_order("a sort:relevance b", Order.DATE) == "a b"
    assert with_order("sort:relevance", Order.DATE) == ""


def test_an_unknown_key_is_text_with_a_warning() -> None:
    parsed = parse("colour:red", NOW)
    assert parsed.node == any_word("colour:red")
    assert "colour:" in parsed.warnings[0]


def test_a_lone_minus_is_passed_over_with_a_warning() -> None:
    parsed = parse("a - b", NOW)
    assert parsed.node == And((any_word("a"), any_word("b")))
    assert parsed.warnings


def test_days_begin_at_midnight_where_the_person_is() -> None:
    there = NOW.astimezone(ZoneInfo("Asia/Tokyo"))  # 24 November there
    node = parse("on:today", there).node
    assert node == Between(seconds(2026, 11, 23) + 15 * 3_600, seconds(2026, 11, 24) + 15 * 3_600)


@pytest.mark.parametrize("text", ["(" * 200 + "a" + ")" * 200, "a " * 500, "x" * 5_000, "-(" * 90])
def test_hostile_searches_are_refused(text: str) -> None:
    with pytest.raises(QueryError):
        parse(text, NOW)


def test_plain_words_need_no_quotes() -> None:
    assert [quoted(t) for t in ("Work", "bob@x.example", "a-b", "or")] == [
        "Work", "bob@x.example", "a-b", "or"
    ]  # fmt: skip
    assert [quoted(t) for t in ("Foo(bar)", "OR", "-x", 'a"b', "in:x", "wo*", "")] == [
        '"Foo(bar)"', '"OR"', '"-x"', '"a""b"', '"in:x"', '"wo*"', '""'
    ]  # fmt: skip


def leaves(node: Node | None) -> list[Node]:
    match node:
        case And(nodes) | Or(nodes):
            return [leaf for inner in nodes for leaf in leaves(inner)]
        case Not(inner):
            return leaves(inner)
        case _:
            return [] if node is None else [node]


PIECES = st.sampled_from(
    [
        "(",
        ")",
        '"',
        "-",
        "OR",
        "from:",
        "is:",
        "is:unread",
        "on:",
        "word",
        "会",
        "*",
        ":",
        " ",
        "older:9d",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=100))
def test_any_text_is_a_search_or_a_mistake(text: str) -> None:
    assert len(text) <= MAX_QUERY_CHARS
    with suppress(QueryError):
        parse(text, NOW)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=100))
def test_a_quoted_text_stands_for_itself_wherever_it_is_written(text: str) -> None:
    for before in ("", "-", "subject:", "subject:(", "a OR "):
        after = ")" if before.endswith("(") else ""
        parsed = parse(f"{before}{quoted(text)}{after}", NOW)
        words = [n.text for n in leaves(parsed.node) if isinstance(n, Word) and n.text != "a"]
        assert words == ([text] if text.strip() and text != "a" else [])
        assert parsed.warnings == ()
