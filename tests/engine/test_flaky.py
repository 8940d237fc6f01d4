"""One account's server hangs, hangs up or floods: the other account stays in step all the while."""

import asyncio
import contextlib

import pytest

from tests.engine.hostile_imap import KINDS, HostileServer
from tests.engine.patience import until
from tests.engine.test_hostile_imap import ACCOUNT
from tests.engine.test_journey import ALICE, filled, here, on_server
from tests.protocols.certificates import Trust, make_trust
from tests.protocols.scripted import serving
from tuimail.events import AccountChanged
from tuimail.model.ids import AccountName
from tuimail.services.engine_link import EngineLink

__all__ = ["filled"]

EVIL = AccountName("evil")
MAILS = 5
LETTER = (
    b"From: Carol <carol@south.example>\r\nTo: alice@north.example\r\nSubject: mail %d\r\n"
    b"Message-ID: <%d@flaky>\r\nDate: Mon, 23 Nov 2026 12:00:0%d +0000\r\n\r\nHello.\r\n"
)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return make_trust(tmp_path_factory.mktemp("trust"))


def told(events):
    """The last that was said of each account's connection."""
    return {one.account: one.connection for one in events if isinstance(one, AccountChanged)}


@pytest.mark.parametrize(
    "kind",
    ["never an answer", "goodbye to each command", "news without end", "IDLE without end"],
)
async def test_a_flaky_account_holds_up_no_other(filled, trust, kind):
    host, mail = filled
    hostile = HostileServer(KINDS[kind])
    events = []
    async with serving(hostile, trust.context()) as evil:
        with mail.profile.config_file.open("a") as file:
            file.write(ACCOUNT.format(name=EVIL, port=evil.port, ca_file=trust.ca_file))
        async with EngineLink(mail.profile, events.append) as link:
            await link.sync(ALICE, headers_only=True)
            going_wrong = asyncio.ensure_future(link.sync(EVIL))
            await until(lambda: hostile.was_met and hostile.commands)
            for number in range(MAILS):
                uid = host.deliver(LETTER % (number, number, number))
                await until(lambda uid=uid: uid in here(mail, ALICE)["INBOX"])
                [one] = await link.sync(ALICE)
                assert one.hint == ""
            assert here(mail, ALICE) == on_server(host, ALICE)
            await until(lambda: told(events)[ALICE] == "in step")
            going_wrong.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await going_wrong
