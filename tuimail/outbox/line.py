"""Whether an account's server is asked to take mail at all just now, and why it is not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from tuimail.model.ids import OutgoingId
from tuimail.protocols.sasl import Revealing

from .pauses import LONGEST_S, InVain, deferral_s, offline_s, refused_s
from .verdict import Hindrance, Verdict


@dataclass(slots=True)
class SignInNews:
    """What has become of the way to a password since a sender last looked; wake it as well."""

    has_person: bool = False
    """Somebody has come who can type one."""
    is_given: bool = False
    """The person has given another, or set up the account anew."""


@dataclass(slots=True)
class Line:
    """Open, or shut for a while after the network, the sign-in or the store has foiled an attempt.

    A mail held up by the line stays due: it goes as soon as the line is open again.
    """

    random: Random
    hindrance: Hindrance | None = None
    """Why it is shut."""
    hint: str = ""
    """The same as a sentence."""
    shut_until: float = 0.0
    """Seconds UTC; before it no mail of the account is tried."""
    tried: Revealing | None = None
    """The password of the last attempt; None where there was none to be had."""
    in_vain: InVain = field(default_factory=InVain)
    _failures: int = 0
    """Attempts in a row that were foiled."""
    _held_up: dict[OutgoingId, int] = field(default_factory=dict)
    """Mails foiled so, with the due time written then; another one now is the person's word."""

    def heed(self, outgoing_id: OutgoingId, attempt: int, verdict: Verdict, now: int) -> int:
        """Take in what an attempt came to; return when its mail is due again, seconds UTC."""
        self.hindrance, self.hint = verdict.hindrance, verdict.last_error
        chance = self.random.random()
        if verdict.hindrance is not Hindrance.STORE:
            self.in_vain.tried(is_in_vain=verdict.hindrance is not None)
        if verdict.hindrance is None:
            self._failures = 0
            self._held_up.clear()
            return now + deferral_s(attempt, chance)
        self._failures += 1
        self._held_up[outgoing_id] = now
        pause = offline_s
        if verdict.hindrance is Hindrance.ACCOUNT:
            pause = deferral_s if self.tried is None else refused_s
        self.shut_until = now + pause(self._failures, chance)
        return now

    def is_shut(self, now: int) -> bool:
        """Whether no mail is tried now, in seconds UTC."""
        return 0 < self.shut_until - now <= LONGEST_S

    def open(self) -> None:
        """Let the next mail be tried at once."""
        self.shut_until = 0.0

    def is_new(self, secret: Revealing | None) -> bool:
        """Whether this is a password that was not tried."""
        return secret is not None and secret != self.tried

    def is_asked_for(self, due: Iterable[tuple[OutgoingId, int | None]]) -> bool:
        """Whether one of the mails that are due was not held up: the person wants it to go.

        Each stands with the time written for its next attempt.
        """
        return any(self._held_up.get(one, -1) != next_attempt for one, next_attempt in due)
