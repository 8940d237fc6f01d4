"""Large bytes as files named by their SHA-256, flushed to disk before anyone may refer to them."""

from .database import Store


def put_blob(store: Store, content: bytes) -> str:
    """Keep bytes that exist nowhere else, flushed to disk; return their SHA-256 in hexadecimal."""
    raise NotImplementedError


def read_blob(store: Store, digest: str) -> bytes:
    """Return the bytes. Raises NotFound, or StoreError if they are damaged."""
    raise NotImplementedError


def drop_blob(store: Store, digest: str) -> None:
    """Remove the bytes if they are there."""
    raise NotImplementedError
