"""The program of tests ends with all that it started."""

import subprocess
from pathlib import Path

from tests.program import COMMAND_TIMEOUT_S, TUIMAIL, Program


def test_an_engine_that_has_only_begun_is_ended_too(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.profile.prepare()
    command = [*TUIMAIL, *program.profile.arguments, "daemon"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as engine:
        try:
            program.end()
            assert engine.wait(COMMAND_TIMEOUT_S) is not None
        finally:
            engine.kill()
