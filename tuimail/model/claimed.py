"""What a display name claims: addresses and domains that stand in it, in every disguise.

Standard library only, and quick where a name claims nothing: lists ask it of every row they draw.
"""

from functools import lru_cache
from typing import Final

SHARED_BY_MANY: Final = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com",
        "yahoo.com", "aol.com", "icloud.com", "me.com", "mac.com", "gmx.de", "gmx.net", "gmx.com",
        "web.de", "t-online.de", "freenet.de", "mail.com", "proton.me", "protonmail.com", "pm.me",
        "tutanota.com", "tuta.com", "posteo.de", "mailbox.org", "fastmail.com", "zoho.com",
        "yandex.ru", "yandex.com", "mail.ru", "bk.ru", "list.ru", "inbox.ru", "qq.com", "163.com",
        "126.com", "sina.com", "naver.com", "daum.net", "hanmail.net", "orange.fr", "laposte.net",
        "free.fr", "sfr.fr", "wanadoo.fr", "libero.it", "virgilio.it", "seznam.cz", "wp.pl",
        "o2.pl", "onet.pl", "interia.pl", "abv.bg", "ukr.net", "uol.com.br", "rediffmail.com",
        "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "btinternet.com", "yahoo.co.jp",
        "yahoo.co.uk", "hotmail.co.uk", "hotmail.fr", "yahoo.fr", "outlook.fr", "outlook.de",
        "yahoo.de",
    }
)  # fmt: skip
"""Providers at which strangers have addresses of one domain."""

MAX_NAME_CHARS: Final = 1_000
_MAX_PLAIN_CHARS: Final = 2 * MAX_NAME_CHARS
"""One letter may stand for eighteen."""
_DISGUISES: Final = {
    **dict.fromkeys(map(ord, "\u24d0\u24b6"), "@"),
    **dict.fromkeys(map(ord, "\u3002\uff61\u06d4\u0701\u0702\ua4f8\u2219\u22c5\u00b7\u30fb"), "."),
}
"""Signs drawn like the two that make an address; others are the same by NFKC."""
_BRACKETS: Final = frozenset("[({<*|")


@lru_cache(maxsize=1_024)
def claims(name: str) -> tuple[str, ...]:
    """Return the addresses and domains a display name holds, in lower case, undisguised."""
    text = name[:MAX_NAME_CHARS]
    if not text.isascii():
        from unicodedata import normalize  # names of plain letters need no table

        text = normalize("NFKC", text.translate(_DISGUISES))[:_MAX_PLAIN_CHARS]
    if not _may_claim(text):
        return ()
    from .undisguised import found_in  # its patterns take 3 ms, and few names need them

    return found_in(text)


def named(name: str, addr_spec: str) -> str:
    """Return what a sender is called: the address where there is no name or it shows another's."""
    return addr_spec if not name.strip() or shows_another(name, addr_spec) else name


def shows_another(name: str, addr_spec: str) -> bool:
    """Whether a name shows an address or domain that is not of the domain it is sent from."""
    found = claims(name)
    if not found:
        return False
    own = domain_as_seen(addr_spec)
    for claim in found:
        domain = claim.rpartition("@")[2]
        if own in SHARED_BY_MANY and domain == own and "@" in claim:
            if claim != addr_spec.lower():
                return True
        elif not _is_near(domain, own):
            return True
    return False


def domain_as_seen(addr_spec: str) -> str:
    """Return the domain of an address as `claims` gives those it finds."""
    domain = addr_spec.rpartition("@")[2].lower()
    if domain.isascii():
        return domain
    from .undisguised import as_seen

    return as_seen(domain)


def _may_claim(text: str) -> bool:
    if "@" in text or not _BRACKETS.isdisjoint(text) or "_at_" in text.lower():
        return True
    return "." in text and any("." in word.strip(".") for word in text.split())


def _is_near(domain: str, own: str) -> bool:
    return domain == own or domain.endswith("." + own) or own.endswith("." + domain)
