"""What comes by POP3 and is old is no news: the server does not say what was read before."""

import asyncio
from pathlib import Path

from tests.engine.patience import until
from tests.store.makers import BEGIN, WORK, arrival, box_id, store_with_mailboxes
from tuimail.config.load import Config
from tuimail.engine.notifier import Ears, Notifier, Pace
from tuimail.events import MessagesChanged, NewMail
from tuimail.model.account import Account, PasswordSource, Pop3, Security, Server
from tuimail.model.address import Address
from tuimail.model.notify import Notify, TerminalNotice
from tuimail.model.settings import Settings
from tuimail.store.mailboxes import SyncState, put_sync_state
from tuimail.store.messages import put_messages

DAY = 86_400
POP3 = Pop3(Server("pop.example.org", 995, Security.TLS, "work"))
ACCOUNT = Account(
    WORK, Address("", "w@example.org"), (), "", None, None, PasswordSource.ASK, (), (), pop3=POP3
)


async def test_old_mail_by_pop3_is_not_told_and_new_mail_is(tmp_path: Path) -> None:
    store = store_with_mailboxes(tmp_path)
    inbox = box_id(store, "INBOX")
    put_sync_state(store, inbox, SyncState(uid_validity=7, uid_next=1, backlog_done=True))
    told: list[NewMail] = []
    ears = Ears(lambda _: None, told.append)
    notifier = Notifier(store, ears, lambda: BEGIN + 30 * DAY, Pace(0.01, 0.01, 0.01))
    notify = Notify(terminal=TerminalNotice.OSC9)
    await notifier.configure(Config(Settings(), (ACCOUNT,), notify))
    running = asyncio.ensure_future(notifier.run())
    put_messages(store, inbox, [arrival(number) for number in range(1, 50)])
    notifier.overhear(MessagesChanged(WORK, inbox))
    await until(lambda: not notifier._wake.is_set())
    fresh = arrival(60)
    dated = fresh.envelope._replace(date=BEGIN + 29 * DAY)
    put_messages(store, inbox, [fresh._replace(envelope=dated, internal_date=BEGIN + 29 * DAY)])
    notifier.overhear(MessagesChanged(WORK, inbox))
    await until(lambda: told)
    assert [one.count for one in told] == [1]
    running.cancel()
    await asyncio.wait([running])
    store.close()
