"""The context every line is made safe with."""

import ssl
from pathlib import Path

import pytest

from tuimail.errors import NetworkError, TlsError
from tuimail.protocols.tls import client_context, tls_error, tls_state


def test_the_context_verifies_chain_and_name() -> None:
    context = client_context(None)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert not context.hostname_checks_common_name
    assert client_context(None) is context


def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(TlsError, match=r"none\.pem cannot be read"):
        client_context(tmp_path / "none.pem")
    (tmp_path / "text.pem").write_text("hello")
    with pytest.raises(TlsError, match="no certificate"):
        client_context(tmp_path / "text.pem")


def test_every_failure_has_a_sentence() -> None:
    for error in (ssl.SSLError(), ConnectionResetError(), TimeoutError()):
        hint = tls_error(error, "mail.example").hint
        assert "mail.example" in hint
        assert hint.endswith("No password was sent.")


@pytest.mark.parametrize(
    "error",
    [ConnectionResetError(), ConnectionAbortedError(), TimeoutError(), ssl.SSLEOFError()],
    ids=lambda error: type(error).__name__,
)
def test_a_handshake_that_was_only_cut_does_not_make_the_line_unsafe(error: Exception) -> None:
    failure = tls_error(error, "mail.example")
    assert type(failure) is NetworkError
    assert "did not finish the TLS handshake" in failure.hint


def test_a_line_without_tls_has_no_state() -> None:
    assert tls_state(None).version == ""
