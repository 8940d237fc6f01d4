"""An open profile with two accounts, without files of its own beyond the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.makers import HOME, WORK, store_with_mailboxes
from tuimail.config.load import Config
from tuimail.config.profile import Profile
from tuimail.model.account import Account, PasswordSource
from tuimail.model.address import Address
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.settings import Settings
from tuimail.services.mail import Mail


def account(name: AccountName, *mailboxes: tuple[Role, str]) -> Account:
    return Account(
        name=name,
        address=Address("Me", f"me@{name}.example"),
        identities=(),
        signature="",
        imap=None,
        smtp=None,
        password_source=PasswordSource.ASK,
        password_command=(),
        mailboxes=mailboxes,
    )


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Mail]:
    profile = Profile.at(tmp_path)
    profile.prepare()
    config = Config(Settings(time_zone="UTC"), (account(WORK), account(HOME)))
    opened = Mail(profile, config, store_with_mailboxes(profile.data_dir, WORK, HOME))
    yield opened
    opened.close()
