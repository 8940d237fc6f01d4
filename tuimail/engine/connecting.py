"""Lines to the servers of an account, as they are outside of tests."""

from tuimail.model.account import Account
from tuimail.model.secret import Secret
from tuimail.protocols.pop3.connection import Connection as Pop3Connection
from tuimail.protocols.pop3.signin import connect as sign_in_pop3
from tuimail.sync.imap_remote import connect_imap
from tuimail.sync.remote import Remote


async def connect_by_imap(account: Account, secret: Secret) -> Remote:
    """Connect to the server of an account."""
    assert account.imap is not None, "asked for by accounts with such a server alone"
    return await connect_imap(account.imap, secret)


async def connect_by_pop3(account: Account, secret: Secret) -> Pop3Connection:
    """Sign in to the server of an account."""
    assert account.pop3 is not None, "asked for by accounts with such a server alone"
    return await sign_in_pop3(account.pop3.server, secret)
