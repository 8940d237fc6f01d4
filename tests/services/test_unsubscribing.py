"""Leaving a list: one click only where a trusted server vouches for it, and after a yes."""

from dataclasses import replace

import pytest

from tests.store.makers import HOME, arrival, box_id, view
from tuimail.config.load import Config
from tuimail.errors import NotFound, UserError
from tuimail.mime.render import searchable_text
from tuimail.model.address import Address
from tuimail.model.ids import MessageKey
from tuimail.model.safe import Safe
from tuimail.protocols.one_click import Answer
from tuimail.services import delivery, lists, reading, unsubscribing
from tuimail.services.mail import Mail
from tuimail.services.unsubscribing import Kind
from tuimail.store.bodies import put_body
from tuimail.store.messages import put_messages

RECEIVED = (
    "Received: from out.list.example by mx.home.example with ESMTPS; Sun, 8 Mar 2026 1:0:0 +0000"
)
PASSED = "Authentication-Results: mx.home.example; dkim=pass header.d=list.example"
SIGNED = "DKIM-Signature: v=1; d=list.example; h=From:List-Unsubscribe:List-Unsubscribe-Post; b=x"
OUT = "List-Unsubscribe: <https://list.example/out>, <mailto:leave@list.example>"
POST = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
WHOLE = (PASSED, RECEIVED, SIGNED, OUT, POST)


def received(mail, *lines):
    raw = "\r\n".join((*lines, "From: news@list.example", "", "Hello\r\n")).encode()
    box = box_id(mail.store, "INBOX", HOME)
    put_messages(mail.store, box, [arrival(1)])
    (row,) = reading.rows(mail, view(box), reading.view_ids(mail, view(box)))
    put_body(mail.store, row.key, raw, searchable_text(raw))
    return row


def kinds(mail, *lines):
    return [way.kind for way in unsubscribing.ways_out(mail, received(mail, *lines))]


def test_one_click_comes_first_where_a_trusted_server_vouches_for_it(mail):
    assert kinds(mail, *WHOLE) == [Kind.CLICK, Kind.PAGE, Kind.MAIL]


@pytest.mark.parametrize(
    "lines",
    [
        (RECEIVED, PASSED, SIGNED, OUT, POST),
        (PASSED, SIGNED, OUT, POST),
        (RECEIVED, SIGNED, OUT, POST),
        (PASSED.replace("mx.home", "mx.evil"), RECEIVED, SIGNED, OUT, POST),
        (PASSED.replace("pass", "fail"), RECEIVED, SIGNED, OUT, POST),
        (PASSED, RECEIVED, OUT, POST),
        (PASSED, RECEIVED, SIGNED.replace(":List-Unsubscribe-Post", ""), OUT, POST),
        (PASSED, RECEIVED, SIGNED, OUT),
    ],
    ids=["results below", "no server of ours", "no results", "of a stranger", "failed",
         "not signed", "not covered", "not offered"],
)  # fmt: skip
def test_without_that_the_page_is_shown_instead(mail, lines):
    assert kinds(mail, *lines) == [Kind.PAGE, Kind.MAIL]


def test_a_mail_inside_of_another_cannot_vouch_for_itself(mail):
    inner = replace(received(mail, *WHOLE), inside_of=MessageKey(7))
    assert [way.kind for way in unsubscribing.ways_out(mail, inner)] == [Kind.PAGE, Kind.MAIL]


def test_without_a_way_out_those_are_named_who_can_help(mail):
    lines = (
        RECEIVED,
        "List-Help: <https://list.example/help>",
        "List-Owner: <mailto:o@list.example>",
    )
    ways = unsubscribing.ways_out(mail, received(mail, *lines))
    assert [(way.kind, way.about, way.whom) for way in ways] == [
        (Kind.PAGE, "help", "list.example"),
        (Kind.MAIL, "owner", "o@list.example"),
    ]


def answering(status, elsewhere=""):
    async def ask(url):
        ask.asked.append(url)
        return Answer(status, Safe(elsewhere))

    ask.asked = []
    return ask


async def test_what_became_of_it_is_said(mail):
    click, page, by_mail = unsubscribing.ways_out(mail, received(mail, *WHOLE))
    ask = answering(200)
    assert await unsubscribing.leave(click, ask) == "list.example says that you have left the list."
    assert ask.asked == ["https://list.example/out"]
    with pytest.raises(UserError, match=r"did not take it \(status 500\)"):
        await unsubscribing.leave(click, answering(500))
    with pytest.raises(UserError, match=r"sends on to http://127\.0\.0\.1/, which was not"):
        await unsubscribing.leave(click, answering(302, "http://127.0.0.1/"))
    for way in (page, by_mail):
        with pytest.raises(UserError):
            await unsubscribing.leave(way, ask)
    assert len(ask.asked) == 1
    assert list(delivery.outbox(mail)) == []


def test_all_mail_of_a_list_is_that_of_this_list_alone(mail):
    box = box_id(mail.store, "INBOX", HOME)
    ids = ("dev.list.example", "core-dev.list.example", "dev.list.example", "", 'a"b.example')
    put_messages(mail.store, box, [arrival(n, list_id=one) for n, one in enumerate(ids, 1)])
    rows = reading.rows(mail, view(box), reading.view_ids(mail, view(box)))
    by_list = {row.list_id.raw: row for row in rows}
    for list_id, count in (
        ("dev.list.example", 2),
        ("core-dev.list.example", 1),
        ('a"b.example', 1),
    ):
        found = lists.all_of_list(mail, by_list[list_id])
        listed = reading.rows(mail, found.view, reading.view_ids(mail, found.view))
        assert {row.list_id.raw for row in listed} == {list_id}
        assert len(listed) == count
    with pytest.raises(NotFound):
        lists.all_of_list(mail, by_list[""])


def test_a_list_is_left_by_the_address_it_writes_to(mail):
    """Whoever asks to be taken off from another address stays on the list."""
    alias = Address("Me", "lists@alias.example")
    accounts = [
        replace(one, identities=(alias,)) if one.name == HOME else one
        for one in mail.config.accounts
    ]
    mail = Mail(mail.profile, Config(mail.config.settings, tuple(accounts)), mail.store)
    row = received(mail, OUT, "To: lists@alias.example")
    way = next(one for one in unsubscribing.ways_out(mail, row) if one.kind is Kind.MAIL)
    draft = unsubscribing.mail_of(mail, row, way)
    assert (draft.account, draft.from_, draft.to) == (HOME, alias, "leave@list.example")
