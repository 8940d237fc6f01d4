"""A certificate for the scripted server."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest

from tuimail.demo.certificate import Authority


@dataclass
class Tls:
    ca_file: Path
    context: ssl.SSLContext


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    folder = tmp_path_factory.mktemp("authority")
    authority = Authority.make(folder)
    identity = authority.issue("server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate_file, identity.key_file)
    return Tls(authority.ca_file, context)
