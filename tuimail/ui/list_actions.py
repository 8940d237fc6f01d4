"""The actions that move about in lists and open what stands there."""

from typing import Final

from .actions import Action, Argument, Context

_G, _M, _L, _R = Context.GLOBAL, Context.MESSAGE, Context.LIST, Context.READER
_ROWS = (_L, Context.MAILBOXES, Context.OUTBOX)

MOVING: Final = (
    Action("cursor.down", "Down", "Move the cursor down; in the reader, scroll one line.", (_G,)),
    Action("cursor.up", "Up", "Move the cursor up; in the reader, scroll one line.", (_G,)),
    Action("cursor.top", "To the top", "Go to the first line, or to line N.", (_G,)),
    Action("cursor.bottom", "To the bottom", "Go to the last line, or to line N.", (_G,)),
    Action("page.down", "Page down", "Move one page down.", (_G,)),
    Action("page.up", "Page up", "Move one page up.", (_G,)),
    Action("page.top", "First in sight", "Go to the first mail in sight.", (_L,)),
    Action("page.middle", "Middle of what is in sight", "Go to the mail in the middle.", (_L,)),
    Action("page.bottom", "Last in sight", "Go to the last mail in sight.", (_L,)),
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
    Action(
        "next.unread.anywhere",
        "Next unread anywhere",
        "Go to the next unread mail: here, in other mailboxes of the account, in other accounts.",
        (_G,),
    ),
    Action(
        "next.unread.mailbox",
        "Next mailbox with unread",
        "Go to the next mailbox that has unread mail.",
        (Context.MAILBOXES,),
        hint="next unread",
    ),
    Action("pane.next", "Next pane", "Give the keys to the next pane.", (_G,)),
    Action("pane.previous", "Previous pane", "Give the keys to the previous pane.", (_G,)),
)


LOOKS: Final = (
    Action(
        "density",
        "One line or two",
        "Draw each mail of the list on one line or on two: `compact` or `two-line`.",
        (_L,),
        Argument.TEXT,
    ),
    Action(
        "dates",
        "Dates of the list",
        "Write dates another way: `short`, `iso` or `relative`.",
        (_L,),
        Argument.TEXT,
    ),
    Action(
        "columns",
        "Columns of the list",
        "Say which columns the list has, as in `flags from:30 subject size date`.",
        (_L,),
        Argument.TEXT,
    ),
)


OPENING: Final = (
    Action(
        "message.open",
        "Open",
        "Open the mail, mailbox or entry under the cursor; in a list, N goes to mail N.",
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
    Action(
        "thread.parent",
        "To what it answers",
        "Go to the mail that this one answers; where the list does not show it, open it.",
        (_M,),
    ),
    Action("thread.next", "Next thread", "Go to the next conversation.", (_M,)),
    Action("thread.previous", "Previous thread", "Go to the previous conversation.", (_M,)),
    Action("thread.collapse", "Fold thread", "Fold or unfold the thread of this mail.", (_M,)),
    Action("thread.collapse.all", "Fold all threads", "Show each thread as one row.", (_M,)),
    Action("thread.expand.all", "Unfold all threads", "Show every mail of every thread.", (_M,)),
)
