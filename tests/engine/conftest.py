"""A store of the account `north`, and a certificate for servers on loopback."""

from tests.outbox.conftest import store
from tests.protocols.smtp.conftest import tls

__all__ = ["store", "tls"]
