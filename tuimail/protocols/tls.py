"""Safe lines: the TLS context every protocol uses, and what went wrong, in plain words."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from tuimail.errors import NetworkError, TlsError

_NOT_SENT: Final = "No password was sent."

_NO_TLS_REASONS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}
)

_CUTS: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)

# X509_V_ERR_* of OpenSSL's x509_vfy.h: (cause, next step)
_CAUSES: Final[Mapping[int, tuple[str, str]]] = {
    9: ("is not valid yet", "check this machine's clock"),
    10: ("has expired", "check this machine's clock, or tell the provider"),
    18: ("is self-signed", "if it is your own server, name its certificate in ca_file"),
    19: (
        "is signed by an authority this machine does not trust (self-signed)",
        "if it is your own server, name its authority in ca_file",
    ),
    20: (
        "is signed by an issuer this machine does not know",
        "if it is your own server, name its authority in ca_file",
    ),
    21: (
        "comes without the certificate of its issuer",
        "tell the provider that the chain is incomplete",
    ),
    23: ("has been revoked", "tell the provider, and do not trust this line"),
    24: ("is signed by a certificate that is no authority", "do not trust this line"),
    26: ("was not made for servers", "tell the provider"),
    79: ("is signed by a certificate that is no authority", "do not trust this line"),
    62: ("is for another name", "check the host name: is it the one the provider gives?"),
    64: ("is not for this address", "use the server's name instead of its number"),
    66: ("has a key too weak to be safe", "tell the provider"),
    67: ("is signed by an authority whose key is too weak", "tell the provider"),
    68: ("is signed with a method too weak to be safe", "tell the provider"),
}


@dataclass(frozen=True, slots=True)
class TlsState:
    """How a line is made safe, for `doctor` and delivery history."""

    version: str
    """For example `TLSv1.3`."""
    cipher: str


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that verifies the server: TLS 1.2 or newer, chain and host name checked.

    `ca_file` is a PEM file of authorities to trust instead of the system's. The name must be in the
    certificate's subjectAltName: a common name alone is not enough (RFC 9525 section 2).

    Raises:
        TlsError: `ca_file` cannot be read or holds no certificate.
    """
    if ca_file is None:
        return _context(None, 0)
    try:
        return _context(ca_file, ca_file.stat().st_mtime_ns)
    except ssl.SSLError as error:
        raise TlsError(f"{ca_file} holds no certificate in PEM form: check ca_file") from error
    except OSError as error:
        raise TlsError(f"{ca_file} cannot be read: check ca_file") from error


def tls_error(error: Exception, host: str) -> NetworkError:
    """Return what a failed handshake means for a person, with the next step.

    A TlsError where the line cannot be made safe; a plain NetworkError where it was only cut.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        cause, step = _CAUSES.get(
            error.verify_code, ("cannot be trusted", "tell the provider, or try another network")
        )
        return TlsError(f"The certificate of {host} {cause}: {step}. {_NOT_SENT}")
    if _is_cut(error):
        return NetworkError(
            f"{host} did not finish the TLS handshake: try again, or check the port. {_NOT_SENT}"
        )
    return TlsError(f"{_handshake_cause(error, host)} {_NOT_SENT}")


def tls_state(channel: ssl.SSLObject | ssl.SSLSocket | None) -> TlsState:
    """Return version and cipher of a line; empty where there is no TLS."""
    cipher = channel.cipher() if channel is not None else None
    version = channel.version() if channel is not None else None
    return TlsState(version or "", cipher[0] if cipher else "")


@lru_cache(maxsize=32)
def _context(ca_file: Path | None, _changed_ns: int) -> ssl.SSLContext:
    # Kept: reading the system's authorities takes 10 to 20 ms, and tickets shorten reconnects.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    context.hostname_checks_common_name = False
    if ca_file is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    else:
        context.load_verify_locations(cafile=ca_file)
    return context


def _is_cut(error: Exception) -> bool:
    """Tell a line that went away, as when a server starts anew, from one that is not safe."""
    return isinstance(error, _CUTS) or not isinstance(error, ssl.SSLError)


def _handshake_cause(error: Exception, host: str) -> str:
    reason = getattr(error, "reason", None) or ""
    if reason in _NO_TLS_REASONS:
        return (
            f"{host} does not speak TLS on this port: check the port (993 for IMAP, 995 for POP3, "
            "465 for SMTP) and whether it wants STARTTLS."
        )
    if reason in {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"}:
        return f"{host} only speaks a TLS older than 1.2, which is not safe: tell the provider."
    return f"The TLS handshake with {host} failed: check the port, or try another network."
