"""Keeps the store and the servers in step. Only the engine may enter."""
