"""HTML mails made anew from a seed: every way to have a program fetch something, nested and hidden."""

import random
from collections.abc import Callable

_HOSTS = ("pics", "track", "cdn", "evil", "a.b", "xn--bcher-kva")
_WRAPPERS = (
    "<div>{}</div>",
    "<table><tr><td>{}</td></tr></table>",
    "<table background='{url}'><tr><td>{}<td>x</table>",
    "<div style='display:none'>{}</div>",
    "<div style='background:url({url})'>{}</div>",
    "<a href='{url}' ping='{url}'>{}</a>",
    "<blockquote cite='{url}'>{}</blockquote>",
    "<noscript>{}</noscript>",
    "<object data='{url}'>{}</object>",
    "<video src='{url}' poster='{url}'>{}</video>",
    "<svg><image href='{url}'/><a xlink:href='{url}'>{}</a></svg>",
    "<form action='{url}'>{}<input type=image src='{url}'></form>",
    "<details><summary>{}</summary></details>",
    "<p><a href='{url}'><div>{}</div></a>",
    "<!--[if mso]><v:image src='{url}'/><![endif]-->{}",
)
_LEAVES = (
    "<img src='{url}' alt='{url}'>",
    "<img srcset='{url} 1x, {url} 2x' width=1 height=1>",
    "<picture><source srcset='{url}'><img src='{url}'></picture>",
    "<link rel='stylesheet preload dns-prefetch' href='{url}'>",
    "<meta http-equiv=refresh content='0;url={url}'>",
    "<base href='{url}'><img src='x.png'>",
    "<script src='{url}'></script><script>fetch('{url}')</script>",
    "<iframe src='{url}' srcdoc='&lt;img src={url}&gt;'></iframe>",
    "<style>@import '{url}';@font-face{src:url({url})} p{background:image-set('{url}' 1x)}</style>",
    "<embed src='{url}'><bgsound src='{url}'><audio src='{url}'></audio>",
    "<iframe src='file:///etc/passwd'></iframe><img src='\\\\evil.example\\share\\x'>",
    "<!DOCTYPE html SYSTEM '{url}'><html manifest='{url}'>",
    "<?xml-stylesheet href='{url}'?><!ENTITY x SYSTEM '{url}'>&x;",
    "<b>{url}</b> and ann@evil.example, mailto:ann@evil.example",
    "<area href='{url}' alt=x><track src='{url}'><use href='{url}#x'/>",
)


def html_mails(count: int, seed: int = 7) -> list[bytes]:
    """Return mails, each an HTML page of some of these things inside of each other."""
    rng = random.Random(seed)
    return [_mail(n, _page(rng), rng.random) for n in range(count)]


def _mail(number: int, html: str, chance: Callable[[], float]) -> bytes:
    head = f"From: a@news{number}.example\r\nSubject: news {number}\r\nMIME-Version: 1.0\r\n"
    page = f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n"
    if chance() < 0.5:
        return (head + page).encode()
    text = "Content-Type: text/plain\r\n\r\nThe same in words: https://evil.example/\r\n"
    kind = 'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    return f"{head}{kind}--b\r\n{text}--b\r\n{page}--b--\r\n".encode()


def _page(rng: random.Random) -> str:
    def url() -> str:
        scheme = rng.choice(("http://", "https://", "//", "http:/", "ht\ttps://", " http://"))
        return f"{scheme}{rng.choice(_HOSTS)}{rng.randrange(99)}.example/{rng.randrange(10**6)}"

    def filled(pattern: str, inner: str = "") -> str:
        return pattern.replace("{url}", url()).replace("{}", inner)

    pieces = []
    for _ in range(rng.randrange(1, 12)):
        piece = filled(rng.choice(_LEAVES))
        for _ in range(rng.randrange(4)):
            piece = filled(rng.choice(_WRAPPERS), piece)
        pieces.append(piece)
    return "\n".join(pieces)
