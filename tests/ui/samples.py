"""Runs the sample program in a pty."""

import sys

from tests.pty_session import PtySession
from tests.ui.sample_app import ENVIRONMENT

READY = "mailbox  5"


def sample(kind: str, size: tuple[int, int] = (100, 30), **environ: str) -> PtySession:
    """Start the sample program with the driver (`diff`) or without (`stock`); wait until it shows."""
    argv = [sys.executable, "-m", "tests.ui.sample_app", kind]
    session = PtySession(argv, size=size, env={**ENVIRONMENT, **environ})
    session.until(READY)
    session.settle(0.5)  # the rest of the first frame, on a slow machine
    return session
