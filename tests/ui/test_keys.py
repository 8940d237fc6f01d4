"""The key engine: keys come in, actions come out, and nothing ever raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.ui.actions import Context
from tuimail.ui.key_names import is_printable, key_name, parse_keys, shown_keys
from tuimail.ui.keymap_file import known_keymaps, load_keymap
from tuimail.ui.keys import (
    MAX_COUNT,
    Binding,
    Clash,
    Cleared,
    Continuation,
    Invoke,
    KeyEngine,
    Keymap,
    Miss,
    Pending,
    check_sequence,
)

LIST, READER, COMPOSE = Context.LIST, Context.READER, Context.COMPOSE


def keymap(**contexts: dict[str, str]) -> Keymap:
    bindings = {
        Context(name): {
            parse_keys(keys): Binding(parse_keys(keys), action, "", f"keys.toml:{n}")
            for n, (keys, action) in enumerate(table.items(), 1)
        }
        for name, table in contexts.items()
    }
    return Keymap(bindings)


def pressed(engine: KeyEngine, context: Context, *keys: str) -> list[object]:
    return [engine.feed(context, key) for key in keys]


@pytest.fixture
def engine() -> KeyEngine:
    return KeyEngine(load_keymap("default", None))


def test_a_key_invokes_its_action(engine: KeyEngine) -> None:
    assert engine.feed(LIST, "j") == Invoke("cursor.down", 1, False, "")


def test_a_sequence_waits_for_its_end(engine: KeyEngine) -> None:
    first, second = pressed(engine, LIST, "g", "g")
    assert first == Pending("g")
    assert second == Invoke("cursor.top", 1, False, "")
    assert engine.pending == ""


def test_a_count_goes_before_a_key_and_before_a_sequence(engine: KeyEngine) -> None:
    assert pressed(engine, LIST, "5", "j")[-1] == Invoke("cursor.down", 5, True, "")
    outcomes = pressed(engine, LIST, "1", "0", "d", "d")
    assert outcomes[:3] == [Pending("1"), Pending("10"), Pending("10d")]
    assert outcomes[3] == Invoke("delete", 10, True, "")


def test_a_count_is_capped(engine: KeyEngine) -> None:
    outcome = pressed(engine, LIST, *"9" * 5_000, "j")[-1]
    assert outcome == Invoke("cursor.down", MAX_COUNT, True, "")


def test_zero_alone_is_no_count(engine: KeyEngine) -> None:
    assert engine.feed(LIST, "0") == Miss(spent=False, text="0")


def test_esc_clears_what_is_pending_and_acts_otherwise(engine: KeyEngine) -> None:
    assert pressed(engine, LIST, "1", "d", "escape")[-1] == Cleared()
    assert engine.pending == ""
    assert engine.feed(LIST, "escape") == Invoke("message.back", 1, False, "")


def test_the_keys_a_keymap_names_drop_what_is_pending() -> None:
    engine = KeyEngine(load_keymap("emacs", None))
    assert pressed(engine, LIST, "ctrl+x", "ctrl+g")[-1] == Cleared()
    assert pressed(engine, LIST, "ctrl+x", "escape")[-1] == Cleared()
    assert engine.feed(LIST, "ctrl+g") == Invoke("select.clear", 1, False, "")


def test_a_key_that_ends_a_sequence_in_vain_is_spent(engine: KeyEngine) -> None:
    assert pressed(engine, LIST, "g", "y")[-1] == Miss(spent=True, text="gy")
    assert engine.feed(LIST, "ctrl+o") == Miss(spent=False, text="ctrl+o")


def test_a_narrow_context_falls_through_to_wider_ones(engine: KeyEngine) -> None:
    assert pressed(engine, READER, "r") == [Invoke("reply", 1, False, "")]
    assert pressed(engine, READER, "g", "i")[-1] == Invoke("goto.inbox", 1, False, "")
    assert engine.feed(Context.MAILBOXES, "f") == Miss(spent=False, text="f")


def test_typing_reaches_the_text(engine: KeyEngine) -> None:
    assert pressed(engine, COMPOSE, *"5dd") == [Miss(spent=False, text=key) for key in "5dd"]
    assert engine.feed(COMPOSE, "alt+s") == Invoke("compose.send", 1, False, "")


def test_the_inner_context_wins_over_the_outer() -> None:
    engine = KeyEngine(keymap(**{"global": {"j": "cursor.down"}, "reader": {"j": "message.next"}}))
    assert engine.feed(READER, "j") == Invoke("message.next", 1, False, "")
    assert engine.feed(LIST, "j") == Invoke("cursor.down", 1, False, "")


def test_an_empty_action_takes_a_key_away() -> None:
    made = keymap(**{"global": {"g": "sync"}, "list": {"g": "", "g i": "goto.inbox"}})
    engine = KeyEngine(made)
    assert engine.feed(LIST, "g") == Pending("g")
    assert engine.feed(LIST, "i") == Invoke("goto.inbox", 1, False, "")
    assert engine.feed(READER, "g") == Invoke("sync", 1, False, "")


def test_a_key_that_begins_a_longer_one_is_refused_in_every_context_where_they_meet() -> None:
    with pytest.raises(Clash, match=r"in “reader”, g \(reply.all, keys.toml:1\) hides gi"):
        keymap(**{"global": {"gi": "goto.inbox"}, "reader": {"g": "reply.all"}})


def test_esc_acts_at_once_and_still_begins_a_sequence_for_a_second() -> None:
    engine = KeyEngine(keymap(list={"Esc": "message.back", "Esc v": "thread.collapse"}))
    assert engine.feed(LIST, "escape", 10.0) == Invoke("message.back", 1, False, "")
    assert engine.feed(LIST, "v", 10.9) == Invoke("thread.collapse", 1, False, "")
    engine.feed(LIST, "escape", 20.0)
    assert engine.feed(LIST, "v", 21.5) == Miss(spent=False, text="v")


def test_esc_that_only_begins_sequences_is_a_miss_by_itself() -> None:
    engine = KeyEngine(keymap(list={"Esc v": "thread.collapse"}))
    assert engine.feed(LIST, "escape", 1.0) == Miss(spent=False, text="Esc")
    assert engine.feed(LIST, "x", 1.1) == Miss(spent=False, text="x")
    assert engine.feed(LIST, "v", 1.2) == Miss(spent=False, text="v")


def test_esc_within_a_second_after_a_count_is_not_taken_for_a_prefix() -> None:
    engine = KeyEngine(keymap(list={"Esc v": "thread.collapse", "v": "select"}))
    engine.feed(LIST, "escape", 1.0)
    assert engine.feed(LIST, "2", 1.1) == Pending("2")
    assert engine.feed(LIST, "v", 1.2) == Invoke("select", 2, True, "")


def test_which_key_lists_how_a_sequence_goes_on() -> None:
    engine = KeyEngine(
        keymap(list={"g g": "cursor.top", "g i a": "goto.inbox", "g i b": "goto.mailbox"})
    )
    assert engine.continuations(LIST) == ()
    engine.feed(LIST, "g")
    assert engine.continuations(LIST) == (
        Continuation("g", ("cursor.top",), True),
        Continuation("i", ("goto.inbox", "goto.mailbox"), False),
    )


def test_clear_drops_keys_and_count(engine: KeyEngine) -> None:
    pressed(engine, LIST, "3", "g")
    assert engine.pending == "3g"
    engine.clear()
    assert engine.pending == ""


def test_a_keymap_tells_the_keys_of_an_action(engine: KeyEngine) -> None:
    made = load_keymap("default", None)
    assert made.keys_for("cursor.top", LIST) == ("gg", "Home")
    assert made.keys_for("cursor.top", COMPOSE) == ()


@pytest.mark.parametrize(
    ("textual", "written"),
    [
        ("number_sign", "#"),
        ("vertical_line", "|"),
        ("G", "G"),
        ("alt+shift+v", "alt+V"),
        ("alt+shift+less_than_sign", "alt+<"),
        ("ctrl+underscore", "ctrl+_"),
        ("ctrl+@", "ctrl+Space"),
        ("ctrl+space", "ctrl+Space"),
        ("space", "Space"),
        (" ", "Space"),
        ("pagedown", "PgDn"),
        ("shift+tab", "shift+Tab"),
        ("f1", "F1"),
        ("ctrl+right", "ctrl+Right"),
        ("pound_sign", "£"),
        ("plus", "+"),
        ("+", "+"),
        ("語", "語"),
        ("no_such_key", "no_such_key"),
        ("", ""),
    ],
)
def test_textual_names_become_what_people_write(textual: str, written: str) -> None:
    assert key_name(textual) == written


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("gg", ("g", "g")),
        ("g i", ("g", "i")),
        ("ctrl+x ctrl+c", ("ctrl+x", "ctrl+c")),
        ("CTRL+X", ("ctrl+x",)),
        ("ctrl+x Right", ("ctrl+x", "Right")),
        ("alt+V", ("alt+V",)),
        ("alt++", ("alt++",)),
        ("escape v", ("Esc", "v")),
        ("ctrl+/", ("ctrl+_",)),
        ("pgdn", ("PgDn",)),
        ("\\", ("\\",)),
    ],
)
def test_written_keys_are_read(text: str, keys: tuple[str, ...]) -> None:
    assert parse_keys(text) == keys
    assert parse_keys(shown_keys(keys)) == keys


@pytest.mark.parametrize("text", ["", "Entr", "ctrl+foo", "ctl+x", "ctrl+i", "ctrl+m", "hyper"])
def test_unknown_keys_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|terminals|ctrl"):
        parse_keys(text)


def test_sequences_that_could_never_be_typed_are_refused() -> None:
    for context, keys in (
        (LIST, ("5", "j")),
        (LIST, ("g", "Esc")),
        (COMPOSE, ("a",)),
        (COMPOSE, ("Space",)),
    ):
        with pytest.raises(ValueError, match=r"digits|Esc|printable"):
            check_sequence(context, keys)
    check_sequence(COMPOSE, ("ctrl+c", "a"))


def test_what_types_a_character_is_printable() -> None:
    assert is_printable("a")
    assert is_printable("Space")
    assert not is_printable("Enter")


KEYS = st.one_of(
    st.sampled_from(
        ["g", "d", "z", "Z", "escape", "ctrl+x", "ctrl+c", "number_sign", "0", "1", "9", "enter"]
    ),
    st.text(max_size=6),
    st.text(alphabet="+_abc", max_size=8),
)


@given(
    name=st.sampled_from(known_keymaps()),
    steps=st.lists(st.tuples(st.sampled_from(list(Context)), KEYS, st.floats(0, 3)), max_size=40),
)
def test_no_keys_in_any_order_ever_raise(
    name: str, steps: list[tuple[Context, str, float]]
) -> None:
    engine = KeyEngine(MAPS[name])
    now_s = 0.0
    for context, key, wait_s in steps:
        now_s += wait_s
        outcome = engine.feed(context, key, now_s)
        assert isinstance(outcome, Invoke | Pending | Cleared | Miss)
        assert isinstance(outcome, Pending) == bool(engine.pending)
        engine.continuations(context)
        if isinstance(outcome, Invoke):
            assert 1 <= outcome.count <= MAX_COUNT


MAPS = {name: load_keymap(name, None) for name in known_keymaps()}
