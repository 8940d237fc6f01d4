"""What was asked of the screen, with the answers given, to do it again. Pure."""

from dataclasses import replace

from .actions import Call, Context

_REPEATABLE = frozenset({Context.LIST, Context.READER})


class CallLog:
    """The last call that `repeat` does again, and the calls of a macro being recorded."""

    def __init__(self) -> None:
        self.last: Call | None = None
        self.recorded: list[Call] | None = None
        """None while nothing is recorded."""

    def note(self, call: Call) -> None:
        """Take down what is about to be carried out."""
        if call.context in _REPEATABLE and call.action.can_repeat:
            self.last = call
        if self.recorded is not None and call.action.can_record:
            self.recorded.append(call)

    def forget(self, call: Call) -> None:
        """Leave out of what is recorded what was refused."""
        if self.recorded is not None:
            self.recorded = [one for one in self.recorded if one is not call]

    def answer(self, call: Call, answer: str) -> None:
        """Take down what a person answered to what a call asked: again, it does not ask."""
        answered = replace(call, argument=answer)
        if self.last is call:
            self.last = answered
        if self.recorded is not None:
            self.recorded = [answered if one is call else one for one in self.recorded]
