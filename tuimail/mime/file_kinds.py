"""The kinds of files there are: by what they are known, and what they are called."""

import re
from typing import Final

from tuimail.model.file_kind import FileKind, Group
from tuimail.model.safe import ours

_D, _P, _M, _A, _X = Group.DOCUMENT, Group.PICTURE, Group.MEDIA, Group.ARCHIVE, Group.PROGRAM


def _kind(words: str, ending: str, content_type: str, group: Group, box: str = "") -> FileKind:
    return FileKind(ours(words), ending, content_type, group, box)


UNKNOWN: Final = _kind("data", "", "application/octet-stream", Group.UNKNOWN)
TEXT: Final = _kind("text", "txt", "text/plain", Group.TEXT)
HTML: Final = _kind("web page", "html", "text/html", Group.PAGE)
SVG: Final = _kind("SVG drawing", "svg", "image/svg+xml", Group.SCRIPT)
SCRIPT: Final = _kind("script", "", "text/x-script", Group.SCRIPT)
STARTER: Final = _kind("desktop starter", "desktop", "application/x-desktop", Group.PROGRAM)
SHORTCUT: Final = _kind("shortcut", "url", "application/x-shortcut", Group.PROGRAM)
ZIP: Final = _kind("zip archive", "zip", "application/zip", _A, "zip")
OFFICE: Final = _kind("Office 97 document", "doc", "application/msword", _D, "ole")
GZIP: Final = _kind("gzip archive", "gz", "application/gzip", _A, "gzip")
TAR: Final = _kind("tar archive", "tar", "application/x-tar", _A)
CALENDAR: Final = _kind("calendar", "ics", "text/calendar", Group.CALENDAR)
CARD: Final = _kind("contact", "vcf", "text/vcard", Group.CARD)
TABLE: Final = _kind("table", "csv", "text/csv", Group.TABLE)
PATCH: Final = _kind("patch", "patch", "text/x-patch", Group.PATCH)
MAIL: Final = _kind("mail", "eml", "message/rfc822", Group.MAIL)
_JAVA: Final = _kind("Java program", "jar", "application/java-archive", _X, "zip")
WINDOWS: Final = _kind("Windows program", "exe", "application/x-msdownload", _X)

MAGIC: Final = (
    (0, b"%PDF-", _kind("PDF document", "pdf", "application/pdf", _D)),
    (0, b"MZ", WINDOWS),
    (0, b"\x7fELF", _kind("Linux program", "", "application/x-elf", _X)),
    (0, b"\xfe\xed\xfa\xce", _kind("macOS program", "", "application/x-mach-binary", _X)),
    (0, b"\xfe\xed\xfa\xcf", _kind("macOS program", "", "application/x-mach-binary", _X)),
    (0, b"\xcf\xfa\xed\xfe", _kind("macOS program", "", "application/x-mach-binary", _X)),
    (0, b"\xce\xfa\xed\xfe", _kind("macOS program", "", "application/x-mach-binary", _X)),
    (0, b"\xca\xfe\xba\xbe", _kind("Java or macOS program", "", "application/java-vm", _X)),
    (0, b"dex\n", _kind("Android program", "dex", "application/x-dex", _X)),
    (0, b"\0asm", _kind("WebAssembly program", "wasm", "application/wasm", _X)),
    (0, b"L\0\0\0\x01\x14\x02\0", _kind("Windows shortcut", "lnk", "application/x-lnk", _X)),
    (0, b"!<arch>\ndebian", _kind("Debian package", "deb", "application/x-deb", _X)),
    (0, b"\xed\xab\xee\xdb", _kind("RPM package", "rpm", "application/x-rpm", _X)),
    (0, b"ITSF", _kind("Windows help with scripts", "chm", "application/x-chm", _X)),
    (0, b"\x89PNG\r\n\x1a\n", _kind("PNG picture", "png", "image/png", _P)),
    (0, b"\xff\xd8\xff", _kind("JPEG picture", "jpg", "image/jpeg", _P)),
    (0, b"GIF87a", _kind("GIF picture", "gif", "image/gif", _P)),
    (0, b"GIF89a", _kind("GIF picture", "gif", "image/gif", _P)),
    (0, b"II*\0", _kind("TIFF picture", "tif", "image/tiff", _P)),
    (0, b"MM\0*", _kind("TIFF picture", "tif", "image/tiff", _P)),
    (0, b"\0\0\x01\0", _kind("icon", "ico", "image/x-icon", _P)),
    (8, b"WEBP", _kind("WebP picture", "webp", "image/webp", _P)),
    (4, b"ftypheic", _kind("HEIC picture", "heic", "image/heic", _P)),
    (4, b"ftypavif", _kind("AVIF picture", "avif", "image/avif", _P)),
    (4, b"ftyp", _kind("MP4 film", "mp4", "video/mp4", _M)),
    (0, b"\x1aE\xdf\xa3", _kind("Matroska film", "mkv", "video/x-matroska", _M)),
    (8, b"AVI ", _kind("AVI film", "avi", "video/x-msvideo", _M)),
    (8, b"WAVE", _kind("WAV sound", "wav", "audio/wav", _M)),
    (0, b"ID3", _kind("MP3 sound", "mp3", "audio/mpeg", _M)),
    (0, b"\xff\xfb", _kind("MP3 sound", "mp3", "audio/mpeg", _M)),
    (0, b"OggS", _kind("Ogg sound or film", "ogg", "audio/ogg", _M)),
    (0, b"fLaC", _kind("FLAC sound", "flac", "audio/flac", _M)),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE),
    (0, b"{\\rtf", _kind("RTF document", "rtf", "application/rtf", _D)),
    (0, b"%!PS", _kind("PostScript program", "ps", "application/postscript", Group.SCRIPT)),
    (0, b"\x1f\x8b", GZIP),
    (0, b"BZh", _kind("bzip2 archive", "bz2", "application/x-bzip2", _A)),
    (0, b"\xfd7zXZ\0", _kind("xz archive", "xz", "application/x-xz", _A)),
    (0, b"(\xb5/\xfd", _kind("zstd archive", "zst", "application/zstd", _A)),
    (0, b"7z\xbc\xaf\x27\x1c", _kind("7z archive", "7z", "application/x-7z-compressed", _A)),
    (0, b"Rar!\x1a\x07", _kind("RAR archive", "rar", "application/vnd.rar", _A)),
    (257, b"ustar", TAR),
    (0, b"SQLite format 3\0", _kind("SQLite database", "sqlite", "application/x-sqlite3", _D)),
    (0, b"x\x9f>\x22", _kind("Outlook box", "", "application/ms-tnef", _A, "tnef")),
    (0, b"BM", _kind("BMP picture", "bmp", "image/bmp", _P)),
)
"""Where a mark stands and what it says; the first that fits counts."""
IN_ZIP: Final = (
    (b"META-INF/MANIFEST.MF", _JAVA),
    (b"AndroidManifest.xml", _kind("Android program", "apk", "application/x-apk", _X, "zip")),
    (b"word/", _kind("Word document", "docx", "application/x-docx", _D, "zip")),
    (b"xl/", _kind("Excel document", "xlsx", "application/x-xlsx", _D, "zip")),
    (b"ppt/", _kind("PowerPoint document", "pptx", "application/x-pptx", _D, "zip")),
    (b"mimetypeapplication/epub+zip", _kind("e-book", "epub", "application/epub", _D, "zip")),
    (b"opendocument.text", _kind("OpenDocument text", "odt", "application/x-odt", _D, "zip")),
    (b"opendocument.spread", _kind("OpenDocument table", "ods", "application/x-ods", _D, "zip")),
    (b"opendocument.pres", _kind("OpenDocument slides", "odp", "application/x-odp", _D, "zip")),
    (b"[Content_Types].xml", _kind("Office document", "", "application/x-office", _D, "zip")),
)
_XML: Final = rb"(?is)(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,400}-->\s*)?"
WRITTEN: Final = (
    (re.compile(rb"#!"), SCRIPT),
    (re.compile(rb"(?i)\[desktop entry\]"), STARTER),
    (re.compile(rb"(?i)\[internetshortcut\]"), SHORTCUT),
    (re.compile(_XML + rb"(?:<svg|<!doctype svg)[\s>]"), SVG),
    (re.compile(_XML + rb"<(?:!doctype html|html|head|body|script|meta|iframe)[\s>]"), HTML),
    (re.compile(rb"(?i)BEGIN:VCALENDAR"), CALENDAR),
    (re.compile(rb"(?i)BEGIN:VCARD"), CARD),
    (re.compile(rb"diff --git |Index: |--- [^\r\n]+\r?\n\+\+\+ |From [0-9a-f]{40} "), PATCH),
)
"""How a text of this kind begins, behind a mark of its encoding and blanks."""
_SCRIPTS: Final = (
    "sh bash zsh fish csh ksh command tool py pyw pl pm rb php tcl lua js jse mjs vbs vbe vb wsf "
    "wsh hta bat cmd ps1 psm1 psd1 reg inf scf sct applescript scpt awk nix run"
)
_RUNNING: Final = (
    "exe com scr pif cpl msi msp mst msix appx dll sys drv ocx lnk jar jnlp class apk ipa app pkg "
    "dmg deb rpm snap flatpak flatpakref appimage gadget chm hlp msc iso img vhd vhdx xll "
    "settingcontent-ms library-ms search-ms application appref-ms elf so dylib one"
)
RUNNING: Final = frozenset(_RUNNING.split())
"""Endings under which some desktop runs, installs or mounts what is in a file."""
BY_NAME: Final = {
    **dict.fromkeys(_SCRIPTS.split(), SCRIPT),
    **dict.fromkeys(("htm", "html", "xhtml", "shtml", "mht", "mhtml"), HTML),
    **dict.fromkeys(("url", "webloc", "website"), SHORTCUT),
    **dict.fromkeys(("csv", "tsv"), TABLE),
    **dict.fromkeys(("patch", "diff"), PATCH),
    "eml": MAIL,
    "svg": SVG,
    "desktop": STARTER,
}
"""Kinds of text that may begin with anything."""
_KNOWN: Final = (*(kind for _, _, kind in MAGIC), *(kind for _, kind in IN_ZIP))
_PLAIN: Final = (ZIP, CALENDAR, CARD, TEXT, TABLE, PATCH)
BY_ENDING: Final = {kind.ending: kind for kind in (*_KNOWN, *_PLAIN) if kind.ending} | BY_NAME
OTHER_ENDINGS: Final = {
    **dict.fromkeys(("jpeg", "jpe"), "jpg"),
    **dict.fromkeys(("xls", "ppt", "dot"), "doc"),
    **dict.fromkeys(("m4v", "mov", "m4a"), "mp4"),
    **dict.fromkeys(("log", "md", "text"), "txt"),
    "tiff": "tif",
    "tgz": "gz",
    "vcard": "vcf",
    "ical": "ics",
    "docm": "docx",
    "xlsm": "xlsx",
    "pptm": "pptx",
}
"""Endings and those they mean the same as."""
_OOXML: Final = "application/vnd.openxmlformats-officedocument."
BY_TYPE: Final = {kind.content_type: kind for kind in BY_ENDING.values()} | {
    "image/jpg": BY_ENDING["jpg"],
    "application/x-pdf": BY_ENDING["pdf"],
    "application/x-zip-compressed": ZIP,
    "application/x-gzip": GZIP,
    "application/ics": CALENDAR,
    "text/x-vcard": CARD,
    "text/x-diff": PATCH,
    "message/global": MAIL,
    "application/vnd.ms-excel": OFFICE,
    "application/vnd.ms-powerpoint": OFFICE,
    "audio/mp3": BY_ENDING["mp3"],
    "text/x-shellscript": SCRIPT,
    "application/x-sh": SCRIPT,
    "application/javascript": SCRIPT,
    "text/javascript": SCRIPT,
    f"{_OOXML}wordprocessingml.document": BY_ENDING["docx"],
    f"{_OOXML}spreadsheetml.sheet": BY_ENDING["xlsx"],
    f"{_OOXML}presentationml.presentation": BY_ENDING["pptx"],
}
"""Kinds by what a mail states; one that is not here says nothing."""
