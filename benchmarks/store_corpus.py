"""Generated envelopes that look like a mailbox: people, lists, threads over weeks, eight years."""

from collections.abc import Iterator
from random import Random

from tuimail.model.address import Address
from tuimail.model.flags import Flag
from tuimail.model.message import Envelope
from tuimail.store.reckoned import Arrival

_YEARS_S = 8 * 365 * 86_400
_END = 1_790_000_000
_FIRST = [
    "Alice",
    "Bob",
    "Chloé",
    "Dmitri",
    "Eva",
    "Fatima",
    "Goran",
    "Hana",
    "Ines",
    "Jürgen",
    "Kenji",
    "Lars",
    "Mona",
    "Nadia",
    "Oskar",
]
_LAST = [
    "Almeida",
    "Berg",
    "Costa",
    "Dvořák",
    "Eriksen",
    "Fischer",
    "Grant",
    "Haas",
    "Ito",
    "Jensen",
    "Kowalski",
    "Lund",
    "Meyer",
]
_WORDS = [
    "budget",
    "meeting",
    "notes",
    "draft",
    "release",
    "invoice",
    "travel",
    "lunch",
    "server",
    "backup",
    "patch",
    "review",
    "plan",
    "question",
    "update",
    "minutes",
    "contract",
    "photo",
    "ticket",
    "garden",
    "report",
    "summer",
    "winter",
    "proposal",
]


def words(random: Random, count: int, vocabulary: int = 50_000) -> str:
    """Return words drawn as language draws them: few often, most seldom."""
    return " ".join(f"w{int(random.paretovariate(0.9)) % vocabulary:x}" for _ in range(count))


def arrivals(count: int, seed: int = 1) -> Iterator[Arrival]:
    """Yield headers newest first, UIDs falling from `count`."""
    random = Random(seed)
    people = [
        Address(
            f"{random.choice(_FIRST)} {random.choice(_LAST)}", f"person{i}@host{i % 97}.example"
        )
        for i in range(max(20, count // 50))
    ]
    dates = sorted((_END - random.randrange(_YEARS_S) for _ in range(count)), reverse=True)
    for index, date in enumerate(dates):
        number = count - index
        yield _arrival(random, people, number, date)


def _thread_before(random: Random, number: int) -> list[int]:
    """Return the messages a message answers, oldest first: threads of seven, about 30 apart."""
    position, root = number // 30 % 7, number % 30 + number // 210 * 210
    is_reply = position > 0 and random.random() < 0.68
    return [root + 30 * k for k in range(position)] if is_reply else []


def _arrival(random: Random, people: list[Address], number: int, date: int) -> Arrival:
    before = _thread_before(random, number)
    references = tuple(f"m{n}@host.example" for n in before)
    is_reply = bool(before)
    base = before[0] if before else number
    subject = f"{'Re: ' if is_reply else ''}{' '.join(random.choices(_WORDS, k=4))} {base}"
    author = random.choice(people)
    message_id = f"m{number}@host.example"
    envelope = Envelope(
        message_id=message_id,
        date=date,
        subject=subject,
        from_=(author,),
        sender=None,
        reply_to=(),
        to=tuple(random.sample(people, 2)),
        cc=(random.choice(people),) if number % 3 == 0 else (),
        bcc=(),
        in_reply_to=references[-1:],
        references=references,
        list_id="list.example" if number % 4 == 0 else "",
        content_type="text/plain",
        identity=(message_id.encode(), b"%d" % date, author.addr_spec.encode(), subject.encode()),
    )
    flags = frozenset() if number % 11 == 0 else frozenset({Flag.SEEN})
    return Arrival(number, flags, date + 5, 2_000 + number % 5_000, envelope)
