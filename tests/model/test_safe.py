import os
import pickle
import random
import re
import subprocess
import sys
import unicodedata

import pytest

from tuimail.model import glyphs
from tuimail.model.glyphs import FORBIDDEN, MAX_JOINERS, MAX_MARKS
from tuimail.model.safe import Safe, Untrusted, ours, safe_block, safe_line

NOT_IN_LINES = re.compile(f"[\t\n{FORBIDDEN}]")
NOT_IN_BLOCKS = re.compile(f"[\t{FORBIDDEN}]")
STACKED = re.compile(f"m{{{MAX_MARKS + 1}}}")


@pytest.mark.parametrize(
    "use",
    [
        str,
        lambda text: f"{text}",
        "{}".format,
        "%s".__mod__,
        lambda text: text + "a",
        lambda text: "a" + text,
        lambda text: Safe("a") + text,
        lambda text: "".join([text]),
        list,
        len,
    ],
)
def test_untrusted_refuses_to_become_text(use):
    with pytest.raises(TypeError):
        use(Untrusted("hello"))


def test_untrusted_repr_tells_nothing_of_its_text():
    assert repr(Untrusted("secret\x1b")) == "Untrusted(7 characters)"


def test_untrusted_compares_hashes_and_pickles_by_its_text():
    assert Untrusted("a") == Untrusted("a") != Untrusted("b")
    assert Untrusted("a") != "a"
    assert len({Untrusted("a"), Untrusted("a")}) == 1
    assert pickle.loads(pickle.dumps(Untrusted("a"))) == Untrusted("a")
    assert not Untrusted("")


def test_safe_joins_only_with_safe():
    assert isinstance(Safe("a") + ours("b"), Safe)
    with pytest.raises(TypeError):
        Safe("a") + "b"


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("plain", "plain"),
        ("a\x1b[31mred", "a␛[31mred"),
        ("\x1b]0;owned\x07", "␛]0;owned\ufffd"),
        ("a\r\nBcc: x", "a Bcc: x"),
        ("a\tb\x0bc\x0cd\u2028e\x85f", "a b c d e f"),
        ("\x9b31m", "\ufffd31m"),
        ("\x00\x7f", "\ufffd\ufffd"),
        ("annexe\u202egpj.exe", "annexegpj.exe"),
        ("pay\u200bpal\u00ad\ufeff", "paypal"),
        ("\u200e\u200f\u061c\u2066x\u2069", "x"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("\ud800lone\udfff", "\ufffdlone\ufffd"),
        ("\ufffe\ufdd0\U0001ffff", "\ufffd\ufffd\ufffd"),
        ("\ufff9a\ufffab\ufffb", "ab"),
        ("Grüße, Привет, 你好, नमस्ते, สวัสดี, שלום", "Grüße, Привет, 你好, नमस्ते, สวัสดี, שלום"),
        ("한국어", unicodedata.normalize("NFC", "한국어")),
    ],
)
def test_line_shows_or_drops_what_is_dangerous(raw, line):
    assert safe_line(raw) == line
    assert isinstance(safe_line(raw), Safe)


@pytest.mark.parametrize(
    "emoji",
    [
        "👩\u200d👩\u200d👧\u200d👦",
        "❤\ufe0f",
        "👁\ufe0f\u200d🗨\ufe0f",
        "👍🏽",
        "🏳\ufe0f\u200d🌈",
        "1\ufe0f\u20e3",
        "👨🏿\u200d❤\ufe0f\u200d💋\u200d👨🏻",
        "🇩🇪",
        "©\ufe0f",
    ],
)
def test_emoji_stay_whole(emoji):
    assert safe_line(f"a {emoji} b") == f"a {emoji} b"


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("a\u200db", "ab"),
        ("a\ufe0f", "a"),
        ("👩\u200d", "👩"),
        ("\u200d👩", "👩"),
        ("👩\u200d\u200d👩", "👩👩"),
        ("1\ufe0f", "1"),
        ("👩\u200d" * 3 + "👩" + "\u200dx", "👩\u200d👩\u200d👩\u200d👩x"),
        ("👩\u200d" * (MAX_JOINERS + 1) + "👩", "👩" * (MAX_JOINERS + 2)),
    ],
)
def test_joiners_outside_emoji_are_dropped(raw, line):
    assert safe_line(raw) == line


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("👍🏽", "👍🏽"),
        ("☝\ufe0f🏽", "☝\ufe0f🏽"),
        ("a🏽", "a\ufffd"),
        ("🏽" * 3, "\ufffd" * 3),
        ("👍🏽🏿", "👍🏽\ufffd"),
        ("👩\u200d🏽", "👩\ufffd"),
        ("👩\u200b🏽", "👩🏽"),
        ("👍🏽\ufe0f", "👍🏽"),
    ],
)
def test_a_skin_tone_that_colours_nothing_is_shown_as_such(raw, line):
    """Counted as a part of what is before it, it is two cells wide on many terminals."""
    assert safe_line(raw) == safe_line(line) == line


def test_zalgo_is_capped_and_every_letter_kept():
    zalgo = "".join(letter + "\u0301\u0489" * 200 for letter in "zalgo")
    line = safe_line(zalgo)
    assert [c for c in line if c.isascii()] == list("zalgo")
    assert len(line) == 5 * (1 + MAX_MARKS)


def test_stacked_jamo_are_capped():
    assert len(safe_line("\u1100" + "\u1161" * 500)) == 1 + MAX_MARKS


def test_marks_at_the_start_of_a_line_do_not_reach_the_cell_before():
    assert safe_line("\u0301a") == "\u25cc\u0301a"
    assert safe_block("a\n\u0301b") == "a\n\u25cc\u0301b"


def test_block_keeps_line_feeds_and_expands_tabs():
    assert safe_block("a\tb\r\n\tc\rd") == "a       b\n        cd"
    assert safe_block("a\x0cb\u2029c") == "a\ufffdb\nc"
    assert isinstance(safe_block("a"), Safe)


def test_line_is_cut_and_stays_safe_when_made_safe_again():
    for raw in ("x" * 99, "\u0301" * 3 + "x" * 99, "👩\u200d" * 50, "1\ufe0f\u20e3" * 30):
        for limit in range(1, 30):
            line = safe_line(raw, limit)
            assert len(line) <= limit
            assert safe_line(line, limit) == line


def test_a_megabyte_of_anything_costs_linear_time():
    for unit in (
        "\u0301",
        "a\u0301",
        "\u200d",
        "👩\u200d",
        "\u200b",
        "\x1b",
        "ก\u0e31",
        "\ufe0f",
        "👩\ufe0f\ufe0f",
    ):
        block = safe_block(unit * (300_000 // len(unit)))
        assert not NOT_IN_BLOCKS.search(block)


def test_a_long_text_is_cleaned_in_pieces_as_it_would_be_at_once(monkeypatch):
    odd = "a \n1#\u200d\ufe0f\u20e3\U0001f468\U0001f3fb\u0301\u0627\u202e\x1b\t\u4e00\r\u2028\u1160"
    rng = random.Random(4)
    for _ in range(2_000):
        text = "".join(rng.choices(odd, k=rng.randint(1, 40)))
        whole = glyphs.clean_block(text)
        for most in (1, 3, 7):
            with monkeypatch.context() as patched:
                patched.setattr(glyphs, "PIECE_CHARS", most)
                assert glyphs.clean_block(text) == whole, ascii(text)


@pytest.mark.parametrize("unit", ["word ", "\n", "\x1b", "\u0627 ", "a\u05d0", "\t", "\u4e00"])
def test_no_piece_of_a_long_text_that_is_cleaned_is_long(monkeypatch, unit):
    """One regular expression at work holds up everybody, also the thread of the screen."""
    cleaned = []
    pieces = glyphs._pieces

    def counted(text):
        for piece in pieces(text):
            cleaned.append(len(piece))
            yield piece

    monkeypatch.setattr(glyphs, "_pieces", counted)
    safe_block(unit * (1_000_000 // len(unit)))
    assert max(cleaned) < 2 * glyphs.PIECE_CHARS


def test_every_code_point_alone_and_beside_a_letter_is_safe():
    for code in range(0x110000):
        for raw in (chr(code), f"a{chr(code)}"):
            assert not NOT_IN_LINES.search(safe_line(raw))


def test_no_format_or_control_character_is_missing_from_the_forbidden():
    arabic_and_kaithi_number_signs = {
        0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD,
    }  # fmt: skip
    kept = {
        code
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and not NOT_IN_LINES.match(chr(code))
    }
    assert kept == arabic_and_kaithi_number_signs | {0x200D}


def test_importing_safe_loads_nothing_heavy():
    code = "import sys, tuimail.model.safe; print(*sorted(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert not loaded & {"re", "typing", "dataclasses", "pathlib", "textual", "rich", "enum"}


POOL = (
    [chr(c) for c in range(0x100)]
    + [chr(c) for c in range(0x2000, 0x2070)]
    + [chr(c) for c in range(0x300, 0x370, 3)]
    + list("\u200d\ufe0f\u20e3#*1a👩👨❤💋🏽🏿🏳🌈\n\n\t\r ") * 12
    + list(
        "\ud800\udfff\ufeff\ufff9\ufffe\U000e0041\u3164\u1160\u1100ก\u0e31ह\u094d\u25cc\u0489\u202e"
        * 3
    )
)


def fuzzed(draw: random.Random) -> str:
    length = draw.choice((3, 8, 20, 60))
    if draw.random() < 0.2:
        return "".join(chr(draw.randrange(0x110000)) for _ in range(length))
    return "".join(draw.choices(POOL, k=length))


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_fuzzed_text_comes_out_safe_and_stays_the_same():
    count = 1_000_000 if os.environ.get("PROOF_FULL") == "1" else 20_000
    draw = random.Random(20240229)
    marks = {}
    for _ in range(count):
        raw = fuzzed(draw)
        line, block = safe_line(raw), safe_block(raw)
        assert not NOT_IN_LINES.search(line), ascii(raw)
        assert not NOT_IN_BLOCKS.search(block), ascii(raw)
        assert safe_line(line) == line, ascii(raw)
        assert safe_block(block) == block, ascii(raw)
        kinds = "".join(
            marks.setdefault(
                c, "m" if unicodedata.category(c) in {"Mn", "Me"} and c != "\ufe0f" else "x"
            )
            for c in block
        )
        assert not STACKED.search(kinds), ascii(raw)
    print(f"sanitiser: {count} fuzzed strings, 0 forbidden code points, 0 changed the second time")
