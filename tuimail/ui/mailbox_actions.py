"""The actions on mailboxes, and those that find mail."""

from typing import Final

from .actions import Action, Argument, Context

_G, _L, _B = Context.GLOBAL, Context.LIST, Context.MAILBOXES

MAILBOXES: Final = (
    Action(
        "mailbox.create",
        "New mailbox…",
        "Make a mailbox on the server, or here below local/.",
        (_G,),
        Argument.TEXT,
        hint="new",
    ),
    Action(
        "mailbox.rename",
        "Rename mailbox…",
        "Give this mailbox another name; its mails stay.",
        (_G,),
        Argument.TEXT,
        hint="rename",
    ),
    Action(
        "mailbox.delete",
        "Delete mailbox…",
        "Remove this mailbox and its mails for ever, after a yes.",
        (_G,),
        Argument.MAILBOX,
        hint="delete",
    ),
    Action(
        "mailbox.subscribe",
        "Subscribe or not",
        "Have this mailbox shown, or dimmed or hidden.",
        (_G,),
        Argument.MAILBOX,
        hint="subscribe",
    ),
    Action(
        "mailbox.empty",
        "Empty trash or junk…",
        "Remove all mails of this mailbox for ever, after a yes.",
        (_G,),
        Argument.MAILBOX,
        hint="empty",
    ),
    Action(
        "mailbox.offline",
        "Keep here…",
        "Choose how much of this mailbox is kept here: all, headers, or days such as 90d.",
        (_G,),
        Argument.TEXT,
        aliases=("offline",),
    ),
    Action(
        "mailbox.read",
        "Mark mailbox read",
        "Mark every mail of this mailbox as read.",
        (_G,),
        Argument.MAILBOX,
        hint="all read",
    ),
    Action(
        "operations",
        "Waiting changes…",
        "List what waits for the servers and what they refused; give one up.",
        (_G,),
    ),
)


FINDING: Final = (
    Action(
        "search",
        "Search…",
        "Search everything.",
        (_G,),
        Argument.QUERY,
        hint="search",
    ),
    Action("filter", "Filter…", "Show only what matches in this list.", (_G,), Argument.QUERY),
    Action(
        "search.order",
        "By date or relevance",
        "Show what a search found newest first, or what fits best first.",
        (_L,),
    ),
    Action(
        "search.save",
        "Keep search…",
        "Keep the search shown under a name, among the mailboxes.",
        (_L,),
        Argument.TEXT,
    ),
    Action(
        "goto.search",
        "Go to search…",
        "Go to a search that was kept.",
        (_G,),
        Argument.SAVED,
    ),
    Action(
        "search.rename",
        "Rename search…",
        "Give a search that was kept another name.",
        (_L, _B),
        Argument.SAVED,
    ),
    Action(
        "search.forget",
        "Forget search…",
        "Forget a search that was kept, after a yes; its mails stay.",
        (_L, _B),
        Argument.SAVED,
    ),
    Action(
        "find",
        "Find…",
        "Go to the next mail here that a search finds; in the reader, to the words in the text.",
        (Context.MESSAGE,),
        Argument.QUERY,
    ),
    Action(
        "find.back",
        "Find backwards…",
        "Go up to what a search finds here; in the reader, to the words above.",
        (Context.MESSAGE,),
        Argument.QUERY,
    ),
    Action("find.next", "Find again", "Go on to the next of what was found.", (Context.MESSAGE,)),
    Action(
        "find.previous",
        "Find again, back",
        "Go back to the last of what was found.",
        (Context.MESSAGE,),
    ),
    Action("search.next", "Next match", "Go to the next match.", (_G,)),
    Action("search.previous", "Previous match", "Go to the previous match.", (_G,)),
)
