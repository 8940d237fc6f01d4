"""The actions on what is to be believed of a mail."""

from typing import Final

from .actions import Action, Context

TRUST: Final = (
    Action(
        "warnings",
        "Warnings",
        "Show whom the mail is from, and all that speaks against believing it.",
        (Context.MESSAGE,),
    ),
)
