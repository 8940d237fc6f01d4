"""What goes into the log and where: one level for this process and those it starts.

The level is named by `--log-level`, or by TUIMAIL_LOG_LEVEL, which hands it on to the background
process.
"""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LOG_LEVELS: Final = ("error", "warning", "info", "debug")
DEFAULT_LEVEL: Final = "info"
LEVEL_VARIABLE: Final = "TUIMAIL_LOG_LEVEL"


def log_level(environ: Mapping[str, str] = os.environ) -> str:
    """Return the level that was asked for; a word that is none counts as the default."""
    asked = environ.get(LEVEL_VARIABLE, DEFAULT_LEVEL).lower()
    return asked if asked in LOG_LEVELS else DEFAULT_LEVEL


def choose_log_level(level: str) -> None:
    """Use a level in this process and in those it starts from now on."""
    os.environ[LEVEL_VARIABLE] = level


def write_log(file: Path) -> None:
    """Write what this program says into a file whose folder exists, and never to the terminal."""
    handler = logging.FileHandler(file, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("tuimail")
    logger.addHandler(handler)
    logger.setLevel(log_level().upper())
    logger.propagate = False
    logging.raiseExceptions = False  # a full disk must not print a traceback onto the screen
