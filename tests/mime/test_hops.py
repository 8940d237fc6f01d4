"""The hops of a mail: times, clocks that are wrong, and what cannot be believed."""

import pytest

from tuimail.mime.fields import parse_fields
from tuimail.mime.hops import hops_of
from tuimail.model.path import Oddity

OURS = {"north.example"}
NOW = 1_795_518_000
"""11:00:00 on the day of every mail here."""


def hops(*fields: str, ours=OURS):
    """Read a mail whose Received fields are these, the newest first."""
    head = "".join(
        f"Received: {field}, 24 Nov 2026 {time} +0000\r\n" for field, time in map(_parted, fields)
    )
    return hops_of(parse_fields(head.encode()), ours, NOW)


def _parted(field: str) -> tuple[str, str]:
    text, _, time = field.rpartition(" ")
    return f"{text}; Tue", time


LAPTOP = "from laptop ([192.0.2.9]) by mail.east.example with ESMTPSA 10:00:00"
OUT = "from mail.east.example (mail.east.example [192.0.2.20]) by mx.north.example with ESMTPS"
IN = "from mx.north.example by box.north.example with LMTP"


def test_each_hop_takes_its_time() -> None:
    path = hops(f"{IN} 10:00:05", f"{OUT} 10:00:03", LAPTOP)
    assert [hop.received.by for hop in path] == [
        "mail.east.example",
        "mx.north.example",
        "box.north.example",
    ]
    assert [hop.delay_s for hop in path] == [None, 3, 2]
    assert [hop.is_trusted for hop in path] == [False, True, True]
    assert [hop.oddities for hop in path] == [(), (), ()]


def test_clocks_that_differ_a_little_are_said_and_cost_nothing() -> None:
    path = hops(f"{IN} 10:00:05", f"{OUT} 09:58:30", LAPTOP)
    assert [hop.delay_s for hop in path] == [None, 0, 5]
    assert path[1].oddities == (Oddity.CLOCKS_DIFFER,)


def test_a_wrong_clock_is_found_and_its_neighbours_measured() -> None:
    early = hops(f"{IN} 10:00:05", f"{OUT} 08:00:00", LAPTOP)
    assert [hop.delay_s for hop in early] == [None, None, 5]
    assert early[1].oddities == (Oddity.CLOCK_WRONG,)
    late = hops(f"{IN} 10:00:05", f"{OUT} 10:00:03", LAPTOP.replace("10:00:00", "10:30:00"))
    assert [hop.delay_s for hop in late] == [None, None, 2]
    assert late[0].oddities == (Oddity.CLOCK_WRONG,)


def test_a_time_that_is_still_to_come_is_not_believed() -> None:
    path = hops(f"{IN} 10:00:05", f"{OUT} 10:00:03", LAPTOP.replace("10:00:00", "23:00:00"))
    assert path[0].oddities == (Oddity.CLOCK_WRONG,)


def test_what_lies_below_our_servers_is_the_other_sides_word() -> None:
    path = hops(
        f"{IN} 10:00:05",
        f"{OUT} 10:00:03",
        "from trusted.example by mx.north.example with ESMTPS 10:00:01",
        "from a.example by mail.north.example with ESMTPS 10:00:00",
        ours={"box.north.example", "mx.north.example", "mail.north.example"},
    )
    assert [hop.is_trusted for hop in path] == [False, False, True, True], "it came from outside"
    assert Oddity.CLAIMS_OURS in path[1].oddities
    path = hops(
        f"{IN} 10:00:05",
        f"{OUT} 10:00:03",
        "from x.example by mail.east.example with ESMTPS 10:00:02",
        "from trusted.example by mx.north.example with ESMTPS 10:00:01",
    )
    assert [hop.is_trusted for hop in path] == [False, False, True, True]
    assert Oddity.CLAIMS_OURS in path[0].oddities


@pytest.mark.parametrize(
    "source",
    [
        "box.north.example (unknown [192.0.2.66])",
        "box.north.example ([192.0.2.66])",
        "localhost (unknown [192.0.2.66])",
        "localhost ([192.0.2.66] helo=box.north.example)",
        "evil.example ([192.0.2.66] helo=box.north.example)",
        "box.north.example (box.north.example [192.0.2.66] (may be forged))",
    ],
)
def test_who_calls_itself_ours_is_not_ours_for_that(source) -> None:
    path = hops(
        f"{IN} 10:00:05",
        f"from {source} by mx.north.example with ESMTPS 10:00:03",
        "from localhost (localhost [127.0.0.1]) by mail.north.example with ESMTP 10:00:01",
    )
    assert [hop.is_trusted for hop in path] == [False, True, True]


def test_our_own_servers_hand_on_over_public_addresses() -> None:
    path = hops(
        f"{IN} 10:00:05",
        "from out.north.example (out.north.example [192.0.2.7]) by mx.north.example with ESMTPS"
        " 10:00:04",
        "from a.north.example (2001:db8::1) by out.north.example with Microsoft SMTP Server"
        " 10:00:03",
        f"{OUT} 10:00:03",
        LAPTOP,
    )
    assert [hop.is_trusted for hop in path] == [False, True, True, True, True]


def test_a_hop_that_no_other_led_to_looks_forged() -> None:
    path = hops(f"{IN} 10:00:05", f"{OUT} 10:00:03", LAPTOP.replace("mail.east", "mail.bank"))
    assert path[1].oddities == (Oddity.NO_LINK,)


def test_hosts_of_one_owner_hand_on_to_each_other() -> None:
    path = hops(f"{OUT} 10:00:03", LAPTOP.replace("mail.east", "smtp-4.out.east"))
    assert path[1].oddities == ()


def test_handing_on_by_address_within_a_provider_keeps_its_word() -> None:
    path = hops(
        "by 2002:a05:6a10:1:b0:2:3:4 with SMTP 10:00:06", f"{OUT} 10:00:03", LAPTOP, ours=OURS
    )
    assert [hop.is_trusted for hop in path] == [False, True, True]
    forged = hops(
        f"{OUT} 10:00:06",
        "by 2002:a05:6a10:1:b0:2:3:4 with SMTP 10:00:03",
        "from x.example by mail.north.example with SMTP 10:00:00",
    )
    assert [hop.is_trusted for hop in forged] == [False, False, True]


def test_a_mail_without_hops_has_none_and_a_flood_is_cut() -> None:
    assert hops() == ()
    assert len(hops(*[f"{OUT} 10:00:03"] * 500)) == 200
