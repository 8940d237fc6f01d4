"""Pictures decoded by a process of their own: small, whole, and never a bomb."""

import io
import re
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from tuimail.errors import UserError
from tuimail.services import pictures
from tuimail.services.pictures import Form, drawn
from tuimail.ui.picture_sequence import is_picture


def made(form: str, size=(40, 20), colour=(255, 0, 0), mode="RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form)
    return out.getvalue()


def claimed(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims so many pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + name
            + content
            + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
async def test_a_picture_becomes_pixels_that_have_room(form):
    found = await drawn(made(form), Form.HALF, 10, 10)
    assert (found.width, found.height) == (10, 5)
    assert len(found.content) == 3 * 10 * 5
    assert found.content[0] > 240
    assert max(found.content[1:3]) < 16


async def test_what_is_transparent_is_white():
    found = await drawn(made("PNG", (2, 2), (0, 0, 0, 0), "RGBA"), Form.HALF, 10, 10)
    assert set(found.content) == {255}


async def test_a_picture_becomes_a_new_png_or_sixels():
    kitty = await drawn(made("JPEG"), Form.KITTY, 100, 100)
    assert Image.open(io.BytesIO(kitty.content)).size == (40, 20)
    sixel = await drawn(made("PNG"), Form.SIXEL, 20, 20)
    assert (sixel.width, sixel.height) == (20, 10)
    assert is_picture(sixel.content.decode())


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (1, 41_000_000), (2**31 - 1, 1)])
async def test_a_pixel_bomb_is_refused(width, height):
    with pytest.raises(UserError, match=r"too many pixels|cannot be drawn"):
        await drawn(claimed(width, height), Form.HALF, 10, 10)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x" * 100,
        made("PNG")[:60],
        b"GIF89a" + b"\xff" * 50,
        b"<svg onload=x>",
        b"%!PS\n(x) show",
    ],
)
async def test_what_is_damaged_or_no_picture_is_refused(content):
    with pytest.raises(UserError, match="cannot be drawn here"):
        await drawn(content, Form.HALF, 10, 10)


async def test_a_decoder_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr(pictures, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(pictures, "COMMAND", (sys.executable, "-c", "import time; time.sleep(600)"))
    with pytest.raises(UserError, match="too long"):
        await drawn(made("PNG"), Form.HALF, 10, 10)


@pytest.mark.parametrize("said", ["", "a b\n", "1 1\n", "9 9\nxx", "\x1b[2J\n", "1 1 1\nxxx"])
async def test_a_decoder_that_says_something_else_is_not_believed(monkeypatch, said):
    code = f"import sys; sys.stdin.read(); sys.stdout.write({said!r})"
    monkeypatch.setattr(pictures, "COMMAND", (sys.executable, "-c", code))
    with pytest.raises(UserError, match="cannot be drawn"):
        await drawn(made("PNG"), Form.HALF, 10, 10)


def test_how_the_extra_is_installed_is_said_where_it_is_absent(monkeypatch):
    pictures.require_extra()
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=re.escape("tuimail[images]")):
        pictures.require_extra()


def test_no_decoder_is_loaded_where_pictures_are_only_asked_for():
    code = (
        "import sys, tuimail.ui.handlers.images, tuimail.services.pictures as p; p.require_extra();"
        "sys.exit('PIL' in sys.modules or 'textual_image' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
