"""Certificates for servers in tests: a good one, and every kind a client has to refuse."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)
LOCALHOST = x509.DNSName("localhost")
LOOPBACK = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Wish:
    """What a certificate is to say."""

    common_name: str = "localhost"
    names: Sequence[x509.GeneralName] = (LOCALHOST, LOOPBACK)
    begins: dt.datetime = NOW - DAY
    ends: dt.datetime = NOW + DAY
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH
    is_authority: bool = False
    key_bits: int = 0
    """RSA of so many bits; 0 is P-256."""


@dataclass(frozen=True)
class Signed:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def issue(wish: Wish, issuer: Signed | None = None) -> Signed:
    """Make a certificate; without an issuer it is self-signed."""
    key: Key = (
        rsa.generate_private_key(65537, wish.key_bits)
        if wish.key_bits
        else ec.generate_private_key(ec.SECP256R1())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wish.common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wish.begins)
        .not_valid_after(wish.ends)
        .add_extension(x509.BasicConstraints(wish.is_authority, None), critical=True)
    )
    if wish.names:
        builder = builder.add_extension(x509.SubjectAlternativeName(wish.names), critical=False)
    if not wish.is_authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([wish.usage]), critical=False)
    return Signed(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def authority(name: str = "Test authority") -> Signed:
    """Make an authority."""
    return issue(Wish(common_name=name, names=(), is_authority=True))


@dataclass(frozen=True)
class Trust:
    """An authority on disk, and contexts of servers it vouches for."""

    folder: Path
    root: Signed

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    def context(self, wish: Wish | None = None) -> ssl.SSLContext:
        """Return the context of a server with a certificate of this authority."""
        return server_context(self.folder, issue(wish or Wish(), self.root))


def make_trust(folder: Path) -> Trust:
    """Make an authority whose certificate lies in `folder`."""
    root = authority()
    (folder / "ca.pem").write_bytes(root.pem)
    return Trust(folder, root)


def server_context(folder: Path, leaf: Signed, chain: Sequence[Signed] = ()) -> ssl.SSLContext:
    """Return the context of a server that shows `leaf` and `chain`."""
    file = folder / f"{leaf.certificate.serial_number:x}.pem"
    file.write_bytes(leaf.key_pem + leaf.pem + b"".join(one.pem for one in chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or it would refuse to show a weak key
    context.load_cert_chain(file)
    return context


def bad_certificates(trust: Trust) -> dict[str, tuple[ssl.SSLContext, str]]:
    """Return by kind a server's context, and a word the refusal has to say."""
    folder, root = trust.folder, trust.root
    plain = Wish()
    middle = issue(Wish(common_name="Middle", names=(), is_authority=True), root)
    false_authority = issue(Wish(common_name="No authority"), root)
    wishes = {
        "wrong host": (replace(plain, names=(x509.DNSName("mail.example"),)), "another name"),
        "expired": (replace(plain, begins=NOW - 9 * DAY, ends=NOW - DAY), "has expired"),
        "not yet valid": (replace(plain, begins=NOW + DAY, ends=NOW + 9 * DAY), "not valid yet"),
        "for clients": (
            replace(plain, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
            "not made for servers",
        ),
        "common name only": (replace(plain, names=()), "another name"),
        "address instead of name": (replace(plain, names=(LOOPBACK,)), "another name"),
        "NUL in the name": (
            replace(plain, names=(x509.DNSName("localhost\0.mail.example"),)),
            "another name",
        ),
        "wildcard of everything": (replace(plain, names=(x509.DNSName("*"),)), "another name"),
        "weak key": (replace(plain, key_bits=1024), "too weak"),
    }
    bad = {kind: (trust.context(wish), word) for kind, (wish, word) in wishes.items()}
    bad["self-signed"] = (server_context(folder, issue(plain)), "self-signed")
    bad["unknown authority"] = (
        server_context(folder, issue(plain, authority("Stranger"))),
        "issuer",
    )
    bad["missing intermediate"] = (server_context(folder, issue(plain, middle)), "issuer")
    bad["signed by no authority"] = (
        server_context(folder, issue(plain, false_authority), (false_authority,)),
        "no authority",
    )
    return bad
