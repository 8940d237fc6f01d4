"""Pictures made ready for a terminal, by a process of their own that can be ended."""

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tuimail.errors import UserError
from tuimail.model.safe import Safe

from .picture_process import DAMAGED, TOO_LARGE

MAX_INPUT_BYTES: Final = 32 << 20
MAX_OUTPUT_BYTES: Final = 16 << 20
TIMEOUT_S: Final = 30.0
"""Of a slow machine; the processor is bound by the process itself."""
PACKAGE: Final = Path(__file__).resolve().parents[1]
COMMAND: Final = (sys.executable, "-m", f"{PACKAGE.name}.services.picture_process")
_MISSING: Final = Safe("Pictures are drawn by an extra that is not installed: tuimail[images].")


class Form(StrEnum):
    """In which form a terminal takes a picture."""

    HALF = "half"
    KITTY = "kitty"
    SIXEL = "sixel"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as a terminal takes it."""

    form: Form
    width: int
    height: int
    """Both in pixels; of half blocks a cell has one by two."""
    content: bytes
    """RGB, three bytes a pixel (HALF), a PNG (KITTY) or the whole sequence (SIXEL)."""


def require_extra() -> None:
    """Raise UserError where what draws pictures is not installed; says how it is."""
    if find_spec("PIL") is None or find_spec("textual_image") is None:
        raise UserError(_MISSING)


async def drawn(content: bytes, form: Form, width: int, height: int) -> Drawn:
    """Return a picture that has at most so many pixels across and down.

    Raises:
        UserError: it cannot be decoded, has too many pixels, or takes too long.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        form,
        str(width),
        str(height),
        cwd=PACKAGE.parent,  # -m looks into the current folder first, which may be anyone's
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            output, _ = await process.communicate(content[:MAX_INPUT_BYTES])
    except TimeoutError as error:
        raise UserError("The picture takes too long to decode.") from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return _taken(process.returncode, output, form)


def _taken(status: int | None, output: bytes, form: Form) -> Drawn:
    """Read what the process said; it may have been run over by what it decoded."""
    if status == TOO_LARGE:
        raise UserError("The picture has too many pixels to be drawn here.")
    head, _, content = output.partition(b"\n")
    sizes = head[:20].split(b" ")
    if status or len(sizes) != 2 or not all(size.isdigit() for size in sizes):
        words = "is damaged, or of a kind that" if status == DAMAGED else "is of a kind that"
        raise UserError(f"The picture {words} cannot be drawn here.")
    width, height = int(sizes[0]), int(sizes[1])
    if len(output) > MAX_OUTPUT_BYTES or (form is Form.HALF and len(content) != 3 * width * height):
        raise UserError("The picture cannot be drawn here.")
    return Drawn(form, width, height, content)
