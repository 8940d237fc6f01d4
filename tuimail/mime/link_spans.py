"""Links as they stand in text: the text, and behind it their number in brackets of our own.

A mail's own brackets of that kind are replaced, so that no mail can imitate what we say of a link,
on paper and without colours either.
"""

import re
from typing import Final

from tuimail.model.part import MARK_CLOSES, MARK_OPENS, Span
from tuimail.model.safe import Safe

from .link_text import MAX_JUDGED_CHARS, hides_its_host, named_host
from .links import LinkTable, links_in, shown_host

NUMBER_MARK: Final = re.compile(rf"{MARK_OPENS}\d{{1,5}}{MARK_CLOSES}")
"""What stands behind a link that is what it seems to be."""
_NOT_OURS: Final = str.maketrans(
    dict.fromkeys(f"{MARK_OPENS}\u301a\u2e28\u27ec", "[")
    | dict.fromkeys(f"{MARK_CLOSES}\u301b\u2e29\u27ed", "]")
)
"""Brackets that look like ours, as a mail writes them."""
_LABEL_CHARS = 100
_BETWEEN = " \t<([]>"
_SENTENCE_END = re.compile(r"[.!?;:][ \t]")
_LABEL_END = re.compile(r"[ \t]?[<(\[]{1,2}$|\]\(<?$")


def plain_marks(text: Safe) -> Safe:
    """Return text of a mail without the brackets that are ours."""
    return text if text.isascii() else Safe(text.translate(_NOT_OURS))


def may_hold_links(text: str) -> bool:
    """Whether it is worth looking for links in a text."""
    if ":" not in text and "." not in text:
        return False
    if "://" in text:
        return True
    lower = text.lower()
    return "www." in lower or "mailto:" in lower


def spans_with_links(text: str, role: str, links: LinkTable) -> tuple[Span, ...]:
    """Return a safe text as spans, its links told apart, each with its number behind it."""
    text = plain_marks(Safe(text))
    line_before, links.line_before = links.line_before, text
    if not may_hold_links(text):
        return (Span(text, role),)
    spans, done, before = [], 0, 0
    for start, end, url in links_in(text):
        number = links.number(url, text[start:end])
        if not number:
            continue
        if start > done:
            spans.append(Span(Safe(text[done:start]), role))
        spans.append(Span(Safe(text[start:end]), "link"))
        words = text[start:end]
        if _LABEL_END.search(text, max(done, start - 3), start):
            # The label may be the link before, or stand on the line before.
            begins = done if text[done:start].strip(_BETWEEN) else before
            label = text[max(begins, start - _LABEL_CHARS) : start]
            if not label.strip(_BETWEEN):
                label = line_before[-_LABEL_CHARS:]
            words = f"{_SENTENCE_END.split(label)[-1]} {words}"
        spans.append(mark_of(number, words, url, links))
        done, before = end, start
    if done < len(text) or not spans:
        spans.append(Span(Safe(text[done:]), role))
    return tuple(spans)


def mark_of(number: int, words: str, url: str, links: LinkTable) -> Span:
    """Return what stands behind a link: its number, and its host where that is not what it shows.

    `words` are all that stand for the link in the mail.
    """
    can_judge = len(words) <= MAX_JUDGED_CHARS and links.take_turn()
    named = named_host(words, url) if can_judge or len(words) > MAX_JUDGED_CHARS else None
    if can_judge and named is None and not hides_its_host(url):
        return Span(Safe(f"{MARK_OPENS}{number}{MARK_CLOSES}"), "dim")
    real = shown_host(url)
    links.doubt(number, named)
    return Span(Safe(f"{MARK_OPENS}{number} leads to {real}{MARK_CLOSES}"), "warning")
