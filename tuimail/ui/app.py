"""The door to the terminal interface: sets the ground before Textual is imported."""

import os
import time
from dataclasses import replace
from typing import Final

from tuimail.config.logfile import open_log
from tuimail.config.profile import Profile
from tuimail.model.settings import Output, Settings
from tuimail.services.mail import open_mail

from .boot import Painted
from .terminal_kind import here

_BEFORE_TEXTUAL: Final = {
    "TEXTUAL_ANIMATIONS": "none",  # a page down sent 258 kB with them, 9 kB without
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "ESCDELAY": "25",  # an Esc alone is answered within 50 ms
}
"""Textual reads these when it is imported; what the person has set wins."""


def run_ui(profile: Profile, painted: Painted | None = None, compose: str | None = None) -> int:
    """Run the interface until it is left; return the exit status.

    `painted` is what the early paint left on the terminal; `compose` is a `mailto:` link or an
    address to begin a mail to.

    Raises:
        ConfigError: config.toml, the keymap or the theme cannot be used.
        StoreError: the store cannot be used.
    """
    for name, value in _BEFORE_TEXTUAL.items():
        os.environ.setdefault(name, value)
    profile.prepare()
    with open_log(profile.log):
        return _run(profile, painted, compose)


def _run(profile: Profile, painted: Painted | None, compose: str | None) -> int:
    mail = open_mail(profile)
    if os.environ.get("TUIMAIL_PLAIN"):
        plain = replace(mail.config.settings, plain=True)
        mail = replace(mail, config=replace(mail.config, settings=plain))
    settings = mail.config.settings
    if settings.time_zone:
        os.environ["TZ"] = settings.time_zone
        time.tzset()
    kind = here(settings)
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", kind.textual_name)  # Textual asks at its import
    try:
        from .mail_app import MailApp
        from .output import DiffDriver

        DiffDriver.kind = kind
        app = MailApp(mail, painted, compose, uses_diff=_uses_diff(settings))
        return app.run(mouse=settings.mouse) or 0
    finally:
        mail.close()


def _uses_diff(settings: Settings) -> bool:
    """Whether our driver draws: not where another is asked for, nor where there is no terminal."""
    is_asked = settings.output is Output.DIFF and not os.environ.get("TEXTUAL_DRIVER")
    return is_asked and os.name == "posix"
