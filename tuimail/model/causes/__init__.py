"""Why a mail was not taken: `kinds` are the causes, `table` has the signs, `reading` looks.

Read in the order words, enhanced code (RFC 3463), reply code: providers reuse numbers, so that the
words near them decide (552 is a full mailbox here and a large mail there). The step at which a
server spoke decides too: what is about us while we submit is about them in a report.
"""

from .kinds import Kind, Saying, saying_of
from .reading import kind_of
from .table import Stage

__all__ = ["Kind", "Saying", "Stage", "kind_of", "saying_of"]
