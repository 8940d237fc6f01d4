"""What submission and exchange have in common: aiosmtpd with TLS, faults and honest replies."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from tuimail.demo.faults import GREETING, Fault, FaultKind, FaultScript

from .wishes import NO_WISHES, BadWish, mail_wishes, recipient_wishes

MAX_MESSAGE_BYTES: Final = 40 * 1024 * 1024
_BAD_WISH: Final = "501 5.5.4 Bad parameter of a delivery status notification"
GOES_ON: Final = ""
"""No reply of our own: the command is to be carried out."""


class Conversation(SMTP):
    """One SMTP session; strikes faults at the commands it has no hook for."""

    def __init__(
        self,
        hooks: "Hooks",
        *,
        hostname: str,
        tls: ssl.SSLContext,
        implicit_tls: bool,
        authenticator: Callable[..., Any] | None,
    ) -> None:
        super().__init__(
            hooks,
            hostname=hostname,
            ident="tuimail demo",
            data_size_limit=MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=False,
            tls_context=None if implicit_tls else tls,
            auth_require_tls=not implicit_tls,
            authenticator=authenticator,
            loop=asyncio.get_running_loop(),
        )
        self._faults = hooks.faults
        self._is_implicit = implicit_tls
        self._has_greeted = False
        self._trailing = b""
        """What is injected behind the next reply; ends in CRLF."""
        self._reports_delivery = hooks.reports_delivery
        self.wishes = NO_WISHES
        """What the sender of the mail at hand wants to be told."""

    @property
    def is_encrypted(self) -> bool:
        """TLS is on, from the start or by STARTTLS."""
        return self._is_implicit or self._tls_protocol is not None

    def eof_received(self) -> bool | None:
        """Let TLS close: asyncio warns of anything but False on an encrypted line."""
        super().eof_received()
        return False

    async def push(self, status: str | bytes) -> None:
        """Write a reply; the very first one is the greeting."""
        if not self._has_greeted:
            self._has_greeted = True
            refusal = await self.struck(GREETING)
            status = refusal or status
        trailing, self._trailing = self._trailing, b""
        await super().push(_octets(status) + (b"\r\n" + trailing[:-2] if trailing else b""))

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 (aiosmtpd's name)
        """STARTTLS (RFC 3207)."""
        if refusal := await self.struck("STARTTLS"):
            await self.push(refusal)
            return
        await super().smtp_STARTTLS(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 (aiosmtpd's name)
        """MAIL, with what RFC 3461 adds to it, which aiosmtpd does not know."""
        self.wishes = NO_WISHES
        if arg is not None and self._reports_delivery:
            try:
                arg, self.wishes = mail_wishes(arg)
            except BadWish:
                await self.push(_BAD_WISH)
                return
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 (aiosmtpd's name)
        """RCPT, as MAIL."""
        before = len(self.envelope.rcpt_tos) if self.envelope is not None else 0
        notify, original = None, ""
        if arg is not None and self._reports_delivery:
            try:
                arg, notify, original = recipient_wishes(arg)
            except BadWish:
                await self.push(_BAD_WISH)
                return
        await super().smtp_RCPT(arg)
        if self.envelope is not None and len(self.envelope.rcpt_tos) > before:
            self._wish(self.envelope.rcpt_tos[-1], notify, original)

    def _wish(self, recipient: str, notify: frozenset[str] | None, original: str) -> None:
        wishes = self.wishes
        if notify is not None:
            wishes = replace(wishes, notify={**wishes.notify, recipient: notify})
        if original:
            wishes = replace(wishes, originals={**wishes.originals, recipient: original})
        self.wishes = wishes

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 (aiosmtpd's name)
        """DATA, before 354."""
        if refusal := await self.struck("DATA"):
            await self.push(refusal)
            return
        await super().smtp_DATA(arg)

    async def struck(self, command: str) -> str:
        """Let a fault strike; return the reply that refuses the command, or GOES_ON."""
        return await self.suffer(self._faults.strike(command))

    async def suffer(self, fault: Fault | None) -> str:
        """Carry a fault out; return the reply that refuses the command, or GOES_ON."""
        if fault is None:
            return GOES_ON
        match fault.kind:
            case FaultKind.CUT:
                await self.cut()
            case FaultKind.DELAY:
                await asyncio.sleep(fault.delay_s)
            case FaultKind.INJECT if fault.carried_out:
                self._trailing = fault.raw
            case FaultKind.INJECT:
                self._writer.write(fault.raw)
            case FaultKind.REFUSE:
                return fault.text
        return GOES_ON

    async def cut(self) -> None:
        """Cut the line without a goodbye; the loss of it ends this session's task."""
        assert self.transport is not None, "a session with commands has a line"
        self.transport.abort()  # type: ignore[attr-defined]
        await asyncio.get_running_loop().create_future()


def _octets(status: str | bytes) -> bytes:
    return status.encode("ascii", "replace") if isinstance(status, str) else status


class Hooks:
    """aiosmtpd's hooks: every command may be struck by a fault first."""

    def __init__(self, faults: FaultScript, *, reports_delivery: bool) -> None:
        """`reports_delivery`: whether it takes and keeps the wishes of RFC 3461."""
        self.faults = faults
        self.reports_delivery = reports_delivery

    async def handle_EHLO(  # noqa: N802 (aiosmtpd's name)
        self,
        server: Conversation,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """EHLO; offers enhanced codes (RFC 2034) and DSN (RFC 3461)."""
        refusal = await server.struck("EHLO")
        if refusal != GOES_ON:
            return [refusal]
        session.host_name = hostname
        more = ["250-DSN"] if self.reports_delivery else []
        return [*responses[:-1], "250-ENHANCEDSTATUSCODES", *more, responses[-1]]

    async def handle_MAIL(  # noqa: N802
        self,
        server: Conversation,
        session: Session,
        envelope: Envelope,
        address: str,
        mail_options: list[str],
    ) -> str:
        """MAIL FROM."""
        refusal = await server.struck("MAIL") or self.refuse_sender(server, session, address)
        if refusal != GOES_ON:
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self,
        server: Conversation,
        _session: Session,
        envelope: Envelope,
        address: str,
        _rcpt_options: list[str],
    ) -> str:
        """RCPT TO."""
        refusal = await server.struck("RCPT") or self.refuse_recipient(address)
        if refusal != GOES_ON:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, server: Conversation, session: Session, envelope: Envelope
    ) -> str:
        """The content, after the final dot."""
        fault = self.faults.strike(".")
        is_late_cut = fault is not None and fault.kind is FaultKind.CUT and fault.carried_out
        if not is_late_cut:
            refusal = await server.suffer(fault)
            if refusal != GOES_ON:
                return refusal
        reply = self.take(server, session, envelope)
        if is_late_cut:
            await server.cut()
        return reply

    def refuse_sender(self, server: Conversation, session: Session, address: str) -> str:
        """Return why a sender is refused, or GOES_ON."""
        raise NotImplementedError

    def refuse_recipient(self, address: str) -> str:
        """Return why a recipient is refused, or GOES_ON."""
        raise NotImplementedError

    def take(self, server: Conversation, session: Session, envelope: Envelope) -> str:
        """Take a complete mail over; return the reply."""
        raise NotImplementedError
