"""One log for all processes of a profile, without a word of a stranger."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tuimail.config import logfile
from tuimail.config.logfile import LEVEL_VARIABLE, open_log, without_message

LOG = logging.getLogger("tuimail.test")
PRIVATE = "Subject: the secret plan of alice@example.org"
OTHER = """
import logging, sys
from pathlib import Path
from tuimail.config.logfile import open_log
with open_log(Path(sys.argv[1])):
    for line in sys.stdin:
        logging.getLogger("tuimail.other").info(line.strip())
        print("written", flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tuimail.log"


def test_what_another_process_writes_after_a_rotation_is_in_the_new_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {LEVEL_VARIABLE: "info"},
        cwd=Path(__file__).parents[2],
    )
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdin.write(b"early\n")
    other.stdin.flush()
    other.stdout.readline()
    monkeypatch.setattr(logfile, "LOG_BYTES", 2_000)
    with open_log(file):
        LOG.info("x" * 3_000)
    other.communicate(b"late\n", timeout=60)
    assert other.returncode == 0
    assert "early" in file.with_name("tuimail.log.1").read_text()
    assert "late" in file.read_text()


def test_a_long_log_is_set_aside_and_only_so_many_are_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logfile, "LOG_BYTES", 200)
    with open_log(file):
        for number in range(5):
            LOG.info("%d %s", number, "x" * 300)
        LOG.info("last")
    assert "last" in file.read_text()
    kept = {path.name: path.read_text()[:60] for path in file.parent.iterdir()}
    assert sorted(kept) == ["tuimail.log", "tuimail.log.1", "tuimail.log.2"]
    assert ": 4 x" in kept["tuimail.log.1"]
    assert ": 3 x" in kept["tuimail.log.2"]


def test_what_a_library_says_is_neither_written_nor_printed(
    file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(LEVEL_VARIABLE, "debug")
    with open_log(file):
        logging.getLogger("aiosmtplib").warning("Subject: the secret plan")
        LOG.debug("ours")
    assert "ours" in file.read_text()
    assert "secret" not in file.read_text()
    assert "secret" not in capfd.readouterr().err


def test_a_log_that_cannot_be_written_is_silent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with open_log(tmp_path / "nowhere" / "tuimail.log"):
        LOG.error("x")
    assert capfd.readouterr().err == ""


def test_an_error_is_written_with_its_place_and_without_its_message() -> None:
    def fail() -> None:
        raise ValueError(PRIVATE)

    try:
        try:
            fail()
        except ValueError as error:
            raise KeyError(PRIVATE) from error
    except KeyError as error:
        words = without_message(error)
    assert "ValueError at" in words
    assert "KeyError at" in words
    assert "test_logfile.py" in words
    assert PRIVATE not in words
