"""The actions that sort mail: put away, mark, select, take back."""

from typing import Final

from .actions import Action, Argument, Context

_G, _M, _L = Context.GLOBAL, Context.MESSAGE, Context.LIST

TRIAGE: Final = (
    Action("archive", "Archive", "Move to the archive.", (_M,), hint="archive"),
    Action("delete", "Delete", "Move to the trash.", (_M,), hint="delete"),
    Action(
        "delete.matching",
        "Delete matching…",
        "Move to the trash what a search finds in this list.",
        (_L,),
        Argument.QUERY,
    ),
    Action("delete.thread", "Delete thread", "Move every mail of this thread to the trash.", (_M,)),
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
    Action("mark.thread", "Mark thread read", "Mark every mail of this thread as read.", (_M,)),
    Action(
        "select",
        "Select",
        "Select or unselect the mail; actions then apply to all selected.",
        (_L,),
        hint="select",
    ),
    Action(
        "select.range",
        "Select range",
        "Begin a range: it reaches to the cursor, and the next action applies to it.",
        (_L,),
    ),
    Action("select.all", "Select all", "Select every mail of the list.", (_L,)),
    Action(
        "select.invert", "Invert selection", "Select what is not selected, and nothing else.", (_L,)
    ),
    Action("select.thread", "Select thread", "Select every mail of the thread.", (_L,)),
    Action(
        "select.matching", "Select matching…", "Select what a search finds.", (_L,), Argument.QUERY
    ),
    Action(
        "select.except",
        "Unselect matching…",
        "Unselect what a search finds.",
        (_L,),
        Argument.QUERY,
    ),
    Action("select.clear", "Clear selection", "Unselect everything.", (_L,)),
    Action("undo", "Undo", "Take the last action back.", (_G,), hint="undo"),
    Action("redo", "Redo", "Do again what was taken back.", (_G,)),
)
