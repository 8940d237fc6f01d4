"""Searching from the command line: order, places found, the servers' help, kept searches."""

import re

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program

pytestmark = pytest.mark.timeout(180)


def rows(program: Program, *words: str) -> list[dict]:
    return program.run(*words, "--json").json


def word_of_a_text(program: Program) -> tuple[str, str]:
    """Return the Message-ID of a mail and a word that its text holds and no header does."""
    for row in rows(program, "list", "--account", "alice", "--limit", "30"):
        text = program.done("show", row["id"], "--json").json["text"]
        for word in re.findall(r"\b[a-z]{9,}\b", text):
            if not program.run("search", f"subject:{word} OR from:{word} OR to:{word}").out:
                return row["message_id"], word
    raise AssertionError("no mail has a text")


def fetch_headers(program: Program) -> None:
    """Have the headers of everything, and no text."""
    config = program.profile.config_file
    table = re.compile(r"^\[account\.\w+\]$", re.MULTILINE)
    config.write_text(
        table.sub(lambda found: f'{found[0]}\noffline = "headers"', config.read_text())
    )
    program.done("sync")


def test_servers_are_asked_for_what_is_not_here(program: Program, fresh: Program) -> None:
    message_id, word = word_of_a_text(program)
    fetch_headers(fresh)
    assert fresh.run("search", word).status == 1
    found = rows(fresh, "search", word, "--server")
    assert message_id in {row["message_id"] for row in found}
    none = fresh.run("search", "zzyzzxqq", "--server")
    assert (none.status, none.out) == (1, "")


def test_a_search_says_where_it_found_its_words(program: Program) -> None:
    message_id, word = word_of_a_text(program)
    row = next(r for r in rows(program, "search", word) if r["message_id"] == message_id)
    begin, end = row["snippet_matches"][0]
    assert row["snippet"][begin:end].lower() == word
    assert all("snippet_matches" not in r for r in rows(program, "list", "--limit", "3"))


def test_what_fits_best_comes_first_where_that_is_asked(program: Program) -> None:
    _, word = word_of_a_text(program)
    by_date = rows(program, "search", word, "is:unread OR is:read", "--sort", "date")
    ranked = rows(program, "search", word, "is:unread OR is:read", "--sort", "relevance")
    assert [r["date"] for r in by_date] == sorted((r["date"] for r in by_date), reverse=True)
    assert {r["id"] for r in by_date} == {r["id"] for r in ranked}
    assert ranked == rows(program, "search", word, "is:unread OR is:read", "sort:relevance")
    assert program.run("search", word, "--sort", "size").status == 2


def test_a_search_is_kept_listed_renamed_and_forgotten(program: Program) -> None:
    assert program.run("saved").status == 1
    assert program.run("saved", "add", "bad", "is:blue").status == 2
    program.done("saved", "add", "Unread", "is:unread")
    (kept,) = rows(program, "saved")
    unread = rows(program, "search", "is:unread", "--limit", "500")
    assert kept == {"name": "Unread", "query": "is:unread", "unread": len(unread)}
    assert rows(program, "list", "--saved", "unread", "--limit", "500") == unread
    some = rows(program, "list", "from:bob", "--saved", "unread", "--limit", "500")
    assert some == rows(program, "search", "is:unread", "from:bob", "--limit", "500")
    assert program.run("list", "--saved", "Unread", "--account", "alice").status == 2
    program.done("saved", "rename", "Unread", "a\x1b[31m new\nname")
    (kept,) = rows(program, "saved", "list")
    assert kept["name"].isprintable()
    assert "\x1b" not in program.run("saved").out
    program.done("saved", "remove", kept["name"])
    assert program.run("list", "--saved", "Unread").status == 1


def test_a_server_that_cannot_be_asked_is_named_and_what_is_here_is_printed(
    host: RunningHost, program: Program, fresh: Program
) -> None:
    fetch_headers(fresh)
    config = fresh.profile.config_file
    config.write_text(config.read_text().replace(f"port = {host.ports.imap_tls}", "port = 1"))
    here = fresh.run("search", "subject:the")
    asked = fresh.run("search", "subject:the", "--server")
    assert asked.out == here.out != ""
    assert asked.status == 0
    assert asked.err.startswith("tuimail: ")
    assert fresh.run("search", "zzyzzxqq", "--server").status == 3
