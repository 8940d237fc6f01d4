"""The envelope of a mail, read from bytes a stranger wrote: fast on ordinary mail, capped on all other."""

from tuimail.model.message import Envelope


def parse_envelope(raw: bytes) -> Envelope:
    """Return what the header says. `raw` is a whole mail or its header fields alone. Never raises."""
    raise NotImplementedError


def looks_attached(envelope: Envelope) -> bool:
    """Guess from Content-Type alone whether the mail carries an attachment (for the list)."""
    raise NotImplementedError
