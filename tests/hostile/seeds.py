"""Mails of every structure that occurs, from which a fuzzer makes others. All written here.

None is hostile by itself: each holds one thing a reader has code for, so that a mutation lands in
that code. Lines end in CRLF unless the seed is about lines that do not.
"""

import base64
import gzip
import io
import quopri
import struct
import zipfile

from .making import attached, head, mail, mail_of, multipart, part

_EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//seeds//EN\r\nMETHOD:{method}\r\n"
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\n"
    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
    "END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1@seeds.example\r\nSEQUENCE:2\r\n"
    "SUMMARY:Planning\\, second round\r\nDTSTART;TZID=Europe/Berlin:20260401T090000\r\n"
    "DURATION:PT1H30M\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=12\r\n"
    "EXDATE;TZID=Europe/Berlin:20260406T090000\r\nLOCATION:Room 7\\nsecond floor\r\n"
    'ORGANIZER;CN="Ann Lee":mailto:ann@lee.example\r\n'
    "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Bob:\r\n"
    " mailto:bob@north.example\r\nDESCRIPTION:see https://meet.example/room\r\n"
    "ATTACH:https://files.example/agenda.pdf\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\n"
    "TRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

_HTML = (
    '<!doctype html><html><head><meta charset="utf-8"><base href="https://news.example/">'
    "<style>.x{display:none} @import url(https://css.example/a.css);</style></head>"
    '<body background="//bg.example/b.png"><div style="display:none">preheader</div>'
    '<h1>Title &amp; more</h1><p>Hello <a href="https://a.example/?u=1">https://b.example/</a>'
    '<img src="https://pixel.example/p.gif" width="1" height="1"><img src="cid:logo" alt="logo">'
    "<ul><li>one<li>two<ol start=3><li>three</ol></ul><blockquote>quoted<br>text</blockquote>"
    '<table border="1"><tr><th>a<th colspan="2">b<tr><td>1<td>2<td>&#x263a;</table>'
    "<table><tr><td>layout<td>second</table><pre>  as\ttyped</pre><!--[if mso]>mso<![endif]-->"
    '<span style="color:#fff;background:white">hidden</span><svg><a href="x:y">s</a></svg>'
    '<form action="https://form.example/"><input value="v"></form></body></html>'
)

_STATUS = (
    "Reporting-MTA: dns; mx.north.example\r\nArrival-Date: Tue, 10 Mar 2026 09:00:00 +0000\r\n\r\n"
    "Original-Recipient: rfc822;dan@south.example\r\nFinal-Recipient: rfc822; dan@south.example\r\n"
    "Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.south.example\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
    "Final-Recipient: rfc822; eve@south.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n"
)

_PATCH = (
    "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\r\n"
    "From: Ann Lee <ann@lee.example>\r\nSubject: [PATCH v2 1/3] room: do a thing\r\n\r\nWhy.\r\n"
    "---\r\n a.py | 2 +-\r\n 1 file changed\r\n\r\ndiff --git a/a.py b/a.py\r\n"
    "index 1..2 100644\r\n--- a/a.py\r\n+++ b/a.py\r\n@@ -1,2 +1,2 @@\r\n-old\r\n+new\r\n same\r\n"
    "-- \r\n2.43.0\r\n"
)

_TEXT = (
    "On Monday, Bob wrote:\r\n> first\r\n>> second\r\n> > third\r\n\r\nLook at https://x.example/a(b)"
    " and <mailto:a@b.example>.\r\n\r\n| a | b |\r\n|---|---|\r\n| 1 | 2 |\r\n\r\n```\r\ncode\r\n```\r\n"
    "-- \r\nAnn\r\n"
)


def seeds() -> list[bytes]:
    """Return the seeds, always the same."""
    made = [*_texts(), *_encoded(), *_structures(), *_reports(), *_crypto(), *_files(), *_broken()]
    return [*made, *_headers(len(made))]


def _texts() -> list[bytes]:
    flowed = "a line that \r\ngoes on \r\n> quoted \r\n> too\r\n\r\n -- \r\nAnn\r\n"
    return [
        mail_of(1, "text/plain; charset=utf-8", _TEXT),
        mail_of(2, "text/plain; charset=utf-8; format=flowed; delsp=yes", flowed),
        mail_of(3, "text/html; charset=utf-8", _HTML),
        mail_of(4, "text/plain; charset=utf-8", _PATCH),
        mail_of(5, "text/markdown; charset=utf-8", "# head\r\n\r\n*a* [b](https://c.example)\r\n"),
        mail_of(6, "text/enriched", "<bold>a</bold> <nofill>b</nofill>"),
        mail_of(7, "text/x-diff; charset=utf-8", _PATCH),
        mail_of(8, "text/rtf", r"{\rtf1\ansi a}"),
    ]


def _encoded() -> list[bytes]:
    words = "Grüße und Öl: äöü ß, Привет мир, こんにちは世界, 你好世界, 안녕하세요"
    charsets = {
        "iso-8859-1": "Grüße aus Köln, où êtes-vous",
        "windows-1252": "“quoted” … and €5",
        "koi8-r": "Привет, как дела сегодня",
        "windows-1251": "Добрый день, коллеги",
        "iso-2022-jp": "こんにちは世界",
        "shift_jis": "日本語のメール",
        "euc-jp": "日本語のメール",
        "gb18030": "你好世界",
        "big5": "你好世界",
        "euc-kr": "안녕하세요",
        "utf-16": "utf-16 with a mark",
        "utf-7": "a +AOk- b",
        "iso-8859-8": "שלום עולם",
        "windows-1256": "مرحبا",
        "tis-620": "สวัสดี",
    }
    text = words.encode()
    made = [
        mail_of(20, "text/plain; charset=utf-8", base64.encodebytes(text), "base64"),
        mail_of(21, "text/plain; charset=utf-8", quopri.encodestring(text), "quoted-printable"),
        mail_of(22, "text/plain", "begin 644 a.txt\r\n%:&5L;&\\ \r\n`\r\nend\r\n", "x-uuencode"),
        mail_of(
            23,
            "text/plain",
            "see\r\n\r\nbegin 644 a b.txt\r\n%:&5L;&\\ \r\n`\r\nend\r\n\r\nmore\r\n",
        ),
        mail_of(24, "text/plain; charset=us-ascii", charsets["gb18030"].encode("gb18030")),
        mail_of(25, "text/plain; charset=no-such-set", charsets["koi8-r"].encode("koi8-r")),
        mail_of(26, "text/html; charset=us-ascii", b'<meta charset="gbk">' + b"\xc4\xe3\xba\xc3"),
        mail_of(27, "text/plain", b"=ybegin line=128 size=3 name=a\r\nabc\r\n=yend size=3\r\n"),
    ]
    return made + [
        mail_of(30 + n, f"text/plain; charset={name}", content.encode(name))
        for n, (name, content) in enumerate(charsets.items())
    ]


def _structures() -> list[bytes]:
    plain, html = part("text/plain; charset=utf-8", _TEXT), part("text/html", _HTML)
    inner = mail(60, "inner text", Subject="inner").decode()
    nested = part('multipart/alternative; boundary="in"', "")
    nested += f"--in\r\n{plain}\r\n--in\r\n{html}\r\n--in--\r\n"
    related = part('multipart/related; boundary="in"; type="text/html"', "")
    picture = part("image/png", "iVBORw0KGgo=", Content_ID="<logo>")
    related += f"--in\r\n{html}\r\n--in\r\n{picture}\r\n--in--\r\n"
    mail_inside = part("message/rfc822", inner, Content_Disposition="attachment")
    digest = [f"\r\n{inner}"] * 4
    external = part(
        "message/external-body; access-type=URL; URL=http://x.example/", "Content-ID: <a>"
    )
    bodies = part("message/partial; id=a@b; number=1; total=2", "Subject: half\r\n\r\ntext")
    return [
        multipart(61, "alternative", plain, html),
        multipart(62, "mixed", nested, attached("application/pdf", "plan.pdf", b"%PDF-1.4 x")),
        multipart(63, "related", html, picture),
        multipart(64, "mixed", plain, related, mail_inside),
        multipart(65, "digest", *digest),
        multipart(66, "parallel", plain, plain),
        multipart(67, "mixed", external, bodies, plain),
        multipart(
            68,
            "alternative",
            plain,
            part("text/calendar; method=REQUEST", _EVENT.format(method="REQUEST")),
        ),
        multipart(69, "mixed", part("text/calendar; method=REPLY", _EVENT.format(method="REPLY"))),
        mail_of(70, "text/calendar; method=CANCEL; charset=utf-8", _EVENT.format(method="CANCEL")),
        mail_of(71, "message/rfc822", inner),
        mail_of(72, "message/partial; id=a@b.example; number=1; total=3", inner),
    ]


def _reports() -> list[bytes]:
    plain = part("text/plain", "It could not be delivered.")
    status = part("message/delivery-status", _STATUS)
    back = part("text/rfc822-headers", head(80))
    read = "Reporting-UA: a; b\r\nFinal-Recipient: rfc822;a@b.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"
    abuse = "Feedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\nOriginal-Mail-From: <a@b.example>\r\nSource-IP: 192.0.2.1\r\n"
    return [
        multipart(81, "report", plain, status, back, more="; report-type=delivery-status"),
        multipart(
            82,
            "report",
            plain,
            part("message/disposition-notification", read),
            more="; report-type=disposition-notification",
        ),
        multipart(
            83,
            "report",
            plain,
            part("message/feedback-report", abuse),
            back,
            more="; report-type=feedback-report",
        ),
        multipart(84, "report", plain, part("message/global-delivery-status", _STATUS)),
    ]


def _crypto() -> list[bytes]:
    armour = "-----BEGIN PGP {0}-----\r\n\r\niQEzBAEBCAAdFiEE\r\n=abcd\r\n-----END PGP {0}-----\r\n"
    clear = "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n- -- dash\r\ntext\r\n"
    plain = part("text/plain", "signed words")
    protected = part(
        'text/plain; protected-headers="v1"', "words", Subject="inner subject", To="x@evil.example"
    )
    return [
        multipart(
            90,
            "signed",
            plain,
            part("application/pgp-signature", armour.format("SIGNATURE")),
            more="; micalg=pgp-sha256",
        ),
        multipart(
            91,
            "signed",
            protected,
            part("application/pkcs7-signature", "MIIB"),
            more="; protocol=x",
        ),
        multipart(
            92,
            "encrypted",
            part("application/pgp-encrypted", "Version: 1"),
            part("application/octet-stream", armour.format("MESSAGE")),
        ),
        mail_of(
            93,
            "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
            "MIIB",
            "base64",
        ),
        mail_of(94, "application/x-pkcs7-mime; smime-type=signed-data", "MIIB", "base64"),
        mail_of(95, "text/plain", clear + armour.format("SIGNATURE")),
        mail_of(96, "text/plain", armour.format("MESSAGE")),
        mail_of(97, "application/pgp-keys", armour.format("PUBLIC KEY BLOCK")),
    ]


def _files() -> list[bytes]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("a/b.txt"), "content")
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Lee\r\nEMAIL:ann@lee.example\r\nEND:VCARD\r\n"
    named = part("application/octet-stream; name*0*=utf-8''%C3%A4; name*1=b.bin", "x")
    return [
        multipart(100, "mixed", attached("application/zip", "a.zip", archive.getvalue())),
        multipart(
            101,
            "mixed",
            attached("application/gzip", "a.tar.gz", gzip.compress(b"x" * 600, mtime=0)),
        ),
        multipart(102, "mixed", attached("application/ms-tnef", "winmail.dat", _tnef())),
        multipart(103, "mixed", attached("text/vcard", "ann.vcf", card), named),
        multipart(104, "mixed", attached("text/csv", "t.csv", b'a,b\r\n1,"2,3"\r\n')),
        multipart(
            105, "mixed", attached("image/gif", "p.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
        ),
        multipart(106, "mixed", attached("text/x-patch", "0001-a.patch", _PATCH.encode())),
        mail_of(
            107, "application/ms-tnef; name=winmail.dat", base64.encodebytes(_tnef()), "base64"
        ),
    ]


def _tnef() -> bytes:
    """Return a TNEF stream that holds one file's name and content ([MS-OXTNEF] section 2.1.3)."""

    def attribute(level: int, kind: int, content: bytes) -> bytes:
        head = struct.pack("<BII", level, kind, len(content))
        return head + content + struct.pack("<H", sum(content) & 0xFFFF)

    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(
        (
            attribute(1, 0x00089006, struct.pack("<I", 0x00010000)),
            attribute(1, 0x00018004, b"subject\0"),
            attribute(2, 0x00069002, bytes(14)),
            attribute(2, 0x00018010, b"inside.txt\0"),
            attribute(2, 0x0006800F, b"content of the file"),
        )
    )


def _broken() -> list[bytes]:
    plain = part("text/plain", "text")
    unclosed = multipart(120, "mixed", plain, plain).removesuffix(b"--=_b--\r\n")
    deep = "".join(
        f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(8)
    )
    return [
        unclosed,
        multipart(121, "mixed", plain).replace(b'; boundary="=_b"', b""),
        multipart(122, "mixed", plain).replace(b"\r\n", b"\n"),
        multipart(123, "mixed", plain).replace(b"\r\n", b"\r"),
        mail(124, deep + "--b8\r\n\r\ntext", Content_Type="multipart/mixed; boundary=b0"),
        mail_of(
            125, "multipart/mixed; boundary=b", "--b\r\n--b\r\n\r\n--b--\r\nafter\r\n--b\r\n\r\nx"
        ),
        b"no header at all\r\n",
        b"\r\nbody alone\r\n",
        b"Subject: header alone",
        b"From ann@lee.example Tue Mar 10 10:11:12 2026\n" + mail(126, "mbox line"),
        mail_of(127, 'text/plain; charset="utf-8', "quote left open"),
        mail_of(128, "text/plain; =; ;;charset==utf-8", "parameters"),
    ]


def _headers(first: int) -> list[bytes]:
    """Return mails whose header is what is odd."""
    odd: list[dict[str, str]] = [
        {"Reply_To": "other@elsewhere.example", "Sender": "s@list.example"},
        {"Cc": "undisclosed-recipients:;, A Group: a@b.example, c@d.example;"},
        {"List_Id": "A list <a.list.example>", "List_Post": "<mailto:a@list.example>",
         "List_Unsubscribe": "<https://list.example/u>, <mailto:u@list.example?subject=x>",
         "List_Unsubscribe_Post": "List-Unsubscribe=One-Click", "Precedence": "list"},
        {"Authentication_Results": "mx.north.example; spf=fail smtp.mailfrom=x.example; dkim=pass"
         " header.d=x.example; dmarc=fail header.from=lee.example",
         "DKIM_Signature": "v=1; a=rsa-sha256; d=x.example; s=s; h=from:list-unsubscribe; bh=; b=",
         "Received": "from a.example (a.example [192.0.2.1]) by mx.north.example with ESMTPS id 1;"
         " Tue, 10 Mar 2026 10:11:12 +0000"},
        {"Disposition_Notification_To": "ann@lee.example", "X_Priority": "1"},
        {"References": "<a@b> <c@d>\r\n <e@f>", "In_Reply_To": "<e@f> (Ann's message)"},
        {"Resent_From": "x@y.example", "Resent_To": "z@y.example"},
        {"Subject": "=?utf-8?b?w6TDtg==?= =?iso-8859-1?q?=FC?= =?x?z?broken?="},
        {"From": '"a@b.example" <c@d.example>, =?utf-8?q?E?= <e@f.example>'},
        {"Autocrypt": "addr=a@b.example; keydata=mQ", "Auto_Submitted": "auto-replied"},
    ]  # fmt: skip
    return [mail(first + n, "text\r\n", **fields) for n, fields in enumerate(odd)]
