"""Which pulls were made, so that it is known what a mailbox here can be believed to hold. Pure."""

from tuimail.model.ids import OperationId


class Pulls:
    """Numbers the pulls of one account in the order they begin."""

    def __init__(self) -> None:
        self._count = 0
        self._at_connection = 0
        self._whole: dict[str, int] = {}
        self._parked_at: dict[OperationId, int] = {}

    def connected(self) -> None:
        """A new connection: what other programs did before it is not known."""
        self._at_connection = self._count

    def begin(self) -> int:
        """Return the number of a pull that begins."""
        self._count += 1
        return self._count

    @property
    def last(self) -> int:
        """The number of the pull that began last."""
        return self._count

    def whole(self, mailbox: str, number: int) -> None:
        """A pull has come to its end: everything that was there when it began is here."""
        self._whole[mailbox] = number

    def is_fresh(self, mailbox: str) -> bool:
        """Tell whether a whole pull of a mailbox was made on this connection."""
        return self._whole.get(mailbox, 0) > self._at_connection

    def is_since(self, mailbox: str, operation: OperationId) -> bool:
        """Tell whether a whole pull began after an operation first found no message to act on."""
        parked_at = self._parked_at.setdefault(operation, self._count)
        return self._whole.get(mailbox, 0) > parked_at
