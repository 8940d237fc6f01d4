"""Sign-in mechanisms (RFC 4422): what is said, whichever protocol carries it.

`mechanism` says what one is, a file each holds those there are, `choice` takes one of those a
server offers, `dialogue` turns it into the lines that IMAP, POP3 and SMTP send.
"""

from .choice import advice_on_refusal, mechanism_for, what_signs_in
from .dialogue import Dialogue
from .mechanism import Mechanism, Revealing, ServerNotProven

__all__ = [
    "Dialogue",
    "Mechanism",
    "Revealing",
    "ServerNotProven",
    "advice_on_refusal",
    "mechanism_for",
    "what_signs_in",
]
