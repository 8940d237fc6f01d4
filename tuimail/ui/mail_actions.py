"""The actions on mails: writing them, reading them, and what can be done once one is sent."""

from typing import Final

from .actions import Action, Argument, Context

_G, _M = Context.GLOBAL, Context.MESSAGE
_O, _C, _V = Context.OUTBOX, Context.COMPOSE, Context.REVIEW
_IN_COMPOSE = (_C, _V)

WRITING: Final = (
    Action("compose", "Write a mail", "Write a new mail.", (_G,), Argument.ADDRESS, hint="write"),
    Action("reply", "Reply", "Answer the sender.", (_M,), hint="reply"),
    Action("reply.all", "Reply to all", "Answer everyone.", (_M,), hint="reply all"),
    Action("reply.list", "Reply to list", "Answer the mailing list.", (_M,)),
    Action(
        "forward", "Forward", "Send the mail on, with your words above it.", (_M,), hint="forward"
    ),
    Action("redirect", "Redirect…", "Send the mail on unchanged.", (_M,), Argument.ADDRESS),
    Action(
        "edit.as.new",
        "Edit as new",
        "Write a mail that begins as this one; go on with a draft.",
        (_M,),
    ),
    Action("compose.send", "Send", "Check and send.", _IN_COMPOSE, hint="send"),
    Action(
        "compose.attach", "Attach…", "Attach a file.", _IN_COMPOSE, Argument.FILE, hint="attach"
    ),
    Action("compose.detach", "Remove attachment…", "Leave an attached file out.", _IN_COMPOSE),
    Action(
        "compose.postpone", "Postpone", "Keep the draft and close.", _IN_COMPOSE, hint="postpone"
    ),
    Action(
        "compose.discard",
        "Discard",
        "Throw the draft away, after a yes.",
        _IN_COMPOSE,
        hint="discard",
    ),
    Action(
        "compose.editor", "Open in $EDITOR", "Write in your own editor.", _IN_COMPOSE, hint="editor"
    ),
    Action(
        "compose.preview",
        "Preview",
        "Show the mail as it will be sent.",
        _IN_COMPOSE,
        hint="preview",
    ),
    Action(
        "compose.identity",
        "Identity…",
        "Choose the address it is sent from.",
        _IN_COMPOSE,
        Argument.ACCOUNT,
        hint="from",
    ),
    Action(
        "compose.options",
        "Options…",
        "Send later, ask for a report of delivery, be reminded, give up earlier.",
        _IN_COMPOSE,
        hint="options",
    ),
    Action(
        "compose.review",
        "Review",
        "Stop typing; keys then act on the whole mail.",
        (_C,),
        hint="review",
    ),
    Action("compose.write", "Back to writing", "Go on typing.", (_V,), hint="write"),
    Action("compose.next.field", "Next field", "Go to the next field.", _IN_COMPOSE),
    Action("compose.previous.field", "Previous field", "Go to the previous field.", _IN_COMPOSE),
)


_SENT: Final = (
    Action(
        "outbox.correct",
        "Correct the address…",
        "Send to another address in place of one that failed, to that person alone.",
        (_M, _O),
        Argument.ADDRESS,
        hint="correct",
    ),
    Action(
        "outbox.retry",
        "Try again",
        "Send again now, to those who have not got it.",
        (_M, _O),
        hint="retry",
    ),
    Action(
        "outbox.smaller",
        "Send smaller…",
        "Write it anew, told what of it is large, to those who have not got it.",
        (_M, _O),
        hint="smaller",
    ),
    Action(
        "outbox.arrived",
        "It arrived",
        "Say that a mail arrived of which nobody knows; it is not sent again.",
        (_M, _O),
        hint="it arrived",
    ),
    Action(
        "outbox.known",
        "Call it known",
        "Say that you know of a failure: it is not pointed at any more.",
        (_M, _O),
        hint="known",
    ),
    Action(
        "outbox.report",
        "Open the report",
        "Open the mail that reports it.",
        (_M, _O),
        hint="report",
    ),
    Action(
        "outbox.remind",
        "Remind…",
        "Be told if nobody has answered in some days.",
        (_M, _O),
        Argument.TEXT,
        hint="remind",
    ),
    Action(
        "outbox.cancel",
        "Cancel",
        "Do not send, also while it is on its way out.",
        (_M, _O),
        hint="cancel",
    ),
    Action(
        "outbox.edit",
        "Take back, or write anew",
        "Take a mail back that waits; write one anew for those who have not got it.",
        (_M, _O),
        hint="edit",
    ),
)


READING: Final = (
    Action("save", "Save…", "Save the mail, or its attachments.", (_M,), Argument.FILE),
    Action(
        "export",
        "Export…",
        "Write the selected mails into a folder or an .mbox file.",
        (_M,),
        Argument.FILE,
    ),
    Action("pipe", "Pipe…", "Give the mail to a command.", (_M,), Argument.TEXT),
    Action("pipe.text", "Pipe text…", "Give a command the text shown.", (_M,), Argument.TEXT),
    Action("print", "Print", "Print the mail.", (_M,)),
    Action(
        "links",
        "Links…",
        "List the mail's links and open one; a number before it opens that link.",
        (_M,),
        Argument.TEXT,
        hint="links",
    ),
    Action(
        "attachments",
        "Attachments…",
        "List the mail's files by what they truly are; look into, save, open, pipe or draw one.",
        (_M,),
        hint="attachments",
    ),
    Action("image", "Draw a picture", "Draw a picture that came with the mail.", (_M,)),
    Action(
        "browser",
        "In the browser…",
        "Open the mail in the browser, after a yes, without anything from elsewhere.",
        (_M,),
    ),
    Action(
        "unsubscribe",
        "Unsubscribe…",
        "Show the ways a mailing list names to leave it: one click, a mail you send, a page.",
        (_M,),
    ),
    Action("list.all", "All of this list", "Show all mail of the list it came through.", (_M,)),
    Action("headers", "Headers", "Show all header fields, or the usual ones.", (_M,)),
    Action("raw", "Raw mail", "Show the mail as it came.", (_M,)),
    Action(
        "html",
        "Text, HTML, source",
        "Show the mail's text, its HTML where it has both, or the source of it.",
        (_M,),
    ),
    Action(
        "delivery",
        "Delivery",
        "Show what became of a sent mail, or the path a received one took.",
        (_M, _O),
        hint="what became of it",
    ),
    *_SENT,
    Action(
        "receipt",
        "Receipt…",
        "Answer a mail that asks for a receipt: tell its sender that it was opened, or never.",
        (_M,),
        hint="receipt",
    ),
)
