"""Sent mail for tests of the screen: its copy in Sent, and what became of it."""

from tests.ui.screens import NEWEST, put
from tuimail.model.ids import AccountName, MessageKey, OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.model.outgoing_steps import mail_state
from tuimail.model.report import Grade, ReportAction, ReportKind
from tuimail.services.mail import Mail
from tuimail.store.database import Database
from tuimail.store.outgoing import NewOutgoing, put_outgoing
from tuimail.store.reports import Told, put_report

NOBODY = "nobody@south.example"
WORDS = (
    "mx.south.example refused: no such person. Check the spelling of the address and send to it"
    " again. They say: 550 5.1.1 User unknown"
)


def sent_mail(mail: Mail, subject: str = "Offer", to=(NOBODY,), n: int = 1) -> OutgoingId:
    """Put a mail into Sent and into the outbox, as if it had been accepted."""
    message_id = f"sent-{n}@north.example"
    raw = (
        f"From: Alice <alice@north.example>\r\nTo: {', '.join(to)}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{message_id}>\r\nDate: Wed, 18 Nov 2026 10:00:0{n % 10} +0000\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nText.\r\n"
    ).encode()
    put(mail, "alice", "Sent", [raw], first_uid=n)
    outgoing = OutgoingId(f"out{n:09}")
    new = NewOutgoing(
        outgoing, message_id, AccountName("alice"), subject, "alice@north.example", tuple(to), raw,
        NEWEST, NEWEST,
    )  # fmt: skip
    put_outgoing(mail.store, new)
    for address in to:
        becomes(mail, outgoing, address, OutgoingState.ACCEPTED)
    return outgoing


def becomes(mail: Mail, outgoing: OutgoingId, address: str, state: OutgoingState, **known) -> None:
    """Let something become of a mail for one recipient."""
    columns = {"code": None, "enhanced_code": "", "reply": "", "explanation": ""} | known
    with mail.store.writing(Database.LOCAL) as writing:
        writing.run(
            "update recipient set state = ?, code = ?, enhanced_code = ?, reply = ?,"
            " explanation = ? where address = ? and submission in"
            " (select id from submission where outgoing = ?)",
            (state, *columns.values(), address, outgoing),
        )
        states = writing.rows(
            "select r.state from recipient r join submission s on s.id = r.submission"
            " where s.outgoing = ?",
            (outgoing,),
        )
        whole = mail_state(OutgoingState(row[0]) for row in states)
        writing.run("update outgoing set state = ? where id = ?", (whole, outgoing))


def bounces(mail: Mail, outgoing: OutgoingId, key: int = 1) -> None:
    """Let a report say that there is no such person."""
    told = Told(
        kind=ReportKind.DELIVERY,
        grade=Grade.CONFIRMED,
        address=NOBODY,
        action=ReportAction.FAILED,
        code=550,
        status="5.1.1",
        diagnostic="User unknown",
        reporting_mta="mx.north.example",
        remote_mta="mx.south.example",
        explanation=WORDS,
        sentence=f"mx.north.example could not deliver it to {NOBODY}.",
        message_key=MessageKey(key),
        message_id="report@north.example",
    )
    put_report(mail.store, outgoing, [told], NEWEST)
