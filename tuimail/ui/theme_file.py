"""Theme files: TOML to looks by role, every refusal with file, line and key. No Textual here.

    dark = true
    [palette]
    background = "#16181d"          # foreground, background and accent there must be
    foreground = "#d7dae0"
    [roles]
    unread = "bold #ffffff"         # attributes, colour, `on` background: a palette name or #rrggbb
    cursor = "foreground on #2b3d5b"

With `ansi = true` the colours are the terminal's own sixteen (`red`, `bright_black`, `default`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from tuimail.config.document import Document, read_document
from tuimail.config.table import Table
from tuimail.errors import UserError

from .roles import StyleRole

_HERE = Path(__file__).parent.parent
_SHIPPED: Final = (_HERE / "themes", _HERE.parent / "themes")
"""In an installed program, and in a checkout."""
READABLE: Final = 4.5
"""WCAG 2 contrast of text, level AA."""
_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
_BRIGHT: Final = "bright_"
_ANSI: Final = frozenset(
    f"{bright}{name}"
    for name in ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
    for bright in ("", _BRIGHT)
) | {"default"}
_NEEDED: Final = ("foreground", "background", "accent")


class Attribute(StrEnum):
    """What can be said of text beside its colours. Not dim: how dim is the terminal's secret."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    REVERSE = "reverse"
    STRIKE = "strike"


_ATTRIBUTES: Final = frozenset(a.value for a in Attribute)


@dataclass(frozen=True, slots=True)
class Look:
    """How a role is drawn."""

    foreground: str
    """`#rrggbb`, or one of the terminal's colours in an ANSI theme."""
    background: str
    attributes: frozenset[Attribute] = frozenset()


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme as written."""

    name: str
    is_dark: bool
    is_ansi: bool
    accent: str
    looks: Mapping[StyleRole, Look]
    """Every role."""


def known_themes(user_folder: Path | None = None) -> tuple[str, ...]:
    """Return the names `theme_file` takes."""
    return tuple(sorted(_files(user_folder)))


def theme_file(name: str, user_folder: Path | None = None) -> Path:
    """Return where a theme is written, shipped or in `themes/` beside config.toml.

    Raises:
        UserError: there is no such theme.
    """
    files = _files(user_folder)
    if name not in files:
        raise UserError(f"there is no theme “{name}”; known are: {', '.join(sorted(files))}")
    return files[name]


def read_theme(file: Path) -> ThemeFile:
    """Read a theme; its name is the file's.

    Raises:
        ConfigError: with file, line and key.
    """
    document = read_document(file)
    top = Table(document, (), document.values)
    is_dark, is_ansi = top.truth("dark", True), top.truth("ansi", False)
    palette = _palette(top.table("palette"), is_ansi=is_ansi)
    roles = top.table("roles")
    top.finish()
    looks = {}
    for role in StyleRole:
        written = roles.line(role.value) if role in _OWN_LOOK else roles.line(role.value, "")
        looks[role] = _look(document, role, written, palette, is_ansi=is_ansi)
    roles.finish()
    return ThemeFile(file.stem, is_dark, is_ansi, palette["accent"], looks)


_OWN_LOOK: Final = frozenset({StyleRole.CURSOR, StyleRole.UNREAD, StyleRole.MODAL_CURSOR})
"""Roles a theme must give a look: without one nobody could find their way."""


def under(look: Look, cursor: Look) -> Look:
    """Return a role's look on the cursor's row.

    All of it is in one colour, so that to move costs little; marks and attributes are kept.
    """
    return Look(cursor.foreground, cursor.background, look.attributes | cursor.attributes)


def in_eight(look: Look) -> Look:
    """Return a look of an ANSI theme in the eight colours of old.

    What is bright is bold instead, but bright black: that is the terminal's own colour, since as
    black it could not be seen.
    """
    plain, bright = look.foreground.removeprefix(_BRIGHT), look.foreground.startswith(_BRIGHT)
    back = look.background.removeprefix(_BRIGHT)
    if look.foreground == f"{_BRIGHT}black":
        return Look("default", back, look.attributes)
    attributes = look.attributes | {Attribute.BOLD} if bright else look.attributes
    return Look(plain, back, attributes)


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast of two `#rrggbb` colours, 1 to 21; 0 where it is not known."""
    if not (_HEX.match(one) and _HEX.match(other)):
        return 0.0
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _files(user_folder: Path | None) -> dict[str, Path]:
    shipped = next((folder for folder in _SHIPPED if folder.is_dir()), _SHIPPED[0])
    folders = [shipped, *([user_folder] if user_folder else [])]
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.toml"))}


@lru_cache(1_024)
def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _palette(table: Table, *, is_ansi: bool) -> dict[str, str]:
    palette = {name: table.line(name) for name in (*_NEEDED, *table.names())}
    for name, colour in palette.items():
        if name in _ATTRIBUTES or name == "on":
            raise table.error(name, "is an attribute and cannot name a colour")
        if not _is_colour(colour, is_ansi=is_ansi):
            raise table.error(name, _not_a_colour(colour, is_ansi=is_ansi))
    return palette


def _look(
    document: Document, role: StyleRole, written: str, palette: Mapping[str, str], *, is_ansi: bool
) -> Look:
    colours = {"foreground": palette["foreground"], "background": palette["background"]}
    attributes: set[Attribute] = set()
    words = written.split()
    side = "foreground"
    for word in words:
        if word == "on":
            side = "background"
        elif word in _ATTRIBUTES:
            attributes.add(Attribute(word))
        elif _is_colour(colour := palette.get(word, word), is_ansi=is_ansi):
            colours[side] = colour
        else:
            raise document.error(("roles", role.value), _not_a_colour(word, is_ansi=is_ansi))
    return Look(colours["foreground"], colours["background"], frozenset(attributes))


def _is_colour(word: str, *, is_ansi: bool) -> bool:
    return word in _ANSI if is_ansi else bool(_HEX.match(word))


def _not_a_colour(word: str, *, is_ansi: bool) -> str:
    kinds = f"one of {', '.join(sorted(_ANSI))}" if is_ansi else "#rrggbb or a name of [palette]"
    return f"“{word}” is neither a colour ({kinds}) nor one of {', '.join(Attribute)}"
