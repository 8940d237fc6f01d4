"""One setting as it is typed while the program runs, checked as if it stood in config.toml."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

from tuimail.errors import ConfigError, UserError
from tuimail.model.safe import safe_line
from tuimail.model.settings import Settings

from .document import parse_document
from .load import config_of

KEYS: Final = tuple(field.name for field in fields(Settings))
_NOWHERE: Final = Path("config.toml")


def with_setting(settings: Settings, key: str, typed: str) -> Settings:
    """Return settings with one as it was typed: `true`, `20`, or text without quotes.

    Raises:
        UserError: there is no such setting, or it cannot be that.
    """
    if key not in KEYS:
        raise UserError(f"There is no setting “{safe_line(key, 40)}”.")
    problem = ""
    for written in (typed, json.dumps(typed)):
        try:
            document = parse_document(_NOWHERE, f"[ui]\n{key} = {written}\n".encode())
            found = config_of(document).settings
        except ConfigError as error:
            problem = error.hint.rpartition(f"{key}: ")[2]
            continue
        return replace(settings, **{key: getattr(found, key)})
    raise UserError(f"{key} {safe_line(problem, 200)}.")


def setting_words(settings: Settings, key: str) -> str:
    """Return a setting as it would be written in config.toml."""
    value = getattr(settings, key)
    return json.dumps(value if isinstance(value, bool | int) else str(value), ensure_ascii=False)
