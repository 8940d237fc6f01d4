"""The queue between submission and the exchanges: routes mail, tries again, and reports."""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from tuimail.demo.people import Domain

from .report import Action, Told, report_of
from .trace import Mail
from .transport import Handed, HopLost, Reply, hand_over

RETRY_S: Final = 15.0
MAX_TRIES: Final = 4
_WISHES: Final = {
    Action.FAILED: "FAILURE",
    Action.DELAYED: "DELAY",
    Action.RELAYED: "SUCCESS",
    Action.DELIVERED: "SUCCESS",
}


class Queue:
    """Mail taken from one domain's people, on its way to the recipients' domains."""

    def __init__(
        self,
        domain: Domain,
        routes: Mapping[str, int],
        tls: ssl.SSLContext,
        clock: Callable[[], int],
    ) -> None:
        self._domain = domain
        self._routes = routes
        """Port of the exchange by domain: what MX records are elsewhere."""
        self._tls = tls
        self._clock = clock
        self.retry_s = RETRY_S
        """What is put off is tried again after so many seconds."""
        self._waiting: asyncio.Queue[tuple[Mail, int]] = asyncio.Queue()

    def put(self, mail: Mail) -> None:
        """Take a mail over."""
        self._waiting.put_nowait((mail, 1))

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            mail, tries = await self._waiting.get()
            await self._deliver(mail, tries)

    async def _deliver(self, mail: Mail, tries: int) -> None:
        told: list[Told] = []
        domains = dict.fromkeys(one.rpartition("@")[2].lower() for one in mail.recipients)
        for domain in domains:
            there = [r for r in mail.recipients if r.rpartition("@")[2].lower() == domain]
            told += await self._to_domain(mail, domain, there, tries < MAX_TRIES)
        put_off = tuple(one.recipient for one in told if one.action is Action.DELAYED)
        self.report(mail, told if tries == 1 else [t for t in told if t.recipient not in put_off])
        if put_off:
            again = (replace(mail, recipients=put_off), tries + 1)
            loop = asyncio.get_running_loop()
            loop.call_later(self.retry_s, self._waiting.put_nowait, again)

    def report(self, mail: Mail, told: Sequence[Told], reporter: str = "") -> None:
        """Tell the sender what became of a mail, as far as they want to know."""
        by = reporter or self._domain.submission
        for action in Action if mail.sender else ():
            wanted = [
                one
                for one in told
                if one.action is action and mail.wishes.wants(one.recipient, _WISHES[action])
            ]
            if wanted:
                self.put(report_of(mail, wanted, by, self._clock()))

    async def _to_domain(
        self, mail: Mail, domain: str, recipients: list[str], may_try_again: bool
    ) -> list[Told]:
        port = self._routes.get(domain)
        if port is None:
            text = f"550 5.1.2 Host or domain name not found: {domain}"
            return [Told(one, Action.FAILED, "5.1.2", text, "") for one in recipients]
        try:
            handed = await hand_over(mail, recipients, port, self._domain.submission, self._tls)
        except HopLost as lost:
            gone = Reply(451, f"4.4.1 The server of {domain} went away: {lost}")
            handed = Handed(dict.fromkeys(recipients, gone), reports_delivery=False)
        told = [
            Told(
                one,
                _action(reply, handed.reports_delivery, may_try_again),
                reply.status,
                f"{reply.code} {reply.text}",
                f"mx.{domain}",
            )
            for one, reply in handed.replies.items()
        ]
        return [one for one in told if one.action is not Action.DELIVERED]


def _action(reply: Reply, reports_delivery: bool, may_try_again: bool) -> Action:
    """Return what an answer makes of a mail; a server that reports tells of a delivery itself."""
    if reply.is_good:
        return Action.DELIVERED if reports_delivery else Action.RELAYED
    is_for_now = reply.code < 500 and may_try_again
    return Action.DELAYED if is_for_now else Action.FAILED
