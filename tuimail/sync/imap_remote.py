"""An IMAP server as sync sees it: fulfils `sync.remote.Remote`."""

from tuimail.credentials.secret import Secret
from tuimail.model.account import Server
from tuimail.sync.remote import Remote


async def connect_imap(server: Server, secret: Secret) -> Remote:
    """Connect, make the line safe and sign in.

    Raises:
        NetworkError: the server cannot be reached.
        TlsError: the line cannot be made safe; nothing secret was sent.
        SignInRefused: the server refused the name or password; `reply` holds its words.
        ProtocolError: the server answered what cannot be used.
    """
    raise NotImplementedError
