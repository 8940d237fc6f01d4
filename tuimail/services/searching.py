"""Help for the search bar: the language in short, and what could come next."""

from typing import Final

from tuimail.model.query import Has, Order
from tuimail.store.query_language import KEYS, STATES
from tuimail.store.query_text import quoted

from . import people, reading
from .mail import Mail

MAX_COMPLETIONS: Final = 12

_HELP: Final = (
    ("words here", "mails with every one of these words"),
    ('"exact words"', "these words, next to each other"),
    ("word*", "words that begin so (three letters or more)"),
    ("-word", "mails without it"),
    ("this OR that", "either; ( ) group"),
    ("from: to: cc:", "a name or address"),
    ("subject: body: filename:", "a word there"),
    ("in: account: list: tag:", "a mailbox, account, mailing list or label"),
    ("is:unread", "or read, flagged, replied, draft, sent, bounced, delayed, automatic"),
    ("has:attachment", "or link, invite, list"),
    ("before:2026-11-23", "also after: and on:; 2026-11, 2026, today, yesterday"),
    ("older:7d newer:2w", "an age: hours, days, weeks, months, years (h d w m y)"),
    ("larger:1M smaller:100k", "a size"),
    ("sort:relevance", "what fits best first, instead of the newest"),
)
_AGES: Final = ("1d", "7d", "2w", "3m", "1y")
_DAYS: Final = ("today", "yesterday")
_SIZES: Final = ("100k", "1M", "10M")


def query_help() -> list[tuple[str, str]]:
    """Return (what to type, what it finds) for every part of the language."""
    return list(_HELP)


def completions(mail: Mail, text: str) -> list[str]:
    """Return whole texts the search being typed could become, best first."""
    head, space, last = text.rpartition(" ")
    begin = head + space + last[: len(last) - len(last.lstrip("-("))]
    word = last.lstrip("-(")
    if not word:
        return []
    key, colon, value = word.partition(":")
    if not colon:
        keys = [f"{k}:" for k in KEYS if k.startswith(word.lower())]
        return [begin + k for k in keys][:MAX_COMPLETIONS]
    found = [v for v in _values(mail, key.lower(), value) if v.casefold() != value.casefold()]
    return [f"{begin}{key}:{quoted(v)} " for v in found][:MAX_COMPLETIONS]


def _values(mail: Mail, key: str, value: str) -> list[str]:
    if key in {"from", "to", "cc"}:
        return [a.addr_spec for a in people.complete(mail, value)] if value else []
    choices: dict[str, tuple[str, ...]] = {
        "is": tuple(STATES),
        "has": tuple(Has),
        "before": _DAYS,
        "after": _DAYS,
        "on": _DAYS,
        "older": _AGES,
        "newer": _AGES,
        "sort": tuple(Order),
        "larger": _SIZES,
        "smaller": _SIZES,
        "account": tuple(account.name for account in mail.config.accounts),
    }
    if key == "in":
        names = (row.name.raw for row in reading.mailboxes(mail))
        choices["in"] = tuple(dict.fromkeys(filter(str.isprintable, names)))
    if key == "tag":
        choices["tag"] = tuple(filter(str.isprintable, reading.labels(mail)))
    return [c for c in choices.get(key, ()) if c.casefold().startswith(value.casefold())]
