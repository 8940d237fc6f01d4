import itertools

import pytest

from tuimail.ui.render.panes import Part, Showing, arrange

SIZES = [(80, 24), (100, 30), (120, 40), (149, 40), (150, 40), (200, 50), (40, 10), (300, 80)]
SHOWINGS = [
    Showing(active, has_mail, has_compose, has_search, has_tabs=has_tabs, is_plain=is_plain)
    for active in (Part.LIST, Part.MAILBOXES, Part.READER)
    for has_mail, has_compose, has_search, has_tabs, is_plain in itertools.product(
        (False, True), repeat=5
    )
]


def test_a_wide_screen_has_three_panes_side_by_side():
    boxes = arrange(200, 50, Showing())
    assert boxes[Part.MAILBOXES].width == 24
    assert boxes[Part.LIST].height == boxes[Part.READER].height == 48
    assert boxes[Part.MAILBOXES].x < boxes[Part.LIST].x < boxes[Part.READER].x


def test_a_medium_screen_has_the_list_over_the_reader():
    boxes = arrange(120, 40, Showing(has_mail=True))
    assert boxes[Part.MAILBOXES].width == 22
    assert boxes[Part.LIST].x == boxes[Part.READER].x
    assert boxes[Part.LIST].y < boxes[Part.READER].y


def test_with_nothing_open_a_medium_screen_is_all_list():
    assert Part.READER not in arrange(120, 40, Showing())


@pytest.mark.parametrize(
    ("showing", "part"),
    [
        (Showing(), Part.LIST),
        (Showing(Part.READER, has_mail=True), Part.READER),
        (Showing(Part.COMPOSE, has_compose=True), Part.COMPOSE),
    ],
)
def test_a_small_screen_shows_one_pane_in_full(showing, part):
    boxes = arrange(80, 24, showing)
    assert set(boxes) == {part, Part.STATUS, Part.HINT}
    assert (boxes[part].width, boxes[part].height) == (80, 22)


def test_on_a_small_screen_mailboxes_lie_beside_the_list_while_they_have_the_keys():
    assert Part.MAILBOXES in arrange(80, 24, Showing(Part.MAILBOXES))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("showing", SHOWINGS)
def test_boxes_fill_the_screen_and_never_overlap(size, showing):
    columns, rows = size
    cells = [[0] * columns for _ in range(rows)]
    for box in arrange(columns, rows, showing).values():
        for y in range(box.y, box.y + box.height):
            for x in range(box.x, box.x + box.width):
                cells[y][x] += 1
    assert all(count == 1 for line in cells for count in line)


@pytest.mark.parametrize(
    ("columns", "listed", "reader"),
    [(150, 60, 64), (180, 70, 84), (200, 90, 84), (220, 107, 87), (250, 123, 101)],
)
def test_list_and_reader_share_wide_terminals_by_what_they_show(columns, listed, reader):
    boxes = arrange(columns, 50, Showing(has_mail=True))
    assert (boxes[Part.LIST].width, boxes[Part.READER].width) == (listed, reader)


@pytest.mark.parametrize("columns", range(150, 301))
def test_the_list_has_40_to_55_per_cent_of_a_wide_terminal(columns):
    boxes = arrange(columns, 50, Showing(has_mail=True))
    room = columns - boxes[Part.LIST].x
    share = boxes[Part.LIST].width / room
    assert share <= 0.55
    assert share >= 0.39 or boxes[Part.LIST].width == 60
