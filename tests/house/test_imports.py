"""The house's rules hold, and each of them can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(folder):
    """Run import-linter on a copy of the house."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        check=False,
    )


@pytest.fixture
def house(tmp_path):
    shutil.copytree(
        ROOT / "tuimail", tmp_path / "tuimail", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("model/flags.py", "import tuimail.store", "floors"),
        ("store/blobs.py", "import tuimail.mime.headers", "floors"),
        ("protocols/imap/lexer.py", "import tuimail.protocols.smtp.session", "protocols"),
        ("cli/main.py", "import tuimail.store.database", "front doors"),
        ("ui/app.py", "import tuimail.protocols.tls", "front doors"),
        ("services/reading.py", "import tuimail.engine.process", "services reach"),
        ("services/reading.py", "import tuimail.sync.plan", "services reach"),
        ("cli/main.py", "import textual", "only ui"),
        ("engine/process.py", "import rich", "only ui"),
        ("model/flags.py", "import sqlite3", "model does no"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(house, file, line, contract):
    target = house / "tuimail" / file
    target.write_text(f"{target.read_text()}\n{line}\n")
    found = lint_imports(house)
    assert found.returncode != 0
    broken = [text for text in found.stdout.splitlines() if "BROKEN" in text]
    assert "Broken contracts" in found.stdout, found.stdout + found.stderr
    assert contract in found.stdout.split("Broken contracts")[1]
    assert broken


def test_a_room_that_is_on_no_floor_is_refused(house):
    (house / "tuimail" / "attic.py").write_text('"""A room nobody placed."""\n')
    found = lint_imports(house)
    assert found.returncode != 0


@pytest.mark.parametrize(
    "module",
    ["tuimail.cli.main", "tuimail.__main__", "tuimail.engine.process", "tuimail.services.reading"],
)
def test_a_command_starts_without_textual(module):
    code = f"import sys, {module}; print([m for m in sys.modules if m.split('.')[0] in ('textual', 'rich')])"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
