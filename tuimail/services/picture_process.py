"""The process that decodes a picture for the terminal; it is started for one and ends with it.

Decoders of pictures are large and written in C, and what they are given comes from strangers. So
nothing of them is ever loaded into the screen's process; here time and memory are bound, and what
goes out is made anew from the pixels.

Arguments: form (half, kitty, sixel), width and height in pixels that there is room for. The picture
is read from standard input. Out goes a line with the width and height it got, then RGB bytes
(half), a PNG (kitty) or a sixel sequence.
"""

import resource
import sys
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS: Final = 40_000_000
"""A photograph has 12 to 24 million; a bomb of a few kilobytes may have thousands of millions."""
MAX_MEMORY_BYTES: Final = 1 << 30
MAX_CPU_S: Final = 10
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
TOO_LARGE: Final = 4
"""Exit status: the picture has too many pixels."""
DAMAGED: Final = 5
"""Exit status: it cannot be decoded."""
_WHITE: Final = (255, 255, 255)


def main(arguments: list[str]) -> int:
    """Decode standard input; return the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    form, width, height = arguments[0], int(arguments[1]), int(arguments[2])
    warnings.simplefilter("ignore")
    picture = _decoded(sys.stdin.buffer.read(), width, height)
    if isinstance(picture, int):
        return picture
    out = sys.stdout.buffer
    out.write(f"{picture.width} {picture.height}\n".encode())
    out.write(_written(picture, form))
    out.flush()
    return 0


def _decoded(content: bytes, width: int, height: int) -> "Image | int":
    """Return the first picture of a file, no larger than there is room for, or an exit status."""
    from PIL import Image as Pictures

    try:
        picture: Image = Pictures.open(BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            return TOO_LARGE
        picture.draft("RGB", (2 * width, 2 * height))  # JPEG: not more is decoded than is seen
        seen = picture.convert("RGBA")
        seen.thumbnail((width, height))
        flat = Pictures.new("RGB", seen.size, _WHITE)
        flat.paste(seen, mask=seen.getchannel("A"))
        return flat
    except Pictures.DecompressionBombError:
        return TOO_LARGE
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, OverflowError):
        return DAMAGED  # what Pillow's decoders raise of what is damaged


def _written(picture: "Image", form: str) -> bytes:
    if form == "half":
        return picture.tobytes()
    if form == "sixel":
        from textual_image._sixel import image_to_sixels

        return image_to_sixels(picture).encode("ascii")
    made = BytesIO()
    picture.save(made, "PNG", compress_level=1)
    return made.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
