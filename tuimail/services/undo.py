"""Take back what was done, and do it again. The journal survives a restart."""

from tuimail.model.safe import Safe

from .mail import Mail


def undo(mail: Mail) -> Safe:
    """Take back the last action; return what was taken back. Raises UserError if nothing is left."""
    raise NotImplementedError


def redo(mail: Mail) -> Safe:
    """Do again what was taken back last. Raises UserError if nothing is left."""
    raise NotImplementedError
