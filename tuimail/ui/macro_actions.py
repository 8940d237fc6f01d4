"""The actions on macros."""

from typing import Final

from .actions import Action, Argument, Context

MACROS: Final = (
    Action(
        "macro.record",
        "Record a macro…",
        "Record what is done from now on under a key; the same key ends it.",
        (Context.GLOBAL,),
        Argument.MACRO,
    ),
    Action("macro.stop", "Stop recording", "End the macro being recorded.", (Context.GLOBAL,)),
    Action(
        "macro.play",
        "Play a macro…",
        "Do again what was recorded, N times, until something fails; undo takes all back.",
        (Context.GLOBAL,),
        Argument.MACRO,
    ),
)
