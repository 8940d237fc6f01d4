"""Somebody who writes mail, and letters that came."""

from dataclasses import replace
from pathlib import Path

from tuimail.config.load import Config
from tuimail.config.profile import Profile
from tuimail.mime.headers import parse_envelope
from tuimail.mime.render import searchable_text
from tuimail.model.account import Account, PasswordSource, Security, Server
from tuimail.model.address import Address
from tuimail.model.ids import AccountName, MessageRef
from tuimail.model.mailbox import Role
from tuimail.model.settings import Settings
from tuimail.services.mail import Mail
from tuimail.store.bodies import put_body
from tuimail.store.database import open_store
from tuimail.store.mailboxes import ListedMailbox, mailbox_named, put_mailboxes
from tuimail.store.messages import Arrival, key_of, put_messages

SMTP = Server("smtp.north.test", 465, Security.TLS, "ann")


def account(name: str, signature: str = "", **fields) -> Account:
    base = {
        "name": AccountName(name),
        "address": Address("Ann", f"ann@{name}.test"),
        "identities": (),
        "signature": signature,
        "imap": None,
        "smtp": SMTP,
        "password_source": PasswordSource.ASK,
        "password_command": (),
        "mailboxes": (),
    }
    return Account(**(base | fields))


NORTH = account("north", "Ann\nNorth", identities=(Address("Ann B", "annb@north.test"),))
SOUTH = account("south", "Ann\nSouth")
SILENT = account("silent", smtp=None)


def ann(tmp_path: Path) -> Mail:
    """Return an open profile of somebody who writes from two accounts and reads in a third."""
    profile = Profile.at(tmp_path)
    profile.prepare()
    settings = replace(Settings(), time_zone="UTC")
    opened = Mail(profile, Config(settings, (NORTH, SOUTH, SILENT)), open_store(profile.data_dir))
    put_mailboxes(opened.store, NORTH.name, [ListedMailbox("INBOX", "/", Role.INBOX, True)])
    return opened


def receive(mail: Mail, raw: bytes, *, with_body: bool = True) -> MessageRef:
    raw = raw.replace(b"\n", b"\r\n")
    inbox = mailbox_named(mail.store, NORTH.name, "INBOX").id
    arrival = Arrival(1, frozenset(), 1_700_000_000, len(raw), parse_envelope(raw))
    (row_id,) = put_messages(mail.store, inbox, [arrival])
    if with_body:
        put_body(mail.store, key_of(mail.store, row_id), raw, searchable_text(raw))
    return MessageRef(row_id, inbox)


LETTER = b"""From: Bob <bob@south.test>
To: Ann B <annb@north.test>, cee@x.test
Subject: Plans
Message-ID: <plans@south.test>
Date: Tue, 14 Nov 2023 22:13:20 +0000

Hello Ann
"""

WITH_FILE = b"""From: bob@south.test
To: ann@north.test
Subject: File
Message-ID: <file@south.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

See file.
--b
Content-Type: application/pdf; name="../../r port.pdf"
Content-Disposition: attachment; filename="../../r port.pdf"
Content-Transfer-Encoding: base64

JVBERg==
--b--
"""
