"""Received fields of the servers there are, each read for what it says and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.mime.received import parse_received

TIME = "; Tue, 24 Nov 2026 10:00:00 +0000"
FORMS = {
    "Postfix": (
        (
            "from mail-a.example.org (mail-a.example.org [203.0.113.5]) (using TLSv1.3 with cipher"
            " TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519) (No client certificate"
            " requested) by mx.north.example (Postfix) with ESMTPS id 4Abc for <bob@north.example>"
        ),
        ("mail-a.example.org",),
        "203.0.113.5",
        "mx.north.example",
        "ESMTPS",
        True,
    ),
    "Postfix, a name that is not the address's": (
        "from laptop (unknown [192.0.2.9]) by mx.north.example (Postfix) with ESMTPSA id 1",
        ("laptop",),
        "192.0.2.9",
        "mx.north.example",
        "ESMTPSA",
        True,
    ),
    "Exim": (
        (
            "from rdns.example.net ([198.51.100.7] helo=mail.example.net) by mx1.host.example with"
            " esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.98) (envelope-from <a@example.net>)"
            " id 1tAbc-000 for bob@host.example"
        ),
        ("rdns.example.net", "mail.example.net"),
        "198.51.100.7",
        "mx1.host.example",
        "ESMTPS",
        True,
    ),
    "Exim, no name of the address": (
        "from [192.0.2.1] (helo=foo.example) by mx1.host.example with esmtp (Exim 4.98) id 1",
        ("foo.example",),
        "192.0.2.1",
        "mx1.host.example",
        "ESMTP",
        None,
    ),
    "sendmail": (
        (
            "from host.example (h9.example [192.0.2.8] (may be forged)) by h.example (8.17/8.17) with"
            " ESMTPS id 1 (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 verify=NO)"
        ),
        ("h9.example", "host.example"),
        "192.0.2.8",
        "h.example",
        "ESMTPS",
        True,
    ),
    "qmail within": ("(qmail 12345 invoked by uid 89)", (), "None", "", "", None),
    "qmail by SMTP": (
        "from unknown (HELO laptop) (192.0.2.9) by mail.q.example with SMTP",
        ("laptop",),
        "192.0.2.9",
        "mail.q.example",
        "SMTP",
        None,
    ),
    "Exchange": (
        (
            "from A1.prod.example (2603:10a6:208::1) by B2.prod.example (2603:10a6::2) with Microsoft"
            " SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.8"
        ),
        ("A1.prod.example",),
        "2603:10a6:208::1",
        "B2.prod.example",
        "Microsoft SMTP Server",
        True,
    ),
    "Exchange within a store": (
        "from A1 ([fe80::1]) by A1 ([fe80::1%4]) with mapi id 15.20.1",
        ("A1",),
        "fe80::1",
        "A1",
        "mapi",
        None,
    ),
    "Gmail within": (
        "by 2002:a05:6a10:1:b0:2:3:4 with SMTP id x1csp",
        (),
        "None",
        "2002:a05:6a10:1:b0:2:3:4",
        "SMTP",
        None,
    ),
    "Gmail": (
        (
            "from mail-sor.example.com (mail-sor.example.com. [192.0.2.41]) by mx.example.com with"
            " ESMTPS id s1 for <x@example.com> (version=TLS1_3 cipher=TLS_AES_128 bits=128/128)"
        ),
        ("mail-sor.example.com",),
        "192.0.2.41",
        "mx.example.com",
        "ESMTPS",
        True,
    ),
    "LMTP": (
        "from mx.north.example by north.example (Dovecot) with LMTPS id aa (envelope-from <a@b>)",
        ("mx.north.example",),
        "None",
        "north.example",
        "LMTPS",
        True,
    ),
    "fetchmail": (
        "from imap.example.org by desktop with IMAP (fetchmail-6.4) for <bob@localhost>",
        ("imap.example.org",),
        "None",
        "desktop",
        "IMAP",
        None,
    ),
}


@pytest.mark.parametrize(
    ("text", "names", "ip", "by", "protocol", "is_encrypted"), FORMS.values(), ids=FORMS.keys()
)
def test_a_field_says(text, names, ip, by, protocol, is_encrypted) -> None:
    found = parse_received(text + TIME)
    assert found.names == names
    assert str(found.ip) == ip
    assert (found.by, found.protocol, found.is_encrypted) == (by, protocol, is_encrypted)
    assert found.time == 1_795_514_400


def test_the_date_stands_behind_the_last_semicolon() -> None:
    found = parse_received("from a.example (a; b) by c.example (x; y)" + TIME)
    assert (found.by, found.time) == ("c.example", 1_795_514_400)


def test_whom_it_was_for_is_kept() -> None:
    assert parse_received("by a.example for <bob@b.example>" + TIME).recipient == "bob@b.example"


@pytest.mark.parametrize(
    "text", ["", ";", "((((((" * 2_000, "from", "by by by", "from \x1b[2J by x"]
)
def test_what_is_none_says_nothing(text) -> None:
    found = parse_received(text)
    assert (found.names, found.ip, found.time) == ((), None, None)


@given(st.text(max_size=300))
def test_nothing_makes_it_fail(text) -> None:
    found = parse_received("from " + text)
    assert len(found.raw) <= 4_096
    assert not any(char.isspace() for name in (*found.names, found.by) for char in name)


@pytest.mark.parametrize(
    ("text", "is_inside"),
    [
        ("from a (a [10.1.2.3]) by b", True),
        ("from localhost (localhost [127.0.0.1]) by b", True),
        ("from a ([fd00::1]) by b", True),
        ("from a.example (a.example [192.0.2.1]) by b", False),
        ("from a.example by b", False),
    ],
)
def test_a_private_address_lies_inside(text, is_inside) -> None:
    assert parse_received(text).is_inside is is_inside
