"""The tables of every version there ever was, as each began: `python -m tests.store.schemas`.

Run it when a version is raised; a file that is there already is history and is left as it is.
"""

from pathlib import Path

from tuimail.store.files import Database

FOLDER = Path(__file__).parent


def file_of(database: Database, version: int) -> Path:
    """Return the file with the statements of a version."""
    return FOLDER / f"{database}.v{version}.sql"


def statements_of(database: Database, version: int) -> list[str]:
    """Return the statements that made the tables of a version."""
    return file_of(database, version).read_text().split(";;\n")[:-1]


def write(database: Database, version: int, tables: tuple[str, ...]) -> None:
    """Write the statements of a version down."""
    file_of(database, version).write_text("".join(f"{statement};;\n" for statement in tables))
