"""The value every source of secrets gives."""

from tuimail.model.secret import Secret

__all__ = ["Secret"]
