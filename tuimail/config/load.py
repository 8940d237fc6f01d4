"""Reads config.toml into settings and accounts; every error names file, line and key."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from tuimail.errors import ConfigError, UserError
from tuimail.model.account import Account
from tuimail.model.columns import Columns, DateFormat, Density, columns_of
from tuimail.model.filters import Filters
from tuimail.model.notify import Notify
from tuimail.model.settings import (
    ArchiveBy,
    Ascii,
    Colours,
    Images,
    MarkSeen,
    Output,
    Settings,
)
from tuimail.model.sort import Sort, SortBy

from .accounts import accounts_of
from .data_place import KEY, written_place
from .document import Document, read_document
from .notify import notify_of
from .profile import Profile
from .table import Table

_CONTENT_TYPE: Final = re.compile(r"[\w.+-]{1,80}/(?:[\w.+-]{1,120}|\*)", re.ASCII)
NO_ACCOUNT: Final = "There is no account yet. How to connect one: tuimail account add --help"


@dataclass(frozen=True, slots=True)
class Config:
    """What the person set."""

    settings: Settings
    accounts: tuple[Account, ...]
    notify: Notify = field(default_factory=Notify)

    def account(self, name: str) -> Account:
        """Return an account by its name or its address.

        Raises:
            UserError: there is none; names those there are.
        """
        for account in self.accounts:
            if name in (account.name, account.address.addr_spec):
                return account
        names = ", ".join(a.name for a in self.accounts) or "none yet (tuimail account add)"
        raise UserError(f"There is no account {name!r}. Accounts: {names}.")


def load_config(profile: Profile) -> Config:
    """Read the profile's config.toml; one that does not exist means defaults and no account.

    Raises:
        ConfigError: with file, line and key.
    """
    return config_of(read_document(profile.config_file))


def config_of(document: Document) -> Config:
    """Return what a configuration file says.

    Raises:
        ConfigError: with file, line and key.
    """
    top = Table(document, (), document.values)
    settings = _settings(top.table("ui"))
    accounts = accounts_of(document, top.table("account"))
    _check_place(top, document)
    notify = replace(notify_of(top.table("notify")), bell=settings.bell)
    top.finish()
    return Config(settings, accounts, notify)


def _check_place(top: Table, document: Document) -> None:
    """Refuse a place that `Profile.placed`, which reads it before all else, would not find."""
    if top.line(KEY, "") != written_place(document.file):
        raise top.error(KEY, "must stand on one line above all tables, in plain quotes")


def _settings(ui: Table) -> Settings:
    default = Settings()
    settings = Settings(
        theme=ui.line("theme", default.theme),
        keymap=ui.line("keymap", default.keymap),
        mark_seen=ui.choice("mark_seen", MarkSeen, default.mark_seen),
        output=ui.choice("output", Output, default.output),
        colours=ui.choice("colours", Colours, default.colours),
        ascii=ui.choice("ascii", Ascii, default.ascii),
        early_paint=ui.truth("early_paint", default.early_paint),
        mouse=ui.truth("mouse", default.mouse),
        plain=ui.truth("plain", default.plain),
        threads=ui.truth("threads", default.threads),
        columns=_columns(ui, default.columns),
        density=ui.choice("density", Density, default.density),
        date_format=ui.choice("date_format", DateFormat, default.date_format),
        snippet=ui.truth("snippet", default.snippet),
        expand_unread=ui.truth("expand_unread", default.expand_unread),
        own_replies=ui.truth("own_replies", default.own_replies),
        sort=_sort(ui, default.sort),
        subscribed_only=ui.truth("subscribed_only", default.subscribed_only),
        wrap_columns=ui.number("wrap_columns", default.wrap_columns, 0, 1000),
        fold_quotes=ui.truth("fold_quotes", default.fold_quotes),
        undo_send_s=ui.number("undo_send_s", default.undo_send_s, 0, 3600),
        editor=ui.line("editor", default.editor),
        download_dir=ui.line("download_dir", default.download_dir),
        print_command=ui.line("print_command", default.print_command),
        title=ui.truth("title", default.title),
        bell=ui.truth("bell", default.bell),
        clipboard_command=ui.line("clipboard_command", default.clipboard_command),
        calendar_command=ui.line("calendar_command", default.calendar_command),
        opener=ui.line("opener", default.opener),
        filters=_filters(ui, default.filters),
        images=ui.choice("images", Images, default.images),
        archive_by=ui.choice("archive_by", ArchiveBy, default.archive_by),
        mute_keeps_direct=ui.truth("mute_keeps_direct", default.mute_keeps_direct),
        time_zone=_time_zone(ui, default.time_zone),
    )
    ui.finish()
    return settings


def _sort(ui: Table, default: Sort) -> Sort:
    word = ui.line("sort", "")
    try:
        return Sort.named(word) if word else default
    except ValueError:
        words = ", ".join(SortBy)
        raise ui.error("sort", f"is none of {words}; - before one turns it round") from None


def _filters(ui: Table, default: Filters) -> Filters:
    if not ui.has("filters"):
        return default
    table = ui.table("filters")
    for name in table.names():
        if not _CONTENT_TYPE.fullmatch(name):
            raise table.error(
                name, 'is no content type; write one such as "text/html" or "image/*"'
            )
    return Filters(tuple((name.lower(), table.line(name)) for name in table.names()))


def _columns(ui: Table, default: Columns) -> Columns:
    if not ui.has("columns"):
        return default
    try:
        return columns_of(ui.texts("columns"))
    except ValueError as error:
        raise ui.error("columns", str(error)) from None


def _time_zone(ui: Table, default: str) -> str:
    name = ui.line("time_zone", default)
    if name:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # for the few that name one

        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ui.error("time_zone", "is no zone; write one such as Europe/Berlin") from None
    return name


__all__ = [
    "NO_ACCOUNT",
    "Config",
    "ConfigError",
    "load_config",
]
