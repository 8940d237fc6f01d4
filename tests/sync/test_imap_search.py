"""A search becomes what a server understands, or is not asked; no text of it becomes a key."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import QueryError
from tuimail.model.places import Places
from tuimail.protocols.imap.arguments import pieces_of
from tuimail.store.query_language import parse
from tuimail.sync.gmail_search import Unanswerable, gmail_words
from tuimail.sync.imap_search import criterion_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def asked(query: str, *, is_gmail: bool = False) -> str | None:
    criterion = criterion_of(parse(query, NOW, Places([])).node, is_gmail=is_gmail)
    if criterion is None:
        return None
    return b"+".join(pieces_of(criterion.words, 1 << 20)).removesuffix(b"\r\n").decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("rope", 'TEXT "rope"'),
        ("rope*", 'TEXT "rope"'),
        ('"two words" -three', '(TEXT "two words" NOT TEXT "three")'),
        ("a OR b OR c", 'OR OR TEXT "a" TEXT "b" TEXT "c"'),
        ("subject:a body:b", '(SUBJECT "a" BODY "b")'),
        ("from:ada cc:bob", '(FROM "ada" OR CC "bob" BCC "bob")'),
        ("to:ada", 'OR OR TO "ada" CC "ada" BCC "ada"'),
        ("list:team rope", '(HEADER "List-Id" "team" TEXT "rope")'),
        ("rope is:unread", '(TEXT "rope" NOT SEEN)'),
        ("rope is:replied larger:1k", '(TEXT "rope" ANSWERED LARGER 1024)'),
        (
            "rope after:2026-11-20 before:2026-11-22",
            '(TEXT "rope" SENTSINCE 19-Nov-2026 SENTBEFORE 24-Nov-2026)',
        ),
        ("rope has:attachment", 'TEXT "rope"'),
        ("rope in:nowhere", 'TEXT "rope"'),
        ("rope -is:bounced", 'TEXT "rope"'),
        ("rope is:bounced", 'TEXT "rope"'),
        ("tag:todo", "KEYWORD todo"),
        ("id:<m1@x>", 'HEADER "Message-ID" "m1@x"'),
        ("filename:pdf", None),
        ("-(rope before:2026)", None),
        ("(rope OR in:nowhere)", None),
        ('tag:"two words"', None),
        ("会議", "TEXT {6+}\r\n会議"),
    ],
)
def test_a_server_is_asked(query: str, words: str | None) -> None:
    if words is None:
        assert asked(query) is None
    else:
        assert asked(query) == words.replace("+}\r\n", "+}\r\n")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("rope -tar", '(X-GM-RAW "\\"rope\\"" X-GM-RAW "-\\"tar\\"")'),
        ("filename:pdf", 'X-GM-RAW "filename:\\"pdf\\""'),
        ("from:(ada OR bob)", 'X-GM-RAW "(from:\\"ada\\" OR from:\\"bob\\")"'),
        ("rope is:unread", '(X-GM-RAW "\\"rope\\"" NOT SEEN)'),
        ("(rope OR has:attachment)", 'X-GM-RAW "(\\"rope\\" OR has:attachment)"'),
    ],
)
def test_gmail_is_asked_in_its_own_language(query: str, words: str) -> None:
    assert asked(query, is_gmail=True) == words


@given(st.text(min_size=1, max_size=50).filter(str.strip))
def test_no_text_becomes_a_key_of_gmail(text: str) -> None:
    try:
        said = gmail_words(parse('"' + text.replace('"', '""') + '"', NOW, Places([])).node)
    except (QueryError, Unanswerable):
        return
    assert said.startswith('"')
    assert said.count('"') == 2
    assert said.endswith('"')


@given(st.text(max_size=60))
def test_any_search_is_asked_or_not(text: str) -> None:
    try:
        node = parse(text, NOW, Places([])).node
    except QueryError:
        return
    criterion_of(node, is_gmail=False)
    criterion_of(node, is_gmail=True)
