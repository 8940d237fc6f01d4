"""The driver that keeps the cells a terminal shows and sends only those that change.

    App(driver_class=DiffDriver)

Textual's stream is read into `want`; at the end of each frame it is compared with `shown` and the
difference is sent. Everything that leaves the screen passes here.
"""

from textual.drivers.linux_driver import LinuxDriver


class DiffDriver(LinuxDriver):
    """LinuxDriver with a cell-diff in `write`."""

    def forget(self) -> None:
        """Know nothing of the terminal any more; follow with `app.refresh(repaint=True, layout=True)`."""
        raise NotImplementedError
