"""A picture on its way through the real driver to a terminal."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.program import Program
from tests.pty_session import PtySession
from tests.services.attached import with_files
from tests.ui.handlers.test_files import HEAD
from tests.ui.screens import fill, put

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]

SIXEL = re.compile(rb"\x1bP[0-9;]*q[!-~]*\x1b\\")
KITTY = re.compile(rb"\x1b_G[^\x1b]*\x1b\\")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 60), (200, 40, 40)).save(out, "PNG")
    return out.getvalue()


def drawn(session: PtySession, pattern: re.Pattern[bytes], count: int) -> None:
    session.until(lambda _: len(pattern.findall(session.sent())) == count)


@pytest.mark.parametrize(("images", "pattern"), [("sixel", SIXEL), ("kitty", KITTY)])
def test_a_picture_is_sent_when_it_is_asked_for_and_at_no_other_time(
    tmp_path: Path, images: str, pattern: re.Pattern[bytes]
) -> None:
    program = Program(tmp_path)
    program.profile.prepare()
    mail = fill(program.profile, 30)
    put(
        mail,
        "alice",
        "INBOX",
        [HEAD + with_files(("a.png", "image/png", picture()))],
        first_uid=900,
    )
    mail.close()
    program.profile.config_file.write_text(
        f'[ui]\nimages = "{images}"\n{program.profile.config_file.read_text()}'
    )
    try:
        with program.screen(size=(100, 30)) as session:
            session.until("Carol  ")
            session.press("Enter")
            session.until("a.png")
            assert not pattern.search(session.sent())
            session.press("i")
            session.until("any key goes back")
            drawn(session, pattern, 1)
            session.press("x")
            session.gone("any key goes back")
            session.until("a.png")
            session.press("ZZ")
            assert session.wait_exit() == 0
            assert len(SIXEL.findall(session.sent())) == (images == "sixel")
    finally:
        program.end()
