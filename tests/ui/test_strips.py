import pytest

from tuimail.model.safe import Safe, Untrusted
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import strip_of
from tuimail.ui.themes import load_theme

STYLES = load_theme("dark").styles


def test_safe_text_becomes_a_strip():
    assert strip_of([(Safe("Hello"), StyleRole.TEXT)], STYLES).text == "Hello"


@pytest.mark.parametrize("text", ["Hello", "\x1b]0;title\x07", Untrusted("Hello"), b"Hello", None])
def test_anything_but_safe_text_is_refused(text):
    with pytest.raises(TypeError, match="Safe"):
        strip_of([(text, StyleRole.TEXT)], STYLES)


def test_what_str_methods_return_is_refused_as_well():
    with pytest.raises(TypeError):
        strip_of([(Safe("Hello").upper(), StyleRole.TEXT)], STYLES)
