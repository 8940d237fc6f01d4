"""A mailbox of 100,000 mails that look like life, written once and kept for all benchmarks."""

import os
import random
import sys
from email.utils import formatdate
from pathlib import Path

WORDS = """
about above account after again against agenda all almost along already always another answer
any area around ask attached available back because before begin behind below best better
between board bring budget build call change check city clear close come company contract copy
cost could country date day decide design detail draft early easy email end enough even evening
every example fact far feel few figure file final find first follow forward friday friend full
general give good great group half happen hear help here high hope hour house idea important
inside issue item join keep kind know large last later learn leave less letter level light line
list little local long look make many market matter mean meeting member might minute money month
more morning most move much name near need never new next night note nothing number offer office
""".split()  # noqa: SIM905
PEOPLE = 400
START = 1_500_000_000
APART_S = 2_000
SPAN_S = 290_000_000
"""No mail is of the future, however many there are."""


def mail(index: int, random_: random.Random, apart_s: int = APART_S) -> bytes:
    """Return one mail; every third begins a thread, the others answer an earlier one."""
    sender = random_.randrange(PEOPLE)
    subject = " ".join(random_.choices(WORDS, k=random_.randint(2, 8))).capitalize()
    date = START + index * apart_s + random_.randrange(apart_s * 3 // 4)
    head = [
        f"Received: from mx{sender % 9}.example.net ([192.0.2.{sender % 250}])",
        f"\tby mail.north.test with ESMTPS id {index:08x}; {formatdate(date)}",
        f"From: {WORDS[sender % len(WORDS)].title()} Person{sender} <person{sender}@example.net>",
        "To: Alice <alice@north.test>",
        f"Date: {formatdate(date)}",
        f"Message-ID: <m{index}@example.net>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    ]
    if index % 3:
        parent = max(0, index - random_.randint(1, min(index, 60)))
        head += [
            f"Subject: Re: {subject}",
            f"In-Reply-To: <m{parent}@example.net>",
            f"References: <m{parent}@example.net>",
        ]
    else:
        head.append(f"Subject: {subject}")
    body = [" ".join(random_.choices(WORDS, k=11)) for _ in range(random_.randint(6, 40))]
    return "\r\n".join([*head, "", *body, ""]).encode()


def write_maildir(folder: Path, count: int, seed: int = 1) -> None:
    """Fill a Maildir; one that holds as many mails already is left alone."""
    current = folder / "cur"
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    if sum(1 for _ in os.scandir(current)) == count:
        return
    random_ = random.Random(seed)
    apart_s = min(APART_S, SPAN_S // count)
    for index in range(count):
        raw, received = mail(index, random_, apart_s), START + index * apart_s
        flags = "S" if random_.random() < 0.9 else ""
        name = f"{received}.M{index}.bench,S={len(raw)}:2,{flags}"
        (current / name).write_bytes(raw)
        os.utime(current / name, (received,) * 2)


if __name__ == "__main__":
    write_maildir(Path(sys.argv[1]), int(sys.argv[2]))
