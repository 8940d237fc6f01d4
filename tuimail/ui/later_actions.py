"""The actions that put mail off: until a time, until a reply, for good; and archiving by date."""

from typing import Final

from .actions import Action, Argument, Context

_G, _M = Context.GLOBAL, Context.MESSAGE

LATER: Final = (
    Action(
        "archive.dated",
        "Archive by date",
        "Move to a mailbox below the archive for the mail's year, or its month.",
        (_M,),
    ),
    Action(
        "snooze",
        "Snooze…",
        "Put the mail off until a time; it comes back unread, sooner if somebody replies.",
        (_M,),
        Argument.WAKE_TIME,
        hint="snooze",
    ),
    Action("unsnooze", "Wake", "Bring a mail that is snoozed back now.", (_M,)),
    Action(
        "mute",
        "Mute",
        "Have a conversation go past the inbox, or no longer; what comes of it is archived, read.",
        (_M,),
        hint="mute",
    ),
    Action(
        "done",
        "Done",
        "Archive the conversation; a reply brings it back.",
        (_M,),
        hint="done",
    ),
    Action("goto.snoozed", "Go to snoozed", "Show every mail that is snoozed.", (_G,)),
)
