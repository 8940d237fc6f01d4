"""The actions that copy something of a mail out of the program."""

from typing import Final

from .actions import Action, Argument, Context

_M: Final = Context.MESSAGE

COPYING: Final = (
    Action("clip.text", "Copy the text", "Copy the mail's text to the clipboard.", (_M,)),
    Action(
        "clip.link",
        "Copy a link…",
        "Copy the mail's link to the clipboard; of several, ask which.",
        (_M,),
        Argument.TEXT,
    ),
    Action("clip.sender", "Copy the sender", "Copy who wrote it to the clipboard.", (_M,)),
    Action("clip.id", "Copy the Message-ID", "Copy the mail's Message-ID to the clipboard.", (_M,)),
)
