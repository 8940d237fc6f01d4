"""The actions on the program itself: its keys, its screen, its end."""

from typing import Final

from .actions import Action, Argument, Context

_G = Context.GLOBAL
_SCREEN = (_G, Context.COMPOSE, Context.REVIEW)
"""Also while a mail is written."""

PROGRAM: Final = (
    Action("command", "Command line", "Type a command by name.", (_G,), hint="command"),
    Action("palette", "Palette", "Find an action by any part of its name.", _SCREEN),
    Action("help", "Help", "Show what can be done here, and its keys.", _SCREEN, hint="help"),
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
        "theme",
        "Theme…",
        "Choose the colours: each is shown as you reach it.",
        (_G,),
        Argument.THEME,
    ),
    Action(
        "keymap", "Keymap…", "Choose the keys: those of vi, mutt or Emacs.", (_G,), Argument.KEYMAP
    ),
    Action(
        "toggle.mouse",
        "Mouse on or off",
        "Leave the mouse to the terminal, which then selects text, or take it back.",
        (_G,),
        aliases=("mouse",),
    ),
    Action(
        "set",
        "Set…",
        "Change a setting until the program ends: KEY VALUE; KEY alone says how it is.",
        (_G,),
        Argument.SETTING,
    ),
    Action(
        "map",
        "Map…",
        "Bind keys here until the program ends: KEYS ACTION; KEYS alone says what they do.",
        (_G,),
        Argument.TEXT,
    ),
    Action(
        "terminal",
        "Terminal",
        "Say what this terminal can do: colours, letters, clipboard.",
        (_G,),
    ),
    Action("log", "Messages", "Show what was said in the status line.", (_G,)),
    Action("redraw", "Redraw", "Draw the screen anew.", _SCREEN),
    Action("suspend", "Suspend", "Go back to the shell; fg returns.", (_G,)),
    Action(
        "quit",
        "Quit",
        "Close the screen; mail on its way is still sent.",
        (_G,),
        aliases=("q", "q!", "wq", "exit"),
    ),
    Action(
        "repeat",
        "Repeat",
        "Do again what was done with a mail last, with the same answer.",
        (Context.MESSAGE,),
    ),
)
