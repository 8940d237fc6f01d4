"""Cells in ASCII, for terminals whose locale knows nothing else: each as wide as it was. Pure."""

import unicodedata
from functools import lru_cache
from typing import Final

_MARKS: Final = {
    **dict.fromkeys("●•◆", "*"),
    "■": "#",
    "¬": "=",
    **dict.fromkeys("★☆", "!"),
    **dict.fromkeys("←‹«◀", "<"),
    **dict.fromkeys("→›»▶▸", ">"),
    **dict.fromkeys("✓▾▼↓", "v"),
    **dict.fromkeys("↑▴▲", "^"),
    **dict.fromkeys("│┃║▏▎▌▐█", "|"),
    **dict.fromkeys("─━═▁▔–—‐‑−", "-"),
    **dict.fromkeys("├┤┬┴┼┌┐└┘╭╮╰╯╔╗╚╝", "+"),
    **dict.fromkeys("⟦", "["),
    **dict.fromkeys("⟧", "]"),
    **dict.fromkeys("…·", "."),
    **dict.fromkeys("‘’‚", "'"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("✗×", "x"),
    **dict.fromkeys("↻⟳", "~"),
    "◷": "@",
    "†": "%",
    "◌": "-",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "ß": "s",
    "æ": "a",
    "Æ": "A",
    "œ": "o",
    "Œ": "O",
    "đ": "d",
    "Đ": "D",
    "\u00a0": " ",
}
"""Our own marks and box drawing, and letters that Unicode does not take apart."""
_UNKNOWN: Final = "?"


@lru_cache(4_096)
def in_ascii(cluster: str, width: int) -> str:
    """Return `width` characters of ASCII that stand for a cluster."""
    if cluster.isascii():
        return cluster
    found = _MARKS.get(cluster[0], "")
    if not found:
        plain = unicodedata.normalize("NFKD", cluster)
        found = "".join(char for char in plain if " " <= char <= "~")
    return found[:width].ljust(width, " " if found else _UNKNOWN)


def text_in_ascii(text: str) -> str:
    """Return text for the terminal itself, such as a title; control characters are kept."""
    return "".join(char if char.isascii() else in_ascii(char, 1) for char in text)
