"""Fills mailboxes with generated mail."""

from collections.abc import Mapping

from tuimail.demo.mailstore import MailStore
from tuimail.demo.people import Person


def fill(stores: Mapping[Person, MailStore], messages: int, seed: int, now: int) -> None:
    """Put `messages` generated messages into the mailboxes, the newest shortly before `now`."""
