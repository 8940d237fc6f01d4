"""The actions on what a mail would fetch from elsewhere."""

from typing import Final

from .actions import Action, Context

REMOTE: Final = (
    Action(
        "hosts",
        "Hosts and trackers",
        "Show whom the mail wanted to contact, and what in it reports that it is read.",
        (Context.MESSAGE,),
    ),
)
