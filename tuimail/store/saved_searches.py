"""Searches people keep under a name; they exist nowhere else."""

from typing import Final

from tuimail.errors import NotFound, UserError
from tuimail.model.safe import Untrusted, safe_line
from tuimail.model.saved_search import SavedSearch

from .database import Database, Store
from .text import storable

MAX_NAME_CHARS: Final = 60
MAX_SAVED: Final = 200
"""Each is counted in the background, and is a line of the tree."""
_OF_NAME: Final = "select name, query from saved_search where name = ? collate nocase"


def saved_searches(store: Store) -> list[SavedSearch]:
    """Return every search that was kept, by name."""
    text = "select name, query from saved_search order by name collate nocase limit ?"
    return [SavedSearch(Untrusted(n), q) for n, q in store.rows(Database.LOCAL, text, (MAX_SAVED,))]


def saved_search(store: Store, name: str) -> SavedSearch:
    """Return the search of a name, in any case. Raises NotFound."""
    rows = store.rows(Database.LOCAL, _OF_NAME, (_clean(name),))
    if not rows:
        raise NotFound(f"There is no saved search “{safe_line(name, MAX_NAME_CHARS)}”.")
    return SavedSearch(Untrusted(rows[0][0]), rows[0][1])


def put_saved_search(store: Store, name: str, query: str) -> SavedSearch:
    """Keep a search, over an older one of this name; return it.

    Raises:
        UserError: the name says nothing or is too long, or there are MAX_SAVED already.
    """
    name, query = _named(name), storable(query)
    with store.writing(Database.LOCAL) as writing:
        writing.run("delete from saved_search where name = ? collate nocase", (name,))
        if writing.rows("select count(*) from saved_search")[0][0] >= MAX_SAVED:
            raise UserError(f"{MAX_SAVED} searches are kept at most; remove one first.")
        writing.run("insert into saved_search values(?, ?)", (name, query))
    return SavedSearch(Untrusted(name), query)


def rename_saved_search(store: Store, name: str, new: str) -> SavedSearch:
    """Give a search another name; return it.

    Raises:
        NotFound: there is no such search.
        UserError: the new name is taken, says nothing or is too long.
    """
    known, new = saved_search(store, name), _named(new)
    is_same = known.name.raw.casefold() == new.casefold()
    with store.writing(Database.LOCAL) as writing:
        if not is_same and writing.rows(_OF_NAME, (new,)):
            raise UserError(f"There is a saved search “{safe_line(new)}” already.")
        change = "update saved_search set name = ? where name = ?"
        writing.run(change, (new, known.name.raw))
    return SavedSearch(Untrusted(new), known.query)


def delete_saved_search(store: Store, name: str) -> SavedSearch:
    """Forget a search, not what it finds; return what it was. Raises NotFound."""
    known = saved_search(store, name)
    with store.writing(Database.LOCAL) as writing:
        writing.run("delete from saved_search where name = ?", (known.name.raw,))
    return known


def _named(name: str) -> str:
    cleaned = _clean(name)
    if not cleaned:
        raise UserError("A saved search needs a name.")
    if len(cleaned) > MAX_NAME_CHARS:
        raise UserError(f"A name has {MAX_NAME_CHARS} characters at most.")
    return cleaned


def _clean(name: str) -> str:
    """Return a name as it can be shown and typed again."""
    return str(storable(safe_line(name)).strip())
