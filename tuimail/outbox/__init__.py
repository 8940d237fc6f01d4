"""Sends what waits, step by step, and records what became of it. Only the engine may enter."""
