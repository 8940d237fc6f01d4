"""Mail with something attached: documents, pictures, archives; made small, but real."""

import zipfile
import zlib
from functools import cache, lru_cache
from io import BytesIO
from struct import pack
from typing import Final

from .story import Story
from .talk import head, subject_of, text_of
from .writing import binary_part, multipart, text_part

_FIXED_ZIP_TIME: Final = (2026, 1, 1, 0, 0, 0)
_TABLE: Final = "station;date;high;low\n" + "".join(
    f"{station};2026-{month:02d}-01;{4.1 + month / 10:.1f};{0.3 + month / 20:.2f}\n"
    for station in ("north", "south", "skerry")
    for month in range(1, 13)
)
_NAMES: Final = {
    "de": "Übersicht der Maße.pdf",
    "ru": "Отчёт за квартал.pdf",
    "ja": "灯台の図面.pdf",
    "el": "Σχέδιο φάρου.pdf",
}


def write(story: Story, step: int) -> bytes:
    """Return a message with one to three attachments; answers to it have none."""
    writer = story.writer(step)
    text = text_part(text_of(story, step), writer.charset)
    if step:
        return head(story, step, subject_of(story, step)) + text
    dice = story.random()
    made = [dice.choice(_MAKERS)(story) for _ in range(dice.randint(1, 3))]
    parts = [text, *dict(made).values()]
    top = head(story, step, subject_of(story, step))
    return top + multipart("mixed", parts, story.token(step))


def _document(story: Story) -> tuple[str, bytes]:
    name = _NAMES.get(story.language, f"offer-{story.seed % 900 + 100}.pdf")
    return name, binary_part("application/pdf", name, pdf(f"Offer {story.seed % 900 + 100}"))


def _picture(story: Story) -> tuple[str, bytes]:
    name = f"IMG_{story.seed % 9000 + 1000}.png"
    return name, binary_part("image/png", name, png(48 + story.seed % 8 * 8, 48, story.seed % 16))


def _archive(story: Story) -> tuple[str, bytes]:
    name = f"logs-{story.seed % 50}.zip"
    return name, binary_part("application/zip", name, _packed_table())


@cache
def _packed_table() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("tides.csv", _FIXED_ZIP_TIME), _TABLE)
        archive.writestr(zipfile.ZipInfo("README.txt", _FIXED_ZIP_TIME), "Heights in metres.\n")
    return packed.getvalue()


def _spreadsheet(_story: Story) -> tuple[str, bytes]:
    name = "tides.csv"
    return name, binary_part("text/csv; charset=utf-8", name, _TABLE.encode("utf-8"))


_MAKERS: Final = (_document, _document, _picture, _archive, _spreadsheet)


def pdf(title: str) -> bytes:
    """Return a one-page document that readers open."""
    drawing = f"BT /F1 24 Tf 72 720 Td ({title}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    written = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(written)
    return written + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


@lru_cache(256)
def png(width: int, height: int, seed: int) -> bytes:
    """Return a picture with a gradient."""
    rows = b"".join(
        b"\0" + b"".join(bytes(((3 * x + seed) % 256, 4 * y % 256, 120)) for x in range(width))
        for y in range(height)
    )
    size = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", size), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
