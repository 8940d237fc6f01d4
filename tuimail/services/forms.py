"""The forms in which a mail's text comes, and what they are made from."""

from tuimail.mime import source
from tuimail.model.ids import MessageKey
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe

from .mail import Mail
from .rendering import octets


def source_of(mail: Mail, key: MessageKey) -> Safe | None:
    """Return the source of a mail's text, HTML before plain; None if its bytes are not here."""
    with octets(mail, key) as raw:
        return None if raw is None else source.source_of(raw)


def html_shown(mail: Mail, key: MessageKey, *, prefer_html: bool) -> bytes:
    """Return the HTML that a mail is shown by, in UTF-8; nothing where text is shown."""
    with octets(mail, key) as raw:
        return b"" if raw is None else source.html_shown(raw, prefer_html=prefer_html)


def has_both_forms(shown: RenderedMail) -> bool:
    """Whether a mail's text came as HTML and as plain text. Pure."""
    return source.has_both_forms(shown.parts)
