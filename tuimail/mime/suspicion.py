"""What looks wrong about a sender: sentences for the head of a mail, where no mail can draw."""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import name as character_name
from unicodedata import normalize

from tuimail.errors import UserError
from tuimail.model.address import Address
from tuimail.model.caution import Caution, CautionKind
from tuimail.model.domain import ascii_domain, unicode_domain
from tuimail.model.message import Envelope
from tuimail.model.safe import Safe, safe_line

from .fields import Fields
from .owner import owner_of

_ADDRESS_IN_NAME = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_ADDR_SPEC = re.compile(r'(?:[^\s@<>()\[\]\\,;:"]{1,128}|"[^"]{1,126}")@[^\s@<>()\\,;:"]{1,255}')
_OVERRIDES = re.compile("[\u202d\u202e]")
_LOOK_LIKE_LATIN: Final = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u051b\u051d\u0501\u04cf"
    "\u03bf\u03bd\u03b1\u03b9\u03c1\u0578\u057d\u0585"
)
"""Cyrillic, Greek and Armenian letters drawn as Latin ones."""
_MIXABLE: Final = (frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "LATIN"}),)
"""Scripts that are written together; Latin beside CJK is ordinary."""
_SAID_CHARS = 120


def sender_warnings(fields: Fields, envelope: Envelope) -> Iterator[Caution]:
    """Yield what a person should know before believing who a mail is from."""
    if fields.count("from") > 1:
        several = "This mail has several From fields; other programs may show another sender."
        yield Caution(CautionKind.SENDERS, Safe(several))
    if len(envelope.from_) > 1:
        named = Safe(f"This mail names {len(envelope.from_)} senders.")
        yield Caution(CautionKind.SENDERS, named)
    if not envelope.from_:
        yield Caution(CautionKind.SENDERS, Safe("This mail names no sender."))
        return
    for author in envelope.from_[:3]:
        yield from _author_warnings(author)
    yield from _reply_warnings(envelope)


def has_override(text: str) -> bool:
    """Whether text holds a character that turns the direction of what follows around."""
    return _OVERRIDES.search(text) is not None


def _author_warnings(author: Address) -> Iterator[Caution]:
    real = safe_line(author.addr_spec, _SAID_CHARS)
    if not _ADDR_SPEC.fullmatch(author.addr_spec):
        malformed = Safe(f"The sender's address is malformed: {real or '(none)'}")
        yield Caution(CautionKind.ADDRESS, malformed)
    other = _ADDRESS_IN_NAME.search(normalize("NFKC", author.name[:1_000]))
    if other and other[0].lower() != author.addr_spec.lower():
        named = safe_line(other[0], _SAID_CHARS)
        sentence = f"The sender's name is an address, {named}, but the mail is from {real}."
        yield Caution(CautionKind.NAME, Safe(sentence))
    if has_override(author.name) or has_override(author.addr_spec):
        turned = "The sender's name holds characters that turn text around; they were removed."
        yield Caution(CautionKind.TURNED, Safe(turned))
    if mixed := imitating_domain(author.domain):
        alike = Safe(f"The sender's domain mixes letters that look alike: {mixed}")
        yield Caution(CautionKind.LOOKALIKE, alike)


def _reply_warnings(envelope: Envelope) -> Iterator[Caution]:
    """Warn where an answer would go to somebody else; lists do this by design."""
    if envelope.list_id:
        return
    own = {owner_of(author.domain) for author in envelope.from_}
    for address in envelope.reply_to[:3]:
        if address.addr_spec and owner_of(address.domain) not in own:
            named = safe_line(address.addr_spec, _SAID_CHARS)
            elsewhere = Safe(f"An answer would go to {named}, not to the sender's domain.")
            yield Caution(CautionKind.REPLY, elsewhere)


def imitating_domain(domain: str) -> Safe | None:
    """Return a domain in both forms if its letters imitate others, else None."""
    shown = unicode_domain(domain)
    if shown.isascii() or not any(_imitates(label) for label in shown.split(".")):
        return None
    try:
        return safe_line(f"{shown} ({ascii_domain(shown)})", 2 * _SAID_CHARS)
    except UserError:
        return safe_line(shown, 2 * _SAID_CHARS)


def _imitates(label: str) -> bool:
    letters = [char for char in label if char.isalpha()]
    scripts = {character_name(char, "UNKNOWN").split(" ")[0] for char in letters}
    scripts.discard("IDEOGRAPHIC")
    if len(scripts) > 1:
        return not any(scripts <= together for together in _MIXABLE)
    return bool(letters) and _LOOK_LIKE_LATIN.issuperset(letters)
