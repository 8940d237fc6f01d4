import codecs

import pytest

from tuimail.mime.charset import CODECS, codec_of, decode, guess


@pytest.mark.parametrize(
    "label",
    [
        "unicode_escape",
        "raw_unicode_escape",
        "rot13",
        "idna",
        "punycode",
        "utf-7",
        "UTF-7",
        "zlib_codec",
        "base64",
        "hex",
        "undefined",
        "mbcs",
        "charmap",
        "no-such-charset",
        "x" * 10_000,
        "",
        "\ud800",
    ],
)
def test_what_is_no_charset_is_refused(label):
    assert codec_of(label) is None
    assert decode(rb"\x1b]0;x +ABs- uryyb", label) == r"\x1b]0;x +ABs- uryyb"


def test_every_listed_codec_exists_and_decodes_ascii():
    for codec in set(CODECS.values()):
        codecs.lookup(codec)
        assert isinstance(decode(bytes(range(256)), codec), str)


@pytest.mark.parametrize(
    ("content", "label", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "", "Grüße"),
        ("Grüße".encode("latin-1"), "unknown-8bit", "Grüße"),
        ("“quoted”".encode("cp1252"), "iso-8859-1", "“quoted”"),
        ("日本語".encode("iso-2022-jp"), "ISO-2022-JP", "日本語"),
        ("日本語".encode("shift-jis"), "Shift_JIS", "日本語"),
        ("日本語".encode("euc-jp"), "EUC-JP", "日本語"),
        ("中文".encode("gb2312"), "gb2312", "中文"),
        ("中文".encode("gb18030"), "GBK", "中文"),
        ("中文".encode("big5"), "Big5", "中文"),
        ("한국어".encode("euc-kr"), "ks_c_5601-1987", "한국어"),
        ("Привет".encode("koi8-r"), "KOI8-R", "Привет"),
        ("Привет".encode("cp1251"), "windows-1251", "Привет"),
        ("Привет".encode("iso-8859-5"), "iso-8859-5", "Привет"),
        ("Привет".encode(), "windows-1251; format=flowed", "Привет"),
        ("שלום".encode("iso-8859-8"), "iso-8859-8-i", "שלום"),
        ("héllo".encode("utf-16"), "utf-16", "héllo"),
        ("\ufeffbom".encode(), "utf-8", "bom"),
        ("€".encode("iso-8859-15"), '"ISO-8859-15"', "€"),
        (b"caf\xc3\xa9 \xff", "utf-8", "café \ufffd"),
        ("日本".encode(), "iso-2022-jp", "日本"),
        (b"\x81\x8d", "", "\ufffd\ufffd"),
        ("Grüße, grüße, €".encode()[:-1], "", "Grüße, grüße, \ufffd"),
        ("Grüße, grüße".encode() + b"\xff", "us-ascii", "Grüße, grüße\ufffd"),
        ("日本語".encode("iso-2022-jp"), "", "日本語"),
        ("日本語".encode("iso-2022-jp"), "us-ascii", "日本語"),
    ],
)
def test_text_is_read_also_under_a_wrong_label(content, label, text):
    assert decode(content, label) == text


def test_guess_prefers_utf8():
    assert guess("é".encode()) == "é"
    assert guess(b"\xe9") == "é"
