"""A TOML file with the line of every key, so that each error can say where it is."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuimail.errors import ConfigError

MAX_FILE_BYTES = 1 << 20
"""A configuration is a page, not a book; more is a mistake."""

Key = tuple[str, ...]
"""Where a value stands, for example `("account", "work", "imap", "port")`."""

_HEADER = re.compile(r"\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_ASSIGN = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_NAME = re.compile(r"""[A-Za-z0-9_-]+|"([^"]*)"|'([^']*)'""")
_SYNTAX_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed TOML file."""

    file: Path
    values: dict[str, Any]
    lines: dict[Key, int]
    """Line of each key and table header, from 1."""

    def error(self, key: Key, problem: str) -> ConfigError:
        """Return the error that names this key's file and line."""
        line = next(
            (self.lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.lines), None
        )
        return ConfigError(self.file, line, ".".join(key), problem)


def read_document(file: Path) -> Document:
    """Read a TOML file; one that does not exist is empty.

    Raises:
        ConfigError: unreadable, too large, not UTF-8 or not TOML; names the line where known.
    """
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return Document(file, {}, {})
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        advice = "; check its permissions" if isinstance(error, PermissionError) else ""
        raise ConfigError(file, None, "", f"{reason}{advice}") from error
    if len(raw) > MAX_FILE_BYTES:
        raise ConfigError(file, None, "", f"larger than {MAX_FILE_BYTES} bytes")
    return parse_document(file, raw)


def parse_document(file: Path, raw: bytes) -> Document:
    """Parse the bytes of a TOML file.

    Raises:
        ConfigError: not UTF-8 or not TOML.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(file, line, "", "not UTF-8 text") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        problem = str(error).split(" (at ")[0]
        raise ConfigError(file, line, "", f"not valid TOML: {problem}") from error
    except RecursionError as error:
        raise ConfigError(file, None, "", "nested too deeply") from error
    return Document(file, values, _lines_of(text))


def _lines_of(text: str) -> dict[Key, int]:
    """Return the line of every key; inside multi-line strings nothing counts."""
    lines: dict[Key, int] = {}
    table: Key = ()
    quote = ""
    for number, line in enumerate(text.split("\n"), 1):
        if quote:
            quote = "" if quote in line else quote
            continue
        if header := _HEADER.match(line):
            table = _names(header[1])
            lines.setdefault(table, number)
        elif assign := _ASSIGN.match(line):
            lines.setdefault((*table, *_names(assign[1])), number)
            quote = _open_quote(line[assign.end() :])
    return lines


def _names(dotted: str) -> Key:
    return tuple(m[1] or m[2] or m[0].strip("\"'") for m in _NAME.finditer(dotted))


def _open_quote(value: str) -> str:
    """Return the delimiter of a multi-line string that this value begins and does not end."""
    for quote in ('"""', "'''"):
        if value.count(quote) % 2:
            return quote
    return ""
