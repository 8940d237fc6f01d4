"""Mails that nobody would write, through everything that reads a mail: nothing is raised.

10,000 mutations of the seeds (`make proof`), and every mail that ships with CPython's own tests.
"""

import asyncio
import io
import json
import os
import re
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.hostile.kept import keep
from tests.hostile.mails import hostile_mails
from tests.hostile.mutations import mutations
from tests.hostile.seeds import seeds
from tests.services.letters import ann
from tuimail.cli import show as cli_show
from tuimail.cli.parser import make_parser
from tuimail.errors import TuimailError
from tuimail.mime.compose import build_mail
from tuimail.mime.headers import parse_envelope
from tuimail.mime.parse import parse_mail
from tuimail.mime.render import part_content, render_mail, searchable_text
from tuimail.mime.reply import list_post_of
from tuimail.model.draft import DraftKind
from tuimail.model.glyphs import FORBIDDEN
from tuimail.model.ids import MessageRef, public_id
from tuimail.model.part import RenderedMail
from tuimail.services import answering
from tuimail.services.mail import Mail
from tuimail.store.messages import key_of
from tuimail.ui.render.head import head_of
from tuimail.ui.render.printed import printed
from tuimail.ui.render.wrap import wrap

IS_FULL = bool(os.environ.get("PROOF_FULL"))
MUTANTS = 10_000 if IS_FULL else 170
SEED = 6
BATCH = 200
SHOWN_LINES = 400
SHOW = make_parser()
UNSAFE = re.compile(f"[\t{FORBIDDEN}]")

pytestmark = [pytest.mark.proof, pytest.mark.timeout(3600)]


class Trouble:
    """Exceptions that came, by the place they came from, each with the first mail that did it."""

    def __init__(self) -> None:
        self.places: Counter[str] = Counter()
        self.first: dict[str, tuple[bytes, str]] = {}

    def take(self, raw: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        last = frames[-1]
        place = f"{type(error).__name__} in {Path(last.filename).name}:{last.name}"
        self.places[place] += 1
        self.first.setdefault(place, (raw, "".join(traceback.format_exception(error))))

    def told(self) -> str:
        return "\n\n".join(
            f"{place} ({self.places[place]} times) by {raw[:3000]!r}\n{text[-2500:]}"
            for place, (raw, text) in self.first.items()
        )


@pytest.fixture
def mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mail]:
    """Return an open profile, which commands in this process use as well."""
    opened = ann(tmp_path)
    monkeypatch.setattr(cli_show, "open_mail", lambda _: opened)
    yield opened
    opened.close()


def test_ten_thousand_mutated_mails_raise_nothing(mail: Mail) -> None:
    origin = [*seeds(), *hostile_mails(66, SEED)]
    mutants = list(dict.fromkeys([*origin, *mutations(MUTANTS, origin, SEED)]))
    trouble = through_everything(mail, mutants)
    print(
        f"\n{len(mutants):,} mails of {len(origin)} seeds through parse, render, search text,"
        f" envelope, reply, forward and show: {trouble.places.total()} exceptions"
    )
    assert not trouble.places, trouble.told()


def test_the_mails_of_cpython_raise_nothing(mail: Mail) -> None:
    folder = cpython_mails()
    if folder is None:
        pytest.skip("this Python comes without test.test_email; python.org's and pyenv's have it")
    raws = [file.read_bytes() for file in sorted(folder.iterdir()) if file.suffix == ".txt"]
    assert len(raws) > 40
    trouble = through_everything(mail, raws)
    print(f"\n{len(raws)} mails of CPython's tests: {trouble.places.total()} exceptions")
    assert not trouble.places, trouble.told()


def cpython_mails() -> Path | None:
    """Return the folder of the mails in CPython's tests; Debian, for one, packs them apart."""
    try:
        found = find_spec("test.test_email")
    except ModuleNotFoundError:
        return None
    folder = Path(found.origin).parent / "data" if found and found.origin else None
    return folder if folder and folder.is_dir() else None


def through_everything(mail: Mail, raws: Sequence[bytes]) -> Trouble:
    trouble = Trouble()
    for start in range(0, len(raws), BATCH):
        batch = raws[start : start + BATCH]
        for raw in batch:
            tried(trouble, raw, read)
        refs = keep(mail, batch, start + 1)
        for raw, ref in zip(batch, refs, strict=True):
            tried(trouble, raw, lambda _, ref=ref: answer(mail, ref))
            tried(trouble, raw, lambda _, ref=ref: show(mail, ref))
    return trouble


def tried(trouble: Trouble, raw: bytes, act) -> None:
    try:
        act(raw)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        trouble.take(raw, error)


def read(raw: bytes) -> None:
    """Read a mail as sync, the reader, the printer and the index do."""
    parse_envelope(raw)
    searchable_text(raw)
    list_post_of(raw)
    parsed = parse_mail(raw)
    for part in parsed.leaves[:50]:
        part_content(raw, part.number)
    for prefer_html in (False, True):
        draw(render_mail(raw, prefer_html=prefer_html))


def draw(shown: RenderedMail) -> None:
    """Draw a mail as the reader does; no character of it may act on a terminal."""
    for width in (12, 80):
        rows = [*head_of(shown, width)]
        for line in shown.lines[:SHOWN_LINES]:
            rows += wrap(line, width)
        assert not any(UNSAFE.search(text) for row in rows for text, _ in row)
    assert not UNSAFE.search(printed(shown))


def answer(mail: Mail, ref: MessageRef) -> None:
    """Answer and forward a mail, up to the bytes that would be sent."""
    drafts = [answering.forward(mail, ref), answering.edit_as_new(mail, ref)]
    for kind in (DraftKind.REPLY, DraftKind.REPLY_ALL, DraftKind.REPLY_LIST):
        with suppress(TuimailError):  # said to the person: there is nobody to answer
            drafts.append(answering.reply(mail, ref, kind))
    for draft in drafts:
        with suppress(TuimailError):  # said to the person: it is too large
            build_mail(replace(draft, to="dan@x.example", cc=""), "1@x.example", 0)


def show(mail: Mail, ref: MessageRef) -> None:
    """Print a mail on the command line in each of its forms."""
    wanted = public_id(key_of(mail.store, ref.row_id))
    for form in ((), ("--json",), ("--headers",)):
        options = SHOW.parse_args(["show", wanted, *form])
        with redirect_stdout(io.StringIO()) as out:
            asyncio.run(cli_show.run_show(mail.profile, options))
        if "--json" in form:
            assert json.loads(out.getvalue())["id"] == wanted
        assert not UNSAFE.search(out.getvalue())
