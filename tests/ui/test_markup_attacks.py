"""K2: markup in what strangers write is text on every screen: nothing runs, nothing is raised."""

import pytest

from tests.ui.screens import MAILBOXES, app_over, fill, pastes, put, sees, shown, until
from tuimail.model.safe import safe_line

pytestmark = pytest.mark.timeout(400)

PAYLOADS = (
    "[@click=app.quit()]a[/]",
    "[@click=app.bell]b[/]",
    "[@click=screen.dismiss]c[/]",
    "[@click=app.push_screen('x')]d[/@click]",
    "[@mouse.down=app.quit]e[/]",
    "[@key=app.quit()]f[/]",
    "[/x]",
    "[/]",
    "[ticket #1] [/b]",
    "[bold red]g[/bold red]",
    "[link=file:///etc/passwd]h[/link]",
    "[link='javascript:i']i[/]",
    "[$primary on $error]j[/]",
    "[on red]k",
    "[[l]]",
    "\\[m]",
    "\\\\[n]o[/]",
    "[p:q=r]s[/p]",
    "{0} %s $t ${u} {v!r}",
    ":smile: [reverse]w[/reverse]",
)
"""Each as a subject, a name, a text, a link, a file's name, a list, a mailbox and a search."""


def mail_of(number: int, payload: str) -> bytes:
    quoted = payload.replace("\\", "\\\\")
    html = payload.replace("<", "&lt;")
    return (
        f'From: "{quoted} {number}" <eve@east.example>\r\nTo: "{quoted}" <alice@north.example>\r\n'
        f"Subject: {number:02} {payload}\r\nMessage-ID: <{number}@markup.example>\r\n"
        f"Date: Mon, 25 Jan 2027 00:{number:02}:00 +0000\r\nList-Id: {payload} <l.example>\r\n"
        'Content-Type: multipart/mixed; boundary="=b"\r\n\r\n--=b\r\n'
        "Content-Type: text/html; charset=utf-8\r\n\r\n"
        f"<p>{html} <a href='https://x.example/{html}'>{html}</a></p>\r\n--=b\r\n"
        f'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="{quoted}.txt"\r\n'
        f"\r\n{payload}\r\n--=b--\r\n"
    ).encode()


@pytest.fixture
def marked(profile):
    boxes = [*MAILBOXES, *((f"{payload} box", None) for payload in PAYLOADS if "/" not in payload)]
    opened = fill(profile, 3, boxes)
    raws = [mail_of(number, payload) for number, payload in enumerate(PAYLOADS)]
    put(opened, "alice", "INBOX", raws, first_uid=500)
    yield opened
    opened.close()


def acting(app) -> list[object]:
    """Return what of the screen would do something when it is clicked on."""
    strips = app.screen._compositor.render_strips()
    styles = [segment.style for strip in strips for segment in strip if segment.style]
    found = [style.meta for style in styles if any(key.startswith("@") for key in style.meta)]
    return [*found, *(style.link for style in styles if style.link)]


async def test_k2_markup_in_a_mail_is_text_on_every_screen(marked, monkeypatch):
    ran: list[object] = []

    async def run(action, *_, **__):
        ran.append(action)
        return True

    app = app_over(marked)
    async with app.run_test(size=(160, 50)) as pilot:
        await sees(pilot, "00 [@click=app.quit()]a[/]")
        monkeypatch.setattr(app, "run_action", run)
        await pilot.press("g", "g")
        read = set()
        for _ in PAYLOADS:
            await pilot.press("enter")
            await until(pilot, lambda: app.desk.reader.mail is not None)
            subject = app.desk.reader.mail.envelope.subject
            payload = subject[3:]
            read.add(payload)
            assert payload in PAYLOADS
            assert shown(app).count(payload) > 2
            await pilot.press("g", "r")
            await sees(pilot, f"Subject: {subject}")
            await pilot.press("g", "r")
            for keys in (("g", "l"), ("o",)):
                await pilot.press(*keys)
                assert acting(app) == []
                await pilot.press("escape")
            await click_on_text(pilot, app)
            assert acting(app) == []
            await pilot.press("q", "j")
        await pilot.press("ctrl+k", *"move", "escape", "ctrl+w", "j", "j", "j", "escape")
        assert acting(app) == []
    assert read == set(PAYLOADS)
    assert ran == []
    assert app.return_value is None


async def click_on_text(pilot, app) -> None:
    """Click on the head and on the first words of the open mail."""
    reader = app.desk.reader.region
    for down in (0, 1, 4):
        await pilot.click(offset=(reader.x + 4, reader.y + down))


async def test_k2_markup_that_is_searched_and_said_is_text(marked):
    app = app_over(marked)
    async with app.run_test(size=(160, 50)) as pilot:
        await sees(pilot, "00 [@click=app.quit()]a[/]")
        for payload in PAYLOADS:
            for speak in (app.desk.say, app.desk.warn):
                speak(safe_line(payload))
                await sees(pilot, payload)
                assert acting(app) == []
            await pilot.press("escape", ":")
            await pastes(pilot, f"search {payload}")
            await sees(pilot, f"search {payload}")
            assert acting(app) == []
            await pilot.press("escape")
    assert app.return_value is None
