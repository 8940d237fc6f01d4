"""A stored mail to its first screen, large ones too; and what saving a file of 50 MB takes.

A newsletter of 400 kB made readable beside `w3m -dump` of the same HTML, in turns. Then it,
ordinary mails one after another, a mail of 5,000 lines and a conversation of 200 mails, each
pressed for in a terminal and waited for until its first words show.

python -m benchmarks.opening [ORDINARY MAILS]
"""

import base64
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from email.utils import formatdate
from pathlib import Path

from benchmarks.client import command, end_engine, interface
from benchmarks.terminal import Terminal
from benchmarks.verdict import Verdicts
from tuimail.config.profile import Profile
from tuimail.mime.headers import parse_envelope
from tuimail.mime.render import render_mail, searchable_text
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.services.mail import Mail, open_mail
from tuimail.store.bodies import Whole, put_bodies
from tuimail.store.mailboxes import SyncState, mailbox_named, put_mailboxes, put_sync_state
from tuimail.store.messages import Arrival, key_of, put_messages

ORDINARY_P95_MS, NEWSLETTER_MS, OF_W3M, LINES_MS, SAVED_MB = 30.0, 60.0, 1.0, 120.0, 20.0
CONVERSATION_MS, CONVERSATION = 200.0, 200
LINES, HTML_BYTES, FILE_BYTES = 5_000, 400_000, 50_000_000
ROUNDS = 9
ACCOUNT = "bench"
OPEN, BACK, NEXT, TOP, END, WHOLE = b"\r", b"q", b"J", b"gg", b"G", b"gc"
WORDS = (
    *("harbour", "meeting", "lamp", "of", "the", "winter", "boats", "we", "went"),
    *("into", "a", "long", "letter", "every", "year"),
)
SAVER = """
import sys
from pathlib import Path
from tuimail.config.profile import Profile
from tuimail.model.ids import MessageKey
from tuimail.services import attachments
from tuimail.services.mail import open_mail
def kilobytes(name):
    status = Path("/proc/self/status").read_text()
    return int(status.partition(name)[2].split()[0])
mail = open_mail(Profile.at(Path(sys.argv[1])))
attachments.save_part(mail, MessageKey(int(sys.argv[2])), "1", Path(sys.argv[3]) / "small")
before = kilobytes("VmRSS:")
Path("/proc/self/clear_refs").write_text("5")
path = attachments.save_part(mail, MessageKey(int(sys.argv[2])), "2", Path(sys.argv[3]))
print((kilobytes("VmHWM:") - before) / 1024, path)
"""


def words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choices(WORDS, k=count))


def letter(number: int, subject: str, content_type: str, body: str, more: str = "") -> bytes:
    """Return one mail; the higher its number, the older it is. `more` are header fields."""
    head = (
        f"From: Person {number} <person{number}@example.net>\r\nTo: me@bench.example\r\n"
        f"Subject: {subject}\r\nDate: {formatdate(time.time() - 60 * (number + 1))}\r\n"
        f"Message-ID: <{number}@example.net>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: {content_type}\r\n"
    )
    return f"{head}{more}\r\n{body}".encode()


def answers(draw: random.Random, first: int) -> Iterator[bytes]:
    """Yield a conversation, the newest mail first, each answering the one below it and quoting."""
    for number in range(first, first + CONVERSATION):
        before = f"In-Reply-To: <{number + 1}@example.net>\r\n"
        text = f"An answer begins.\r\n\r\n{words(draw, 60)}\r\n\r\n> {words(draw, 40)}\r\n"
        yield letter(number, "Re: a conversation", "text/plain; charset=utf-8", text, before)


def ordinary(draw: random.Random, number: int) -> bytes:
    """Return what most mails are: a few paragraphs and a quote, every third with HTML beside it."""
    text = "\r\n\r\n".join(words(draw, draw.randrange(20, 90)) for _ in range(6))
    text = f"Letter {number} begins.\r\n\r\n{text}\r\n\r\n> {words(draw, 12)}\r\n-- \r\nAnn\r\n"
    if number % 3:
        return letter(number, f"letter {number}", "text/plain; charset=utf-8", text)
    html = "".join(
        f"<p>{words(draw, 40)} <a href='https://x.example/{n}'>more</a>" for n in range(20)
    )
    both = (
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>{html}\r\n--b--\r\n"
    )
    return letter(number, f"letter {number}", "multipart/alternative; boundary=b", both)


def newsletter() -> str:
    """Return 400 kB of HTML as programs for newsletters write it: tables, styles, links."""
    draw = random.Random(400)
    stories = ["<html><head><style>.a{color:red}</style></head><body><p>Newsletter begins.</p>"]
    size = 0
    while size < HTML_BYTES:
        number = len(stories)
        stories.append(
            '<table width="600" cellpadding="0" cellspacing="0" style="border-collapse:collapse">'
            '<tr><td class="a" style="padding:10px;font-family:Arial,sans-serif">'
            f"<h2>Story {number}</h2>"
            f'<p style="margin:0 0 10px 0;line-height:20px;color:#333333">{words(draw, 60)}</p>'
            f'<a href="https://news.example/{number}?utm_source=mail" style="color:#0000ee">'
            f'Read on</a> <img src="https://img.example/{number}.png" alt="Picture" width="600">'
            "</td></tr></table>\r\n"
        )
        size += len(stories[-1])
    return "".join(stories)


def with_file(number: int) -> bytes:
    encoded = base64.encodebytes(os.urandom(FILE_BYTES)).replace(b"\n", b"\r\n")
    begin = (
        "--b\r\nContent-Type: text/plain\r\n\r\nsee the file\r\n--b\r\nContent-Type:"
        ' application/octet-stream; name="big.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    mail = letter(number, "a large file", "multipart/mixed; boundary=b", begin)
    return mail + encoded + b"--b--\r\n"


def fill(folder: Path, raws: Sequence[bytes]) -> int:
    """Put mails into an inbox whose server cannot be reached; return that of the large file."""
    command(
        folder,
        *("account", "add", ACCOUNT, "--email", "me@bench.example", "--no-test"),
        *("--imap", "127.0.0.1:1", "--smtp", "127.0.0.1:1", "--password-command", "echo none"),
    )
    mail = open_mail(Profile.at(folder))
    try:
        return _put(mail, raws)
    finally:
        mail.close()


def _put(mail: Mail, raws: Sequence[bytes]) -> int:
    put_mailboxes(mail.store, AccountName(ACCOUNT), [ListedMailbox("INBOX", "/", Role.INBOX, True)])
    inbox = mailbox_named(mail.store, AccountName(ACCOUNT), "INBOX")
    assert inbox is not None
    put_sync_state(mail.store, inbox.id, SyncState(7, 1000))
    arrivals = [
        Arrival(uid, frozenset(), 0, len(raw), parse_envelope(raw[:256_000]))
        for uid, raw in enumerate(raws, 1)
    ]
    keys = [key_of(mail.store, row_id) for row_id in put_messages(mail.store, inbox.id, arrivals)]
    found = [Whole(k, raw, searchable_text(raw)) for k, raw in zip(keys, raws, strict=True)]
    put_bodies(mail.store, found)
    return keys[-1 - CONVERSATION]


def opened_ms(terminal: Terminal, key: bytes, marker: str) -> float:
    """Press a key; return how long it takes until a mail's first words are on the screen."""
    taken_s = terminal.press_until(key, lambda rows: any(marker in row for row in rows), 30)
    terminal.settle(0.15)
    return taken_s * 1000


def again_ms(terminal: Terminal, marker: str) -> float:
    """Close the mail that is open and open it again."""
    terminal.press(BACK, 0.15)
    return opened_ms(terminal, OPEN, marker)


def w3m_ms(html: str) -> float:
    argv = ["w3m", "-dump", "-T", "text/html", "-cols", "120"]
    begun = time.perf_counter()
    subprocess.run(argv, input=html.encode(), stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begun) * 1000


def rendered_ms(raw: bytes) -> float:
    begun = time.perf_counter()
    render_mail(raw, prefer_html=True)
    return (time.perf_counter() - begun) * 1000


def judge_newsletter(verdicts: Verdicts, raw: bytes, html: str) -> None:
    """Judge what the reader's side of a large newsletter takes, beside a browser for terminals."""
    rendered_ms(raw)  # what it imports is imported by the first
    pairs = [(rendered_ms(raw), w3m_ms(html)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(pair[n] for pair in pairs) for n in (0, 1))
    verdicts.at_most("newsletter of 400 kB made readable", ours, NEWSLETTER_MS, " ms")
    ratio = statistics.median(own / other for own, other in pairs)
    verdicts.at_most("of w3m -dump", ratio, OF_W3M, "", f"w3m {theirs:.0f} ms")


def p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def judge_screen(verdicts: Verdicts, folder: Path, count: int) -> None:
    """Judge how long mails take to be seen; the newsletter and the long mail are the newest."""
    terminal = interface(folder)
    try:
        terminal.wait_for(b"letter 2", 60)
        terminal.settle(1.0)
        terminal.listen(3.0)  # what reads large mails is started after the first screen
        terminal.press(TOP, 0.3)
        begin = "Newsletter begins"
        first = opened_ms(terminal, OPEN, begin)
        again = statistics.median(again_ms(terminal, begin) for _ in range(ROUNDS))
        print(f"from the key to its first screen {again:.0f} ms, the first time {first:.0f} ms")
        opened_ms(terminal, NEXT, "Line 0 of a long mail")
        long = statistics.median(again_ms(terminal, "Line 0 of a long mail") for _ in range(ROUNDS))
        verdicts.at_most(f"{LINES:,} lines", long, LINES_MS, " ms")
        taken = [opened_ms(terminal, NEXT, f"Letter {n} begins") for n in range(2, count + 2)]
        note = f"p50 {statistics.median(taken):.1f}"
        verdicts.at_most("an ordinary mail, p95", p95(taken), ORDINARY_P95_MS, " ms", note)
        judge_conversation(verdicts, terminal)
    finally:
        terminal.close()
        end_engine(folder)


def judge_conversation(verdicts: Verdicts, terminal: Terminal) -> None:
    """Judge how long a whole conversation takes, which is the last row of the list."""
    taken = []
    for _ in range(ROUNDS):
        terminal.press(BACK, 0.15)
        terminal.press(END, 0.3)
        taken.append(opened_ms(terminal, WHOLE, "An answer begins"))
    note = f"the first time {taken[0]:.0f}"
    middle = statistics.median(taken)
    verdicts.at_most(f"conversation of {CONVERSATION}", middle, CONVERSATION_MS, " ms", note)


def judge_saving(verdicts: Verdicts, folder: Path, key: int) -> None:
    """Judge what saving a large file takes."""
    argv = [sys.executable, "-c", SAVER, str(folder), str(key), str(folder / "saved")]
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    growth_mb, path = said.split(maxsplit=1)
    assert Path(path.strip()).stat().st_size == FILE_BYTES
    verdicts.at_most("50 MB saved, growth of memory", float(growth_mb), SAVED_MB, " MB")


def main(count: int) -> None:
    """Measure and judge."""
    verdicts, draw, html = Verdicts(), random.Random(6), newsletter()
    lines = [f"Line {n} of a long mail, which is about {WORDS[n % 9]}." for n in range(LINES)]
    raws = [
        letter(0, "the newsletter", "text/html; charset=utf-8", html),
        letter(1, "a long mail", "text/plain; charset=utf-8", "\r\n".join(lines)),
        *(ordinary(draw, number) for number in range(2, count + 2)),
        with_file(count + 2),
        *answers(draw, count + 3),
    ]
    with tempfile.TemporaryDirectory(prefix="opening-") as name:
        folder = Path(name)
        key = fill(folder, raws)
        judge_newsletter(verdicts, raws[0], html)
        judge_screen(verdicts, folder, count)
        judge_saving(verdicts, folder, key)
    verdicts.end()


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["60"])[0]))
