"""Keymap files: TOML to a checked `Keymap`, every refusal with file, line and key."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from tuimail.config.document import Document, read_document
from tuimail.errors import ConfigError, UserError

from .action_table import ACTIONS
from .actions import CHAIN, CURRENT_CONTEXTS, Argument, Context
from .key_names import parse_keys
from .keys import ALWAYS_CANCEL, Binding, Clash, Head, Keymap, Keys, check_sequence

SHIPPED: Final = Path(__file__).parent / "keymaps"
_TOP: Final = "keys"
_HEAD: Final = "keymap"
_PATTERNS: Final = ("", "mutt")

_Bindings = dict[Context, dict[Keys, Binding]]


def known_keymaps() -> tuple[str, ...]:
    """Return the names of the shipped keymaps."""
    return tuple(sorted(file.stem for file in SHIPPED.glob("*.toml")))


def load_keymap(name: str, user_file: Path | None) -> Keymap:
    """Return a shipped keymap (`default`, `mutt`, `emacs`) with the person's changes over it.

    `user_file` is `keys.toml` beside config.toml; it may be absent. Tables `[keys.CONTEXT]`, one
    line per key: `"gm" = "move Archive"`; an empty action takes a key away. A table `[keymap]` may
    say `cancel`, the keys that drop an unfinished sequence, and `patterns = "mutt"`.

    Raises:
        UserError: there is no such keymap.
        ConfigError: unknown key, action or context, or a clash.
    """
    if name not in known_keymaps():
        known = ", ".join(known_keymaps())
        raise UserError(f"there is no keymap “{name}”; known are: {known}")
    documents = [read_document(SHIPPED / f"{name}.toml")]
    if user_file is not None:
        documents.append(read_document(user_file))
    bindings: _Bindings = {context: {} for context in Context}
    head = Head(name=name)
    for document in documents:
        head = _head(document, head)
        for context, own in _read(document, head).items():
            bindings[context].update(own)
    try:
        return Keymap(bindings, head)
    except Clash as clash:
        raise _clash_error(documents, clash) from None


def _clash_error(documents: list[Document], clash: Clash) -> ConfigError:
    """Point at the person's own line rather than at the shipped one."""
    ours = f"{documents[0].file}:"
    binding = clash.shorter if not clash.shorter.place.startswith(ours) else clash.longer
    file, _, line = binding.place.rpartition(":")
    return ConfigError(file, int(line), "", str(clash))


def binding_of(context: Context, written: str, value: str) -> Binding:
    """Return what a key typed while the program runs is to do.

    Raises:
        ValueError: no key, no action, or one that does nothing there; the message is a sentence.
    """
    keys = parse_keys(written)
    check_sequence(context, keys)
    action, argument = _action(context, value)
    return Binding(keys, action, argument, ":map")


def _head(document: Document, before: Head) -> Head:
    """Return what a file says of the whole keymap, over what was said before."""
    table = document.values.get(_HEAD, {})
    if not isinstance(table, dict):
        raise document.error((_HEAD,), "must be a table [keymap]")
    head = before
    for key, value in table.items():
        where = (_HEAD, key)
        if key == "cancel" and isinstance(value, list) and all(isinstance(k, str) for k in value):
            head = replace(head, cancel=ALWAYS_CANCEL | _single_keys(document, where, value))
        elif key == "patterns" and value in _PATTERNS:
            head = replace(head, patterns=str(value))
        else:
            known = 'cancel, a list of keys, and patterns, "" or "mutt"'
            raise document.error(where, f"only these are known here: {known}")
    return head


def _single_keys(document: Document, where: tuple[str, ...], written: list[str]) -> frozenset[str]:
    try:
        keys = [parse_keys(one) for one in written]
    except ValueError as error:
        raise document.error(where, str(error)) from None
    if any(len(one) != 1 for one in keys):
        raise document.error(where, "must be single keys")
    return frozenset(one[0] for one in keys)


def _read(document: Document, head: Head) -> _Bindings:
    for table in document.values:
        if table not in (_TOP, _HEAD):
            where = next((key for key in document.lines if key[0] == table), (table,))
            raise document.error(where, "only tables [keys.CONTEXT] are known here")
    contexts = document.values.get(_TOP, {})
    if not isinstance(contexts, dict):
        raise document.error((_TOP,), "must be tables [keys.CONTEXT]")
    return {_context(document, word): _table(document, word, head) for word in contexts}


def _context(document: Document, word: str) -> Context:
    try:
        return Context(word)
    except ValueError:
        known = ", ".join(Context)
        problem = f"there is no context “{word}”; known are: {known}"
        raise document.error((_TOP, word), problem) from None


def _table(document: Document, word: str, head: Head) -> dict[Keys, Binding]:
    table = document.values[_TOP][word]
    if not isinstance(table, dict):
        raise document.error((_TOP, word), "must be a table of keys")
    bindings: dict[Keys, Binding] = {}
    for written, value in table.items():
        binding = _binding(document, Context(word), written, value)
        _check_cancel(document, binding, (_TOP, word, written), head)
        if binding.keys in bindings:
            other = bindings[binding.keys].place
            raise document.error((_TOP, word, written), f"the same key is already bound at {other}")
        bindings[binding.keys] = binding
    return bindings


def _check_cancel(document: Document, binding: Binding, where: tuple[str, ...], head: Head) -> None:
    """Refuse a sequence that a cancel key would end before its end."""
    if ending := head.cancel.intersection(binding.keys[1:]):
        problem = f"{min(ending)} ends a sequence and can only stand first"
        raise document.error(where, problem)


def _binding(document: Document, context: Context, written: str, value: object) -> Binding:
    where = (_TOP, context.value, written)
    try:
        keys = parse_keys(written)
        check_sequence(context, keys)
        action, argument = _action(context, value)
    except ValueError as error:
        raise document.error(where, str(error)) from None
    line = document.lines.get(where, 0)
    return Binding(keys, action, argument, f"{document.file}:{line}")


def _action(context: Context, value: object) -> tuple[str, str]:
    if not isinstance(value, str):
        raise ValueError('an action is text in quotes; "" takes the key away')  # noqa: TRY004  shown to people
    action_id, _, argument = value.strip().partition(" ")
    if not action_id:
        return "", ""
    action = ACTIONS.get(action_id)
    if action is None:
        raise ValueError(f"there is no action “{action_id}”; the program's help lists them all")
    if argument and action.argument is Argument.NONE:
        raise ValueError(f"{action_id} takes no argument")
    if not any(action.applies_in(c) for c in CURRENT_CONTEXTS if context in CHAIN[c]):
        raise ValueError(f"{action_id} does nothing in “{context}”")
    return action_id, argument.strip()
