"""Headers as a server sends them, made into what the store keeps; also as a process of its own.

`python -m tuimail.sync.reckon VERSION` reads blocks from its standard input and answers each on its
standard output, until that is closed: when it is no longer needed, and when the engine was killed.
See `reckon_process` for the other end. It imports little, since its memory counts with the
engine's, and opens nothing.
"""

import gc
import marshal
import signal
import sys
from collections.abc import Sequence
from typing import Final

from tuimail import __version__
from tuimail.mime.headers import looks_attached, parse_envelope
from tuimail.model.flags import NO_FLAGS
from tuimail.model.ids import AccountName
from tuimail.store.reckoned import Arrival, Reckoned, Reckoner

Raw = tuple[bytes, int, int, str]
"""Header fields as the server sent them, internal date (seconds UTC), size in bytes, and the
server's id of the conversation."""

BLOCK_PATIENCE_S: Final = 10
"""A block of 500 headers takes 10 ms, of the worst ones a second; whoever takes so long hangs."""
LENGTH_BYTES: Final = 4
"""Before each block and each answer, big-endian."""


def reckoned(account: AccountName, headers: Sequence[Raw]) -> list[Reckoned]:
    """Parse headers and reckon what the store keeps of each, in the same order. Never raises."""
    reckon = Reckoner(account).reckon
    found = []
    for raw, internal_date, size_bytes, thread_id in headers:
        envelope = parse_envelope(raw)
        attached = looks_attached(envelope)
        told = (0, NO_FLAGS, internal_date, size_bytes)  # UID and flags are not for here
        found.append(reckon(Arrival(*told, envelope, attached, None, thread_id)))
    return found


def main() -> None:
    """Answer blocks until there are no more; none where the engine is of another version.

    A program upgraded while its engine runs might reckon other keys than that has written.
    """
    if sys.argv[1:] != [__version__]:
        return
    gc.disable()  # what it makes holds no circles
    with open(0, "rb", closefd=False) as blocks, open(1, "wb", closefd=False) as answers:
        while len(length := blocks.read(LENGTH_BYTES)) == LENGTH_BYTES:
            # Also where nobody is left to see that it hangs: the signal's default ends it.
            signal.alarm(BLOCK_PATIENCE_S)
            account, headers = marshal.loads(blocks.read(int.from_bytes(length)))  # noqa: S302
            answer = marshal.dumps(reckoned(account, headers))
            signal.alarm(0)
            answers.write(len(answer).to_bytes(LENGTH_BYTES) + answer)
            answers.flush()


if __name__ == "__main__":
    main()
