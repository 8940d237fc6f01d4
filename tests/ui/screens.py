"""A filled profile, the app over it, and what is to be seen."""

import asyncio
from collections.abc import Callable

from textual.events import Paste
from textual.pilot import Pilot

from tuimail.config.profile import Profile
from tuimail.config.write import add_account
from tuimail.errors import NetworkError
from tuimail.events import Event
from tuimail.mime.headers import parse_envelope
from tuimail.model.account import Account, PasswordSource, Security, Server
from tuimail.model.address import Address
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.part import Searchable
from tuimail.services.mail import Mail, open_mail
from tuimail.store.bodies import put_body
from tuimail.store.mailboxes import (
    SyncState,
    mailbox_named,
    put_mailboxes,
    put_sync_state,
)
from tuimail.store.messages import key_of, put_messages
from tuimail.ui.mail_app import MailApp
from tuimail.ui.render.panes import Part

NEWEST = 1_795_000_000
"""Seconds UTC of the newest mail; older ones follow an hour apart."""
MAILBOXES = [
    ("INBOX", Role.INBOX),
    ("Drafts", Role.DRAFTS),
    ("Sent", Role.SENT),
    ("Trash", Role.TRASH),
    ("Archive", Role.ARCHIVE),
    ("Junk", Role.JUNK),
    ("Lists", None),
]


class Link:
    """Stands for `EngineLink`: notes wishes, gives what a test puts into it."""

    wishes: list[str]
    current: "Link | None"
    bodies: dict[int, bytes]
    failure: str
    searches: list[str]
    """Names of searches the servers are being asked for."""
    is_search_done: asyncio.Event

    @classmethod
    def reset(cls) -> None:
        cls.wishes, cls.current, cls.bodies, cls.failure = [], None, {}, ""
        cls.searches, cls.is_search_done = [], asyncio.Event()

    def __init__(self, profile, on_event=None, ask=None) -> None:
        self._on_event = on_event

    async def __aenter__(self):
        type(self).current = self
        return self

    async def __aexit__(self, *_):
        type(self).current = None

    def tell(self, event: Event) -> None:
        self._on_event(event)

    async def ready(self, timeout_s: float = 0) -> None:
        pass

    async def body(self, key, timeout_s: float = 0) -> None:
        self.wishes.append("body")
        if self.failure:
            raise NetworkError(self.failure)
        await asyncio.Event().wait()

    async def sync(self, account=None, mailbox=None, *, headers_only=False):
        self.wishes.append(f"sync {account} {mailbox}")
        return []

    async def search(self, search, query, mailboxes) -> None:
        self.wishes.append("search")
        if self.failure:
            raise NetworkError(self.failure)
        self.searches.append(search)
        try:
            await self.is_search_done.wait()
        finally:
            self.searches.remove(search)

    def cancel(self) -> None:
        self.wishes.append("cancel")

    def push(self) -> None:
        self.wishes.append("push")

    def send(self) -> None:
        self.wishes.append("send")

    def reload(self) -> None:
        self.wishes.append("reload")

    def want_bodies(self, keys) -> None:
        self.wishes.append("want")

    async def change_mailbox(self, account, change) -> None:
        names = " ".join(filter(None, (change.name, change.new_name)))
        self.wishes.append(f"{change.verb} {account} {names}")


def account(name: str, domain: str) -> Account:
    server = Server("localhost", 993, Security.TLS, name)
    return Account(
        AccountName(name), Address(name.title(), f"{name}@{domain}"), (), "", server, server,
        PasswordSource.COMMAND, ("true",), (),
    )  # fmt: skip


def fill(profile: Profile, messages: int = 60, mailboxes=MAILBOXES) -> Mail:
    """Return a profile of two accounts with mail in their inboxes; bodies of the first are here."""
    for name, domain in (("alice", "north.example"), ("bob", "south.example")):
        add_account(profile, account(name, domain))
    mail = open_mail(profile)
    for name, count in (("alice", messages), ("bob", 5)):
        listed = [ListedMailbox(n, "/", role, True) for n, role in mailboxes]
        put_mailboxes(mail.store, AccountName(name), listed)
        for n, _ in mailboxes:
            box = mailbox_named(mail.store, AccountName(name), n)
            put_sync_state(mail.store, box.id, SyncState(7, 1000))
        put(mail, name, "INBOX", [raw_mail(name, n) for n in range(count)])
    return mail


def raw_mail(name: str, n: int, *, subject: str = "", sender: str = "", body: str = "") -> bytes:
    """Return mail number `n` of an account: the higher the older."""
    import email.utils

    hours = n * 2 + (name == "bob")
    date = email.utils.formatdate(NEWEST - 3600 * hours)
    text = body or f"Text of {name} {n}.\r\n\r\nSee https://example.org/{n} for more.\r\n"
    return (
        f"From: {sender or f'Carol Number {n} <carol{n}@east.example>'}\r\n"
        f"To: {name}@north.example\r\nSubject: {subject or f'Mail {name} {n}'}\r\n"
        f"Date: {date}\r\nMessage-ID: <{name}-{n}@east.example>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    ).encode()


def put(mail: Mail, name: str, mailbox: str, raws: list[bytes], *, first_uid=1, bodies=40) -> None:
    """Put mails into a mailbox, the bodies of the first ones too."""
    from tuimail.store.messages import Arrival

    box = mailbox_named(mail.store, AccountName(name), mailbox)
    arrivals = [
        Arrival(first_uid + n, frozenset(), 0, len(raw), parse_envelope(raw))
        for n, raw in enumerate(raws)
    ]
    rows = put_messages(mail.store, box.id, arrivals)
    for row_id, raw in list(zip(rows, raws, strict=True))[:bodies]:
        text = raw.decode().partition("\r\n\r\n")[2]
        put_body(
            mail.store, key_of(mail.store, row_id), raw, Searchable(text, "", text[:80], False)
        )


def app_over(mail: Mail, compose: str | None = None) -> MailApp:
    return MailApp(mail, None, compose, uses_diff=False)


def shown(app: MailApp) -> str:
    """Return the text of the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def line(app: MailApp, part: Part) -> str:
    """Return the first line of a part of the screen."""
    box = app.desk.panes.boxes(app.size)[part]
    return shown(app).split("\n")[box.y][box.x : box.x + box.width]


async def until(pilot: Pilot, holds: Callable[[], object], timeout_s: float = 60.0) -> None:
    """Wait until something holds; fail with the screen if it never does."""
    try:
        async with asyncio.timeout(timeout_s):
            while not holds():
                await pilot.pause(0.02)
    except TimeoutError:
        raise AssertionError(f"never came to hold; the screen:\n{shown(pilot.app)}") from None


async def pastes(pilot: Pilot, text: str) -> None:
    """Put text into the question that is asked; of what is typed each key would be waited for."""
    pilot.app.desk.overlays.post_message(Paste(text))
    await pilot.pause()


async def sees(pilot: Pilot, words: str) -> None:
    """Wait until words are on the screen."""
    await until(pilot, lambda: words in shown(pilot.app))
