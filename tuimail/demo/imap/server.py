"""The IMAP server of the embedded host."""

from tuimail.demo.listener import LineServer

from .commands import COMMANDS
from .session import Service, Session


def imap_server(service: Service) -> LineServer:
    """Return a server that is not listening yet."""
    return LineServer(service.tls, lambda stream: Session(service, stream, COMMANDS).run())
