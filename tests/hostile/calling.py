"""HTML mails that would call out in every way a browser knows, each to hosts of its own."""

import random

from .making import mail_of, multipart, part

WAYS = (
    "<img src='http://{host}/p.gif' width=1 height=1>",
    "<img srcset='http://{host}/a 1x, http://b.{host}/b 2x'>",
    "<img src='//{host}/a' loading=eager><img src=cid:x>",
    "<body background='http://{host}/'>",
    "<div style='background:url(http://{host}/)'>x</div>",
    "<style>@import url(http://{host}/a.css);@font-face{{src:url(http://{host}/f)}}</style>",
    "<link rel=stylesheet href='http://{host}/a.css'><link rel=prefetch href='http://{host}/'>",
    "<link rel=dns-prefetch href='//{host}'><link rel=preconnect href='//{host}'>",
    "<meta http-equiv=refresh content='0;url=http://{host}/'>",
    "<iframe src='http://{host}/'></iframe><frame src='http://{host}/'>",
    "<object data='http://{host}/'></object><embed src='http://{host}/'>",
    "<video src='http://{host}/v' poster='http://{host}/p' autoplay></video>",
    "<audio src='http://{host}/' autoplay></audio><track src='http://{host}/'>",
    "<svg><image xlink:href='http://{host}/' /><use href='http://{host}/#a' /></svg>",
    "<script src='http://{host}/a.js'></script><script>fetch('http://{host}')</script>",
    "<form action='http://{host}/'><input type=image src='http://{host}/'></form>",
    "<base href='http://{host}/'><img src='a.png'><a ping='http://{host}/' href='b'>c</a>",
    "<table background='http://{host}/'><tr><td background='http://{host}/'>x</table>",
    "<picture><source srcset='http://{host}/a'><img src='http://{host}/b'></picture>",
    "<a href='http://{host}/' onmouseover='this.click()'>https://{host}/</a>",
    "<p style='list-style-image:url(\"http://{host}/\");content:url(http://{host}/)'>x</p>",
    "<!--[if mso]><v:fill src='http://{host}/' xmlns:v='urn:x' /><![endif]-->",
    "<html manifest='http://{host}/m'><input formaction='http://{host}/'>",
    "<math><mtext><img src='http://{host}/'></mtext></math><bgsound src='http://{host}/'>",
)


def calling_mails(count: int, seed: int) -> list[bytes]:
    """Return `count` mails of HTML, the same for the same seed; every way comes in turn."""
    draw = random.Random(seed)
    mails = []
    for number in range(count):
        ways = [WAYS[number % len(WAYS)], *draw.sample(WAYS, 4)]
        hosts = (f"h{number}-{place}.canary.example" for place in range(len(ways)))
        pieces = [way.format(host=host) for way, host in zip(ways, hosts, strict=True)]
        html = f"<html><body><h1>Mail {number}</h1><p>words</p>{''.join(pieces)}<p>end</p>"
        if number % 3:
            mails.append(mail_of(number, "text/html; charset=utf-8", html))
        else:
            plain = part("text/plain", f"Mail {number} as text")
            mails.append(multipart(number, "alternative", plain, part("text/html", html)))
    return mails
