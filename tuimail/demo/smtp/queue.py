"""The queue between submission and the exchanges: routes mail, and reports what cannot arrive."""

import asyncio
import ssl
from collections.abc import Callable, Mapping

from tuimail.demo.people import Domain

from .bounce import Failure, bounce_of
from .trace import Mail
from .transport import HopLost, Reply, hand_over


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
        self._waiting: asyncio.Queue[Mail] = asyncio.Queue()

    def put(self, mail: Mail) -> None:
        """Take a mail over."""
        self._waiting.put_nowait(mail)

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            await self._deliver(await self._waiting.get())

    async def _deliver(self, mail: Mail) -> None:
        failures: list[Failure] = []
        domains = dict.fromkeys(one.rpartition("@")[2].lower() for one in mail.recipients)
        for domain in domains:
            there = [r for r in mail.recipients if r.rpartition("@")[2].lower() == domain]
            failures += await self._to_domain(mail, domain, there)
        if failures and mail.sender:
            self.put(bounce_of(mail, failures, self._domain.submission, self._clock()))

    async def _to_domain(self, mail: Mail, domain: str, recipients: list[str]) -> list[Failure]:
        port = self._routes.get(domain)
        if port is None:
            text = f"550 5.1.2 Host or domain name not found: {domain}"
            return [Failure(one, "5.1.2", text, "") for one in recipients]
        try:
            replies = await hand_over(mail, recipients, port, self._domain.submission, self._tls)
        except HopLost as lost:
            gone = Reply(451, f"4.4.1 The server of {domain} went away: {lost}")
            replies = dict.fromkeys(recipients, gone)
        return [
            Failure(one, reply.status, f"{reply.code} {reply.text}", f"mx.{domain}")
            for one, reply in replies.items()
            if not reply.is_good
        ]
