"""Lays the parts of the screen out as `render.panes` says, in one pass and in the first frame."""

from textual.geometry import NULL_OFFSET, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tuimail.ui.render.panes import Box, Part, Showing, arrange

_PARTS = {part.value: part for part in Part}
_NO_MARGIN = Spacing(0, 0, 0, 0)


class _PaneLayout(Layout):
    name = "panes"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002  Textual's signature
    ) -> ArrangeResult:
        parent.pre_layout(self)
        assert isinstance(parent, Panes)
        boxes = parent.boxes(size)
        return [
            WidgetPlacement(_region(boxes[part]), NULL_OFFSET, _NO_MARGIN, child)
            for child in children
            if (part := parent.part_of(child)) in boxes
        ]


class Panes(Widget):
    """Holds one widget per part; a part without a box is hidden."""

    DEFAULT_CSS = """
    Panes { width: 1fr; height: 1fr; overflow: hidden hidden; }
    """

    def __init__(self) -> None:
        super().__init__(id="panes")
        self.showing = Showing()
        self.list_id = Part.LIST.value
        """Id of the widget that stands in the list's place: messages or outbox."""
        self._layout = _PaneLayout()

    @property
    def layout(self) -> Layout:
        """The one layout, whatever styles say."""
        return self._layout

    def boxes(self, size: Size, showing: Showing | None = None) -> dict[Part, Box]:
        """Return where each part lies in a screen of this size; `showing` None means as it is."""
        return arrange(size.width, size.height, showing or self.showing)

    def part_of(self, child: Widget) -> Part | None:
        """Return the part a child stands for, or None while it is out of sight."""
        if child.id == self.list_id:
            return Part.LIST
        if child.id in (Part.LIST.value, "outbox"):
            return None
        return _PARTS.get(child.id or "")

    def show(self, showing: Showing, list_id: str) -> bool:
        """Show other parts; return whether that changes anything."""
        if (showing, list_id) == (self.showing, self.list_id):
            return False
        self.showing, self.list_id = showing, list_id
        for child in self.children[:1]:
            child.refresh(layout=True)  # a child's wish is what makes its parent arrange anew
        return True


def _region(box: Box) -> Region:
    return Region(box.x, box.y, box.width, box.height)
