"""Names of keys: as Textual reports them, and as people write them (`#`, `G`, `ctrl+f`, `Esc`)."""

import re
import unicodedata
from typing import Final

_NAMED: Final = {
    "enter": "Enter",
    "return": "Enter",
    "escape": "Esc",
    "esc": "Esc",
    "tab": "Tab",
    "space": "Space",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pgup": "PgUp",
    "pagedown": "PgDn",
    "pgdn": "PgDn",
    "backspace": "Backspace",
    "delete": "Delete",
    "del": "Delete",
    "insert": "Insert",
    **{f"f{n}": f"F{n}" for n in range(1, 25)},
}
_PUNCTUATION: Final = {
    "exclamation_mark": "!",
    "quotation_mark": '"',
    "number_sign": "#",
    "dollar_sign": "$",
    "percent_sign": "%",
    "ampersand": "&",
    "apostrophe": "'",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "asterisk": "*",
    "plus": "+",
    "comma": ",",
    "minus": "-",
    "full_stop": ".",
    "slash": "/",
    "colon": ":",
    "semicolon": ";",
    "less_than_sign": "<",
    "equals_sign": "=",
    "greater_than_sign": ">",
    "question_mark": "?",
    "at": "@",
    "left_square_bracket": "[",
    "backslash": "\\",
    "right_square_bracket": "]",
    "circumflex_accent": "^",
    "underscore": "_",
    "grave_accent": "`",
    "left_curly_bracket": "{",
    "vertical_line": "|",
    "right_curly_bracket": "}",
    "tilde": "~",
}
_MODIFIERS: Final = ("ctrl", "alt", "shift", "super", "hyper", "meta")
_SAME: Final = {"ctrl+@": "ctrl+Space", "ctrl+/": "ctrl+_"}
"""What legacy terminals send for the same key."""
UNTOLD: Final = {"ctrl+i": "Tab", "ctrl+m": "Enter", "ctrl+h": "Backspace", "ctrl+[": "Esc"}
"""Keys a terminal cannot tell from another one: binding them would work on some terminals only."""

BEGUN: Final = frozenset({"alt+[", "alt+]", "alt+O", "alt+P", "alt+X", "alt+^", "alt+_"})
"""What terminals send for these begins other keys or answers, and would swallow what follows."""

ESC: Final = "Esc"


def key_name(textual_key: str) -> str:
    """Return how people write a key that Textual reports (`events.Key.key`); never raises."""
    *modifiers, base = _parts(textual_key)
    return _joined(modifiers, _base_name(base))


def is_printable(key: str) -> bool:
    """Whether a key types a character."""
    return len(key) == 1 or key == "Space"


def parse_keys(text: str) -> tuple[str, ...]:
    """Read a sequence as people write it: `gg`, `g i`, `ctrl+x ctrl+c`, `Esc v`, `alt+<`.

    Keys are separated by blanks; two characters beside each other are two keys.

    Raises:
        ValueError: a key has no known name; the message is a sentence.
    """
    keys: list[str] = []
    for word in text.split():
        keys += _parse_word(word)
    if not keys:
        raise ValueError("there is no key")
    return tuple(keys)


def shown_keys(keys: tuple[str, ...]) -> str:
    """Return a sequence as people write it: `gg`, `ctrl+x ctrl+c`."""
    separator = "" if all(len(key) == 1 for key in keys) else " "
    return separator.join(keys)


def _parse_word(word: str) -> list[str]:
    if len(word) == 1:
        return [word]
    if word.lower() in _NAMED:
        return [_NAMED[word.lower()]]
    *modifiers, base = _parts(word)
    if modifiers:
        return [_with_modifiers(word, modifiers, base)]
    if len(word) == 2:
        return list(word)
    raise ValueError(f"“{word}” is not the name of a key")


def _with_modifiers(word: str, modifiers: list[str], base: str) -> str:
    if len(base) != 1 and base.lower() not in _NAMED:
        raise ValueError(f"“{word}” is not the name of a key")
    if wrong := [m for m in modifiers if m.lower() not in _MODIFIERS]:
        raise ValueError(f"“{wrong[0]}” is not ctrl, alt or shift")
    key = _joined([m.lower() for m in modifiers], _base_name(base))
    if key in UNTOLD:
        raise ValueError(f"terminals send {UNTOLD[key]} for {key}: bind {UNTOLD[key]}")
    if key in BEGUN:
        raise ValueError(f"terminals begin other keys with what they send for {key}")
    return key


def _parts(text: str) -> list[str]:
    """Split at + but not a + that is the key itself: `alt++`."""
    return re.split(r"\+(?=.)", text, flags=re.DOTALL) if len(text) > 1 else [text]


def _base_name(base: str) -> str:
    if len(base) <= 1:
        return base if base != " " else "Space"
    if base.lower() in _NAMED:
        return _NAMED[base.lower()]
    if base in _PUNCTUATION:
        return _PUNCTUATION[base]
    try:
        return unicodedata.lookup(base.replace("_", " "))
    except KeyError:
        return base


def _joined(modifiers: list[str], base: str) -> str:
    if len(base) == 1 and "shift" in modifiers:  # alt+shift+v is what alt+V is called
        modifiers = [m for m in modifiers if m != "shift"]
        base = base.upper()
    elif "ctrl" in modifiers and len(base) == 1:
        base = base.lower()
    order = [m for m in _MODIFIERS if m in modifiers]
    key = "+".join([*order, base])
    return _SAME.get(key, key)
