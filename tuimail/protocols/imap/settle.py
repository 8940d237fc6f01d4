"""What is arranged once after sign-in, before any mailbox is opened."""

from .compress import compress_far_lines
from .enable import enable
from .identity import introduce
from .quirks import Signs, quirks_of
from .session import Session


async def settle(session: Session) -> None:
    """Say our name, learn the server's, take its quirks into account, switch extensions on.

    Raises:
        NetworkError, ProtocolError: as `Session.say`.
    """
    if any(quirk.is_asked_again for quirk in quirks_of(_signs(session))):
        await session.learn_capabilities(session.timeouts.command_s)
    await introduce(session)
    for quirk in quirks_of(_signs(session)):
        session.distrusted |= quirk.distrusted
    await enable(session)
    await compress_far_lines(session)


def _signs(session: Session) -> Signs:
    return Signs(session.server.host, session.greeting, session.capabilities, session.identity)
