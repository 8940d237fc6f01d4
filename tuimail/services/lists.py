"""Mailing lists: which one a mail came through, and all mail of it."""

from tuimail.errors import NotFound
from tuimail.model.message import MessageRow
from tuimail.model.safe import safe_line

from .mail import Mail
from .reading import Search, search


def all_of_list(mail: Mail, row: MessageRow) -> Search:
    """Return the search for all mail of the list that a mail came through.

    Raises:
        NotFound: it says of no list that it came through it.
    """
    list_id = safe_line(row.list_id, 255).strip()
    if not list_id:
        raise NotFound("This mail did not come through a mailing list.")
    escaped = list_id.replace('"', '""')
    return search(mail, f'list:"{escaped}"')  # in quotes: this list, not those whose name holds it
