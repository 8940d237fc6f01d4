"""Questions the background process and the services have: a password, a mailbox for a role."""

import asyncio

from tuimail.errors import SecretUnavailable
from tuimail.events import RoleAsked
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.safe import Safe, safe_line
from tuimail.model.secret import Secret
from tuimail.services import reading
from tuimail.services.mail import Mail
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


class Questions:
    """Asks one thing at a time, each only once while it is open."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._open: set[str] = set()

    async def secret(self, account: AccountName, prompt: str) -> Secret:
        """Ask for a password; cancelled when another screen has answered.

        Raises:
            SecretUnavailable: the person would not say.
        """
        title = Safe(f"{safe_line(account, 40)}: {safe_line(prompt, 120)}")
        typed = await self._screen.ask(AskSecret(title))
        if not typed:
            raise SecretUnavailable("No password was given.")
        return Secret(typed)

    def take_role(self, event: RoleAsked) -> None:
        """No mailbox is known for a role."""
        account, role = AccountName(event.account), Role(event.role)
        if f"role {account} {role}" not in self._open:
            self._screen.spawn(lambda: self._choose_role_quietly(account, role))

    async def choose_role(self, account: AccountName, role: Role) -> bool:
        """Let the person choose or create the mailbox for a role; return whether there is one."""
        key = f"role {account} {role}"
        if key in self._open:
            return False
        self._open.add(key)
        try:
            name = await self._ask_mailbox(account, role)
        finally:
            self._open.discard(key)
        if not name:
            return False
        session = self._screen.session
        await asyncio.to_thread(_choose_role, session.mail, account, role, name)
        session.reload_config()
        self._screen.bridge.reload()
        self._screen.say(Safe(f"{safe_line(name, 80)} is now for {role.value}."))
        return True

    async def _choose_role_quietly(self, account: AccountName, role: Role) -> None:
        await self.choose_role(account, role)

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
        title = Safe(f"Which mailbox of {safe_line(account, 40)} is for {role.value}?")
        chosen = await screen.ask(Choose(title, choices))
        if chosen != _CREATE:
            return chosen or ""
        name = await screen.ask(AskText(Safe("Name of the new mailbox"), usual))
        if not name:
            return ""
        await (await screen.bridge.link()).create_mailbox(account, name)
        return name


def _choose_role(mail: Mail, account: AccountName, role: Role, name: str) -> None:
    from tuimail.services.accounts import choose_role

    choose_role(mail, account, role, name)
