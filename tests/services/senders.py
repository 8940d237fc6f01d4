"""Mails by people who pretend to be others, and ordinary ones: header fields for tests.

Names of the attacker's are below evil.example, which wrote before: that nothing came from an
address yet is a warning of its own, and would hide whether the trick was seen.
"""

import base64
from random import Random

MX = "mx.me.example"
"""The server of the account that is believed."""
CONTACTS = (
    "ceo@bank.com", "ann@north.example", "billing@microsoft.com", "service@paypal.com",
    "help@google.com", "shop@apple.com", "boss@work.example",
)  # fmt: skip
RECEIVED = (
    f"Received: from mail.evil.example (mail.evil.example [192.0.2.9]) by {MX} with ESMTPS;"
    " Tue, 24 Nov 2020 10:00:03 +0000"
)
REAL_LIST = "List-Id: <dev.lists.example>\r\nList-Post: <mailto:dev@lists.example>"


def encoded(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def found(results: str, author: str, *more: str) -> str:
    """Return the head of a mail about which the account's server found this out."""
    told = f"Authentication-Results: {MX}; {results}"
    return "\r\n".join([told, RECEIVED, f"From: {author}", *more])


_NAMES = (
    "ceo@bank.com", "The CEO (ceo@bank.com)", "ceo@bank.com via Bank", "CEO <ceo@bank.com>",
    "ceo\uff20bank.com", "ceo\ufe6bbank.com", "ceo @ bank.com", "ceo  @  bank . com",
    "ceo\u200b@\u200bbank\u200b.com", "ceo\u2060@bank.com", "c\u00adeo@ba\u00adnk.com",
    "ceo@bank\u2024com", "ceo@bank\u3002com", "ceo@bank\uff0ecom", "ceo@bank\u00b7com",
    "ceo [at] bank.com", "ceo (at) bank (dot) com", "ceo {AT} bank {DOT} com", "ceo_at_bank.com",
    "ceo \u24d0 bank.com", "c e o @ b a n k . c o m", "ce\u0301o@ba\u0331nk.com",
    "\U0001d41c\U0001d41e\U0001d428@bank.com", "\uff43\uff45\uff4f\uff20\uff42\uff41\uff4e\uff4b.com",
    "\u202emoc.knab@oec", "\u2067moc.knab@oec", "\u202bmoc.knab@oec", "\u2066ceo@bank.com\u2069",
    "ceo@bank.com\r\nX: y", "ceo@bank.com\0", "ceo@bank.com" + " " * 300,
    "a" * 1_200 + " ceo@bank.com", "boss " * 100, "bank.com", "www.bank.com", "https://bank.com",
    "BANK.COM Security", "Support | bank.com", "\u202eOEC", "ceo\U000e0041\U000e0042",
)  # fmt: skip
_AUTHORS = (
    "a@\u0430pple.com", "a@xn--pple-43d.com", "a@xn--80ak6aa92e.com", "a@g\u03bfogle.com",
    "a@rnicrosoft.com", "a@paypa1.com", "a@paypaI.com", "a@g00gle.com", "a@app1e.com",
    "a@m\u0131crosoft.com", "a@\u0251pple.com", "a@paypa\u0142.com", "a@p\u00e0ypal.com",
    "a@bank\u2010secure.com", "ceo@bank.com\u2044evil.example", "a@\u13aapple.com",
    "a@\U0001d41bank.com", "a@\uff42ank.com", "c\u0435o@bank.com", "ceo@bank.com.evil.example",
    "ceo@login.bank.com.evil.example", "ceo@bank-com.evil.example", "a@xn--fake-.com", "a@bank.corn",
    "ceo@bank.com)x@evil.example", "ceo@bank.com]<x@evil.example>", "a@evil.example@bank.com",
    "<a@bank.com> <b@evil.example>", "a@bank.com, b@evil.example", "Bank: ceo@bank.com;",
    "<ceo@bank.com>(x@evil.example)", "<@evil.example,@x:ceo@bank.com>",
    "<x@evil.example>\\,<ceo@bank.com>", '"ceo@bank.com"@evil.example',
    "ceo%bank.com@evil.example", "bank.com!ceo@evil.example", "ceo@[192.0.2.1]", "ceo", "ceo@bank.com.",
    "undisclosed:;", f"{encoded('ceo@bank.com' + chr(0))}@evil.example",
    f"{encoded('<ceo@bank.com>')} <x@evil.example>",
    f"{encoded('ceo@bank.com')}{encoded(chr(0))}{encoded('(')}@evil.example",
)  # fmt: skip
_HEADS = (
    "To: me@work.example",
    "From: ",
    "From: a@bank.com\r\nFrom: b@evil.example",
    "From : x@evil.example\r\nFrom: ceo@bank.com",
    "From\0: x@evil.example\r\nFrom: ceo@bank.com",
    "FROM: x@evil.example\r\nfrom: ceo@bank.com",
    "From: ceo@bank.com\r\nSender: x@unknown.example",
    "From: ceo@bank.com\r\nReply-To: x@unknown.example",
    "From: ceo@bank.com\r\nReply-To: x@unknown.example\r\nList-Id: <a.b.example>",
    "From: ceo@bank.com\r\nReply-To: a@bank.com, b@bank.com, c@bank.com, x@unknown.example",
    "From: ceo@bank.com\r\nReply-To: a@bank.com\r\nReply-To: x@unknown.example",
    'From: "ceo@bank.com" <noreply@unknown.example>',
    'From: "ceo@bank.com via Dev" <x@evil.example>\r\nList-Id: <dev.lists.example>',
    found("dmarc=fail (p=none) header.from=bank.com", "ceo@bank.com"),
    found("dkim=fail header.d=bank.com; spf=none", "ceo@bank.com"),
    found("spf=fail smtp.mailfrom=ceo@bank.com; dkim=none", "ceo@bank.com"),
    found("spf=fail smtp.mailfrom=bank.com; dkim=pass header.d=evil.example", "ceo@bank.com"),
    found("dmarc=fail header.from=bank.com", "ceo@bank.com", REAL_LIST),
)


def spoofed() -> list[str]:
    """Return the heads of mails that pretend."""
    named = [f"From: {encoded(name)} <x@evil.example>" for name in _NAMES]
    return [*named, *(f"From: {author}" for author in _AUTHORS), *_HEADS]


_GIVEN = (
    "Ann", "Jürgen", "Łukasz", "Zoë", "Đặng", "José", "Søren", "İlker", "Ольга", "Ιωάννης", "田中",
    "김민준", "אורי", "محمد", "สมชาย", "अनिता", "Նարեկ", "გიორგი", "王芳", "D'Arcy", "Jean-Luc",
)  # fmt: skip
_FAMILY = (
    "North", "Müller", "Żak", "O'Neill", "van der Berg", "Иванова", "Παπαδόπουλος", "太郎", "Lee, Jr.",
    "כהן", "العربي", "ใจดี", "शर्मा", "(Sales)", "Ph.D.", "[External]", "St.John", "- Example Corp",
    "@ Work", "| Team North", "& Bob South",
)  # fmt: skip
_DOMAINS = (
    "north.example", "mail.north.example", "bücher.example", "xn--bcher-kva.example", "example.co.uk",
    "почта.example", "例え.example", "café.example", "ελλάδα.example", "\u0440\u0443\u0301\u0441\u0441\u043a\u0438\u0439.example",
    "gmail.com", "example.com.br", "uni-süd.example", "münchen.de", "한국.kr", "service.gov.uk",
)  # fmt: skip
_BRANDS = ("Shop", "Booking", "Tracker", "Bahn", "Wetter.example", "Kühlschrank24", "新聞", "Bank")
_RESULTS = (
    "dmarc=pass header.from={0}; spf=pass smtp.mailfrom={0}; dkim=pass header.d={0}",
    "dmarc=none; spf=softfail smtp.mailfrom={0}; dkim=none",
    "spf=fail smtp.mailfrom={0}; dkim=pass header.d={0}; dmarc=pass header.from={0}",
    "spf=fail smtp.mailfrom={0}; dkim=pass header.d={0}",
    "spf=none; dkim=temperror header.d={0}",
    "spf=pass smtp.mailfrom=bounces.sender.example; dkim=pass header.d={0}; dmarc=pass",
)
_HARD = (
    '"Ann (Example Corp)" <ann@example.com>',
    '"ann@example.com" <ann@example.com>',
    '"ann@gmail.com" <ann@googlemail.com>',
    '"Bob via Dev list" <dev@lists.example>\r\nReply-To: bob@example.org\r\nList-Id: <dev.lists.example>',
    '"bob@example.org via Dev" <dev@lists.example>\r\nList-Id: <dev.lists.example>',
    '"notifications@github.com" <noreply@github.com>',
    "GitHub <notifications@github.com>\r\nReply-To: o/r <reply+ABC@reply.github.com>",
    "Shop <news@mail.shop.example>\r\nReply-To: service@shop-support.example",
    '"jira@corp.example (Jira)" <no-reply@atlassian.net>',
    "Zendesk <support@x.zendesk.com>\r\nReply-To: support+id123@x.zendesk.com",
    "a@münchen.de",
    "a@пример.рф",
    "a@例え.jp",
    '"田中 a@例え.jp" <a@例え.jp>',
    "a@xn--mnchen-3ya.de",
    "a@ελλάδα.gr",
    '"Ann @ Work" <ann@work.example>',
    '"meet@5pm" <a@b.example>',
    "Booking <noreply@booking.com>\r\nReply-To: 123@guest.booking.com",
    "Ann <ann@a.example>, Bob <bob@b.example>\r\nSender: ann@a.example",
    "ann@example.com\r\nReply-To: ann.private@gmail.com",
    "survey <s@qualtrics-survey.com>\r\nReply-To: hr@corp.example",
    "Оля <olya@почта.рф>",
    "a@café.fr",
    "a@\u0440\u0443\u0301\u0441\u0441\u043a\u0438\u0439.example",
)
FRIENDS = ("service@shop-support.example", "ann.private@gmail.com", "hr@corp.example")
"""Who answers to those mails, and was heard of before."""


def ordinary(count: int, seed: int) -> list[str]:
    """Return the heads of so many ordinary mails: hard ones first, then of every kind."""
    random = Random(seed)
    made = [f"From: {author}" for author in _HARD]
    kinds = (_person, _person, _newsletter, _list, _munged, _machine)
    while len(made) < count:
        made.append(random.choice(kinds)(random))
    return made[:count]


def _address(random: Random) -> str:
    local = random.choice(["ann", "a.north", "bob+news", "info", "ann_south", "x-1", "o'neill"])
    return f"{local}{random.randrange(100)}@{random.choice(_DOMAINS)}"


def _named(random: Random, address: str) -> str:
    name = f"{random.choice(_GIVEN)} {random.choice(_FAMILY)}"
    form = random.randrange(4)
    if form == 0:
        return address
    if form == 1:
        return f'"{name}" <{address}>'
    if form == 2:
        return f"{encoded(name)} <{address}>"
    return f"{encoded(f'{name} ({address})')} <{address}>"


def _person(random: Random) -> str:
    address = _address(random)
    domain = address.rpartition("@")[2]
    lines = [f"From: {_named(random, address)}", "To: Me <me@work.example>"]
    if random.random() < 0.3:
        lines.append(f"Reply-To: {_named(random, 'office@' + domain)}")
    if random.random() < 0.3:
        lines.append(f"Sender: assistant@{domain}")
    if random.random() < 0.5:
        told = random.choice(_RESULTS).format(domain)
        lines = [f"Authentication-Results: {MX}; {told}", RECEIVED, *lines]
    return "\r\n".join(lines)


def _newsletter(random: Random) -> str:
    brand = random.choice(_BRANDS)
    host = f"shop{random.randrange(9)}.example"
    return "\r\n".join(
        [
            f"From: {encoded(brand)} <{random.choice(['news', 'no-reply', 'hello'])}@mail.{host}>",
            f"Reply-To: service@{random.choice([host, 'answers.example'])}",
            f"List-Unsubscribe: <https://{host}/leave>",
            "Precedence: bulk",
        ]
    )


def _list(random: Random) -> str:
    return "\r\n".join(
        [
            f"From: {_named(random, _address(random))}",
            "Sender: dev-bounces@lists.example",
            "Reply-To: Developers <dev@lists.example>",
            REAL_LIST,
        ]
    )


def _munged(random: Random) -> str:
    return "\r\n".join(
        [
            f"From: {encoded(random.choice(_GIVEN) + ' via Developers')} <dev@lists.example>",
            f"Reply-To: {_named(random, _address(random))}",
            REAL_LIST,
        ]
    )


def _machine(random: Random) -> str:
    host = f"tracker{random.randrange(9)}.example"
    name = random.choice(
        ["Tracker", f"notifications@{host}", f"{host} robot", "Ann North (Tracker)"]
    )
    return "\r\n".join(
        [
            f'From: "{name}" <noreply@{host}>',
            f"Reply-To: reply+{random.randrange(10**6)}@reply.{host}",
            "Auto-Submitted: auto-generated",
        ]
    )
