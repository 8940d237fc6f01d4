"""mailto links: a web page proposes, it never chooses files, headers or senders."""

import dataclasses

import pytest

from tuimail.errors import UserError
from tuimail.services.mailto import MAX_URI_CHARS, parse_mailto

GOOD = [
    ("mailto:a@x.org", {"to": "a@x.org"}),
    ("MAILTO:a@x.org,b@y.org", {"to": "a@x.org, b@y.org"}),
    ("mailto:a%40x.org", {"to": "a@x.org"}),
    ("mailto:?to=a@x.org&to=b@y.org", {"to": "a@x.org, b@y.org"}),
    ("mailto:a@x.org?cc=b@y.org&bcc=c@z.org", {"to": "a@x.org", "cc": "b@y.org", "bcc": "c@z.org"}),
    ("mailto:a@x.org?subject=caf%C3%A9%20now&body=one%0D%0Atwo",
     {"to": "a@x.org", "subject": "café now", "body": "one\ntwo"}),
    ("mailto:a@x.org?subject=1+1", {"to": "a@x.org", "subject": "1+1"}),
    ("mailto:list@x.org?in-reply-to=%3C1.2@x.org%3E", {"to": "list@x.org", "in_reply_to": "1.2@x.org"}),
    ("mailto:a@x.org?subject=x&amp;body=y", {"to": "a@x.org", "subject": "x", "body": "y"}),
    ("mailto:gorby%25kremvax@x.org", {"to": "gorby%kremvax@x.org"}),
    ("mailto:%22not%40me%22@x.org", {"to": '"not@me"@x.org'}),
    ("mailto:", {}),
]  # fmt: skip

HOSTILE = [
    "mailto:a@x.org?attach=~/.ssh/id_rsa",
    "mailto:a@x.org?attachment=/etc/passwd",
    "mailto:a@x.org?Attach=/etc/passwd",
    "mailto:a@x.org?ATTACH=file:///etc/passwd&subject=x",
    "mailto:a@x.org?%61ttach=/etc/passwd",
    "mailto:a@x.org?attach%00=/etc/passwd",
    "mailto:a@x.org?attach[]=/etc/passwd",
    "mailto:a@x.org?insert=/etc/passwd",
    "mailto:a@x.org?from=boss@x.org",
    "mailto:a@x.org?sender=boss@x.org",
    "mailto:a@x.org?reply-to=evil@x.org",
    "mailto:a@x.org?Content-Type=text/html",
    "mailto:a@x.org?X-Header=1",
    "mailto:a@x.org?Message-ID=1",
    "mailto:a@x.org?Date=1&Received=x",
    "mailto:a@x.org?Autocrypt=addr",
    "mailto:a@x.org?Disposition-Notification-To=evil@x.org",
    "mailto:a@x.org?References=%3Cx@y%3E",
    "mailto:a@x.org?html-body=<b>",
    "mailto:a@x.org?format=html&preselectid=2",
    "mailto:a@x.org?subject=x%0D%0ABcc:%20evil@x.org",
    "mailto:a@x.org?subject=x%0AAttach:%20/etc/passwd",
    "mailto:a@x.org?subject=x%00y",
    "mailto:a@x.org?subject=%1B]0;pwned%07",
    "mailto:a@x.org?subject=%E2%80%AEgro.x",
    "mailto:a@x.org?subject=%FF%FE",
    "mailto:a@x.org?body=%1B[31mred%00%08",
    "mailto:a@x.org?body=Attach:%20/etc/passwd",
    "mailto:a@x.org?in-reply-to=x%0D%0ABcc:evil@x.org",
    "mailto:a@x.org?in-reply-to=",
    "mailto:a%0D%0ABcc:evil@x.org",
    "mailto:a@x.org%0ABcc:evil@x.org",
    "mailto:a@x.org?cc=b@y.org%0D%0ABcc:evil@x.org",
    "mailto:a@x.org?bcc=%3Cscript%3E",
    "mailto:friends:a@x.org;",
    "mailto:a@x.org)b@evil.org",
    "mailto:a@x.org#attach=/etc/passwd",
    "mailto:a@x.org?subject=x#&attach=/etc/passwd",
    "mailto:a@x.org?&&&=&=x&subject",
    "mailto:a@x.org?subject=" + "%25" * 5000,
]


@pytest.mark.parametrize(("uri", "expected"), GOOD)
def test_a_plain_link_fills_the_draft(uri, expected) -> None:
    made = {name: value for name, value in dataclasses.asdict(parse_mailto(uri)).items() if value}
    assert made == expected


def test_forty_hostile_links_are_many() -> None:
    assert len(set(HOSTILE)) == 40


@pytest.mark.parametrize("uri", HOSTILE)
def test_a_hostile_link_adds_neither_files_nor_headers(uri) -> None:
    try:
        made = parse_mailto(uri)
    except UserError:
        return
    assert {f.name for f in dataclasses.fields(made)} == {
        "to", "cc", "bcc", "subject", "body", "in_reply_to",
    }  # fmt: skip
    assert made.to == "a@x.org"
    assert (made.cc, made.bcc) == ("", "")
    assert "passwd" not in made.to + made.cc + made.bcc
    for line in (made.subject, made.in_reply_to, *made.body.split("\n")):
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)
    assert not made.in_reply_to


@pytest.mark.parametrize(
    "uri",
    ["", "http://x.org", "mailto", "javascript:alert(1)", "mailto:" + "a" * MAX_URI_CHARS, "mailto:nobody"],
)  # fmt: skip
def test_what_is_no_mail_link_is_refused(uri) -> None:
    with pytest.raises(UserError):
        parse_mailto(uri)
