"""IMAP servers that mean harm: each is polite up to one command, and what it does there is its kind.

Names of attacks and of what fell to them before: facts of the trade, each with a CVE or a bug of
some client behind it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.protocols.scripted import CutError, Peer

MODERN = (
    b"IMAP4rev1 SASL-IR LITERAL+ IDLE UIDPLUS MOVE ENABLE CONDSTORE QRESYNC SPECIAL-USE "
    b"LIST-EXTENDED LIST-STATUS ESEARCH ID AUTH=PLAIN"
)
PLAIN = b"IMAP4rev1 AUTH=PLAIN"
UIDS = (1, 2, 3)
LOTS = 2_000_000
"""Of what a server sends before it stops at last; a client leaves long before."""

Act = Callable[[Peer, bytes], Awaitable[None]]
"""What a kind does in place of the polite answer to a command; what it does not say is missing."""


@dataclass(frozen=True)
class Kind:
    """One hostile server."""

    acts: Mapping[str, Act]
    """By what is asked: see `asked`."""
    capabilities: bytes = MODERN
    is_slow: bool = False
    """Whether it is found out by a wait of its own alone: silence, and drops."""


@dataclass
class HostileServer:
    """Serves one kind to every connection."""

    kind: Kind
    commands: list[str] = field(default_factory=list)

    @property
    def was_met(self) -> bool:
        """Whether the client ever asked for what this kind answers in its own way."""
        return not {"greeting", "any", *self.commands}.isdisjoint(self.kind.acts)

    async def __call__(self, peer: Peer) -> None:
        """Play it until the client leaves."""
        if "greeting" in self.kind.acts:
            await self.kind.acts["greeting"](peer, b"")
        else:
            await peer.say(b"* OK [CAPABILITY " + self.kind.capabilities + b"] ready")
        while line := await patient_line(peer):
            peer.tag, _, command = line.partition(b" ")
            what = asked(command)
            self.commands.append(what)
            acts = self.kind.acts
            if what == "capability" and what not in acts:
                await peer.say(b"* CAPABILITY " + self.kind.capabilities, b"%T OK done")
                continue
            await acts.get(what, acts.get("any", polite))(peer, command)


async def patient_line(peer: Peer) -> bytes:
    """Return the client's next line, with its literals, however long it takes."""
    line = (await peer.reader.readline()).rstrip(b"\r\n")
    while literal := re.search(rb"\{(\d+)(\+?)\}$", line):
        if not literal[2]:
            await peer.say(b"+ go on")
        line += b"\r\n" + await peer.reader.readexactly(int(literal[1]))
        line += (await peer.reader.readline()).rstrip(b"\r\n")
    return line


def asked(command: bytes) -> str:
    """Return what a command is about, for the table of a kind."""
    words = command.upper()
    for start, what in (
        (b"AUTHENTICATE", "sign in"),
        (b"LOGIN", "sign in"),
        (b"EXAMINE", "select"),
        (b"UID SEARCH", "search"),
        (b"UID STORE", "store"),
        (b"UID MOVE", "move"),
        (b"UID COPY", "move"),
        (b"UID EXPUNGE", "expunge"),
    ):
        if words.startswith(start):
            return what
    if words.startswith(b"UID FETCH"):
        if b"BODY.PEEK[HEADER" in words:
            return "headers"
        return "body" if b"BODY.PEEK[" in words else "flags"
    return words.split(b" ", 1)[0].decode("latin-1").lower()


async def polite(peer: Peer, command: bytes) -> None:
    """Answer as a server does that means well and has three mails in INBOX."""
    match asked(command):
        case "list" | "lsub":
            await peer.say(b'* LIST () "/" INBOX', b'* LIST (\\Trash) "/" Trash')
        case "select":
            await peer.say(*opened(command))
        case "status":
            name = command.split(b" (")[0].removeprefix(b"STATUS ")
            await peer.say(b"* STATUS " + name + b" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 9)")
        case "flags":
            await peer.say(*(b"* %d FETCH (UID %d FLAGS () MODSEQ (5))" % (u, u) for u in UIDS))
        case "headers":
            await peer.say(*(header_row(uid) for uid in UIDS))
        case "body":
            await peer.say(*(body_row(uid) for uid in UIDS))
        case "search":
            await peer.say(
                b'* ESEARCH (TAG "%T") UID ALL 1:3' if b"RETURN" in command else b"* SEARCH 1 2 3"
            )
        case "enable":
            await peer.say(b"* ENABLED CONDSTORE QRESYNC")
        case "idle":
            await peer.say(b"+ idling")
            await peer.reader.readline()
        case "logout":
            await peer.say(b"* BYE see you", b"%T OK done")
            raise CutError
    await peer.say(b"%T OK done")


def opened(command: bytes, validity: int = 9, exists: int = len(UIDS)) -> tuple[bytes, ...]:
    """Return what SELECT says of a mailbox."""
    count = exists if b"INBOX" in command.upper() else 0
    return (
        b"* FLAGS (\\Seen \\Deleted)",
        b"* %d EXISTS" % count,
        b"* OK [UIDVALIDITY %d] ok" % validity,
        b"* OK [UIDNEXT %d] ok" % (count + 1),
        b"* OK [HIGHESTMODSEQ 5] ok",
        b"* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] ok",
    )


def header_of(uid: int) -> bytes:
    """Return a header, with its empty line."""
    date = b"Date: Mon, 23 Nov 2026 10:00:%02d +0000\r\n" % uid
    return date + b"From: eve@example.org\r\nSubject: mail %d\r\nMessage-ID: <%d@h>\r\n\r\n" % (
        uid,
        uid,
    )


def header_row(number: int, raw: bytes | None = None, **items: bytes) -> bytes:
    """Return the FETCH row of a header; `items` in place of the polite ones."""
    raw = header_of(number) if raw is None else raw
    date = items.get("date", b'"23-Nov-2026 10:00:00 +0000"')
    size, modseq = items.get("size", b"200"), items.get("modseq", b"5")
    named = items.get("uid", b"%d" % number)
    return (
        b"* %d FETCH (UID %b FLAGS () INTERNALDATE %b RFC822.SIZE %b MODSEQ (%b) "
        b"BODY[HEADER.FIELDS (DATE)] {%d}\r\n%b)"
        % (number, named, date, size, modseq, len(raw), raw)
    )


def body_row(uid: int, raw: bytes | None = None, section: bytes = b"BODY[]<0>") -> bytes:
    """Return the FETCH row of a whole mail."""
    raw = header_of(uid) + b"Hello.\r\n" if raw is None else raw
    return b"* %d FETCH (UID %d RFC822.SIZE 200 %b {%d}\r\n%b)" % (uid, uid, section, len(raw), raw)


def said(*lines: bytes) -> Act:
    """Say these lines and OK."""

    async def act(peer: Peer, command: bytes) -> None:
        await peer.say(*lines, b"%T OK done")

    return act


def before(*lines: bytes) -> Act:
    """Say these lines before the polite answer."""

    async def act(peer: Peer, command: bytes) -> None:
        await peer.say(*lines)
        await polite(peer, command)

    return act


def raw(wire: bytes, *, is_over: bool = False) -> Act:
    """Send bytes that no line end follows, and say no more; `is_over` hangs up as well."""

    async def act(peer: Peer, command: bytes) -> None:
        await peer.send(wire)
        if is_over:
            raise CutError
        await peer.reader.read()

    return act


def endless(line: bytes, head: bytes = b"") -> Act:
    """Say a line again and again, for as long as the client reads."""

    async def act(peer: Peer, command: bytes) -> None:
        await peer.send(head)
        piece = line * (1 + (1 << 16) // len(line))
        for _ in range(LOTS * len(line) // len(piece) + 1):
            await peer.send(piece)
            if peer.reader.at_eof() or peer.writer.is_closing():
                raise CutError
            await asyncio.sleep(0)
        await peer.reader.read()

    return act


async def drip(peer: Peer, command: bytes) -> None:
    """Say one byte now and then: never silent, never done."""
    for byte in b"* LIST () " + b"x" * 10_000:
        await peer.send(bytes([byte]))
        await asyncio.sleep(1.0)


async def silence(peer: Peer, command: bytes) -> None:
    """Say nothing, and do not hang up."""
    await peer.reader.read()


async def bye(peer: Peer, command: bytes) -> None:
    """Say goodbye in the middle of a row."""
    await peer.send(b"* 1 FETCH (UID 1 FLAGS (\r\n* BYE \x1b]0;pwned\x07 " + b"x" * 5_000 + b"\r\n")
    raise CutError


async def refused(peer: Peer, command: bytes) -> None:
    """Refuse, at length and with an escape sequence."""
    await peer.say(b"%T NO [ALERT] \x1b]52;c;eA==\x07 " + b"no " * 400)


def changing() -> Act:
    """Give another UIDVALIDITY each time a mailbox is opened."""
    times = iter(range(1, 1 << 30))

    async def act(peer: Peer, command: bytes) -> None:
        await peer.say(*opened(command, validity=next(times)), b"%T OK [READ-WRITE] done")

    return act


def selecting(old: bytes, new: bytes) -> Act:
    """Open a mailbox with one line of the polite answer put otherwise."""

    async def act(peer: Peer, command: bytes) -> None:
        lines = (line for line in opened(command) if old not in line)
        await peer.say(*lines, *([new] if new else []), b"%T OK done")

    return act


def listing(*names: bytes) -> Act:
    """List INBOX and these names, written as they go over the wire."""
    rows = [b'* LIST () "/" ' + name for name in (b"INBOX", *names)]
    return said(*rows)


def literal(name: bytes) -> bytes:
    """Return a name as a literal."""
    return b"{%d}\r\n%b" % (len(name), name)


DEEP = b"(" * 100_000
KINDS: Mapping[str, Kind] = {
    # names of mailboxes
    "names that lead out of a folder": Kind({
        "list": listing(b'"../../x"', b'"/etc/passwd"', b'"~/.ssh"', b'"a/../b"', b'"..."', b'"."')
    }),
    "names with NUL, 8-bit and line ends": Kind({
        "list": listing(literal(b"a\0b"), b'"\xff\xfe"', literal(b"a\r\n* BYE b"), literal(b"\x1b]0;x\x07"))
    }),
    "names in broken modified UTF-7": Kind({
        "list": listing(b'"&"', b'"&AAA"', b'"&2D0-"', b'"&AGEAYg-"', b'"&Jjo!"', b'"&-&-&"', b'"&////-"')
    }),
    "a name of 10 kB": Kind({"list": listing(literal(b"x" * 10_000), b'"' + b"/" * 5_000 + b'"')}),
    "the same name by case": Kind({
        "list": listing(b"inbox", b"Inbox", b'"INBOX"', b"work", b"Work", b"WORK", b"work")
    }),
    "names with backquotes and dollars": Kind({
        "list": listing(b'"`touch /tmp/pwned`"', b'"$(id)"', b'"; rm -rf /"', b'"-rf"', b'"a\\"b"')
    }),
    "a hierarchy without end": Kind({
        "list": said(*(b'* LIST (\\HasChildren) "/" "' + b"/".join([b"a"] * n) + b'"' for n in range(1, 400)))
    }),
    "delimiters that are none": Kind({
        "list": said(b'* LIST () "" "a/b"', b'* LIST () NIL INBOX', b'* LIST () "\\\\" "a\\\\b"', b'* LIST () "xy" c')
    }),
    "every mailbox has every role": Kind({
        "list": said(*(b'* LIST (\\Sent \\Trash \\Junk \\Drafts \\Archive \\All) "/" box%d' % n for n in range(200)))
    }),
    # literals and lines
    "a literal of 2 GiB": Kind({"list": raw(b'* LIST () "/" {2147483648}\r\n')}),
    "a literal of 2^63": Kind({"headers": raw(b"* 1 FETCH (UID 1 BODY[HEADER] {9223372036854775808}\r\n")}),
    "a negative literal": Kind({"body": raw(b"* 1 FETCH (UID 1 BODY[]<0> {-1}\r\n")}),
    "a literal that waits for the client": Kind({"flags": raw(b"* 1 FETCH (UID 1 FLAGS {+}\r\n")}, PLAIN),
    "a literal that is never whole": Kind({"body": raw(b"* 1 FETCH (UID 1 BODY[]<0> {9}\r\nabc")}, is_slow=True),
    "a line without end": Kind({"select": endless(b"x", b"* OK ")}),
    "a header without end": Kind({"headers": endless(b"x" * 1_000, b"* 1 FETCH (UID 1 BODY[HEADER] {4000000}\r\n")}),
    "nothing but NUL": Kind({"flags": raw(b"\0" * 3_000_000 + b"\r\n")}, PLAIN),
    # numbers
    "UID 0 and beyond 2^32": Kind({
        "flags": said(*(b"* 1 FETCH (UID %d FLAGS ())" % uid for uid in (0, 1 << 32, 1 << 63, 1 << 64))),
        "headers": said(header_row(1, uid=b"0"), header_row(2, uid=b"4294967296")),
    }),
    "the same UID again and again": Kind({
        "headers": said(*(header_row(1, header_of(n)) for n in range(1, 500))),
        "flags": said(*(b"* %d FETCH (UID 1 FLAGS ())" % n for n in range(1, 5_000))),
    }),
    "UIDs backwards": Kind({"headers": said(*(header_row(uid) for uid in reversed(UIDS)))}),
    "four billion mails": Kind({"select": selecting(b"EXISTS", b"* 4000000000 EXISTS")}),
    "four billion mails without modseqs": Kind(
        {"select": selecting(b"EXISTS", b"* 4294967295 EXISTS")}, PLAIN
    ),
    "UIDNEXT of nothing": Kind({"select": selecting(b"UIDNEXT", b"* OK [UIDNEXT 0] x")}),
    "UIDNEXT beyond": Kind({"select": selecting(b"UIDNEXT", b"* OK [UIDNEXT 99999999999999999999] x")}),
    "expunges of nobody": Kind({"idle": before(b"* 4294967295 EXPUNGE", b"* 0 EXPUNGE", b"* 4 EXPUNGE")}),
    "all vanished": Kind({"select": before(b"* VANISHED (EARLIER) 1:4294967295", b"* VANISHED 1:*")}),
    "all vanished at once": Kind({"idle": before(b"* VANISHED 1:4294967295", b"* 0 EXISTS")}),
    "UIDVALIDITY 0": Kind({"select": selecting(b"UIDVALIDITY", b"* OK [UIDVALIDITY 0] x")}),
    "no UIDVALIDITY": Kind({"select": selecting(b"UIDVALIDITY", b"")}),
    "another UIDVALIDITY each time": Kind({"select": changing()}),
    "sets with commas too many": Kind({
        "search": said(b'* ESEARCH (TAG "%T") UID ALL 1,,2,', b"* SEARCH ,1,2,"),
        "select": before(b"* VANISHED (EARLIER) 1,2,", b"* VANISHED ,"),
    }),
    "MODSEQ -1 and beyond 2^63": Kind({
        "select": selecting(b"HIGHESTMODSEQ", b"* OK [HIGHESTMODSEQ 18446744073709551616] x"),
        "headers": said(header_row(1, modseq=b"-1"), header_row(2, modseq=b"9223372036854775808")),
        "flags": said(b"* 1 FETCH (UID 1 FLAGS () MODSEQ (-1))", b"* 2 FETCH (UID 2 FLAGS () MODSEQ (0))"),
    }),
    "sizes that lie": Kind({
        "headers": said(header_row(1, size=b"0"), header_row(2, size=b"99999999999999999999"), header_row(3, size=b"-5")),
    }),
    # rows nobody asked for
    "STATUS without a mailbox": Kind({"list": before(b"* STATUS (MESSAGES 1)", b"* STATUS"), "status": said(b"* STATUS (MESSAGES 1)")}),
    "rows of UIDs nobody asked for": Kind({"headers": said(*(header_row(uid) for uid in (1, 2, 3, 7, 4_000_000_000)))}),
    "the mail of another UID": Kind({"body": said(body_row(77), body_row(78))}),
    "no mail at all": Kind({"body": said(b"* 1 FETCH (UID 1 RFC822.SIZE 200 BODY[]<0> NIL)")}),
    "another part of the mail": Kind({"body": said(*(body_row(uid, section=b"BODY[1.2]<9>") for uid in UIDS))}),
    "more of the mail than was asked for": Kind({"body": said(*(body_row(uid, b"x" * 900_000) for uid in UIDS))}),
    "a mail that is always longer": Kind({"body": said(*(body_row(uid, b"x" * (1 << 18)) for uid in UIDS))}),
    "dates of no calendar": Kind({
        "headers": said(
            header_row(1, date=b'"01-Jan-0000 00:00:00 +0000"'),
            header_row(2, date=b'"99-Foo-99999 99:99:99 +9999"'),
            header_row(3, b"Date: Mon, 99 Nov 99999 10:00:00 +9999\r\nSubject: x\r\n\r\n"),
        )
    }),
    "a structure without bottom": Kind({"flags": said(b"* 1 FETCH (UID 1 BODYSTRUCTURE " + DEEP, b"* LIST " + DEEP)}, PLAIN),
    "headers of the other world": Kind({
        "headers": said(
            header_row(1, b"\xff\0: x\r\n" * 1_000), header_row(2, b"From: " + b"<" * 90_000 + b"\r\n\r\n"),
            header_row(3, b"Subject: " + b"=?utf-8?b?G10wO3B3?= " * 3_000 + b"\r\n\r\n"),
        )
    }),
    # without end
    "capabilities without end": Kind({"greeting": endless(b" X", b"* OK [CAPABILITY IMAP4rev1")}),
    "a list without end": Kind({"list": endless(b'* LIST () "/" "again"\r\n')}),
    "a list of ever other names": Kind({
        "list": said(*(b'* LIST () "/" box%d' % n for n in range(150_000)))
    }),
    "news without end": Kind({"select": endless(b"* 1 EXISTS\r\n* 1 RECENT\r\n* OK [ALERT] \x1b]0;x\x07\r\n")}),
    "IDLE without end": Kind({"idle": endless(b"* 4 EXISTS\r\n* 3 EXISTS\r\n", b"+ idling\r\n")}),
    "rows without end": Kind({"flags": endless(b"* 1 FETCH (UID 1 FLAGS ())\r\n")}, PLAIN),
    "one byte a second": Kind({"list": drip}, is_slow=True),
    "never an answer": Kind({"select": silence}, is_slow=True),
    "never a greeting": Kind({"greeting": silence}, is_slow=True),
    "never an answer to the sign-in": Kind({"sign in": silence}, is_slow=True),
    "never an end of IDLE": Kind({"idle": raw(b"+ idling\r\n")}),
    "goodbye in the middle of a row": Kind({"flags": bye}, PLAIN),
    "goodbye to each command": Kind({"any": bye}),
    "goodbye as the greeting": Kind({"greeting": raw(b"* BYE not you\r\n", is_over=True)}),
    # operations
    "rubbish about where a mail went": Kind({
        "move": said(b"* OK [COPYUID 0 1:* 4294967296,,] moved", b"* OK [COPYUID] x", b"* OK [COPYUID 5 1 1:4000000000] x"),
        "append": said(b"* OK [APPENDUID 0 0] x", b"* OK [APPENDUID x y] x"),
    }),
    "refusals of a kilobyte": Kind({"move": refused, "store": refused, "append": refused}, PLAIN),
    "tags of nobody": Kind({"flags": before(b"B9999 OK yes", b"X OK", b"* OK")}, PLAIN),
    "a web server": Kind({"greeting": raw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", is_over=True)}),
}  # fmt: skip
