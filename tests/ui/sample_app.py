"""A small Textual program with every kind of text, run in a pty by the tests of the output layer.

python -m tests.ui.sample_app diff|stock
"""

import asyncio
import sys

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.strip import Strip
from textual.widget import Widget

from tuimail.ui.output import DiffDriver

SUBJECTS = (
    "Plain words in a subject",
    "Quarterly figures — naïve façade, Größe",
    "明日の会議について、資料を送ります",
    "한국어 제목입니다 그리고 더",
    "Family 👨‍👩‍👧‍👦 and flags 🇩🇪🇯🇵 and tones 👍🏽",
    "Heart ❤️ keycap 1️⃣ sun ☀️ end",
    "Combining e\u0301 a\u0308 o\u0302\u0323 n\u0303",
    "สวัสดีครับ ทดสอบภาษาไทย",
    "हिन्दी में विषय पंक्ति",
    "مرحبا بالعالم نص عربي",
    "───── rule ═════ ━━━━━ ▁▁▁▁▁▁▁▁▁▁▁▁▁▁",
    "Tight   gaps    and     blanks      here",
)
HOSTILE = "evil \x1b]52;c;ZXZpbA==\x07 \x1b]0;PWNED\x07 \x1b[2J \x9b31m \x1bc end"
ROWS = 300
ENVIRONMENT = {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0", "ESCDELAY": "25"}
"""To be set before the program starts."""


class Rows(Widget):
    """A list with a cursor, drawn line by line."""

    can_focus = True
    top = 0
    cursor = 0
    hostile = False

    def render_line(self, y: int) -> Strip:
        index, width = self.top + y, self.size.width
        if index >= ROWS:
            return Strip.blank(width, Style(bgcolor="#14171c"))
        on = Style(bgcolor="#274166" if index == self.cursor else "#14171c")
        subject = HOSTILE if self.hostile and index == 3 else SUBJECTS[index % len(SUBJECTS)]
        strip = Strip(
            [
                Segment("● " if index % 3 == 0 else "  ", on + Style(color="#7fb4ff")),
                Segment(f"{index:4} ", on + Style(color="#8b95a5", dim=index % 2 == 0)),
                Segment(subject, on + Style(color="#ffffff", bold=index % 3 == 0)),
                Segment("  "),
                Segment("link", on + Style(underline=True, link="https://example.org/")),
            ]
        )
        return strip.adjust_cell_length(width, on)

    def move(self, by: int) -> None:
        self.cursor = max(0, min(ROWS - 1, self.cursor + by))
        height = self.size.height
        if self.cursor < self.top:
            self.top = max(0, self.cursor)
        elif self.cursor >= self.top + height:
            self.top = self.cursor - height + 1
        self.refresh()


class Text(Widget):
    """A reader: wraps one subject over its lines."""

    shown = 0

    def render_line(self, y: int) -> Strip:
        style = Style(color=("#c9ced6", "#79b8ff", "#d2a8ff")[y % 3], bgcolor="#14171c")
        text = (SUBJECTS[(self.shown + y) % len(SUBJECTS)] + "  ") * (y % 3 + 1)
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, style)


class Tree(Widget):
    """Something on the left that stays where it is when the list scrolls."""

    def render_line(self, y: int) -> Strip:
        style = Style(color="#c9ced6", bgcolor="#14171c")
        return Strip([Segment(f" mailbox {y:2} │", style)]).adjust_cell_length(14, style)


class Sample(App[None]):
    """Three panes."""

    AUTO_FOCUS = "Rows"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: #14171c; }
    Tree { width: 14; }
    Text { height: 40%; }
    """
    ticks = 0

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Tree()
            with Vertical():
                yield Rows()
                yield Text()

    def on_key(self, event: events.Key) -> None:
        rows, text = self.query_one(Rows), self.query_one(Text)
        steps = {"j": 1, "k": -1, "pagedown": 10, "pageup": -10, "G": ROWS, "g": -ROWS}
        if event.key in steps:
            rows.move(steps[event.key])
        elif event.key == "enter":
            text.shown = rows.cursor
            text.refresh()
        elif event.key == "x":
            rows.hostile = not rows.hostile
            rows.refresh()
        elif event.key == "s":
            text.display = not text.display
        elif event.key == "q":
            self.exit()
        elif event.key == "ctrl+l" and isinstance(self._driver, DiffDriver):
            self._driver.forget()
            self.refresh(repaint=True, layout=True)
        elif event.key == "e":
            self.run_worker(self.edit())

    def tick(self) -> None:
        self.ticks += 1
        self.query_one(Text).refresh()

    async def edit(self) -> None:
        """Suspend for a program while timers repaint."""
        timer = self.set_interval(0.02, self.tick)
        with self.suspend():
            print("IN-EDITOR", flush=True)
            shell = "read line; echo LEFT-$line"
            process = await asyncio.create_subprocess_exec("sh", "-c", shell)
            await process.wait()
        timer.stop()
        self.refresh(repaint=True, layout=True)


if __name__ == "__main__":
    Sample(driver_class=DiffDriver if sys.argv[1] == "diff" else None).run()
