"""The actions on tabs and on the splits they show."""

from typing import Final

from .actions import Action, Argument, Context

_G, _L, _M = Context.GLOBAL, Context.LIST, Context.MESSAGE
_TABS = (_G, Context.REVIEW)

SPLITS: Final = (
    Action(
        "tab.open",
        "Open in a tab",
        "Give the mail a tab of its own: it stays open while you read and write others.",
        (_M,),
    ),
    Action(
        "tab.next",
        "Next tab",
        "Show the next part of the inboxes, open mail or draft.",
        _TABS,
    ),
    Action(
        "tab.previous",
        "Previous tab",
        "Show the part of the inboxes, open mail or draft before this.",
        _TABS,
    ),
    Action(
        "tab.close",
        "Close",
        "Close the open mail, or keep the draft and go back; else show all of the inboxes.",
        _TABS,
    ),
    Action(
        "tab.go",
        "Go to tab N",
        "Show a part of the inboxes, an open mail or a draft by its number.",
        (_G,),
        Argument.TEXT,
    ),
    Action(
        "toggle.splits",
        "Splits on or off",
        "Show the inboxes in parts: people, team, lists, notifications, or your own.",
        (_G,),
        aliases=("splits",),
    ),
    Action(
        "split.create",
        "New split…",
        "Show what matches a search as a part of the inboxes; after a search, that one.",
        (_G,),
        Argument.QUERY,
    ),
    Action(
        "split.query",
        "Split's search…",
        "Change which mails are in the split shown.",
        (_L,),
        Argument.TEXT,
    ),
    Action(
        "split.rename", "Rename split…", "Give the split shown another name.", (_L,), Argument.TEXT
    ),
    Action(
        "split.later",
        "Split later",
        "Ask the split shown after the next: a mail is in the first that it matches.",
        (_L,),
        Argument.TEXT,
    ),
    Action(
        "split.earlier",
        "Split earlier",
        "Ask the split shown before the one before it.",
        (_L,),
        Argument.TEXT,
    ),
    Action(
        "split.remove",
        "Remove split…",
        "Forget the split shown, after a yes; its mails stay in the inboxes.",
        (_L,),
        Argument.TEXT,
    ),
)
