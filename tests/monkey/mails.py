"""Random mailboxes: conversations, hostile mail, wide and right-to-left letters, odd names."""

import random
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from tests.demo.fixtures import NOW
from tests.hostile.mails import hostile_mails
from tuimail.demo.host import MailHost
from tuimail.demo.mailstore import MailStore
from tuimail.demo.people import ALICE, BOB

GENERATED, HOSTILE, STRANGE, IN_THREADS = 60, 12, 10, 16
WORDS = (
    *(
        "lunch",
        "会議の議事録",
        "اجتماع الغد",
        "פגישה מחר",
        "ก้าวหน้า",
        "नमस्ते दुनिया",
        "👩‍👩‍👧‍👦 Familie",
    ),
    *(
        "🇳🇴🇫🇮",
        "e\u0301tude",
        "\uff26\uff35\uff2c\uff2c wide",
        "x" * 300,
        "日" * 120,
        "\u202eright",
        "tab\there",
        "️☎️",
    ),
)
NAMES = ("Plans", "Plans/Pier", "会議", "פגישות", "a b % *", "Re: Zoë", "x" * 90)


def random_host(folder, seed: int, gmail: bool = False) -> MailHost:
    """Return a host whose two accounts hold mail of every kind; the same seed, the same mail."""
    draw = random.Random(seed)
    host = MailHost(
        folder, messages=GENERATED, seed=seed, gmail=(ALICE,) if gmail else (), clock=lambda: NOW
    )
    for person, share in ((ALICE, 1.0), (BOB, 0.4)):
        store = host.store_of(person)
        for name in draw.sample(NAMES, 4):
            if store.find(name) is None:
                store.create(name)
        raws = hostile_mails(int(HOSTILE * share), draw.randrange(1_000))
        raws += [_strange(draw, number) for number in range(int(STRANGE * share))]
        raws += _threads(draw, int(IN_THREADS * share))
        draw.shuffle(raws)
        for number, raw in enumerate(raws):
            _put(draw, store, raw, NOW - 600 * number)
    return host


def _put(draw: random.Random, store: MailStore, raw: bytes, date: int) -> None:
    names = [box.name for box in store if box.special_use != "\\Drafts"]
    name = "INBOX" if draw.random() < 0.7 else draw.choice(names)
    message = store.receive(raw, date, name)
    flags = [flag for flag in ("\\Seen", "\\Flagged", "Blau", "urgent") if draw.random() < 0.3]
    message.flags = frozenset(flags)


def _strange(draw: random.Random, number: int) -> bytes:
    subject = " ".join(draw.choices(WORDS, k=draw.randint(1, 4))).replace("\t", " ")
    return _mail(draw, subject, f"strange{number}.{draw.randrange(10**9)}", ())


def _threads(draw: random.Random, count: int) -> list[bytes]:
    """Return mails that answer one another, some of them nobody."""
    raws: list[bytes] = []
    ids: list[str] = []
    for number in range(count):
        above = draw.choice(ids) if ids and draw.random() < 0.8 else ""
        ids.append(f"talk{number}.{draw.randrange(10**9)}")
        raws.append(_mail(draw, f"Talk of {draw.choice(WORDS[:8])}", ids[-1], (above,)))
    return raws


def _mail(draw: random.Random, subject: str, name: str, above: tuple[str, ...]) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = draw.choice((BOB, ALICE)).email
    mail["To"] = ALICE.email
    mail["Subject"] = "".join(c for c in subject if c.isprintable())
    mail["Date"] = formatdate(NOW - draw.randrange(10**6))
    mail["Message-ID"] = f"<{name}@monkey.example>"
    if any(above):
        mail["In-Reply-To"] = mail["References"] = " ".join(f"<{i}@monkey.example>" for i in above)
    mail.set_content("\n".join(draw.choices(WORDS, k=draw.randint(1, 60))))
    if draw.random() < 0.2:
        mail.add_attachment(b"0123456789" * 20, "application", "octet-stream", filename="日誌.bin")
    return mail.as_bytes()
