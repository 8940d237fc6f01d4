"""What a picture looks like on its way to the terminal: kitty's graphics, or sixels."""

import re
from typing import Final

_KITTY: Final = r"\x1b_G[a-zA-Z0-9=,]{1,80}(?:;[A-Za-z0-9+/=]{0,4096})?\x1b\\"
_SIXEL: Final = r"\x1bP[0-9;]{0,12}q[!-~]*+\x1b\\"
_PICTURE: Final = re.compile(rf"(?:{_KITTY})++|{_SIXEL}")


def is_picture(sequence: str) -> bool:
    """Whether a sequence is a picture and nothing else: no text, no place, no other command."""
    return _PICTURE.fullmatch(sequence) is not None
