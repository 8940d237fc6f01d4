"""Stops the clock of every Python that has this folder on its PYTHONPATH, at STILL_CLOCK seconds.

Waiting goes on: that is counted by the monotonic clock.
"""

import os
import time

if "STILL_CLOCK" in os.environ:
    _SECONDS = float(os.environ["STILL_CLOCK"])
    time.time = lambda: _SECONDS
