"""The causes there are, in plain words, each with what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_ITSELF: Final = "Nothing to do: it is tried again by itself."
_SPELLING: Final = "Check the spelling of the address and send to it again."
_OTHER_WAY: Final = "Reach the person another way."
_PROVIDER: Final = "Tell your provider, or use another account."
_TELL_THEM: Final = "Tell them another way: only they can repair it."
_AGAIN: Final = "Send it again later."
_AFTER_DOMAIN: Final = "Check what follows the @."
_OWN_SERVER: Final = "Send from the account this address belongs to."


class Kind(StrEnum):
    """Why a server did not take a mail."""

    NO_PERSON = "no person"
    UNKNOWN_THERE = "unknown there"
    NO_MAILBOX_OR_CLOSED = "no mailbox or closed"
    NO_DOMAIN = "no domain"
    DOMAIN_NOT_FOUND_NOW = "domain not found now"
    NO_MAIL_THERE = "no mail there"
    MALFORMED_ADDRESS = "malformed address"
    MOVED = "moved"
    SEVERAL_PEOPLE = "several people"
    YOUR_ADDRESS = "your address"
    YOUR_ACCOUNT_BLOCKED = "your account blocked"
    YOUR_ORGANISATION_BLOCKED = "your organisation blocked"
    YOUR_LIMIT = "your limit"
    NOT_YOUR_SENDER = "not your sender"
    NOT_SIGNED_IN = "not signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGN_IN_TOO_OFTEN = "sign-in too often"
    CLOSED = "closed"
    FULL = "full"
    ABANDONED = "abandoned"
    FLOODED = "flooded"
    LIST_BROKEN = "list broken"
    TOO_LARGE = "too large"
    TOO_MANY_PARTS = "too many parts"
    TOO_MANY_AT_ONCE = "too many at once"
    ATTACHMENT = "attachment"
    MALFORMED_MAIL = "malformed mail"
    NO_FOREIGN_LETTERS = "no foreign letters"
    TROUBLE = "trouble"
    NO_SPACE = "no space"
    CONNECTIONS = "connections"
    NO_ANSWER = "no answer"
    EXPIRED = "expired"
    LOOP = "loop"
    NO_SAFE_LINE = "no safe line"
    GREYLISTED = "greylisted"
    SLOWED = "slowed"
    REPEATED = "repeated"
    BLOCK_LIST = "block list"
    BANNED_BY_THEM = "banned by them"
    SPAM = "spam"
    UNPROVEN = "unproven"
    NO_NAME = "no name"
    INSIDERS = "insiders"
    COMPANY_RULE = "company rule"
    THEIR_RELAY = "their relay"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said of a cause."""

    cause: str
    step: str
    """What to do, once nobody tries any more."""
    while_trying: str = _ITSELF
    """What to do while it is tried again."""


def saying_of(kind: Kind) -> Saying:
    """Return what is said of a cause."""
    return _SAYINGS[kind]


_K = Kind
_SAYINGS: Final[Mapping[Kind, Saying]] = {
    _K.NO_PERSON: Saying("there is no such person", _SPELLING),
    _K.UNKNOWN_THERE: Saying(
        "the address is not known there, or its domain takes no mail yet",
        "Check the address, else call the person.",
    ),
    _K.NO_MAILBOX_OR_CLOSED: Saying(
        "there is no such mailbox, or it is closed to you",
        "Check the spelling of the address, or reach the person another way.",
    ),
    _K.NO_DOMAIN: Saying("there is no such domain", _AFTER_DOMAIN),
    _K.DOMAIN_NOT_FOUND_NOW: Saying(
        "the domain cannot be found just now",
        f"{_AFTER_DOMAIN} {_AGAIN}",
        f"{_AFTER_DOMAIN} {_ITSELF}",
    ),
    _K.NO_MAIL_THERE: Saying(
        "that domain takes no mail at all", "Find another address of the person."
    ),
    _K.MALFORMED_ADDRESS: Saying("the address is malformed", "Correct the address."),
    _K.MOVED: Saying("the person has moved", "Ask for the new address."),
    _K.SEVERAL_PEOPLE: Saying("the address fits several people", "Use the full address."),
    _K.YOUR_ADDRESS: Saying(
        "your sender address was not accepted", "Check the From of this account."
    ),
    _K.YOUR_ACCOUNT_BLOCKED: Saying(
        "your account may send no mail, since it is suspected of spam",
        "Ask your provider, and change the account's password.",
    ),
    _K.YOUR_ORGANISATION_BLOCKED: Saying(
        "your organisation may send no mail", "Ask its administrator."
    ),
    _K.YOUR_LIMIT: Saying(
        "the limit of mails you may send is reached",
        "Try again tomorrow, or spread the mail over time.",
    ),
    _K.NOT_YOUR_SENDER: Saying("you may not send from this address", _OWN_SERVER),
    _K.NOT_SIGNED_IN: Saying(
        "you are not signed in as it wants",
        "Check user name and port of this account (465 or 587).",
    ),
    _K.SIGN_IN_REFUSED: Saying(
        "it does not accept your sign-in",
        "Check name and password; it may want an app password or a token (OAuth2).",
    ),
    _K.SIGN_IN_TOO_OFTEN: Saying("there were too many sign-ins", _AGAIN),
    _K.CLOSED: Saying("the mailbox is closed", _OTHER_WAY),
    _K.FULL: Saying("the mailbox is full", "Tell the person another way, then send again."),
    _K.ABANDONED: Saying(
        "the mailbox is full and has not been used for long",
        "Assume that nobody reads it; reach the person another way.",
    ),
    _K.FLOODED: Saying("the person gets too much mail just now", "Send it again in an hour."),
    _K.LIST_BROKEN: Saying("a list or a forwarding is broken there", "Tell its owner."),
    _K.TOO_LARGE: Saying("the mail is too large", "Send it smaller, or share the file by a link."),
    _K.TOO_MANY_PARTS: Saying(
        "the mail has too many attachments or header fields", "Send it with fewer."
    ),
    _K.TOO_MANY_AT_ONCE: Saying(
        "too many recipients at once",
        "Send it to fewer people at a time.",
        "Nothing to do: the rest goes in the next round.",
    ),
    _K.ATTACHMENT: Saying(
        "the kind of attachment is not allowed", "Share the file by a link; a zip does not help."
    ),
    _K.MALFORMED_MAIL: Saying(
        "the mail is malformed", "That is a fault of this program: please report it."
    ),
    _K.NO_FOREIGN_LETTERS: Saying(
        "it cannot take non-ASCII addresses", "Ask for an ASCII address."
    ),
    _K.TROUBLE: Saying("it has trouble just now", _AGAIN),
    _K.NO_SPACE: Saying("it is out of space", _AGAIN),
    _K.CONNECTIONS: Saying("there are too many lines to it at once", _AGAIN),
    _K.NO_ANSWER: Saying("the recipient's server does not answer", _AGAIN),
    _K.EXPIRED: Saying(
        "it was tried for too long without success", "Send it again, or another way."
    ),
    _K.LOOP: Saying("the mail goes in circles there", _TELL_THEM),
    _K.NO_SAFE_LINE: Saying("no safe line to the recipient's server could be made", _TELL_THEM),
    _K.GREYLISTED: Saying("new senders must wait some minutes", _AGAIN),
    _K.SLOWED: Saying(
        "it takes mail from your provider's server slowly for now",
        f"{_AGAIN} If it goes on, tell your provider.",
    ),
    _K.REPEATED: Saying("the same mail was sent too often", "Do not send it again by hand."),
    _K.BLOCK_LIST: Saying("the sending server is blocked, or has a bad name there", _PROVIDER),
    _K.BANNED_BY_THEM: Saying(
        "the recipient's organisation has barred the sending server",
        "Ask the recipient to have it let through.",
    ),
    _K.SPAM: Saying(
        "it takes the mail for spam",
        "Write it with fewer links and in plain text, or ask the person to let you through.",
    ),
    _K.UNPROVEN: Saying(
        "your sender's domain does not prove that the mail is yours",
        f"{_OWN_SERVER} Its administrator repairs SPF, DKIM and DMARC.",
    ),
    _K.NO_NAME: Saying("the sending server has no name in the DNS", _PROVIDER),
    _K.INSIDERS: Saying("only insiders may write to this address", "Ask its owner to let you in."),
    _K.COMPANY_RULE: Saying("a rule of their organisation forbids it", "Ask the recipient."),
    _K.THEIR_RELAY: Saying(
        "the server for this domain does not know that it is its own", _TELL_THEM
    ),
    _K.RULE: Saying(
        "a rule of theirs forbids it and they do not say which",
        "Their words below may help; else ask the person another way.",
    ),
}
