import pytest

from tuimail.mime.links import LinkTable
from tuimail.mime.text import text_to_lines

PIPES = "| a | b |\n|---|---|\n| 1 | two |"
BARE_PIPES = "a | b | c\n1 | 2 | 3"
HEADED_PIPES = "name | town\n-----+-----\nAnn | Rome"
ALIGNED = "Item          Qty   Price\nPen             2    3.00\nPaper          10   12.50"
NAMED = "Name      Ann Example\nTown      Rome\nPost      00100"
FRAMED = "+-----+----+\n| a   | b  |\n+-----+----+"
DRAWN = "┌─────┬────┐\n│ a   │ b  │\n└─────┴────┘"
WIDE = "品名      数量\n鉛筆      2\n消しゴム  10"
FENCED = "```python\ndef f(x):\n    return x\n\n# Title  of  it\n```"
TILDES = "~~~\nanything at all\n~~~"
INDENTED = "    int main() {\n        return 0;\n    }"


def lines(text, **how):
    return text_to_lines(text, LinkTable(), **how)


def fixed(text, **how):
    return [line.is_fixed for line in lines(text, **how)]


@pytest.mark.parametrize(
    "table",
    [
        PIPES,
        BARE_PIPES,
        HEADED_PIPES,
        ALIGNED,
        NAMED,
        FRAMED,
        DRAWN,
        WIDE,
        FENCED,
        TILDES,
        INDENTED,
    ],
)
@pytest.mark.parametrize("front", ["", "> ", ">> "])
def test_a_table_or_code_stays_as_it_was_typed(table, front):
    rows = [front + row for row in table.split("\n")]
    shown = lines("\n".join(["Hello,", front.rstrip(), *rows, front.rstrip(), "bye"]))
    assert [line.text for line in shown[2:-2]] == rows
    assert [line.is_fixed for line in shown] == [False, False, *[True] * len(rows), False, False]
    assert {line.quote_depth for line in shown[2:-2]} == {front.count(">")}


@pytest.mark.parametrize(
    "prose",
    [
        "Two blanks follow.  They are a habit of typists\nwho learned it so.  Nothing is aligned\nhere.  At all.",
        "Home | Blog | Contact",
        "either this | or that\nand on it goes",
        "    A passage that is moved in\n    over two lines of words.",
        "  - one thing\n  - another thing\n  - a third",
        "```\nnever closed, so it is\nonly text",
        "A line with ``` in it\nand one more ``` here",
        "Dear Ann,\n\n  thank you   for all\n\nBob",
        "-- \nAnn Example\nHead of things",
        "Some    words\nand more",
    ],
)
def test_prose_is_wrapped(prose):
    assert not any(fixed(prose))


def test_a_paragraph_that_is_one_long_line_is_no_row():
    assert not any(fixed(f"{'word | ' * 60}\n{'word | ' * 60}"))


def test_code_between_fences_has_the_role_of_code_and_ends_with_them():
    shown = lines(f"see\n{FENCED}\nbye")
    assert [line.spans[0].role for line in shown] == ["text", *["code"] * 6, "text"]


def test_a_fence_of_one_depth_is_not_closed_by_one_of_another():
    assert fixed("> ```\n> x = 1\nsays who?\n```") == [False] * 4


def test_links_in_a_table_stay_links():
    table = LinkTable()
    shown = text_to_lines("a | https://a.example/ | x\nb | https://b.example/ | y", table)
    assert all(line.is_fixed for line in shown)
    assert [link.url.raw for link in table.links] == ["https://a.example/", "https://b.example/"]


def test_a_table_in_flowed_text_is_one_too():
    assert fixed(f"words \nthat flow\n\n{ALIGNED}", is_flowed=True) == [False, False, *[True] * 3]


PATCH = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n same\n-old\n+new\n > quoted in the file"
PATCH_ROLES = [*["patch.hunk"] * 4, "code", "patch.del", "patch.add", "code"]


def test_a_patch_keeps_its_roles_also_where_its_file_holds_quotes():
    shown = lines(f"See:\n\n{PATCH}\n\nBye")
    assert [line.spans[0].role for line in shown[2:10]] == PATCH_ROLES
    assert all(len(line.spans) == 1 and line.is_fixed for line in shown[2:10])
    assert {line.quote_depth for line in shown} == {0}


@pytest.mark.parametrize("front", ["> ", ">> ", "> > "])
def test_a_quoted_patch_is_in_colour_behind_its_marks(front):
    shown = lines("\n".join(front + row for row in PATCH.split("\n")))
    depth = front.count(">")
    assert [[span.role for span in line.spans] for line in shown[:7]] == [
        [f"quote{depth}", role] for role in PATCH_ROLES[:7]
    ]
    assert all(line.is_fixed and line.quote_depth == depth for line in shown[:7])
    assert "\n".join(line.text for line in shown[:7]) == "\n".join(
        front + row for row in PATCH.split("\n")[:7]
    )


def test_words_of_a_review_between_quoted_hunks_do_not_end_the_patch():
    shown = lines("> @@ -1,2 +1,2 @@\n> -old\nWhy?\n\n> +new\n>  same\n> and then?")
    assert [line.spans[-1].role for line in shown] == [
        *("patch.hunk", "patch.del", "text", "text", "patch.add", "code", "quote1")
    ]


def test_a_patch_between_fences_is_a_patch_and_a_fence_within_a_patch_is_its_line():
    fenced = lines("```diff\n@@ -1 +1 @@\n-a\n+b\n```")
    assert [line.spans[0].role for line in fenced] == [
        *("code", "patch.hunk", "patch.del", "patch.add", "code")
    ]
    within = lines("@@ -1,3 +1,3 @@\n ```\n-a\n+b\n ```")
    assert [line.spans[0].role for line in within] == [
        *("patch.hunk", "code", "patch.del", "patch.add", "code")
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit",
    [
        "a  b  c\n",
        "a | b\n",
        "```x\n",
        "``` \n> ```\n",
        "    x = 1;\n",
        "+--+\n",
        "a  " * 90 + "\n",
        "`" * 90,
        "> @@ -1 +9 @@\n> -\n",
        "-" * 299 + "\n",
        "> " * 30 + "--- \n",
    ],
)
def test_repeated_pieces_cost_linear_time(unit):
    # Takes a second at most; of the square of its length it would be minutes.
    lines(unit * (1024 * 1024 // len(unit)))
