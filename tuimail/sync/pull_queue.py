"""Which mailboxes of an account are to be looked into, and what that left. No input or output."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from tuimail.model.mailbox import INBOX

from .pull import Pulled, Target
from .remote import RemoteState
from .steps import AskStatus, Backlog, Refresh, Standing


class PullQueue:
    """INBOX comes before the others, what is new before what was left for later."""

    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}
        """Mailboxes that can be opened, by name, INBOX first."""
        self._has_listed = False
        self._is_inbox_due = False
        self._refresh: dict[str, None] = {}
        self._by_hand: set[str] = set()
        self._status: dict[str, None] = {}
        self._backlogs: dict[str, Backlog] = {}
        self._parked: set[str] = set()
        """Mailboxes that operations wait for."""

    @property
    def has_news(self) -> bool:
        """Whether a mailbox is to be looked into."""
        return bool(self._refresh)

    @property
    def has_counters_to_ask(self) -> bool:
        """Whether counters are to be asked."""
        return bool(self._status)

    @property
    def has_backlog(self) -> bool:
        """Whether anything was left for later."""
        return bool(self._backlogs)

    @property
    def is_waited_for(self) -> bool:
        """Whether operations wait for a mailbox."""
        return bool(self._parked)

    def begin_with(self, inbox: Target) -> None:
        """Look into INBOX before the mailboxes are listed."""
        self.targets = {INBOX: inbox, **{n: t for n, t in self.targets.items() if n != INBOX}}
        self._is_inbox_due = True

    def refresh(self, names: Iterable[str]) -> None:
        """Look into these mailboxes again."""
        self._refresh.update(dict.fromkeys(name for name in names if name in self.targets))

    def ask_counters(self) -> None:
        """Ask for the counters of every mailbox but INBOX, which is watched."""
        self._status = dict.fromkeys(name for name in self.targets if name != INBOX)

    def listed(
        self,
        targets: Sequence[Target],
        counted: Mapping[str, Standing],
        by_hand: Collection[str],
        *,
        is_first: bool,
    ) -> list[Target]:
        """Take in the mailboxes that are there, and what the list told of their counters.

        Somebody waits for those `by_hand`. Returns those of them that are known to be in step, or
        of all if it is the first time on a connection.
        """
        self._has_listed, self._is_inbox_due = True, False  # INBOX is among the others now
        self.targets = {target.name: target for target in targets}
        for names in (self._refresh, self._status, self._backlogs):
            for name in [name for name in names if name not in self.targets]:
                del names[name]
        self._parked &= self.targets.keys()
        self._by_hand |= set(by_hand)
        looked_at = set(self.targets) if is_first else set(by_hand)
        settled = (Standing.EQUAL, Standing.COMING)
        self.refresh(
            name
            for name in self.targets
            if counted.get(name) is Standing.MOVED
            or (name in looked_at and counted.get(name) not in settled)
        )
        equal = {name for name in looked_at if counted.get(name) is Standing.EQUAL}
        return [target for target in targets if target.name in equal - set(self._refresh)]

    def park(self, names: Iterable[str]) -> None:
        """Look into mailboxes that operations wait for.

        Before the first list nobody knows which there are; all are looked into then.
        """
        self._parked = {name for name in names if not self._has_listed or name in self.targets}
        self.refresh(self._parked)

    def keep_backlog(self, pulled: Pulled, *, is_resting: bool) -> None:
        """A mailbox was pulled: what that left is its backlog, unless fetching rests."""
        name = pulled.target.name
        before, unsure = self._backlogs.pop(name, None), pulled.unsure
        if before is not None and before.pulled.state.uid_validity == pulled.state.uid_validity:
            unsure = unsure or before.unsure  # new mail does not end a comparison that goes on
        backlog = Backlog(pulled, unsure)
        if is_resting and not backlog.is_done:
            self._parked.discard(name)
        elif not backlog.is_done:
            self._backlogs[name] = backlog

    def has_left(self, name: str) -> bool:
        """Whether a pull of a mailbox has left something for later."""
        return name in self._backlogs

    def state_coming(self, name: str) -> RemoteState | None:
        """Return what the server told of a mailbox whose pull has left something for later."""
        return self._backlogs[name].pulled.state if name in self._backlogs else None

    def is_comparing(self, name: str) -> bool:
        """Whether all flags of a mailbox are being compared."""
        return name in self._backlogs and bool(self._backlogs[name].unsure)

    def in_step(self, name: str) -> bool:
        """Every header of a mailbox is here; return whether operations waited for that."""
        self._backlogs.pop(name, None)
        was_waited_for = name in self._parked
        self._parked.discard(name)
        return was_waited_for

    def drop(self, name: str) -> None:
        """Go on without a mailbox."""
        for names in (self._refresh, self._status, self._backlogs):
            names.pop(name, None)
        self._parked.discard(name)

    def rest(self) -> None:
        """Keep news of new mail and what operations wait for, and nothing else."""
        kept = {INBOX, *self._parked}
        self._refresh = {name: None for name in self._refresh if name in kept}
        self._status.clear()
        self._backlogs.clear()

    def clear(self) -> None:
        """Forget all but which mailboxes there are."""
        for names in (self._refresh, self._status, self._backlogs, self._parked):
            names.clear()
        self._is_inbox_due = False

    def take_inbox(self) -> Refresh | None:
        """Return the look into INBOX that comes before the list."""
        if not self._is_inbox_due:
            return None
        self._is_inbox_due = False
        return self._take(INBOX)

    def take_news(self) -> Refresh | None:
        """Return the next mailbox to look into."""
        if not self._refresh:
            return None
        return self._take(INBOX if INBOX in self._refresh else next(iter(self._refresh)))

    def take_later(self) -> AskStatus | Backlog | None:
        """Return what comes when nothing is new."""
        for name in self._status:
            del self._status[name]
            return AskStatus(self.targets[name])
        for name in sorted(self._backlogs, key=lambda name: name != INBOX):
            return self._backlogs[name]
        return None

    def _take(self, name: str) -> Refresh:
        self._refresh.pop(name, None)
        self._status.pop(name, None)
        is_by_hand = name in self._by_hand
        self._by_hand.discard(name)
        return Refresh(self.targets[name], is_by_hand=is_by_hand)
