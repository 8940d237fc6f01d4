"""Every command this server knows, and when it is allowed."""

from collections.abc import Mapping
from typing import Final

from . import listing, mailboxes, messages, notify, sign_in
from .session import Command, State

_ANY = State.NOT_AUTHENTICATED
_IN = State.AUTHENTICATED
_SELECTED = State.SELECTED

COMMANDS: Final[Mapping[str, Command]] = {
    "CAPABILITY": Command(sign_in.capability, _ANY),
    "NOOP": Command(sign_in.noop, _ANY),
    "LOGOUT": Command(sign_in.logout, _ANY),
    "STARTTLS": Command(sign_in.starttls, _ANY, needs="STARTTLS"),
    "LOGIN": Command(sign_in.login, _ANY),
    "AUTHENTICATE": Command(sign_in.authenticate, _ANY),
    "ID": Command(sign_in.identify, _ANY, needs="ID"),
    "ENABLE": Command(sign_in.enable, _IN, needs="ENABLE"),
    "SELECT": Command(mailboxes.select, _IN),
    "EXAMINE": Command(mailboxes.examine, _IN),
    "CREATE": Command(mailboxes.create, _IN),
    "DELETE": Command(mailboxes.delete, _IN),
    "RENAME": Command(mailboxes.rename, _IN),
    "SUBSCRIBE": Command(mailboxes.subscribe, _IN),
    "UNSUBSCRIBE": Command(mailboxes.unsubscribe, _IN),
    "LIST": Command(listing.list_mailboxes, _IN),
    "LSUB": Command(listing.lsub, _IN),
    "NAMESPACE": Command(mailboxes.namespace, _IN, needs="NAMESPACE"),
    "STATUS": Command(listing.status, _IN),
    "NOTIFY": Command(notify.notify, _IN, needs="NOTIFY"),
    "APPEND": Command(messages.append, _IN),
    "IDLE": Command(messages.idle, _IN, needs="IDLE"),
    "CHECK": Command(sign_in.noop, _SELECTED),
    "CLOSE": Command(mailboxes.close, _SELECTED),
    "UNSELECT": Command(mailboxes.unselect, _SELECTED, needs="UNSELECT"),
    "EXPUNGE": Command(messages.expunge, _SELECTED),
    "UID EXPUNGE": Command(messages.uid_expunge, _SELECTED, needs="UIDPLUS"),
    "FETCH": Command(messages.fetch(by_uid=False), _SELECTED, tells_news=False),
    "UID FETCH": Command(messages.fetch(by_uid=True), _SELECTED),
    "STORE": Command(messages.store(by_uid=False), _SELECTED, tells_news=False),
    "UID STORE": Command(messages.store(by_uid=True), _SELECTED),
    "SEARCH": Command(messages.searching(by_uid=False), _SELECTED, tells_news=False),
    "UID SEARCH": Command(messages.searching(by_uid=True), _SELECTED),
    "COPY": Command(messages.copy(by_uid=False), _SELECTED),
    "UID COPY": Command(messages.copy(by_uid=True), _SELECTED),
    "MOVE": Command(messages.move(by_uid=False), _SELECTED, needs="MOVE"),
    "UID MOVE": Command(messages.move(by_uid=True), _SELECTED, needs="MOVE"),
}
