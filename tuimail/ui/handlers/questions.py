"""Questions the background process and the services have: a password, a mailbox for a role.

A question opens by itself only before the first key was pressed: keys meant for the list must not
become a password, and none chooses a mailbox. Later a notice says with which key it is answered.
"""

import asyncio

from tuimail.errors import SecretUnavailable
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import MailboxChange, MailboxVerb, Role
from tuimail.model.safe import Safe, safe_line
from tuimail.model.secret import Secret
from tuimail.services import reading
from tuimail.services.mail import Mail
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskSecret, AskText, Choice, Choose

from .views import mailbox_words

_CREATE = "\n"
"""Value of the choice to create a mailbox; no mailbox has a line break in its name."""
_USUAL_NAMES = {
    Role.SENT: "Sent",
    Role.DRAFTS: "Drafts",
    Role.TRASH: "Trash",
    Role.ARCHIVE: "Archive",
    Role.JUNK: "Junk",
}
_KINDS = {
    Role.SENT: "sent mail",
    Role.TRASH: "deleted mail",
    Role.ARCHIVE: "archived mail",
    Role.JUNK: "junk mail",
}
"""What a mailbox for a role is for, where the role's own name does not say it."""


class Questions:
    """Asks one thing at a time, each only once while it is open."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._open: set[str] = set()
        self._wanted: dict[asyncio.Event, str] = {}
        """One for each question that was not put yet, and what it is about."""
        self._chosen: set[str] = set()
        """The questions about a role that were answered."""
        self._is_invited = False
        """Whether the person said that a password may be asked for now."""
        self._missed: set[AccountName] = set()
        """Accounts of which it was said that no mailbox is for sent mail."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("sign.in", lambda _: self._sign_in())

    async def secret(self, account: AccountName, prompt: str) -> Secret:
        """Ask for a password; cancelled when another screen has answered.

        Raises:
            SecretUnavailable: the person would not say.
        """
        title = Safe(f"{safe_line(account, 40)}: {safe_line(prompt, 120)}")
        if self._screen.key_at and not self._is_invited:
            key = self._screen.key("sign.in")
            self._screen.warn(Safe(f"{title} is needed; {key} types it."))
            await self._until_wanted(title)
        typed = await self._screen.ask(AskSecret(title))
        self._is_invited = False
        if not typed:
            raise SecretUnavailable("No password was given.")
        return Secret(typed)

    async def _until_wanted(self, about: str) -> None:
        wanted = asyncio.Event()
        self._wanted[wanted] = about
        try:
            await wanted.wait()
        finally:
            del self._wanted[wanted]

    def _sign_in(self) -> None:
        """Ask what waits, or have accounts that stopped try again, which then ask."""
        for wanted in self._wanted:
            wanted.set()
        if not self._wanted:
            self._is_invited = True
            self._screen.invoke("sync.all")

    def take_role(self, account: AccountName, role: Role) -> None:
        """Ask for a mailbox the background process misses, once: choose one or create it.

        That is the one for sent mail; the others are asked for when a key needs them.
        """
        if role is Role.SENT and account not in self._missed:
            self._missed.add(account)
            self._screen.spawn(lambda: self._ask_when_welcome(account))

    async def _ask_when_welcome(self, account: AccountName) -> None:
        about = _about(account, Role.SENT)
        if self._screen.key_at and await self._misses(account, Role.SENT):
            name, key = safe_line(account, 40), self._screen.key("sign.in")
            sentence = Safe(f"{name} has no mailbox for sent mail; {key} chooses one.")
            self._screen.warn(sentence, about)
            await self._until_wanted(about)
        await self.need_role(account, Role.SENT)

    async def need_role(self, account: AccountName, role: Role) -> None:
        """Ask for the mailbox for a role if the account's mailboxes are known and none is."""
        if await self._misses(account, role):
            await self.choose_role(account, role)

    async def _misses(self, account: AccountName, role: Role) -> bool:
        """Return whether a mailbox is to be chosen; one created just now may not be listed yet."""
        if _about(account, role) in self._chosen:
            return False
        rows = await asyncio.to_thread(reading.mailboxes, self._screen.session.mail, account)
        return bool(rows) and not any(row.role is role for row in rows)

    async def choose_role(self, account: AccountName, role: Role) -> bool:
        """Let the person choose or create the mailbox for a role; return whether there is one."""
        about = _about(account, role)
        if about in self._open:
            return False
        self._open.add(about)
        try:
            name = await self._ask_mailbox(account, role)
        finally:
            self._open.discard(about)
        if not name:
            return False
        session = self._screen.session
        await asyncio.to_thread(_choose_role, session.mail, account, role, name)
        session.reload_config()
        self._screen.bridge.reload()
        self._settle(about)
        self._screen.say(Safe(f"{safe_line(name, 80)} is the mailbox for {_kind(role)} now."))
        return True

    def _settle(self, about: str) -> None:
        """Take back what was said of a question that has its answer; nobody asks it again."""
        self._chosen.add(about)
        self._screen.hint.settle(about)
        for wanted in [wanted for wanted, asked in self._wanted.items() if asked == about]:
            wanted.set()

    async def _ask_mailbox(self, account: AccountName, role: Role) -> str:
        screen = self._screen
        rows = reading.mailboxes(screen.session.mail, account)
        usual = _USUAL_NAMES.get(role, role.value)
        choices = [Choice(_CREATE, Safe(f"Create a mailbox “{usual}” …"))]
        choices += [
            Choice(row.name.raw, mailbox_words(row, names_account=False))
            for row in rows
            if row.is_selectable and row.role is None
        ]
        title = Safe(f"Which mailbox of {safe_line(account, 40)} is for {_kind(role)}?")
        chosen = await screen.ask(Choose(title, choices))
        if chosen != _CREATE:
            return chosen or ""
        name = await screen.ask(AskText(Safe("Name of the new mailbox"), usual))
        if not name:
            return ""
        await (await screen.bridge.link()).change_mailbox(
            account, MailboxChange(MailboxVerb.CREATE, name)
        )
        return name


def _about(account: AccountName, role: Role) -> str:
    return f"role {account} {role}"


def _kind(role: Role) -> str:
    return _KINDS.get(role, role.value)


def _choose_role(mail: Mail, account: AccountName, role: Role, name: str) -> None:
    from tuimail.services.accounts import choose_role

    choose_role(mail, account, role, name)
