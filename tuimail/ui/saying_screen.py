"""How a screen says what happened: the line of the hints, taken for a while or until it is read."""

from typing import Final

from textual.screen import Screen

from tuimail.errors import TuimailError, UserError
from tuimail.model.safe import Safe, ours, safe_line

from .actions import Context
from .hints import key_for
from .key_names import ESC
from .keys import Keymap
from .roles import StyleRole
from .session import Session
from .widgets.bars import HintLine

NOTICE_S: Final = 6.0
"""How long a sentence that asks for nothing stands over the hints."""
SLIP_S: Final = 10.0
"""How long it says why what was asked for cannot be."""
_NOTHING: Final = Safe("")
_CLEARS_NOTICE: Final = {Context.COMPOSE: "compose.review", Context.REVIEW: "compose.write"}
"""Elsewhere it is `message.back`."""


class SayingScreen(Screen[None]):
    """A screen with a hint line; what has the keys is its heir's to say."""

    session: Session
    keymap: Keymap
    hint: HintLine

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.noticed_in = Context.LIST
        """Where what happened was said; elsewhere it is no news."""
        self.misses = 0
        """How often something asked for failed, did nothing, or was not agreed to so far."""

    @property
    def context(self) -> Context:
        """Where a key is looked up now."""
        raise NotImplementedError

    def key(self, action_id: str) -> Safe:
        """Return the key that does something, for a sentence: here, else in the list."""
        return key_for(self.keymap, action_id, self.context, Context.LIST)

    def say(self, sentence: Safe, after: Safe = _NOTHING) -> None:
        """Say what happened, and at the right edge what can be done about it; it goes by itself."""
        self.session.say(sentence)
        self._show_for_a_while(sentence, StyleRole.SUCCESS, after)

    def whisper(self, sentence: Safe) -> None:
        """Answer a key that did nothing: not worth a line of the log, nor to hide a fault."""
        self.misses += 1
        if not self.hint.has_lasting:
            self._show_for_a_while(sentence, StyleRole.HINT)

    def say_how_to_quit(self) -> None:
        """Answer a key that ends other programs."""
        keys = self.keymap.keys_for("quit", self.context)
        words = " or ".join([*keys[:1], ":q"])
        self.whisper(Safe(f"{words} quits; mail on its way goes on."))

    def _show_for_a_while(
        self, sentence: Safe, role: StyleRole, after: Safe = _NOTHING, lasts_s: float = NOTICE_S
    ) -> None:
        self.hint.show_notice(sentence, role, after, lasts_s=lasts_s)
        self.noticed_in = self.context

    def warn(
        self,
        sentence: Safe,
        about: str = "",
        offer: Safe = _NOTHING,
        role: StyleRole = StyleRole.ERROR,
    ) -> None:
        """Say what went wrong, or in another role what a person must know; it stays.

        It is cleared by Esc where that is its key, and by the hint line's `settle`, if it says what
        it is `about`. `offer` names the key that says more.
        """
        self.session.say(sentence)
        key = self._clearing_key()
        after = Safe(f"{offer}  {key}") if offer else key
        self.hint.show_notice(sentence, role, after, about=about)

    def _clearing_key(self) -> Safe:
        action = _CLEARS_NOTICE.get(self.context, "message.back")
        is_esc = ESC in self.keymap.keys_for(action, self.context)
        return ours(ESC) if is_esc else self.key(action)

    def fail(self, error: TuimailError) -> None:
        """The one place that turns an expected failure into a notice.

        What a person asked for that cannot be is a slip: it passes by itself, or with Esc. Any
        other is a fault and stays until it was seen.
        """
        self.misses += 1
        sentence = safe_line(error.hint, 400)
        if isinstance(error, UserError):
            self.session.say(sentence)
            self._show_for_a_while(sentence, StyleRole.ERROR, self._clearing_key(), SLIP_S)
        else:
            self.warn(sentence)
