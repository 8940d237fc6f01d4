"""`compose`: the interface, opened on a new mail."""

import argparse
from urllib.parse import quote


def mailto_of(options: argparse.Namespace) -> str:
    """Return the mailto link that stands for what was asked for (RFC 6068)."""
    link: str = options.mailto
    if link:
        return link
    return "mailto:" + ",".join(quote(address, safe="@") for address in options.to)
