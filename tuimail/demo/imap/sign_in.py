"""Commands before and around sign-in: CAPABILITY, STARTTLS, LOGIN, AUTHENTICATE, ENABLE, LOGOUT."""

from base64 import b64decode
from binascii import Error as Base64Error
from typing import Final

from .session import No, Session, State
from .syntax import Arguments, BadSyntax, nquoted

_ALWAYS: Final = ("IMAP4REV1", "SASL-IR", "LITERAL+", "ID", "ENABLE")
_SIGNED_IN: Final = (
    "IDLE",
    "NOTIFY",
    "NAMESPACE",
    "UIDPLUS",
    "MULTIAPPEND",
    "MOVE",
    "ESEARCH",
    "CONDSTORE",
    "QRESYNC",
    "SPECIAL-USE",
    "CREATE-SPECIAL-USE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "CHILDREN",
    "UNSELECT",
)
_CAN_BE_ENABLED: Final = frozenset({"CONDSTORE", "QRESYNC"})
_SPELLING: Final = {"IMAP4REV1": "IMAP4rev1"}


def capabilities(session: Session) -> bytes:
    """Return what is offered now; more after sign-in, and STARTTLS only in clear."""
    offered = [*_ALWAYS]
    if session.state is not State.NOT_AUTHENTICATED:
        offered += (*_SIGNED_IN, *session.mailstore.offered)
    elif session.stream.is_encrypted:
        offered.append("AUTH=PLAIN")
    else:
        offered += ["STARTTLS", "LOGINDISABLED"]
    return " ".join(_SPELLING.get(c, c) for c in offered if session.has(c)).encode("ascii")


async def capability(session: Session, arguments: Arguments) -> bytes:
    """CAPABILITY (RFC 9051 section 6.1.1)."""
    arguments.end()
    session.stream.write(b"* CAPABILITY %b\r\n" % capabilities(session))
    return b"OK Done"


async def noop(_session: Session, arguments: Arguments) -> bytes:
    """NOOP and CHECK: a chance to tell news."""
    arguments.end()
    return b"OK Done"


async def logout(session: Session, arguments: Arguments) -> bytes:
    """LOGOUT (RFC 9051 section 6.1.3)."""
    arguments.end()
    session.stream.write(b"* BYE See you\r\n")
    session.unselect()
    session.state = State.LOGOUT
    return b"OK Done"


async def starttls(session: Session, arguments: Arguments) -> bytes:
    """STARTTLS (RFC 9051 section 6.2.1)."""
    arguments.end()
    if session.stream.is_encrypted or session.state is not State.NOT_AUTHENTICATED:
        raise BadSyntax("TLS is not possible now")

    async def shake_hands() -> None:
        await session.stream.start_tls(session.service.tls)

    session.after_answer = shake_hands
    return b"OK Begin TLS now"


async def login(session: Session, arguments: Arguments) -> bytes:
    """LOGIN (RFC 9051 section 6.2.3)."""
    arguments.space()
    username = arguments.astring()
    arguments.space()
    password = arguments.astring()
    arguments.end()
    return _signed_in(session, username, password)


async def authenticate(session: Session, arguments: Arguments) -> bytes:
    """AUTHENTICATE PLAIN (RFC 4616), with or without an initial response (RFC 4959)."""
    arguments.space()
    if arguments.atom() != "PLAIN":
        raise No("[CANNOT] Only PLAIN")
    if arguments.is_done:
        session.stream.write(b"+ \r\n")
        await session.stream.flush()
        response = (await session.stream.line()).strip()
    else:
        arguments.space()
        response = arguments.astring()
    if response == b"*":
        raise BadSyntax("Cancelled")
    try:
        _, username, password = b64decode(response, validate=True).split(b"\0")
    except (Base64Error, ValueError) as error:
        raise BadSyntax("Not a PLAIN response") from error
    return _signed_in(session, username, password)


def _signed_in(session: Session, username: bytes, password: bytes) -> bytes:
    if session.state is not State.NOT_AUTHENTICATED:
        raise BadSyntax("Signed in already")
    if not session.stream.is_encrypted:
        raise No("[PRIVACYREQUIRED] Not without TLS")
    store = session.service.sign_in(
        username.decode("utf-8", "replace"), password.decode("utf-8", "replace")
    )
    if store is None:
        raise No("[AUTHENTICATIONFAILED] Wrong name or password")
    session.store = store
    session.state = State.AUTHENTICATED
    return b"OK [CAPABILITY %b] Welcome" % capabilities(session)


async def identify(session: Session, arguments: Arguments) -> bytes:
    """ID (RFC 2971)."""
    arguments.space()
    if not arguments.skip(b"NIL"):
        arguments.items(arguments.nstring)
    arguments.end()
    session.stream.write(b"* ID (%b %b)\r\n" % (nquoted(b"name"), nquoted(b"tuimail demo")))
    return b"OK Done"


async def enable(session: Session, arguments: Arguments) -> bytes:
    """ENABLE (RFC 9051 section 6.3.1): only before a mailbox is selected."""
    wanted = []
    while not arguments.is_done:
        arguments.space()
        wanted.append(arguments.atom())
    if session.state is not State.AUTHENTICATED:
        raise BadSyntax("ENABLE comes before SELECT")
    enabled = [name for name in wanted if name in _CAN_BE_ENABLED and session.has(name)]
    if "QRESYNC" in enabled:
        session.wants_vanished = True
    if enabled:  # QRESYNC brings CONDSTORE with it (RFC 7162 section 3.2.3)
        session.wants_modseq = True
    session.stream.write(b"* ENABLED%b\r\n" % b"".join(b" " + e.encode() for e in enabled))
    return b"OK Done"
