"""`mailto:` links (RFC 6068): what a web page may put into a new mail, and nothing more."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from tuimail.errors import UserError
from tuimail.mime.addresses import format_address_list, parse_address_list, plain_name
from tuimail.mime.compose import is_message_id
from tuimail.model.url import MAILTO_FIELDS

MAX_URI_CHARS: Final = 64_000

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Mailto:
    """What a link asks for; address lists as they may stand in a draft."""

    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    body: str = ""
    in_reply_to: str = ""


def parse_mailto(uri: str) -> Mailto:
    """Return what a `mailto:` link asks for; fields not understood are dropped.

    Raises:
        UserError: it is no mailto link, too long, or one of its addresses is none.
    """
    if len(uri) > MAX_URI_CHARS:
        raise UserError("The link is too long.")
    scheme, colon, rest = uri.strip().partition(":")
    if scheme.lower() != "mailto" or not colon:
        raise UserError("That is no mailto link.")
    path, _, query = rest.partition("#")[0].partition("?")
    found: dict[str, list[str]] = {"to": [_decoded(path)]}
    for pair in query.replace("&amp;", "&").split("&"):
        name, _, value = pair.partition("=")
        if _decoded(name).lower() in MAILTO_FIELDS:
            found.setdefault(_decoded(name).lower(), []).append(_decoded(value))
    return Mailto(
        to=_addresses(found.get("to", [])),
        cc=_addresses(found.get("cc", [])),
        bcc=_addresses(found.get("bcc", [])),
        subject=plain_name(_first(found, "subject")),
        body=_body(_first(found, "body")),
        in_reply_to=_message_id(_first(found, "in-reply-to")),
    )


def _decoded(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "replace")


def _first(found: dict[str, list[str]], name: str) -> str:
    return found.get(name, [""])[0]


def _addresses(values: list[str]) -> str:
    """Check every address now, so that nothing odd waits in a field to be overlooked."""
    typed = ", ".join(value for value in values if value.strip())
    return format_address_list(parse_address_list(typed))


def _body(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _message_id(text: str) -> str:
    bare = text.strip().removeprefix("<").removesuffix(">")
    return bare if is_message_id(bare) else ""
