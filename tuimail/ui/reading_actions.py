"""The actions on the text of the open mail: what is folded of it."""

from typing import Final

from .actions import Action, Argument, Context

_M, _R = Context.MESSAGE, Context.READER

TEXTS: Final = (
    Action(
        "conversation",
        "Whole conversation",
        "Show all mails of the conversation in one scroll, what is read folded.",
        (_M,),
    ),
    Action(
        "patch.apply",
        "Apply patch…",
        "Give the patch, or the series it belongs to, to git am in a folder.",
        (_M,),
        Argument.FILE,
    ),
    Action("quotes.fold", "Quotes", "Fold long quotes, or show them.", (_M,)),
    Action("inside", "Mail inside", "Open a mail that lies inside of this one.", (_M,)),
    Action("fold", "Fold or unfold", "Fold or unfold what is in sight.", (_R,)),
)
