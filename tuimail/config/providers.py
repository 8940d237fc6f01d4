"""Servers of a few providers by mail domain, so that there an address is enough."""

from typing import Final

from tuimail.model.account import Security

KNOWN_PROVIDERS: Final = {
    "gmail.com": ("imap.gmail.com", "smtp.gmail.com", Security.TLS),
    "googlemail.com": ("imap.gmail.com", "smtp.gmail.com", Security.TLS),
    "outlook.com": ("outlook.office365.com", "smtp-mail.outlook.com", Security.STARTTLS),
    "hotmail.com": ("outlook.office365.com", "smtp-mail.outlook.com", Security.STARTTLS),
    "live.com": ("outlook.office365.com", "smtp-mail.outlook.com", Security.STARTTLS),
    "icloud.com": ("imap.mail.me.com", "smtp.mail.me.com", Security.STARTTLS),
    "me.com": ("imap.mail.me.com", "smtp.mail.me.com", Security.STARTTLS),
    "fastmail.com": ("imap.fastmail.com", "smtp.fastmail.com", Security.TLS),
    "yahoo.com": ("imap.mail.yahoo.com", "smtp.mail.yahoo.com", Security.TLS),
    "gmx.de": ("imap.gmx.net", "mail.gmx.net", Security.TLS),
    "gmx.net": ("imap.gmx.net", "mail.gmx.net", Security.TLS),
    "web.de": ("imap.web.de", "smtp.web.de", Security.TLS),
    "posteo.de": ("posteo.de", "posteo.de", Security.TLS),
}
"""By mail domain: IMAP host (over TLS), SMTP host, SMTP security."""


def known_domains() -> str:
    """Return the domains in words: `a, b and c`."""
    *most, last = KNOWN_PROVIDERS
    return f"{', '.join(most)} and {last}"
