"""Which mechanism is used at a server: one, decided before anything secret is said.

After a refusal no second one is tried: each would be a further wrong password towards a lock-out.
Where SCRAM-SHA-256 is offered it is used, so a server that offers it without being able to check it
(it keeps passwords in another form) refuses a right password; `auth = "plain"` is for those.
"""

from collections.abc import Collection

from tuimail.model.account import Auth, Server
from tuimail.model.safe import safe_line

from .bearer import OAuthBearer, XOAuth2
from .mechanism import Mechanism, Revealing
from .plain import Login, Plain
from .scram import Scram


def mechanism_for(server: Server, secret: Revealing, offered: Collection[str]) -> Mechanism | None:
    """Return the best of the mechanisms a server offers (in upper case); None where none will do.

    Raises:
        SecretUnavailable: name, password or token cannot be sent.
    """
    if server.auth is Auth.OAUTH2:
        if OAuthBearer.name in offered:
            return OAuthBearer(server.username, secret)
        return XOAuth2(server.username, secret) if XOAuth2.name in offered else None
    if Scram.name in offered and server.auth is not Auth.PLAIN:
        return Scram(server.host, server.username, secret)
    if Plain.name in offered:
        return Plain(server.username, secret)
    return Login(server.username, secret) if Login.name in offered else None


def what_signs_in(server: Server) -> str:
    """Return what a server is given, to complete `The server refused ...`."""
    return "the access token" if server.auth is Auth.OAUTH2 else "the name or password"


def advice_on_refusal(server: Server, mechanism: Mechanism | None, usual: str) -> str:
    """Return what to do about a refusal; `usual` is what is said of a password."""
    if server.auth is Auth.OAUTH2:
        said = safe_line(mechanism.said, 60) if mechanism is not None else ""
        why = f" ({said})" if said else ""
        return f"run the command that prints it by hand; it may want to be signed in anew{why}"
    if mechanism is not None and mechanism.name == Scram.name:
        return f'{usual}. If both are right, it cannot check {Scram.name}: write auth = "plain"'
    return usual
