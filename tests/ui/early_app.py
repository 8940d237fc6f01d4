"""A small program that paints early, hands over to Textual and keeps its frame for the next start.

    python -m tests.ui.early_app PROFILE

Its list is drawn from the store by the same function as the real one.
"""

import sys
import time
from pathlib import Path

from tuimail.config.profile import Profile
from tuimail.ui.boot import early_paint, undo_paint

NOW = int(time.time())
ACCOUNTS = ("work",)


def run(profile: Profile, painted: object) -> None:
    from textual import events
    from textual.app import App, ComposeResult
    from textual.strip import Strip
    from textual.widget import Widget

    from tuimail.model.safe import ours
    from tuimail.model.view import View
    from tuimail.store.database import open_store
    from tuimail.store.lists import rows_of, view_ids
    from tuimail.store.mailboxes import mailbox_rows
    from tuimail.ui.output import DiffDriver
    from tuimail.ui.paint_cache import Frame, ListedView, save_paint_cache
    from tuimail.ui.render.layout import RowLook
    from tuimail.ui.render.panes import Box
    from tuimail.ui.render.rows import message_row
    from tuimail.ui.roles import StyleRole
    from tuimail.ui.strips import strip_of
    from tuimail.ui.themes import load_theme

    if (profile.state_dir / "fail").exists():
        raise RuntimeError("the screen cannot start")
    DiffDriver.painted = painted
    theme = load_theme("dark")
    store = open_store(profile.data_dir)
    boxes = mailbox_rows(store)
    view = View(ours("All"), tuple(box.id for box in boxes))
    rows = rows_of(store, view, view_ids(store, view)[:100])

    class Mails(Widget):
        cursor = 0
        can_focus = True

        def render_line(self, y: int) -> Strip:
            look = RowLook(self.size.width, NOW, False, True, ACCOUNTS)
            styles = theme.cursor_styles if y == self.cursor else theme.styles
            blank = [(ours(" " * look.width), StyleRole.ROW)]
            return strip_of(message_row(rows[y], look) if y < len(rows) else blank, styles)

    class Early(App[None]):
        CSS = "Mails { height: 1fr; } #status { height: 1; dock: bottom; }"
        AUTO_FOCUS = None
        ENABLE_COMMAND_PALETTE = False

        def compose(self) -> ComposeResult:
            yield Mails()

        def on_mount(self) -> None:
            self.register_theme(theme.textual)
            self.theme = theme.textual.name
            self.call_after_refresh(self.keep)

        def keep(self) -> None:
            mails = self.query_one(Mails)
            x, y, width, height = mails.region
            assert isinstance(self._driver, DiffDriver)
            names = tuple((box.account, box.name.raw) for box in boxes)
            frame = Frame(self._driver.cells(), Box(x, y, width, height))
            listed = ListedView(names, None, ACCOUNTS)
            save_paint_cache(profile, theme, frame, listed, self.console.color_system)

        def on_key(self, event: events.Key) -> None:
            mails = self.query_one(Mails)
            if event.key == "q":
                self.exit()
            elif event.key == "j":
                mails.cursor += 1
                mails.refresh()

    Early(driver_class=DiffDriver).run()
    store.close()


def main() -> None:
    profile = Profile.at(Path(sys.argv[1]))
    painted = early_paint(profile.state_dir, profile.data_dir)
    try:
        run(profile, painted)
    except BaseException:
        if painted is not None:
            undo_paint(painted)
        raise


if __name__ == "__main__":
    main()
