"""Patches go to `git am` by a key: alone or as a series, taken back where they fail."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.services.attached import with_files
from tests.ui.screens import NEWEST, app_over, pastes, put, raw_mail, sees, shown, until

PERSON = {"NAME": "Carol", "EMAIL": "carol@east.example"}
HEAD = (
    b"From: Carol <carol@east.example>\r\nTo: alice@north.example\r\n"
    b"Date: Thu, 19 Nov 2027 11:00:00 +0000\r\nMessage-ID: <patched@east.example>\r\n"
)


@pytest.fixture(autouse=True)
def _person(monkeypatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        for what, value in PERSON.items():
            monkeypatch.setenv(f"GIT_{role}_{what}", value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


def commit(folder: Path, text: str, subject: str) -> None:
    (folder / "file.txt").write_text(text)
    git(folder, "add", "file.txt")
    git(folder, "commit", "-q", "-m", subject)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder"
    folder.mkdir()
    git(folder, "init", "-q")
    commit(folder, "one\n", "begin")
    return folder


@pytest.fixture
def patches(tmp_path: Path, repository: Path) -> list[bytes]:
    """Two patches, as mails of one conversation; in the first stands a line `From `."""
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(repository), str(other))
    commit(other, "one\ntwo\n", "add two\n\nFrom here on there are two.")
    commit(other, "one\ntwo\nthree\n", "add three")
    git(other, "format-patch", "-q", "--thread", "-o", str(tmp_path / "out"), "HEAD~2")
    mails = [file.read_bytes() for file in sorted((tmp_path / "out").iterdir())]
    return [dated(raw, n).replace(b"\n", b"\r\n") for n, raw in enumerate(mails)]


def dated(raw: bytes, n: int) -> bytes:
    from email.utils import formatdate

    lines = raw.split(b"\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(b"Date: "))
    lines[at] = b"Date: " + formatdate(NEWEST + 3600 * (n + 1)).encode()
    return b"\n".join(lines[1:])


def log(folder: Path) -> list[str]:
    return git(folder, "log", "--format=%s").split("\n")[:-1]


def row_of(app, words: str) -> int:
    """Return which row of the list, from 0, has these words."""
    rows = [text for text in shown(app).split("\n") if "[PATCH" in text]
    return next(n for n, text in enumerate(rows) if words in text)


async def applies(pilot, folder: Path | str) -> None:
    await pilot.press("g", "P")
    await sees(pilot, "in the repository")
    await pilot.press("ctrl+u")
    await pastes(pilot, str(folder))
    await pilot.press("enter")


async def test_a_series_is_applied_in_its_order_whichever_of_it_is_at_hand(
    mail, patches, repository
):
    put(mail, "alice", "INBOX", patches, first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "[PATCH 2/2] add three")
        await pilot.press("enter")
        await sees(pilot, "+three")
        await applies(pilot, repository)
        await sees(pilot, "The patches are applied.")
        assert "Applying: add three" in shown(app)
        assert log(repository) == ["add three", "add two", "begin"]
        assert "From here on" in git(repository, "log", "-1", "--format=%b", "HEAD~1")
        await pilot.press("q")
        await sees(pilot, "+three")


@pytest.mark.parametrize(("key", "words"), [("y", "Taken back"), ("n", "git am waits")])
async def test_what_cannot_be_applied_is_taken_back_after_a_yes(
    mail, patches, repository, key, words
):
    put(mail, "alice", "INBOX", patches, first_uid=900)
    commit(repository, "another\n", "something else")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "[PATCH 2/2] add three")
        await applies(pilot, repository)
        await sees(pilot, "Take it back")
        assert (repository / ".git" / "rebase-apply").exists()
        await pilot.press(key)
        await sees(pilot, words)
        assert (repository / ".git" / "rebase-apply").exists() == (key == "n")
        assert log(repository) == ["something else", "begin"]
        if key == "n":
            await applies(pilot, repository)
            await sees(pilot, "Another git am, rebase or merge is going on there")


async def test_a_series_that_is_not_whole_is_not_applied(mail, patches, repository):
    put(mail, "alice", "INBOX", patches[1:], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "[PATCH 2/2] add three")
        await pilot.press("g", "P")
        await sees(pilot, "Of 2 patches these are not here: 1.")
        assert log(repository) == ["begin"]


async def test_another_sender_s_patch_is_no_part_of_a_series(mail, patches, repository):
    foreign = patches[0].replace(b"carol@east.example", b"eve@evil.example")
    put(mail, "alice", "INBOX", [foreign, patches[1]], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "[PATCH 2/2] add three")
        await pilot.press("g", "P")
        await sees(pilot, "Of 2 patches these are not here: 1.")


async def test_a_patch_that_came_twice_in_the_senders_name_is_asked_about(
    mail, patches, repository
):
    """The one that is newer may be of anybody, and nobody has looked at it."""
    head, _, body = patches[0].partition(b"\r\n\r\n")
    found = re.search(rb"(?im)^message-id: *(<[^>\r\n]*>)", head)
    forged = head.replace(found[1], b"<forged@evil.example>") + b"\r\nIn-Reply-To: " + found[1]
    again = forged + b"\r\n\r\n" + body.replace(b"+two", b"+evil")
    put(mail, "alice", "INBOX", [*patches, again], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "[PATCH 2/2] add three")
        await pilot.press("g", "g", *["j"] * row_of(app, "[PATCH 2/2]"))
        await applies(pilot, repository)
        await sees(pilot, "that say they are patch 1; of each the newest is taken.")
        await pilot.press("n")
        await until(pilot, lambda: "that say they are" not in shown(app))
        assert log(repository) == ["begin"]


@pytest.mark.parametrize("name", ["$(touch made)", "; touch made", "--help", "-x", "nowhere"])
async def test_a_folder_is_a_name_and_never_goes_through_a_shell(
    mail, patches, repository, monkeypatch, name
):
    monkeypatch.chdir(repository)
    put(mail, "alice", "INBOX", patches, first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "[PATCH 2/2] add three")
        await applies(pilot, name)
        await sees(pilot, "There is no folder")
    assert sorted(path.name for path in repository.iterdir()) == [".git", "file.txt"]


async def test_a_mail_without_a_patch_is_refused_before_anything_is_asked(mail):
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body="--- \n> +++ x\n")], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "Mail alice -1")
        await pilot.press("g", "P")
        await sees(pilot, "There is no patch in this mail.")


@pytest.mark.parametrize("name", ["a.PATCH", "a.txt"])
async def test_a_patch_that_hangs_on_a_mail_is_one(mail, repository, name):
    change = b"diff --git a/file.txt b/file.txt\n--- a/file.txt\n+++ b/file.txt\n@@ -1 +1,2 @@\n"
    content_type = "text/plain" if name == "a.txt" else "application/octet-stream"
    raw = HEAD + with_files((name, content_type, change + b" one\n+two\n"), text=b"\r\nadd two\r\n")
    put(mail, "alice", "INBOX", [raw], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, " Files ")
        await applies(pilot, repository)
        await sees(pilot, "The patches are applied.")
    assert log(repository) == ["Files", "begin"]


async def test_a_folder_without_git_and_a_patch_of_something_else_are_refused(
    mail, repository, tmp_path
):
    broken = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=broken)], first_uid=900)
    app = app_over(mail)
    plain = tmp_path / "plain"
    plain.mkdir()
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "Mail alice -1")
        await applies(pilot, plain)
        await sees(pilot, "is no working tree of git")
        await applies(pilot, repository)
        await sees(pilot, "Take it back")
        await pilot.press("y")
        await sees(pilot, "Taken back")
        assert not (repository / ".git" / "rebase-apply").exists()
        assert log(repository) == ["begin"]
