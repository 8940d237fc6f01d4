"""What kinds of bytes a program sent to its terminal, besides text that shows.

The kinds that are the program's own are written down here, from the few places that send them:
whatever else arrives came from the mail.
"""

import re
from collections import Counter

SCROLLED, CLEARED = "a block scrolled", "the screen cleared"
LINE_END, OVERWRITTEN = "a line's end", "a line begun again"

DRAWN = frozenset(
    {
        *("CSI H", "CSI nH", "CSI n;nH", "CSI G", "CSI nG", "CSI C", "CSI nC"),
        *("CSI K", "CSI nX", "CSI nb"),
        *("SGR 0", "SGR 1", "SGR 2", "SGR 3", "SGR 4", "SGR 7", "SGR 9"),
        *("SGR 22", "SGR 23", "SGR 24", "SGR 27", "SGR 29"),
        *("SGR 38;2", "SGR 39", "SGR 48;2", "SGR 49"),
        *("OSC 8", "CSI ?2026h", "CSI ?2026l", SCROLLED),
    }
)
"""What the output layer writes from its cells (`tuimail/ui/output_*.py`)."""

_MODES = ("7", "25", "1000", "1002", "1004", "1006", "1015", "1049", "2004")
TAKEN = frozenset(
    {
        *(f"CSI ?{mode}{switch}" for mode in _MODES for switch in "hl"),
        *("CSI ?2026$p", "CSI ?2048$p", "CSI >25u", "CSI <u", "OSC 22", CLEARED),
    }
)
"""What takes a terminal and gives it back (`tuimail/ui/boot.py`, Textual's driver)."""

SCREEN = DRAWN | TAKEN
"""What the interface sends."""
TOLD = frozenset({"OSC 2", "OSC 777", "CSI n;nt"})
"""What tells beside it: the window's title, kept and brought back, and notices of new mail."""
PRINTED = frozenset({LINE_END, OVERWRITTEN, "c0 09"})
"""What a command sends: lines, tabs, and progress that overwrites itself."""

_TOKEN = re.compile(
    rb"(?P<scrolled>\x1b\[\d+;\d+r\x1b\[\d+[ST]\x1b\[r)"
    rb"|(?P<cleared>\x1b\[H\x1b\[2J)"
    rb"|(?P<line_end>\r\n)"
    rb"|(?P<overwritten>\r\x1b\[K)"
    rb"|\x1b\[(?P<par>[0-?]*)(?P<mid>[ -/]*)(?P<csi>[@-~])"
    rb"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)?"
    rb"|\x1b(?P<dcs>[PX^_])"
    rb"|\x1b(?P<esc>.?)"
    rb"|(?P<c0>[\x00-\x1a\x1c-\x1f\x7f])"
    rb"|(?P<c1>\xc2[\x80-\x9f])"
    rb"|(?P<mark>\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xd8\x9c|\xef\xbb\xbf"
    rb"|\xef\xbf[\xb9-\xbb]|\xf3\xa0[\x80\x81][\x80-\xbf]|\xc2\xad)",
    re.DOTALL,
)
_WHOLE = {
    "scrolled": SCROLLED,
    "cleared": CLEARED,
    "line_end": LINE_END,
    "overwritten": OVERWRITTEN,
}
"""Several sequences that are ours together; none of them is alone."""
_BROKEN = re.compile(
    rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x00-\x7f])*+"
)
_NUMBERS = re.compile(rb"\d+")


def kinds(sent: bytes) -> Counter[str]:
    """Count the kinds: control sequences without their numbers, styles one by one, marks."""
    found: Counter[str] = Counter()
    for token in _TOKEN.finditer(sent):
        if whole := _WHOLE.get(token.lastgroup or ""):
            found[whole] += 1
        elif token["csi"] == b"m":
            found.update(_styles(token["par"]))
        elif token["csi"]:
            keeps = token["csi"] in b"hlpu" or token["par"][:1] in b"?<=>" or token["mid"]
            par = token["par"] if keeps else _NUMBERS.sub(b"n", token["par"])
            found[f"CSI {(par + token['mid'] + token['csi']).decode()}"] += 1
        elif token["osc"] is not None:
            found[f"OSC {token['osc'].partition(b';')[0].decode('latin-1')}"] += 1
        elif token["dcs"]:
            found[f"string {token['dcs'].decode()}"] += 1
        elif token["esc"] is not None:
            found[f"ESC {token['esc'].decode('latin-1')}"] += 1
        else:
            found[f"{token.lastgroup} {token[0].hex()}"] += 1
    if _BROKEN.match(sent).end() != len(sent):
        found["not UTF-8"] += 1
    return found


def _styles(parameters: bytes) -> list[str]:
    """Return the styles of one SGR; colours count by their model alone."""
    numbers = [n or b"0" for n in parameters.split(b";")]
    styles = []
    while numbers:
        number = numbers.pop(0)
        if number in (b"38", b"48") and numbers:
            model = numbers.pop(0)
            del numbers[: 3 if model == b"2" else 1]
            number += b";" + model
        styles.append(f"SGR {number.decode()}")
    return styles
