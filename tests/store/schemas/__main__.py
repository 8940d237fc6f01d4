"""Writes the tables of today down, where their version is new."""

from tuimail.store.files import Database
from tuimail.store.schema import TABLES, VERSION

from . import file_of, write

for database in Database:
    if not file_of(database, VERSION[database]).exists():
        write(database, VERSION[database], TABLES[database])
