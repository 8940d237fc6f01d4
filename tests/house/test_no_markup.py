"""K2: nothing of the interface takes a string for markup, so no mail can hold some that acts."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TAKES_MARKUP = frozenset(
    {
        *("Static", "Label", "Button", "Markdown", "MarkdownViewer", "RichLog", "Log", "DataTable"),
        *("OptionList", "SelectionList", "ListView", "Tree", "DirectoryTree", "Header", "Footer"),
        *("Toast", "Tooltip", "Link", "Digits", "Placeholder", "Pretty", "Tabs", "TabbedContent"),
    }
)
"""Widgets of Textual that parse text they are given, or draw it as it came."""
PARSES = frozenset({"from_markup", "notify", "markup_escape", "print_markdown", "to_markup"})
READ_AS_MARKUP = frozenset({"tooltip", "border_title", "border_subtitle", "sub_title"})
"""What Textual parses when it is set."""


def faults(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                taken = [one.name for one in names if one.name in TAKES_MARKUP]
                yield from (f"imports {name}" for name in taken if module.startswith("textual"))
                if module == "rich.markup":
                    yield "imports rich.markup"
            case ast.Import(names=names):
                yield from (f"imports {one.name}" for one in names if one.name == "rich.markup")
            case ast.Call(func=ast.Attribute(attr=name)) if name in PARSES:
                yield f"calls {name}"
            case ast.keyword(arg="markup", value=ast.Constant(value=True)):
                yield "asks for markup"
            case ast.Attribute(attr=name, ctx=ast.Store()) if name in READ_AS_MARKUP:
                yield f"sets {name}"
            case ast.Constant(value=str(text)) if text.startswith("textual.widgets."):
                yield "names a widget"


@pytest.mark.parametrize("room", ["ui", "cli", "__main__.py"])
def test_k2_no_widget_takes_markup(room: str) -> None:
    place = ROOT / "tuimail" / room
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert files
    found = {str(file): list(faults(file.read_text("utf-8"))) for file in files}
    assert {file: said for file, said in found.items() if said} == {}


@pytest.mark.parametrize(
    "line",
    [
        "from textual.widgets import Static",
        "from textual.widgets import Input, Label",
        "from rich.markup import escape",
        "app.notify('x')",
        "Text.from_markup(subject)",
        "Content.from_markup(subject)",
        "Thing(subject, markup=True)",
        "widget.border_title = subject",
        "self.tooltip = subject",
    ],
)
def test_a_line_that_takes_markup_is_found(line: str) -> None:
    assert list(faults(line))
