"""The throw-away profile: two accounts that point to the embedded host."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tuimail.config.profile import Profile
from tuimail.config.write import add_account
from tuimail.model.account import Account, PasswordSource, Security, Server
from tuimail.model.address import Address
from tuimail.model.ids import AccountName

from .host import HOST, HostPorts
from .people import ACCOUNT_HOLDERS, DOMAINS, Person

PROFILE_FOLDER: Final = "profile"
"""Below the throw-away folder, beside the host's certificates."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the host is, as another process needs to know it."""

    ports: HostPorts
    ca_file: Path

    def imap(self, person: Person) -> Server:
        """Return the mailbox server of a person."""
        return Server(HOST, self.ports.imap_tls, Security.TLS, person.email, self.ca_file)

    def pop3(self, person: Person) -> Server:
        """Return the server a person's INBOX can be fetched from."""
        return Server(HOST, self.ports.pop3_tls, Security.TLS, person.email, self.ca_file)

    def smtp(self, person: Person) -> Server:
        """Return the submission server of a person."""
        port = self.ports.smtp_tls[person.domain]
        return Server(HOST, port, Security.TLS, person.email, self.ca_file)


def write_profile(folder: Path, listening: Listening) -> Profile:
    """Write config.toml with an account for each account holder; return the profile."""
    profile = Profile.at(folder)
    profile.prepare()
    for person in ACCOUNT_HOLDERS:
        add_account(profile, account_of(person, listening))
    return profile


def account_of(person: Person, listening: Listening) -> Account:
    """Return a person's account.

    The password comes from a command that prints it: it is no secret, the host is gone with the
    profile.
    """
    return Account(
        name=AccountName(person.name),
        address=Address(person.display_name, person.email),
        identities=(),
        signature="",
        imap=listening.imap(person),
        smtp=listening.smtp(person),
        password_source=PasswordSource.COMMAND,
        password_command=(sys.executable, "-c", f"print({person.password!r})"),
        mailboxes=(),
        trusted_servers=tuple(one.exchange for one in DOMAINS if one.name == person.domain),
    )
