"""The table of all actions: id, name, help sentence, where it applies, what may follow it."""

from typing import Final

from .actions import Action, Argument, Context, Registry
from .mail_actions import READING, WRITING

_G, _M, _L, _R = Context.GLOBAL, Context.MESSAGE, Context.LIST, Context.READER
_B, _O, _C, _V = Context.MAILBOXES, Context.OUTBOX, Context.COMPOSE, Context.REVIEW
_ROWS = (_L, _B, _O)


_MOVING: Final = (
    Action("cursor.down", "Down", "Move the cursor down; in the reader, scroll one line.", (_G,)),
    Action("cursor.up", "Up", "Move the cursor up; in the reader, scroll one line.", (_G,)),
    Action("cursor.top", "To the top", "Go to the first line, or to line N.", (_G,)),
    Action("cursor.bottom", "To the bottom", "Go to the last line, or to line N.", (_G,)),
    Action("page.down", "Page down", "Move one page down.", (_G,)),
    Action("page.up", "Page up", "Move one page up.", (_G,)),
    Action("half.down", "Half a page down", "Move half a page down.", (_G,)),
    Action("half.up", "Half a page up", "Move half a page up.", (_G,)),
    Action(
        "reader.down",
        "Scroll the reader down",
        "Scroll the open mail from the list; at its end, go to the next.",
        (_L, _R),
    ),
    Action(
        "reader.up", "Scroll the reader up", "Scroll the open mail back from the list.", (_L, _R)
    ),
    Action("next.unread", "Next unread", "Go to the next unread mail.", (_M,), hint="next unread"),
    Action("pane.next", "Next pane", "Give the keys to the next pane.", (_G,)),
    Action("pane.previous", "Previous pane", "Give the keys to the previous pane.", (_G,)),
)


_OPENING: Final = (
    Action(
        "message.open",
        "Open",
        "Open the mail, mailbox or entry under the cursor.",
        _ROWS,
        hint="open",
    ),
    Action(
        "message.back",
        "Back",
        "Close what is open; in the list, leave the search or the selection.",
        (_G,),
        hint="back",
    ),
    Action("message.next", "Next mail", "Open the next mail.", (_M,), hint="next"),
    Action("message.previous", "Previous mail", "Open the previous mail.", (_M,)),
    Action("goto.inbox", "Go to inbox", "Go to the inbox of all accounts.", (_G,)),
    Action(
        "goto.mailbox",
        "Go to mailbox…",
        "Go to a mailbox by name.",
        (_G,),
        Argument.MAILBOX,
        hint="go to",
        aliases=("go",),
    ),
    Action(
        "goto.account",
        "Go to account…",
        "Go to an account's inbox.",
        (_G,),
        Argument.ACCOUNT,
        aliases=("account",),
    ),
    Action("goto.sent", "Go to sent", "Go to sent mail.", (_G,)),
    Action("goto.drafts", "Go to drafts", "Go to mails you have not sent yet.", (_G,)),
    Action("goto.archive", "Go to archive", "Go to the archive.", (_G,)),
    Action("goto.trash", "Go to trash", "Go to deleted mail.", (_G,)),
    Action(
        "goto.outbox",
        "Go to outbox",
        "Show mail on its way and what became of it.",
        (_G,),
        aliases=("outbox",),
    ),
    Action("thread.collapse", "Fold thread", "Fold or unfold the thread of this mail.", (_M,)),
    Action("thread.collapse.all", "Fold all threads", "Show each thread as one row.", (_M,)),
    Action("thread.expand.all", "Unfold all threads", "Show every mail of every thread.", (_M,)),
)


_TRIAGE: Final = (
    Action("archive", "Archive", "Move to the archive.", (_M,), hint="archive"),
    Action("delete", "Delete", "Move to the trash.", (_M,), hint="delete"),
    Action("spam", "Spam", "Move to junk.", (_M,)),
    Action("move", "Move…", "Move to another mailbox.", (_M,), Argument.DESTINATION, hint="move"),
    Action("copy", "Copy…", "Copy to another mailbox.", (_M,), Argument.DESTINATION),
    Action("label", "Label…", "Add or remove a label.", (_M,), Argument.LABEL),
    Action("expunge", "Delete for ever…", "Remove for ever, after a yes.", (_M,)),
    Action(
        "toggle.read", "Read or unread", "Mark as read, or as unread.", (_M,), hint="read/unread"
    ),
    Action(
        "toggle.flag", "Flag", "Mark as important, or not.", (_M,), hint="flag", aliases=("flag",)
    ),
    Action("mark.all.read", "Mark all read", "Mark every mail of this list as read.", (_L,)),
    Action(
        "select",
        "Select",
        "Select or unselect the mail; actions then apply to all selected.",
        (_L,),
        hint="select",
    ),
    Action("select.thread", "Select thread", "Select every mail of the thread.", (_L,)),
    Action(
        "select.matching", "Select matching…", "Select what a search finds.", (_L,), Argument.QUERY
    ),
    Action("select.clear", "Clear selection", "Unselect everything.", (_L,)),
    Action("undo", "Undo", "Take the last action back.", (_G,), hint="undo"),
    Action("redo", "Redo", "Do again what was taken back.", (_G,)),
)


_MAILBOXES: Final = (
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


_FINDING: Final = (
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
    Action("search.next", "Next match", "Go to the next match.", (_G,)),
    Action("search.previous", "Previous match", "Go to the previous match.", (_G,)),
)


_PROGRAM: Final = (
    Action("command", "Command line", "Type a command by name.", (_G,), hint="command"),
    Action("palette", "Palette", "Find an action by any part of its name.", (_G, _C, _V)),
    Action("help", "Help", "Show what can be done here, and its keys.", (_G, _C, _V), hint="help"),
    Action("sync", "Check for mail", "Fetch what is new in this mailbox.", (_G,)),
    Action("sync.all", "Check everything", "Fetch what is new in every account.", (_G,)),
    Action(
        "sync.stop",
        "Stop fetching",
        "Fetch no older mail until the next check; new mail still comes.",
        (_G,),
        aliases=("cancel",),
    ),
    Action(
        "sign.in",
        "Answer an account…",
        "Sign in again, or choose a missing mailbox.",
        (_G,),
    ),
    Action(
        "theme", "Theme…", "Change the colours until the end of this run.", (_G,), Argument.THEME
    ),
    Action("log", "Messages", "Show what was said in the status line.", (_G,)),
    Action("redraw", "Redraw", "Draw the screen anew.", (_G, _C, _V)),
    Action("suspend", "Suspend", "Go back to the shell; fg returns.", (_G,)),
    Action(
        "quit",
        "Quit",
        "Close the screen; mail on its way is still sent.",
        (_G,),
        aliases=("q", "q!", "wq", "exit"),
    ),
    Action("repeat", "Repeat", "Do the last action again.", (_L,)),
)


def all_actions() -> tuple[Action, ...]:
    """Return every action, in the order help shows them."""
    return (*_MOVING, *_OPENING, *_TRIAGE, *_MAILBOXES, *WRITING, *READING, *_FINDING, *_PROGRAM)


ACTIONS = {action.id: action for action in all_actions()}


def new_registry() -> Registry:
    """Return a registry of all actions; the handlers say who carries each out."""
    return Registry(all_actions())
