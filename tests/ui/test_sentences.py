"""What the screen says: a key in a sentence is one of the person's keymap, never written there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tuimail.ui
from tuimail.ui.actions import Context
from tuimail.ui.keymap_file import known_keymaps, load_keymap
from tuimail.ui.keys import shown_keys

UI = Path(tuimail.ui.__file__).parent
OWN_KEYS = {"modals", "keymaps"}
"""Overlays have keys of their own, the same in every keymap."""
OWN_FILES = {"key_names.py", "keys.py", "search.py", "early_rows.py"}
"""Names of keys, the search bar's own keys, and SQL."""
ENGLISH = {"a", "A", "go", "It", "of", "o", "N", "Z", "End", " ", *"=-<>|/*$!:{};,~", "\\"}
"""Words and signs that are keys as well: they name one only before a verb."""
VERBS = "shows says writes takes lists finds begins returns gives tries types quits leaves opens"
KEYS = {
    shown_keys(binding.keys)
    for name in known_keymaps()
    for context in Context
    for binding in load_keymap(name, None).bindings(context).values()
}
_SURE = "|".join(re.escape(key) for key in sorted(KEYS - ENGLISH, key=len, reverse=True))
_ANY = "|".join(re.escape(key) for key in sorted(KEYS, key=len, reverse=True))
NAMED = re.compile(
    rf"(?<!\S)(?:(?:{_ANY}) (?:{'|'.join(VERBS.split())})\b|(?:{_SURE})(?=[ .,;:]|$))"
)


def sentences(file: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of each string of several words that is no docstring."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    comments = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in comments and " " in node.value.strip():
            yield node.lineno, node.value


FILES = [
    file
    for file in sorted(UI.rglob("*.py"))
    if file.name not in OWN_FILES and not OWN_KEYS & set(file.relative_to(UI).parts)
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_no_sentence_names_a_key_that_is_not_looked_up(file):
    named = [(line, text) for line, text in sentences(file) if NAMED.search(text)]
    assert named == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_no_words_are_a_key_that_is_not_looked_up(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    safe = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and n.args]
    words = [n.args[0] for n in safe if getattr(n.func, "id", "") in ("Safe", "ours")]
    named = [w.value for w in words if isinstance(w, ast.Constant) and w.value in KEYS - ENGLISH]
    assert named == []


@pytest.mark.parametrize(
    "text", ["go shows why", "No mail; c writes one.", "see H", "u takes back"]
)
def test_a_key_in_a_sentence_is_noticed(text):
    assert NAMED.search(text)
