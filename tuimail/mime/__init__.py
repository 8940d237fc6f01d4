"""Bytes to message and back. A stranger to store, protocols and credentials."""
