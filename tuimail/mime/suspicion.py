"""What looks wrong about a sender: sentences for the head of a mail, where no mail can draw."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Final

from tuimail.model.address import Address
from tuimail.model.caution import Caution, CautionKind
from tuimail.model.message import Envelope
from tuimail.model.safe import Safe

from .address_fields import parse_addresses
from .fields import Fields
from .owner import owner_of
from .sender_address import address_warnings
from .sender_name import another_in, is_machine, name_warnings, named_another, said

MAX_JUDGED: Final = 3
"""Authors of one mail that are looked at."""
MAX_ANSWERED: Final = 500
"""People an answer would go to that are looked at."""
MAX_NAMED: Final = 2
"""People elsewhere that a sentence is made for."""
_MAX_FROM_CHARS: Final = 2_000
_LIST_FIELDS: Final = (
    "list-post", "list-unsubscribe", "list-help", "list-subscribe", "list-owner", "list-archive",
)  # fmt: skip
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"')
_NOT_LETTERS = re.compile(r"[^a-z]")
_ROUTE = re.compile(r"<\s*@")

Knows = Callable[[str], bool]
"""Whether an addr-spec is known: a contact, one's own, or seen as a sender before."""


def sender_warnings(fields: Fields, envelope: Envelope) -> Iterator[Caution]:
    """Yield what a person should know before believing who a mail is from."""
    yield from _field_warnings(fields, envelope)
    is_forwarded = _is_via_list(envelope)
    for author in envelope.from_[:MAX_JUDGED]:
        # Of lists and of programs that write in people's names `elsewhere_warnings` judges.
        for caution in name_warnings(author):
            is_left = caution.kind is CautionKind.NAME and another_in(author)
            if not (is_left and (is_forwarded or is_machine(author))):
                yield caution
        yield from address_warnings(author)


def elsewhere_warnings(fields: Fields, envelope: Envelope, knows: Knows) -> Iterator[Caution]:
    """Yield who else stands behind a mail, where that is nobody known.

    Lists have answers sent elsewhere and mail sent in others' names by design; newsletters, whose
    houses have others send for them, may not hide where answers go. That a list sends it, a mail
    can say of itself: what its name shows is believed of a list that is known.
    """
    for author in envelope.from_[:MAX_JUDGED]:
        is_for_others = is_machine(author) or _is_via_list(envelope)
        claim = another_in(author) if is_for_others else ""
        if claim and not knows(author.addr_spec):
            yield named_another(author, claim)
    if envelope.from_ and not is_list_mail(fields, envelope):
        yield from _answer_warnings(fields, envelope, knows)
        if envelope.sender and not _is_to_many(fields):
            yield from _submitter_warnings(envelope, envelope.sender, knows)


def answered_elsewhere(fields: Fields, envelope: Envelope, knows: Knows) -> Iterator[Address]:
    """Yield who would get an answer though they are not of the sender's domain, nor known."""
    if envelope.from_ and not is_list_mail(fields, envelope):
        answered = [parse_addresses(body) for name, body in fields.all if name == "reply-to"]
        everybody = islice(chain.from_iterable(answered), MAX_ANSWERED)
        yield from _elsewhere(everybody, envelope, knows)


def is_list_mail(fields: Fields, envelope: Envelope) -> bool:
    """Whether a mail looks like one of a list: its id alone, which costs nothing, is not enough."""
    if not envelope.list_id:
        return False
    return any(fields.count(name) for name in _LIST_FIELDS) or _is_lists_own(envelope)


def _field_warnings(fields: Fields, envelope: Envelope) -> Iterator[Caution]:
    disguised = sum(_NOT_LETTERS.sub("", name) == "from" for name, _ in fields.all if "f" in name)
    if disguised > 1:
        several = "This mail has several From fields; other programs may show another sender."
        yield Caution(CautionKind.SENDERS, Safe(several))
    if not envelope.from_:
        yield Caution(CautionKind.SENDERS, Safe("This mail names no sender."))
        return
    bare = _QUOTED.sub("", fields.first("from", _MAX_FROM_CHARS))
    if len(envelope.from_) > 1 and not _is_written_by_several(bare, envelope):
        named = Safe(f"This mail names {len(envelope.from_)} senders.")
        yield Caution(CautionKind.SENDERS, named)
    if _ROUTE.search(bare):
        routed = Safe("The sender's address names a way through other servers.")
        yield Caution(CautionKind.ADDRESS, routed)
    elif ":" in bare.partition("<")[0]:
        group = "The sender is written as a group; other programs may show another one."
        yield Caution(CautionKind.SENDERS, Safe(group))


def _is_written_by_several(bare: str, envelope: Envelope) -> bool:
    """Whether several authors are named as RFC 5322 section 3.6.2 has it: one of them sent it."""
    sender = envelope.sender.addr_spec if envelope.sender else ""
    is_one = any(author.addr_spec == sender for author in envelope.from_)
    return is_one and bare.count(",") == len(envelope.from_) - 1


def _answer_warnings(fields: Fields, envelope: Envelope, knows: Knows) -> Iterator[Caution]:
    kind = CautionKind.REPLY_TO_MANY if _is_to_many(fields) else CautionKind.REPLY
    for address in answered_elsewhere(fields, envelope, knows):
        sentence = f"An answer would go to {said(address.addr_spec)}, not to the sender's domain."
        yield Caution(kind, Safe(sentence))


def _submitter_warnings(envelope: Envelope, sender: Address, knows: Knows) -> Iterator[Caution]:
    for address in _elsewhere((sender,), envelope, knows):
        sentence = f"{said(address.addr_spec)} sent this mail in the name of the sender."
        yield Caution(CautionKind.SUBMITTER, Safe(sentence))


def _is_to_many(fields: Fields) -> bool:
    return fields.count("list-unsubscribe") > 0


def _is_via_list(envelope: Envelope) -> bool:
    """Whether a list sends it under its own address in the name of a member."""
    return " via " in envelope.author.name and _is_lists_own(envelope)


def _is_lists_own(envelope: Envelope) -> bool:
    if not envelope.list_id or not envelope.from_:
        return False
    return owner_of(envelope.list_id) == owner_of(envelope.author.domain)


def _elsewhere(people: Iterable[Address], envelope: Envelope, knows: Knows) -> Iterator[Address]:
    """Yield people of other owners' domains that are not known."""
    own = {owner_of(author.domain) for author in envelope.from_}
    named: set[str] = set()
    for address in people:
        if not address.addr_spec or address.addr_spec.lower() in named:
            continue
        if owner_of(address.domain) not in own and not knows(address.addr_spec):
            named.add(address.addr_spec.lower())
            yield address
            if len(named) == MAX_NAMED:
                return
