"""The POP3 server of the embedded host."""

from tuimail.demo.listener import LineServer

from .session import Service, Session


def pop3_server(service: Service) -> LineServer:
    """Return a server that is not listening yet."""
    return LineServer(service.tls, lambda stream: Session(service, stream).run())
