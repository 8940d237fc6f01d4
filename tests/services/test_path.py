"""The path of a mail in words: what our servers say, and what only the other side does."""

from dataclasses import replace

import pytest

from tests.store.makers import arrival, box_id, view
from tuimail.model.address import Address
from tuimail.model.part import Searchable
from tuimail.model.path import AuthResult
from tuimail.services import reading
from tuimail.services.path import OwnServers, how_it_arrived, path_of
from tuimail.services.path_words import LineKind, authentication_words, path_lines, span_words
from tuimail.store.bodies import put_body
from tuimail.store.messages import put_messages

OURS = (
    "Received: from mx.hosting.example by box.hosting.example with LMTP; Tue, 24 Nov 2020 10:00:05"
    " +0000\r\n"
    "Authentication-Results: mx.hosting.example; dmarc=pass header.from=host.example\r\n"
    "Received: from out.host.example (out.host.example [192.0.2.20]) by mx.hosting.example with"
    " ESMTPS; Tue, 24 Nov 2020 10:00:03 +0000\r\n"
)
THEIRS = (
    "Authentication-Results: mx.hosting.example; dkim=pass header.d=bank.example\r\n"
    "Received: from laptop by out.host.example with ESMTPSA; Tue, 24 Nov 2020 08:00:00 +0000\r\n"
)
REST = "From: Ada <ada@host.example>\r\nSubject: x\r\n\r\nText\r\n"


def put(mail, heads):
    """Put mails with these header fields into the inbox; return their rows, the last one first."""
    box = box_id(mail.store, "INBOX")
    put_messages(mail.store, box, [arrival(n) for n in range(1, len(heads) + 1)])
    inbox = view(box)
    rows = reading.rows(mail, inbox, reading.view_ids(mail, inbox))
    for row, head in zip(rows, reversed(heads), strict=True):
        put_body(
            mail.store,
            row.key,
            (head + REST).encode(),
            Searchable("", "", "", has_attachments=False),
        )
    return rows


def lines(path, kind):
    return [line.text for line in path_lines(path) if line.kind is kind]


def test_a_server_that_stands_on_all_mail_of_an_account_is_its_own(mail):
    row = put(mail, [OURS + THEIRS] * 6)[0]
    path = path_of(mail, row)
    assert path is not None
    assert path.authentication == (AuthResult("dmarc", "pass", "host.example"),)
    assert [hop.is_trusted for hop in path.hops] == [False, True, True]


def test_few_mails_tell_nothing_of_whose_a_server_is(mail):
    row = put(mail, [OURS + THEIRS])[0]
    path = path_of(mail, row)
    assert path is not None
    assert path.authentication is None
    assert not any(hop.is_trusted for hop in path.hops)


def test_a_server_the_person_named_is_believed_from_the_first_mail(mail):
    named = replace(mail.config.accounts[0], trusted_servers=("mx.hosting.example",))
    config = replace(mail.config, accounts=(named, *mail.config.accounts[1:]))
    row = put(mail, [OURS + THEIRS])[0]
    path = path_of(replace(mail, config=config), row)
    assert path is not None
    assert path.authentication == (AuthResult("dmarc", "pass", "host.example"),)
    assert [hop.is_trusted for hop in path.hops] == [False, True, True]
    other = replace(named, trusted_servers=("mx.elsewhere.example",))
    path = path_of(replace(mail, config=replace(config, accounts=(other,))), row)
    assert path is not None
    assert path.authentication is None


def test_the_domain_of_an_account_is_its_own_from_the_first_mail(mail):
    known = replace(mail.config.accounts[0], address=Address("Me", "me@hosting.example"))
    config = replace(mail.config, accounts=(known, *mail.config.accounts[1:]))
    row = put(mail, [OURS + THEIRS])[0]
    path = path_of(replace(mail, config=config), row)
    assert path is not None
    assert [hop.is_trusted for hop in path.hops] == [False, True, True]
    assert path.authentication == (AuthResult("dmarc", "pass", "host.example"),)
    assert "Really sent for host.example (DMARC)." in lines(path, LineKind.DETAIL)
    assert "|   it waited here: 2 h" in lines(path, LineKind.WARNING)
    assert "o out.host.example  as stated by the other side" in lines(path, LineKind.STATED)
    assert "o mx.hosting.example  yours, from here on" in lines(path, LineKind.HOST)


def test_what_a_stranger_wrote_below_our_servers_is_not_believed(mail):
    known = replace(mail.config.accounts[0], address=Address("Me", "me@hosting.example"))
    config = replace(mail.config, accounts=(known, *mail.config.accounts[1:]))
    ours = OURS.replace("Authentication-Results: mx.hosting", "X-Other: mx.hosting")
    row = put(mail, [ours + THEIRS])[0]
    path = path_of(replace(mail, config=config), row)
    assert path is not None
    assert path.authentication is None


GMAIL = (
    "Delivered-To: me@gmail.com\r\n"
    "Received: by 2002:a05:6a10 with SMTP id x1; Tue, 24 Nov 2020 02:00:05 -0800 (PST)\r\n"
    "ARC-Authentication-Results: i=1; mx.google.com; dmarc=pass header.from=host.example\r\n"
    "Return-Path: <ada@host.example>\r\n"
    "Received: from out.host.example (out.host.example. [192.0.2.20]) by mx.google.com with ESMTPS"
    " id y2 for <me@gmail.com>; Tue, 24 Nov 2020 02:00:03 -0800 (PST)\r\n"
    "Received-SPF: fail (google.com: no) client-ip=192.0.2.20;\r\n"
    "Authentication-Results: mx.google.com; spf=fail smtp.mailfrom=ada@host.example;"
    " dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=host.example\r\n"
    "Authentication-Results: mx.google.com; dmarc=pass header.from=host.example\r\n"
    "Received: from laptop by out.host.example with ESMTPSA; Tue, 24 Nov 2020 08:00:00 +0000\r\n"
    "Authentication-Results: mx.google.com; dmarc=pass header.from=host.example\r\n"
)


def test_gmail_says_below_its_received_field_what_it_found_and_the_first_of_it_counts(mail):
    path = path_of(mail, put(mail, [GMAIL] * 6)[0])
    assert path is not None
    assert [(one.method, one.result) for one in path.authentication or ()] == [
        ("spf", "fail"),
        ("dmarc", "fail"),
    ]


def test_outlook_says_above_its_received_field_what_it_found_and_not_who_it_is(mail):
    ours = (
        "Received: from AM6.eurprd01.prod.outlook.com (2603:10a6::1) by"
        " PR3.eurprd01.prod.outlook.com with HTTPS; Tue, 24 Nov 2020 10:00:05 +0000\r\n"
        "Authentication-Results: spf=pass (sender IP is 192.0.2.20) smtp.mailfrom=host.example;"
        " dkim=none (message not signed) header.d=none;dmarc=fail action=quarantine"
        " header.from=host.example;compauth=fail reason=000\r\n"
        "Received: from out.host.example (192.0.2.20) by AM6FT.mail.protection.outlook.com with"
        " Microsoft SMTP Server; Tue, 24 Nov 2020 10:00:03 +0000\r\n"
    )
    forged = "Authentication-Results: spf=pass smtp.mailfrom=host.example; dmarc=pass\r\n"
    path = path_of(mail, put(mail, [ours + forged] * 6)[0])
    assert path is not None
    told = {one.method: one.result for one in path.authentication or ()}
    assert (told["spf"], told["dmarc"]) == ("pass", "fail")
    bare = ours.replace("Authentication-Results", "X-Authentication-Results")
    path = path_of(mail, put(mail, [bare + forged] * 6)[0])
    assert path is not None
    assert path.authentication is None


def arrived(mail, source: str, author: str):
    """Tell how a report arrived that a server of ours took from there."""
    account = replace(mail.config.accounts[0], address=Address("Me", "me@big.example"))
    own = OwnServers(frozenset({"big.example"}), frozenset({"big.example"}))
    head = (
        "Authentication-Results: mx.big.example; dkim=pass header.d=big.example\r\n"
        f"Received: from {source} by mx.big.example with ESMTPS; Tue, 24 Nov 2020 10:00:03 +0000\r\n"
        "Authentication-Results: mx.big.example; dkim=pass header.d=big.example\r\n"
        "Received: from localhost (localhost [127.0.0.1]) by mx.big.example with LMTP; Tue, 24 Nov"
        " 2020 10:00:02 +0000\r\n"
        f"From: {author}\r\n\r\nx\r\n"
    )
    return how_it_arrived(account, head.encode(), 1_606_212_000, own)


def test_a_provider_vouches_for_its_daemon_and_not_for_everybody_who_writes_there(mail):
    out = "out.big.example (out.big.example [192.0.2.9])"
    assert arrived(mail, out, "mailer-daemon@big.example").is_vouched
    for person in ("eve@big.example", "mailer-daemon.eve@big.example", "bounce-eve@big.example"):
        assert not arrived(mail, out, person).is_vouched


def test_who_calls_itself_localhost_came_from_outside_all_the_same(mail):
    how = arrived(mail, "localhost (unknown [192.0.2.66])", "eve@far.example")
    assert how.came_from == ("localhost",)
    assert not how.is_proven
    how = arrived(mail, "out.big.example (evil.example [192.0.2.66])", "eve@far.example")
    assert how.came_from == ("evil.example",)
    assert how.is_proven


def test_a_mail_that_is_not_here_has_no_path_yet(mail):
    put_messages(mail.store, box_id(mail.store, "INBOX"), [arrival(1)])
    inbox = view(box_id(mail.store, "INBOX"))
    (row,) = reading.rows(mail, inbox, reading.view_ids(mail, inbox))
    assert path_of(mail, row) is None


@pytest.mark.parametrize("hosting", ["hosting.example", "elsewhere.example"])
def test_long_names_of_hosts_leave_it_80_columns_wide(mail, hosting):
    known = replace(mail.config.accounts[0], address=Address("Me", f"me@{hosting}"))
    config = replace(mail.config, accounts=(known, *mail.config.accounts[1:]))
    long = ".".join(["protection"] * 9)
    ip = "[IPv6:2001:db8:1111:2222:3333:4444:5555:6666]"
    head = OURS.replace("header.from=host.example", f"header.from={long}.example").replace(
        "from out.host.example (out.host.example [192.0.2.20]) by mx.hosting.example",
        f"from {long}.host.example ({long}.host.example {ip}) by {long}.hosting.example",
    )
    (row,) = put(mail, [head])
    path = path_of(replace(mail, config=config), row)
    assert path is not None
    shown = [line.text for line in path_lines(path)]
    assert max(map(len, shown)) <= 78
    assert any("protection.host.example [2001:db8:1111" in line for line in shown)
    assert any("protection.hosting.example" in line for line in shown)


def test_the_picture_fits_80_columns_and_nothing_in_it_moves_the_cursor(mail):
    evil = (
        "Received: from \x1b[2J"
        + "x" * 300
        + ".example ([192.0.2.1]) by \u202eyes."
        + "y" * 300
        + ".example with \x1b]0;t\x07 id 1; Tue, 24 Nov 2020 10:00:00 +0000\r\n"
    )
    (row,) = put(mail, [evil * 3])
    path = path_of(mail, row)
    assert path is not None
    shown = path_lines(path)
    assert max(len(line.text) for line in shown) <= 78
    assert all(line.text.isprintable() for line in shown)


@pytest.mark.parametrize(
    ("method", "result", "domain", "words"),
    [
        ("dmarc", "pass", "a.example", "Really sent for a.example (DMARC)."),
        ("dmarc", "fail", "", "Not proven to come from a.example: forged, or forwarded (DMARC)."),
        (
            "dkim",
            "pass",
            "mail.a.example",
            "Signed by mail.a.example, not changed on the way (DKIM).",
        ),
        ("dkim", "pass", "esp.example", "Signed by esp.example, a service that sent it (DKIM)."),
        ("dkim", "fail", "a.example", "The signature of a.example does not fit the mail (DKIM)."),
        ("spf", "pass", "b.example", "Came from a server that b.example allows (SPF)."),
        ("spf", "softfail", "b.example", "Came from a server that b.example does not allow (SPF)."),
        ("spf", "temperror", "b.example", "SPF could not be checked."),
        ("arc", "pass", "", "A forwarder says that it was genuine when it arrived there (ARC)."),
        ("x-other", "pass", "", "Nothing to check: the sender's domain gives no proof."),
        ("spf", "none", "", "Nothing to check: the sender's domain gives no proof."),
    ],
)
def test_what_was_found_out_is_said_in_plain_words(method, result, domain, words):
    found = [AuthResult(method, result, domain)]
    assert [said for _, said in authentication_words(found, "a.example")] == [words]


def test_nothing_told_is_not_nothing_wrong():
    ((_, said),) = authentication_words(None, "a.example")
    assert said == "Your server does not tell whether the sender is genuine."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7_200, "2 h"), (200_000, "2 days")],
)
def test_a_span_is_as_short_as_can_be(seconds, words):
    assert span_words(seconds) == words


def test_where_no_server_is_known_to_be_ours_nobody_knows_where_a_mail_came_from(mail):
    account = mail.config.accounts[0]
    head = (
        b"Received: from x (y [192.0.2.66]) by mx.else.example; Tue, 24 Nov 2020 10:00:02 +0000\r\n"
    )
    nobody = OwnServers(frozenset(), frozenset())
    for raw in (head + b"From: e@far.example\r\n\r\nx\r\n", b"From: e@far.example\r\n\r\nx\r\n"):
        how = how_it_arrived(account, raw, 1_606_212_000, nobody)
        assert (how.is_known, how.is_proven, how.came_from) == (False, False, ())
    assert arrived(mail, "localhost (unknown [192.0.2.66])", "eve@far.example").is_known
