"""A certificate authority that lives as long as its folder, and certificates for loopback."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1")
"""Names and addresses a loopback server is reached by."""

_LIFETIME = timedelta(days=30)
_CLOCK_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Identity:
    """Files a server needs to prove who it is; both PEM, the key readable by its owner alone."""

    certificate_file: Path
    key_file: Path


class Authority:
    """Signs certificates for servers on this machine; only its public half leaves the process."""

    def __init__(
        self, folder: Path, key: ec.EllipticCurvePrivateKey, own: x509.Certificate
    ) -> None:
        self._folder = folder
        self._key = key
        self._own = own
        self.ca_file = folder / "authority.pem"
        """What a client has to trust."""

    @classmethod
    def make(cls, folder: Path, name: str = "tuimail demo authority") -> Self:
        """Make a new authority and write `authority.pem` into `folder`, which must exist."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _named(name)
        now = datetime.now(UTC)
        own = (
            _builder(subject, subject, key.public_key(), now - _CLOCK_SLACK, now + _LIFETIME)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        authority = cls(folder, key, own)
        authority.ca_file.write_bytes(own.public_bytes(serialization.Encoding.PEM))
        return authority

    def issue(
        self,
        label: str,
        names: tuple[str, ...] = LOOPBACK_NAMES,
        *,
        ends: datetime | None = None,
    ) -> Identity:
        """Issue a server certificate for `names` (DNS names or IP addresses).

        `label` names the files. `ends` (UTC) in the past makes an expired certificate, which tests
        of refusals need; None means 30 days from now.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        end = ends or datetime.now(UTC) + _LIFETIME
        start = min(datetime.now(UTC) - _CLOCK_SLACK, end - _LIFETIME)
        signed = (
            _builder(_named(names[0]), self._own.subject, key.public_key(), start, end)
            .add_extension(x509.SubjectAlternativeName([_alternative(n) for n in names]), False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False
            )
            .sign(self._key, hashes.SHA256())
        )
        return self._written(label, signed, key)

    def _written(
        self, label: str, signed: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> Identity:
        identity = Identity(self._folder / f"{label}.pem", self._folder / f"{label}.key")
        identity.certificate_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        identity.key_file.touch(mode=0o600)
        identity.key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return identity


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    start: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=start,
        not_valid_after=end,
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
