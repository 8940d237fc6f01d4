"""The desktop's or system's keyring; the only file that imports the keyring library.

Only backends that keep secrets encrypted are used: a plain-text backend that happens to be
installed is refused, as a missing one is, and both errors name what to do instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import keyring
from keyring.backend import KeyringBackend

from tuimail.errors import SecretUnavailable
from tuimail.model.secret import Secret

SERVICE: Final = "tuimail"

TRUSTED_BACKENDS: Final = frozenset(
    {
        "keyring.backends.SecretService",
        "keyring.backends.libsecret",
        "keyring.backends.kwallet",
        "keyring.backends.macOS",
        "keyring.backends.Windows",
    }
)
"""Modules whose backends keep secrets encrypted. keyrings.alt has some that do not."""

ALTERNATIVES: Final = (
    "Use a password command instead (tuimail account add ... --password-command 'pass show mail'), "
    "or be asked at each start (--password-ask)."
)


def read_password(account: str, username: str) -> Secret | None:
    """Return the stored password, or None if there is none for this account.

    Waits as long as the keyring does, which may ask the person to unlock it.

    Raises:
        SecretUnavailable: there is no keyring that can be used.
    """
    with _translated():
        value = _backend().get_password(SERVICE, _entry(account, username))
    return Secret(value) if value else None


def store_password(account: str, username: str, secret: Secret) -> None:
    """Keep a password.

    Raises:
        SecretUnavailable: there is no keyring that can be used.
    """
    with _translated():
        _backend().set_password(SERVICE, _entry(account, username), secret.reveal())


def delete_password(account: str, username: str) -> None:
    """Forget a password; one that is not there is forgotten already."""
    with suppress(SecretUnavailable), _translated():
        _backend().delete_password(SERVICE, _entry(account, username))


def keyring_problem() -> str:
    """Return why no keyring can be used, as a sentence; empty when one can."""
    try:
        with _translated():
            _backend()
    except SecretUnavailable as error:
        return error.hint
    return ""


@contextmanager
def _translated() -> Iterator[None]:
    """Turn whatever the library raises into SecretUnavailable.

    Besides its own errors, each backend lets through those of the bus it speaks on (jeepney, GLib,
    dbus), which are installed or not and have no base in common.
    """
    try:
        yield
    except SecretUnavailable:
        raise
    except Exception as error:
        reason = type(error).__name__  # the text could hold what the backend was asked to store
        raise SecretUnavailable(
            f"The keyring did not answer ({reason}). Unlock it, or: {ALTERNATIVES}"
        ) from error


def _backend() -> KeyringBackend:
    """Return a backend that keeps secrets encrypted.

    A chained backend is opened, since it would fall through to an unencrypted one unasked.
    """
    chosen = keyring.get_keyring()
    candidates = getattr(chosen, "backends", None) or [chosen]
    for backend in candidates:
        if type(backend).__module__ in TRUSTED_BACKENDS:
            return backend  # type: ignore[no-any-return]
    names = ", ".join(type(b).__module__ for b in candidates)
    if names == "keyring.backends.fail":
        raise SecretUnavailable(f"This machine has no keyring that can be used. {ALTERNATIVES}")
    raise SecretUnavailable(
        f"The keyring found here ({names}) is not known to keep secrets encrypted, "
        f"so it is not used. {ALTERNATIVES}"
    )


def _entry(account: str, username: str) -> str:
    return f"{account}:{username}"
