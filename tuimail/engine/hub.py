"""Carries events to every attached screen, and tells a new one how things stand."""

from collections.abc import Callable

from tuimail.events import AccountChanged, Event, RoleAsked
from tuimail.model.ids import AccountName


class Hub:
    """Listeners, and the last word on each account."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []
        self._accounts: dict[str, AccountChanged] = {}
        self._roles: dict[tuple[str, str], RoleAsked] = {}

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Have every event from now on."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Tell everyone."""
        if isinstance(event, AccountChanged):
            self._accounts[event.account] = event
        elif isinstance(event, RoleAsked):
            self._roles[event.account, event.role] = event
        for listener in self._listeners:
            listener(event)

    def standing(self) -> list[Event]:
        """Return how things stand, for someone who has just come."""
        return [*self._accounts.values(), *self._roles.values()]

    def forget(self, account: AccountName) -> None:
        """An account was removed or set up anew: what was said of it holds no more."""
        self._accounts.pop(account, None)
        for key in [key for key in self._roles if key[0] == account]:
            del self._roles[key]
