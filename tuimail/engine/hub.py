"""Carries events to every attached screen, and tells a new one how things stand."""

from collections.abc import Callable
from typing import Final

from tuimail.events import AccountChanged, Connection, Event, RoleAsked, SendingChanged
from tuimail.model.ids import AccountName

Standing = AccountChanged | SendingChanged | RoleAsked
"""Events that say how things stand, and not only what changed."""
_BUSY: Final = frozenset({Connection.CONNECTING, Connection.SYNCING})


class Hub:
    """Listeners, and the last word on each account."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []
        self._standing: dict[tuple[type[Standing], str, str], Standing] = {}

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Have every event from now on."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Tell everyone."""
        if isinstance(event, Standing):
            role = event.role if isinstance(event, RoleAsked) else ""
            self._standing[type(event), event.account, role] = event
        for listener in self._listeners:
            listener(event)

    @property
    def is_quiet(self) -> bool:
        """Whether no account is being brought in step."""
        told = [one for one in self._standing.values() if isinstance(one, AccountChanged)]
        return not any(one.connection in _BUSY for one in told)

    def standing(self) -> list[Event]:
        """Return how things stand, for someone who has just come."""
        return list(self._standing.values())

    def forget(self, account: AccountName, *kinds: type[Standing]) -> None:
        """What was said of an account holds no more: all of it, or what is of these kinds."""
        for key in list(self._standing):
            kind, name, _ = key
            if name == account and (not kinds or kind in kinds):
                del self._standing[key]
