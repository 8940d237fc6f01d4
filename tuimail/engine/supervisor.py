"""Runs everything the engine does: a keeper per account, the socket, the configuration, the end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.credentials.provider import Passwords
from tuimail.errors import ConfigError, EngineUnavailable, NotFound, TuimailError, UserError
from tuimail.events import AccountChanged, Event, OutgoingChanged, RoleAsked, SecretAsked
from tuimail.model.account import Account
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.secret import Secret
from tuimail.services.engine_passes import AccountPass
from tuimail.services.engine_socket import socket_path
from tuimail.services.engine_wire import (
    MAX_VISIBLE,
    Answer,
    Answered,
    BodiesWish,
    BodyWish,
    CancelWish,
    ForgetWish,
    MailboxWish,
    PushWish,
    ReloadWish,
    Said,
    SearchWish,
    SendWish,
    SignInWish,
    StopWish,
    SyncWish,
    Wish,
    YieldWish,
)
from tuimail.services.mail import Mail
from tuimail.store.database import Database, Store
from tuimail.store.messages import places_of_key

from .caretaker import care_for, fenced
from .channel import Asked, Channel
from .client import Client
from .hands import Hands
from .housekeeper import House, Housekeeper
from .hub import Hub
from .keeper import AccountKeeper, Household
from .notifier import Ears, Notifier, Pace
from .questions import Questions
from .readers import Readers
from .seeker import seek
from .splitter import Splitter

IDLE_S: Final = 30.0
"""The engine ends when nobody has been attached and nothing has waited for so long."""
LOOK_EVERY_S: Final = 2.0
"""How often it looks whether the configuration changed and whether it may end."""
SEND_GRACE_S: Final = 15.0
"""A mail being sent when the engine is told to end is waited for so long."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Term:
    """How long the engine stays."""

    stay: bool
    """Until stopped; otherwise until nothing is to be done."""
    idle_s: float = IDLE_S
    look_every_s: float = LOOK_EVERY_S
    pace: Pace = field(default_factory=Pace)


class Supervisor:
    """The engine of one profile, in the process that holds its lock."""

    def __init__(
        self,
        profile: Profile,
        store: Store,
        term: Term,
        furnish: Callable[[Household], Household] = lambda household: household,
    ) -> None:
        """`furnish` replaces clocks, chance and servers of the household."""
        self._profile = profile
        self._store = store
        self._term = term
        self._hub = Hub()
        self._channel = Channel(socket_path(profile), self)
        self._questions = Questions(self._ask_screens, self._settled)
        self._passwords = Passwords(self._questions.ask)
        self._household = furnish(
            Household(store, self._passwords, self._hub.publish, self._has_screen)
        )
        self._keepers: dict[AccountName, AccountKeeper] = {}
        self._housekeeper = Housekeeper(self._house())
        self._notifier = Notifier(
            store,
            Ears(self._hub.publish, self._channel.tell_screen),
            self._household.clock,
            term.pace,
        )
        hands = Hands(self._hub.publish, self._fetch_body, self._push, self._look_into)
        self._readers = Readers(store, hands, self._household.clock)
        self._local_version: tuple[int, ...] = ()
        self._config_stamp: tuple[int, int] | None = None
        self._has_config = False
        """Whether the accounts kept are those of a file that was there."""
        self._reloading = asyncio.Lock()
        self._group: asyncio.TaskGroup | None = None
        self._visible: list[MessageKey] | None = None
        self._leave = asyncio.Event()
        self._look = asyncio.Event()
        self._listen()

    def _listen(self) -> None:
        """Have everybody hear of events who acts on them."""
        self._hub.listen(self._channel.publish)
        self._hub.listen(self._overhear)
        self._hub.listen(self._notifier.overhear)
        self._hub.listen(self._readers.overhear)

    def _house(self) -> House:
        return House(
            store=self._store,
            publish=self._hub.publish,
            is_quiet=lambda: self._hub.is_quiet,
            accounts=self._configured,
            clock=self._household.clock,
            monotonic=self._household.monotonic,
            look_every_s=self._term.look_every_s,
            served=self._served,
            extract=self._household.reading.searchable,
        )

    def leave(self) -> None:
        """End soon: SIGTERM, a wish, or a newer program."""
        self._leave.set()
        self._look.set()

    async def run(self) -> None:
        """Work until it is time to leave.

        Raises:
            EngineUnavailable: the socket cannot be made.
        """
        async with asyncio.TaskGroup() as group:
            self._group = group
            serving = group.create_task(self._channel.serve())
            random = self._household.random
            cares = [
                group.create_task(care_for(what, run, lambda: None, random))
                for what, run in self._cares().items()
            ]
            await self._stay(group)
            serving.cancel()  # first: whoever comes now starts the next engine
            for care in cares:
                care.cancel()
            for keeper in self._keepers.values():
                await keeper.end()
            self._household.reckoning.end()
            await asyncio.to_thread(self._household.reading.end)

    async def grant(self, wish: Asked) -> tuple[AccountPass, ...]:
        """Do what a client waits for; of a pass return what was done."""
        if self._group is not None and not self._has_config:
            await self._reload(self._group)  # it may come before the accounts were first read
        match wish:
            case SyncWish():
                return await self._sync(wish)
            case BodyWish():
                await self._body(MessageKey(wish.key))
            case MailboxWish(_, account, change):
                await self._named(account).change_mailbox(change)
            case SearchWish():
                await seek(wish, self._store, self._keepers, self._hub.publish)
        return ()

    def heed(self, wish: Wish) -> None:
        """Take a hint."""
        match wish:
            case PushWish() | SendWish() | CancelWish():
                for keeper in self._keepers.values():
                    keeper.heed(wish)
            case BodiesWish(keys):
                self._visible = [MessageKey(key) for key in keys[:MAX_VISIBLE]]
                self._look.set()
            case Answer(question, secret):
                self._questions.answer(question, Secret(secret))
            case SignInWish(account) if account in self._keepers:
                self._keepers[AccountName(account)].sign_in_again()
            case ReloadWish() | SignInWish():
                self._look.set()
            case StopWish():
                self.leave()
            case YieldWish():
                self._yield()
            case SyncWish() | BodyWish() | MailboxWish() | SearchWish() | ForgetWish():
                raise AssertionError("granted, not heeded")

    def attached(self, client: Client) -> None:
        """Tell a client that has just come how things stand."""
        for event in self._hub.standing():
            client.say(Said(event))
        if client.can_ask:
            self._questions.screen_came()
            for asked in self._questions.open:
                client.say(Said(asked))
            for keeper in self._keepers.values():
                keeper.can_ask()
        self._look.set()

    def detached(self, client: Client) -> None:
        """A client is gone."""
        if client.can_ask:
            self._questions.screen_left()
        self._look.set()

    def superseded(self) -> None:
        """A newer program wants this place."""
        log.info("a newer program asked for this place")
        self.leave()

    def _yield(self) -> None:
        if not self._term.stay:
            log.info("one that stays takes this place")
            self.leave()

    async def _stay(self, group: asyncio.TaskGroup) -> None:
        """Look around now and then until it is time to leave."""
        quiet_since: float | None = None
        while not self._leave.is_set():
            self._look.clear()
            is_needed = True  # where the store cannot be read, nobody knows what waits
            with suppress(TuimailError):
                is_needed = await fenced("looking around", lambda: self._look_around(group))
            now = self._household.monotonic()
            if is_needed:
                quiet_since = None
            elif quiet_since is None:
                quiet_since = now
            elif now - quiet_since >= self._term.idle_s:
                log.info("nothing to do, nobody attached: ending")
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(self._term.look_every_s):
                    await self._look.wait()
        await self._let_sends_end()

    async def _look_around(self, group: asyncio.TaskGroup) -> bool:
        """Take over what changed; tell whether there is a reason to stay."""
        await self._reload(group)
        await self._hand_out_visible()
        await self._notice_operations()
        is_attended = self._term.stay or self._channel.clients > 0
        is_busy = is_attended or self._housekeeper.is_working
        return is_busy or await asyncio.to_thread(self._waits)

    def _cares(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """Return what goes on beside the accounts, by what the log calls it."""
        return {
            "housekeeping": self._housekeeper.run,
            "notifications": self._notifier.run,
            "splits": Splitter(self._store, self._term.look_every_s).run,
            **self._readers.cares(),
        }

    def _look_into(self, name: AccountName, mailboxes: Collection[str]) -> None:
        keeper = self._keepers.get(name)
        if keeper is not None:
            keeper.look_into(mailboxes)

    def _push(self, name: AccountName) -> None:
        keeper = self._keepers.get(name)
        if keeper is not None:
            keeper.heed(PushWish())

    async def _fetch_body(self, name: AccountName, key: MessageKey) -> None:
        keeper = self._keepers.get(name)
        if keeper is None:
            raise EngineUnavailable(f"The account {name} is not looked after just now.")
        await keeper.body(key)

    def _configured(self) -> Collection[AccountName] | None:
        """Return the accounts there are; None while the configuration is missing or unread."""
        return self._keepers.keys() if self._has_config else None

    def _served(self) -> Collection[Account]:
        return [keeper.account for keeper in self._keepers.values() if keeper.account.imap]

    async def _let_sends_end(self) -> None:
        async with asyncio.TaskGroup() as ending:
            for keeper in self._keepers.values():
                ending.create_task(keeper.stop_sending(SEND_GRACE_S))

    def _waits(self) -> bool:
        return any(keeper.waits() for keeper in list(self._keepers.values()))

    async def _reload(self, group: asyncio.TaskGroup) -> None:
        """Read the configuration if its file changed; keep the old one while it is broken."""
        async with self._reloading:
            stamp = _stamp(self._profile.config_file)
            if stamp == self._config_stamp:
                return
            self._config_stamp = stamp
            try:
                config = await asyncio.to_thread(load_config, self._profile)
            except ConfigError as error:
                log.warning("configuration not usable, the old one stays: %s", error.hint)
                return
            await self._notifier.configure(config)  # before anything new comes
            self._readers.configure(Mail(self._profile, config, self._store))
            await self._take_over(config.accounts, group)
            self._has_config = stamp is not None

    async def _take_over(self, accounts: Sequence[Account], group: asyncio.TaskGroup) -> None:
        wanted = {account.name: account for account in accounts}
        for name in [name for name in self._keepers if name not in wanted]:
            keeper = self._keepers.pop(name)
            await keeper.stop_sending(SEND_GRACE_S)
            await keeper.end()
            self._hub.forget(name)
            self._household.passwords.forget(name)
        for name, account in wanted.items():
            if name not in self._keepers:
                self._keepers[name] = AccountKeeper(account, self._household)
                self._keepers[name].start(group)
            elif await self._keepers[name].change(account, group):
                self._hub.forget(name, AccountChanged, RoleAsked)

    async def _notice_operations(self) -> None:
        """Push what was recorded by somebody whose hint was lost."""
        version = await asyncio.to_thread(self._store.data_version, [Database.LOCAL])
        if version != self._local_version:
            self._local_version = version
            self.heed(PushWish())

    async def _hand_out_visible(self) -> None:
        """Tell each account which of its messages are on the screen."""
        if self._visible is None:
            return
        keys, self._visible = self._visible, None
        owners = await asyncio.to_thread(self._owners, keys)
        for name, keeper in self._keepers.items():
            keeper.see([key for key in keys if name in owners[key]])

    def _owners(self, keys: Sequence[MessageKey]) -> dict[MessageKey, set[AccountName]]:
        return {key: {p.account for p in places_of_key(self._store, key)} for key in keys}

    async def _sync(self, wish: SyncWish) -> tuple[AccountPass, ...]:
        if self._group is not None:
            await self._reload(self._group)
        names = [self._named(wish.account).account.name] if wish.account else list(self._keepers)
        async with asyncio.TaskGroup() as passes:
            tasks = [passes.create_task(self._keepers[name].sync(wish)) for name in names]
        return tuple(task.result() for task in tasks)

    async def _body(self, key: MessageKey) -> None:
        owners = await asyncio.to_thread(self._owners, [key])
        keepers = [self._keepers[name] for name in sorted(owners[key]) if name in self._keepers]
        if not keepers:
            raise NotFound("The message is no longer in any mailbox.")
        await keepers[0].body(key)

    def _named(self, name: str) -> AccountKeeper:
        keeper = self._keepers.get(AccountName(name))
        if keeper is None:
            names = ", ".join(self._keepers) or "none yet (tuimail account add)"
            raise UserError(f"There is no account {name!r}. Accounts: {names}.")
        return keeper

    def _overhear(self, event: Event) -> None:
        if isinstance(event, OutgoingChanged):
            self._look.set()

    def _has_screen(self) -> bool:
        return self._channel.has_screen

    def _ask_screens(self, asked: SecretAsked) -> None:
        self._hub.publish(asked)

    def _settled(self, question: str) -> None:
        self._channel.tell(Answered(question))


def _stamp(file: Path) -> tuple[int, int] | None:
    """Return what changes when a file does; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size)
