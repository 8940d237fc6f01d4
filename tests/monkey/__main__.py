"""Let the monkey loose by hand, and walk a way that failed once more.

python -m tests.monkey SEED KEYMAP COLUMNSxROWS KEYS            one walk by chance
python -m tests.monkey SEED KEYMAP COLUMNSxROWS KEYS FILE       the way in a file
python -m tests.monkey SEED KEYMAP COLUMNSxROWS KEYS FILE OUT   and a shorter way that fails, too
"""

import json
import sys
from pathlib import Path

from .moves import Move
from .walk import walked
from .world import Start


def fails(start: Start, way: list[Move]) -> str:
    """Return the first line of how a way fails; empty if it does not."""
    try:
        walked(start, way)
    except AssertionError as error:
        return str(error).partition("\n")[0]
    return ""


def shorter(start: Start, way: list[Move]) -> list[Move]:
    """Leave out what is not needed for the way to fail as it does."""
    how, size = fails(start, way), len(way) // 2
    print(f"{len(way)} moves: {how}", flush=True)
    while how and size:
        at = 0
        while at < len(way):
            without = way[:at] + way[at + size :]
            if without and fails(start, without) == how:
                way = without
                print(f"{len(way)} moves", flush=True)
            else:
                at += size
        size //= 2
    return way


def read(file: Path) -> list[Move]:
    """Return the moves in a file, as a failing walk prints them."""
    way = []
    for one in json.loads(file.read_text()):
        size = tuple(one.pop("size") or ()) or None
        way.append(Move(**{**one, "keys": tuple(one["keys"]), "size": size}))
    return way


def main(words: list[str]) -> None:
    """Walk."""
    seed, keymap, size, keys, *files = words
    columns, _, rows = size.partition("x")
    start = Start(int(seed), keymap, (int(columns), int(rows)), int(keys))
    match files:
        case []:
            print(walked(start))
        case [file]:
            print(walked(start, read(Path(file))))
        case [file, out]:
            from dataclasses import asdict

            way = shorter(start, read(Path(file)))
            Path(out).write_text(json.dumps([asdict(move) for move in way]))


if __name__ == "__main__":
    main(sys.argv[1:])
