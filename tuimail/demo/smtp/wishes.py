"""What a sender wants to be told of a mail's delivery (RFC 3461): parameters of MAIL and RCPT."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_NOTIFY: Final = re.compile(
    r"NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,2}", re.IGNORECASE
)
_XTEXT: Final = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})+")
_DEFAULT: Final = frozenset({"FAILURE", "DELAY"})
"""What is told where nobody said (section 5.2.7 leaves DELAY to the server)."""
_OF_MAIL: Final = frozenset({"ENVID", "RET"})
_OF_RECIPIENT: Final = frozenset({"NOTIFY", "ORCPT"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of one mail; what was not said is empty."""

    envelope_id: str = ""
    """As xtext; so are the original recipients."""
    returned: str = ""
    """RET: FULL or HDRS."""
    notify: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By recipient: SUCCESS, FAILURE, DELAY, or NEVER alone."""
    originals: Mapping[str, str] = field(default_factory=dict)

    def wants(self, recipient: str, what: str) -> bool:
        """Whether a recipient's success, failure or delay is to be told."""
        return what in self.notify.get(recipient, _DEFAULT)

    @property
    def of_mail(self) -> str:
        """The parameters of MAIL, each with a space before it."""
        words = (("RET", self.returned), ("ENVID", self.envelope_id))
        return "".join(f" {name}={value}" for name, value in words if value)

    def of_recipient(self, recipient: str) -> str:
        """Return the parameters of RCPT, each with a space before it."""
        notify = ",".join(sorted(self.notify.get(recipient, ())))
        words = (("NOTIFY", notify), ("ORCPT", self.originals.get(recipient, "")))
        return "".join(f" {name}={value}" for name, value in words if value)


NO_WISHES: Final = Wishes()


class BadWish(ValueError):
    """A parameter is not what RFC 3461 section 4 says."""


def mail_wishes(arg: str) -> tuple[str, Wishes]:
    """Return what follows MAIL without the parameters of this extension, and what they say.

    Raises:
        BadWish: one of them is wrong.
    """
    rest, words = _split(arg, _OF_MAIL)
    returned = words.get("RET", "").upper()
    if returned not in ("", "FULL", "HDRS") or not _is_xtext(words.get("ENVID", "-"), 100):
        raise BadWish
    return rest, Wishes(words.get("ENVID", ""), returned)


def recipient_wishes(arg: str) -> tuple[str, frozenset[str] | None, str]:
    """Return what follows RCPT without the parameters, when to tell (None: unsaid), and ORCPT.

    Raises:
        BadWish: one of them is wrong.
    """
    rest, words = _split(arg, _OF_RECIPIENT)
    notify, original = words.get("NOTIFY"), words.get("ORCPT", "")
    if notify is not None and not _NOTIFY.fullmatch(notify):
        raise BadWish
    if original and not _is_xtext(original.partition(";")[2], 500):
        raise BadWish
    return rest, None if notify is None else frozenset(notify.upper().split(",")), original


def _is_xtext(text: str, most: int) -> bool:
    return len(text) <= most and bool(_XTEXT.fullmatch(text))


def _split(arg: str, names: frozenset[str]) -> tuple[str, dict[str, str]]:
    """Take parameters of these names out of a command's argument; the path stands first."""
    path, bracket, parameters = arg.rpartition(">")
    words: dict[str, str] = {}
    others = []
    for word in parameters.split():
        name, equals, value = word.partition("=")
        if name.upper() not in names:
            others.append(word)
        elif not (equals and value) or name.upper() in words:
            raise BadWish
        else:
            words[name.upper()] = value
    return " ".join([path + bracket, *others]), words
