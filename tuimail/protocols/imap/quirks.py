"""What single servers do wrong, in one table: how one is known, and what is then done differently.

A row distrusts capabilities: for the rest of the program they are not offered. What is harmless to
do for every server is done for every server; its row says where. Each row has a transcript test.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Signs:
    """What a server has shown of itself."""

    host: str
    greeting: str
    """Its words in the greeting; a stranger's."""
    capabilities: frozenset[str]
    identity: Mapping[str, str]
    """What it answered to ID, names in lower case; empty where it said nothing."""


@dataclass(frozen=True, slots=True)
class Quirk:
    """One row: a server is known by any one sign."""

    server: str
    difference: str
    """What it does, and what is done about it."""
    hosts: tuple[str, ...] = ()
    """Its domain, or the end of it."""
    words: tuple[str, ...] = ()
    """Found in the greeting or in the answer to ID, in lower case."""
    capabilities: frozenset[str] = _NOTHING
    """One that no other server has."""
    distrusted: frozenset[str] = _NOTHING
    """Capabilities that do harm there, or that it only seems to have."""
    is_asked_again: bool = False
    """What it offers is asked for after sign-in, whatever came with the sign-in."""


TABLE: Final = (
    Quirk(
        "Gmail",
        "Mailboxes are labels, and what is expunged stays in All Mail: it is removed by way of "
        "Trash, and archived out of INBOX alone (services.labelled). "
        "Sent mail is filed by itself (outbox.self_filing). Labels: gmail; ids: object_ids.",
        capabilities=frozenset({"X-GM-EXT-1"}),
    ),
    Quirk(
        "Exchange",
        "Names with control characters come unquoted (grammar), sizes are estimates (messages). "
        "The one of 2003 hangs on NAMESPACE.",
        words=("microsoft exchange server 2003",),
        distrusted=frozenset({"NAMESPACE"}),
    ),
    Quirk(
        "Exchange Online",
        "Names and sizes as above; no CONDSTORE, so flags are compared (flags).",
        hosts=("outlook.office365.com", "imap-mail.outlook.com"),
        words=("microsoft.exchange",),
    ),
    Quirk(
        "iCloud",
        "A proxy tells what another server offers, so it is asked again. ENABLE is answered "
        "without ENABLED: nothing is on then (enable). QRESYNC makes mails vanish.",
        hosts=("mail.me.com", "mail.icloud.com"),
        distrusted=frozenset({"QRESYNC"}),
        is_asked_again=True,
    ),
    Quirk(
        "Yahoo and AOL",
        "Mod-sequences of their own kind: BAD to CHANGEDSINCE, and to a modseq of 0.",
        hosts=("imap.mail.yahoo.com", "imap.aol.com"),
        capabilities=frozenset({"XYMHIGHESTMODSEQ"}),
        distrusted=frozenset({"CONDSTORE", "QRESYNC"}),
    ),
    Quirk(
        "Proton Mail Bridge",
        "Offers LIST-EXTENDED and says BAD to RETURN (SPECIAL-USE): listed plainly (listing).",
        words=("proton", "gluon"),
        distrusted=frozenset({"LIST-EXTENDED", "LIST-STATUS"}),
    ),
    Quirk(
        "Dovecot",
        "NOTIFY tells of new mailboxes in UTF-8 instead of modified UTF-7 (unasked). An open "
        "mailbox stays as it was last told of, until NOOP or IDLE (watch).",
        words=("dovecot",),
    ),
    Quirk(
        "Zoho",
        "HIGHESTMODSEQ and MODSEQ of -1 where there is none: counts as none (codes, fetch).",
        hosts=("imap.zoho.com", "imap.zoho.eu", "imap.zoho.in", "imappro.zoho.com"),
    ),
    Quirk(
        "Courier and Cyrus",
        "Every mailbox may lie below INBOX, with a dot between: the prefix for new ones is asked "
        "for (namespaces), and roles are found without it (roles).",
        words=("courier", "cyrus"),
    ),
    Quirk(
        "Tencent QQ",
        "No UIDVALIDITY: 0 stands for it, and nothing is resynced by it (mailboxes).",
        hosts=("imap.qq.com", "imap.exmail.qq.com"),
    ),
    Quirk(
        "NetEase",
        "Opens no mailbox for a program that does not say its name: ID comes first (identity).",
        hosts=("imap.163.com", "imap.126.com", "imap.yeah.net"),
    ),
    Quirk(
        "Domino",
        "A blank before the closing parenthesis of flags (lexer); ENVELOPE, which it writes oddly, "
        "is never asked for.",
        words=("domino",),
    ),
)


def quirks_of(signs: Signs) -> Iterator[Quirk]:
    """Yield the rows that hold for a server."""
    said = " ".join((signs.greeting, *signs.identity.values())).lower()
    host = signs.host.lower().rstrip(".")
    for quirk in TABLE:
        if (
            any(host == end or host.endswith("." + end) for end in quirk.hosts)
            or any(word in said for word in quirk.words)
            or quirk.capabilities & signs.capabilities
        ):
            yield quirk
