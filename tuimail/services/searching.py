"""Help for the search bar: the language in short, and what could come next."""

from .mail import Mail


def query_help() -> list[tuple[str, str]]:
    """Return (what to type, what it finds) for every part of the language."""
    raise NotImplementedError


def completions(mail: Mail, text: str) -> list[str]:
    """Return whole texts the search being typed could become, best first."""
    raise NotImplementedError
