"""The actions on invitations: answered, handed on to a calendar."""

from typing import Final

from .actions import Action, Argument, Context

_M = Context.MESSAGE

INVITATIONS: Final = (
    Action(
        "invite.accept",
        "Accept the invitation…",
        "Tell the organiser of an invitation that you come, after a question.",
        (_M,),
        Argument.TEXT,
        hint="accept",
    ),
    Action(
        "invite.tentative",
        "Accept perhaps…",
        "Tell the organiser of an invitation that you may come, after a question.",
        (_M,),
        Argument.TEXT,
        hint="perhaps",
    ),
    Action(
        "invite.decline",
        "Decline the invitation…",
        "Tell the organiser of an invitation that you do not come, after a question.",
        (_M,),
        Argument.TEXT,
        hint="decline",
    ),
    Action(
        "invite.export",
        "Hand on to a calendar…",
        "Give an invitation to the command that keeps your calendar, or save it as a file.",
        (_M,),
        Argument.FILE,
    ),
)
