"""What mailboxes are for: by SPECIAL-USE, else by well-known names (RFC 6154)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tuimail.model.mailbox import Role

from .grammar import Listed
from .names import INBOX

_ATTRIBUTES: Final[Mapping[str, Role]] = {
    "\\sent": Role.SENT,
    "\\drafts": Role.DRAFTS,
    "\\trash": Role.TRASH,
    "\\archive": Role.ARCHIVE,
    "\\junk": Role.JUNK,
    "\\spam": Role.JUNK,  # XLIST
    "\\all": Role.ALL,
    "\\allmail": Role.ALL,  # XLIST
    "\\flagged": Role.FLAGGED,
    "\\starred": Role.FLAGGED,  # XLIST
}

# Names servers and other programs create, in lower case, most likely first.
_NAMES: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.SENT: (
        "sent",
        "sent items",
        "sent messages",
        "sent mail",
        "gesendet",
        "gesendete elemente",
        "gesendete objekte",
        "envoyés",
        "éléments envoyés",
        "messages envoyés",
        "enviados",
        "elementos enviados",
        "itens enviados",
        "inviata",
        "posta inviata",
        "verzonden",
        "verzonden items",
        "skickat",
        "wysłane",
        "отправленные",
    ),
    Role.DRAFTS: (
        "drafts",
        "draft",
        "entwürfe",
        "brouillons",
        "borradores",
        "rascunhos",
        "bozze",
        "concepten",
        "utkast",
        "kopie robocze",
        "черновики",
    ),
    Role.TRASH: (
        "trash",
        "deleted items",
        "deleted messages",
        "bin",
        "papierkorb",
        "gelöscht",
        "gelöschte elemente",
        "gelöschte objekte",
        "corbeille",
        "éléments supprimés",
        "papelera",
        "elementos eliminados",
        "lixeira",
        "itens excluídos",
        "cestino",
        "posta eliminata",
        "prullenbak",
        "papperskorgen",
        "kosz",
        "корзина",
    ),
    Role.ARCHIVE: (
        "archive",
        "archives",
        "archiv",
        "archivo",
        "archivio",
        "archief",
        "arquivo",
        "arkiv",
        "archiwum",
        "архив",
    ),
    Role.JUNK: (
        "junk",
        "spam",
        "junk e-mail",
        "junk email",
        "bulk mail",
        "courrier indésirable",
        "indésirables",
        "correo no deseado",
        "lixo eletrônico",
        "posta indesiderata",
        "ongewenste e-mail",
        "skräppost",
        "спам",
    ),
}


def role_by_attribute(listed: Listed) -> Role | None:
    """Return the role the server gives a mailbox."""
    if listed.name == INBOX:
        return Role.INBOX
    return next((_ATTRIBUTES[a] for a in sorted(listed.attributes) if a in _ATTRIBUTES), None)


def roles_of(mailboxes: Sequence[Listed]) -> dict[str, Role]:
    """Return a role by mailbox name; no role is given twice, and names count only where needed."""
    roles: dict[str, Role] = {}
    for listed in mailboxes:
        role = role_by_attribute(listed)
        if role is not None and role not in roles.values():
            roles[listed.name] = role
    for role, names in _NAMES.items():
        if role in roles.values():
            continue
        candidates = [m for m in mailboxes if m.name not in roles and is_selectable(m)]
        chosen = _by_name(candidates, names)
        if chosen:
            roles[chosen] = role
    return roles


def is_selectable(listed: Listed) -> bool:
    """Whether the mailbox can be opened."""
    return not listed.attributes & {"\\noselect", "\\nonexistent"}


def _by_name(mailboxes: Iterable[Listed], names: Sequence[str]) -> str:
    found = {_bare(m): m.name for m in reversed(list(mailboxes))}
    return next((found[name] for name in names if name in found), "")


def _bare(listed: Listed) -> str:
    # Courier and Cyrus put every mailbox below INBOX.
    if not listed.delimiter:
        return listed.name.casefold()
    head, delimiter, tail = listed.name.partition(listed.delimiter)
    return (tail if delimiter and head.upper() == INBOX else listed.name).casefold()
