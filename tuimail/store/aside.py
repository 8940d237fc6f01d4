"""Mails that lie inside of others, while they are read: in memory alone, and only so many."""

import threading
from collections import OrderedDict
from typing import Final

from tuimail.model.ids import MessageKey

MAX_MAILS: Final = 16
MAX_BYTES: Final = 64 << 20
"""Of all together; the one put in last stays whatever its size."""


class Aside:
    """Holds the mails looked at last; safe for every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._raws: OrderedDict[MessageKey, bytes] = OrderedDict()

    def put(self, key: MessageKey, raw: bytes) -> None:
        """Hold a mail by a key that no mail of a mailbox has."""
        with self._lock:
            self._raws[key] = raw
            self._raws.move_to_end(key)
            while len(self._raws) > 1 and self._is_too_much():
                self._raws.popitem(last=False)

    def get(self, key: MessageKey) -> bytes | None:
        """Return a mail, or None where it is not held."""
        with self._lock:
            raw = self._raws.get(key)
            if raw is not None:
                self._raws.move_to_end(key)
            return raw

    def _is_too_much(self) -> bool:
        return len(self._raws) > MAX_MAILS or sum(map(len, self._raws.values())) > MAX_BYTES
