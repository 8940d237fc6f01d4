"""Questions for a password: put to every screen where a person sits, answered by the first."""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Final

from tuimail.errors import SecretUnavailable
from tuimail.events import SecretAsked
from tuimail.model.ids import AccountName
from tuimail.model.secret import Secret

ANSWER_TIMEOUT_S: Final = 600.0
"""A person who has not typed a password by then has left; the next wish asks again."""


class Questions:
    """The questions that wait for an answer; answers live in memory only."""

    def __init__(self, put: Callable[[SecretAsked], None], settled: Callable[[str], None]) -> None:
        """`put` shows a question to screens, `settled` says that it needs no answer any more."""
        self._put = put
        self._settled = settled
        self._numbers = count(1)
        self._open: dict[str, tuple[SecretAsked, asyncio.Future[Secret]]] = {}
        self._askable = 0

    @property
    def open(self) -> list[SecretAsked]:
        """Questions to put to a screen that has just come."""
        return [asked for asked, _ in self._open.values()]

    def screen_came(self) -> None:
        """A screen where a person sits was attached."""
        self._askable += 1

    def screen_left(self) -> None:
        """It is gone; without any, nobody will answer."""
        self._askable -= 1
        if not self._askable:
            for _, answer in self._open.values():
                if not answer.done():
                    answer.set_exception(_nobody())

    async def ask(self, account: AccountName, prompt: str) -> Secret:
        """Return what the person typed.

        Raises:
            SecretUnavailable: nobody is there, nobody answered, or the person would not say.
        """
        if not self._askable:
            raise _nobody()
        asked = SecretAsked(f"q{next(self._numbers)}", account, prompt)
        answer: asyncio.Future[Secret] = asyncio.get_running_loop().create_future()
        self._open[asked.question] = (asked, answer)
        self._put(asked)
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                secret = await answer
        except TimeoutError as error:
            raise _nobody() from error
        finally:
            del self._open[asked.question]
            self._settled(asked.question)
        if not secret:
            raise SecretUnavailable("No password was given. Sync again to be asked once more.")
        return secret

    def answer(self, question: str, secret: Secret) -> None:
        """Take an answer; one to a question that is not open any more is dropped."""
        asked = self._open.get(question)
        if asked is not None and not asked[1].done():
            asked[1].set_result(secret)


def _nobody() -> SecretUnavailable:
    return SecretUnavailable(
        "The password is needed and nobody is there to type it. Open tuimail, "
        "or store it with: tuimail account login"
    )
