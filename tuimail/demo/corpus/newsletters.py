"""Newsletters: HTML as it is really sent, with nested tables, preheaders and tracking pixels."""

# ruff: noqa: E501, RUF001 (people write in any script, and do not wrap markup)

from dataclasses import dataclass
from typing import Final

from .personas import Persona
from .story import Story
from .writing import encoded, header, mailbox, multipart, path, text_part, written_date


@dataclass(frozen=True, slots=True)
class Brand:
    """Somebody who sends newsletters."""

    title: str
    domain: str
    color: str
    headlines: tuple[str, ...]
    teasers: tuple[str, ...]


BRANDS: Final = (
    Brand(
        "Tidal Weekly",
        "news.tidalweekly.example",
        "#0b4f6c",
        (
            "What the spring tide left behind",
            "Five harbours you can reach by train",
            "The quiet return of the sailing cargo ship",
            "Why lighthouses blink the way they do",
        ),
        (
            "A walk along the low-water line with somebody who knows every shell by its name.",
            "No car, no plane, and a bed within sight of the water.",
            "Two masts, 40 tonnes of coffee, and a crew of seven.",
            "Every light has a signature, and sailors read it like a handwriting.",
        ),
    ),
    Brand(
        "Kettle & Crumb",
        "mail.kettleandcrumb.example",
        "#a23b2a",
        (
            "Your kitchen called: it wants cardamom",
            "20 % off everything that rises",
            "Soup season is officially open",
            "The pan you will leave to your children",
        ),
        (
            "Buns, twisted twice and eaten while too hot.",
            "Until Sunday, midnight. Yeast not included.",
            "Three recipes, one pot, no blender.",
            "Cast iron, made to order, delivered in March.",
        ),
    ),
    Brand(
        "Fjord Rail",
        "reise.fjordrail.example",
        "#1f6f4a",
        (
            "Vinterruter: nye avganger fra 12. desember",
            "Seats by the window, from 249 kr",
            "Nattoget er tilbake – og det er ny frokost",
        ),
        (
            "Se hele ruteplanen for vinteren, med alle stopp.",
            "Book before the snow does.",
            "Sov deg over fjellet og våkn ved sjøen.",
        ),
    ),
    Brand(
        "Byte & Buoy",
        "letters.byteandbuoy.example",
        "#33344a",
        (
            "Issue 112: databases that float",
            "Issue 113: the case for boring protocols",
            "Issue 114: reading mail in a terminal, again",
        ),
        (
            "What a ship's log can teach us about write-ahead logging.",
            "Forty years old, and still delivering.",
            "It is faster, quieter, and nobody can animate it.",
        ),
    ),
)


def brand_of(story: Story) -> Brand:
    """Return who sends a newsletter."""
    return story.random().choice(BRANDS)


def write(story: Story, step: int) -> bytes:
    """Return one issue."""
    brand = brand_of(story)
    dice = story.random(step)
    order = dice.sample(range(len(brand.headlines)), len(brand.headlines))
    sender = Persona(brand.title, f"hello@{brand.domain}")
    leave = f"https://{brand.domain}/leave?u={story.token(step)}"
    fields = [
        ("Date", written_date(story.dates[step])),
        ("From", mailbox(sender)),
        ("Reply-To", f"no-reply@{brand.domain}"),
        ("To", mailbox(story.reader)),
        ("Subject", encoded(brand.headlines[order[0]])),
        ("Message-ID", f"<{story.token(step)}@{brand.domain}>"),
        ("List-Id", f"{encoded(brand.title)} <weekly.{brand.domain}>"),
        ("List-Unsubscribe", f"<{leave}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("MIME-Version", "1.0"),
    ]
    parts = [
        text_part(_plain(brand, order, leave)),
        text_part(_page(brand, order, story.token(step), leave), subtype="html"),
    ]
    way = path(f"bounce+{story.seed:x}@{brand.domain}", story.reader.email, story.dates[step], "NL")
    return way + header(fields) + multipart("alternative", parts, story.token(step))


def _plain(brand: Brand, order: list[int], leave: str) -> str:
    blocks = [
        f"{brand.headlines[i]}\n{brand.teasers[i]}\nhttps://{brand.domain}/a/{i}" for i in order
    ]
    return f"{brand.title}\n\n" + "\n\n".join(blocks) + f"\n\nUnsubscribe: {leave}\n"


def _page(brand: Brand, order: list[int], token: str, leave: str) -> str:
    home = f"https://{brand.domain}"
    return f"""\
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<meta name="viewport" content="width=device-width" /><title>{brand.title}</title>
<style type="text/css">
body {{ margin:0; padding:0; background:#f2f2f2; }} .button a {{ color:#ffffff !important; }}
@media only screen and (max-width:600px) {{ .column {{ width:100% !important; display:block; }} }}
</style></head>
<body bgcolor="#f2f2f2">
<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all">\
{brand.teasers[order[0]]}{"&#847;&zwnj;&nbsp;" * 24}</div>
<table width="100%" cellpadding="0" cellspacing="0" border="0" role="presentation"><tr><td align="center">
<!--[if mso]><table width="600"><tr><td><![endif]-->
<table width="600" class="column" cellpadding="0" cellspacing="0" border="0"><tr>
<td style="background:{brand.color};padding:24px 32px"><a href="{home}/?utm_source=mail&amp;utm_id={token}">\
<img src="{home}/logo.png" width="160" height="40" alt="{brand.title}" style="display:block" /></a></td></tr>
{"".join(_block(brand, i) for i in order)}
<tr><td style="padding:24px 32px;font:12px/18px Arial,sans-serif;color:#777777">
You receive this because you once asked for it. <a href="{leave}">Unsubscribe</a> &middot;
<a href="{home}/browser/{token}">View in browser</a><br />{brand.title}, 12 Quay Street &copy; 2026</td></tr>
</table><!--[if mso]></td></tr></table><![endif]--></td></tr></table>
<img src="{home}/open.gif?u={token}" width="1" height="1" alt="" border="0" />
</body></html>
"""


def _block(brand: Brand, index: int) -> str:
    link = f"https://{brand.domain}/a/{index}?utm_campaign=weekly"
    return f"""\
<tr><td style="padding:24px 32px 0"><table width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="column" width="180" valign="top"><img src="https://{brand.domain}/i/{index}.jpg" width="180" alt="" /></td>
<td class="column" valign="top" style="padding-left:20px;font-family:Georgia,serif">
<h2 style="margin:0 0 8px;font-size:20px">{brand.headlines[index]}</h2>
<p style="margin:0 0 12px;color:#444444">{brand.teasers[index]}</p>
<table cellpadding="0" cellspacing="0" border="0" class="button"><tr><td bgcolor="{brand.color}" \
style="border-radius:3px;padding:8px 16px"><a href="{link}" style="color:#ffffff;text-decoration:none">Read on</a>\
</td></tr></table></td></tr></table></td></tr>
"""
