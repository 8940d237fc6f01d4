"""Reads mail in a process of its own that can be ended: large mails, and those that look odd.

Whoever has a `Mail` or runs the engine enters through `process`; nobody else may.
"""
