import codecs

import pytest

from tuimail.mime.charset import decode, guess, read
from tuimail.mime.charset_names import CODECS, codec_of
from tuimail.mime.rare_charsets import RARE


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
        assert codec in RARE or codecs.lookup(codec)
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


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("iso_8859-1:1987", "cp1252"),
        ("windows-1252http-equivcontent-type", "cp1252"),
        ("GB_2312-80", "gb18030"),
        ("shift_jis_x0213", "shift-jisx0213"),
        ("csShiftJIS", "cp932"),
        ("csWindows31J", "cp932"),
        ("csISOLatin2", "iso-8859-2"),
        ("csISOLatinCyrillic", "iso-8859-5"),
        ("csEUCKR", "cp949"),
        ("csBig5", "big5hkscs"),
        ("x-mac-ce", "mac-latin2"),
        ("cp-850", "cp850"),
        ("IBM00858", "cp858"),
        ("utf8mb3", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("ISO-10646", "utf-16"),
        ("l10", "iso-8859-16"),
        ("cp720", "cp720"),
        ("_iso-2022-jp$esc", "iso-2022-jp-ext"),
        ("tis620", "cp874"),
        ("KS_X_1001", "cp949"),
        ("IBM819", "cp1252"),
    ],
)
def test_names_that_programs_write_are_known(label, codec):
    assert codec_of(label) == codec


@pytest.mark.parametrize("label", ["x-unknown", "8bit", "en-us", "utf-7", "euc-tw"])
def test_what_is_no_name_is_none(label):
    assert codec_of(label) is None


def as_wide(text, codec, mark=b""):
    return mark + text.encode(codec)


@pytest.mark.parametrize(
    ("content", "label", "text"),
    [
        (as_wide("hello wörld", "utf-16-be"), "utf-16", "hello wörld"),
        (as_wide("hello wörld", "utf-16-le"), "utf-16", "hello wörld"),
        (as_wide("hello wörld", "utf-16-be"), "utf-16le", "hello wörld"),
        (as_wide("Привет, мир", "utf-16-be"), "utf-16", "Привет, мир"),
        (as_wide("日本語 の", "utf-16-be"), "utf-16", "日本語 の"),
        (as_wide("hello", "utf-16-le", b"\xff\xfe"), "utf-16le", "hello"),
        (as_wide("hello", "utf-16-be", b"\xfe\xff"), "utf-16", "hello"),
        (as_wide("hello wörld", "utf-16-le"), "", "hello wörld"),
        (as_wide("hello wörld", "utf-16-be"), "us-ascii", "hello wörld"),
        (b"plain ASCII says it is wide", "utf-16", "plain ASCII says it is wide"),
        ("grün sagt es auch".encode(), "unicode", "grün sagt es auch"),
        (b"a\0b one zero byte here", "", "a\0b one zero byte here"),
        (b"\0", "utf-16", "\ufffd"),
    ],
)
def test_sixteen_bit_text_is_told_by_where_its_zero_bytes_lie(content, label, text):
    assert decode(content, label) == text


HTML = "<html><head>{}</head><p>привет"


@pytest.mark.parametrize(
    "said",
    [
        "<meta charset=windows-1251>",
        "<meta charset = 'windows-1251' />",
        '<META http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "<title>x</title><style>" + "p{color:red}" * 200 + "</style><meta charset=cp1251>",
    ],
)
@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-1", "utf-8", "x-unknown"])
def test_html_says_its_charset_itself_where_its_label_says_nothing(said, label):
    html = HTML.format(said)
    assert read(html.encode("cp1251"), label, is_html=True).text == html


def test_a_prolog_of_xml_says_its_charset():
    html = "<?xml version='1.0' encoding='windows-1251'?><p>привет"
    assert read(html.encode("cp1251"), "", is_html=True).text == html


@pytest.mark.parametrize("lie", ["windows-1251", "utf-16", "utf-7", "unicode_escape", "rot13"])
def test_what_html_says_of_itself_is_not_believed_against_its_bytes(lie):
    html = HTML.format(f"<meta charset={lie}>")
    assert read(html.encode(), "", is_html=True).text == html
    assert read(html.encode(), "windows-1252", is_html=True).text == html


def test_a_label_of_the_mail_comes_before_what_html_says():
    html = "<meta charset=koi8-r><p>Да".encode("cp1251")
    assert read(html, "windows-1251", is_html=True).text.endswith("Да")


def test_plain_text_is_not_asked_for_its_meta():
    text = "<meta charset=windows-1251> caf\u00e9"
    assert read(text.encode("latin-1"), "", is_html=False).text == text


@pytest.mark.parametrize(
    ("content", "label", "words"),
    [
        (b"hi +AOk-", "utf-7", ("utf-7", "never read")),
        (b"\\x1b]0;x", "unicode_escape", ("unicode-escape", "never read")),
        ("Grüße".encode("latin-1"), "x-foo", ("x-foo", "not known", "Windows-1252")),
        ("Привет, мир".encode("koi8-r"), "", ("not named", "KOI8-U")),
        ("Привет, мир".encode("koi8-r"), "utf-8", ("utf-8", "KOI8-U")),
        ("您好附件是昨天会议的记录".encode("gbk"), "us-ascii", ("us-ascii", "GB18030")),
    ],
)
def test_what_was_refused_or_guessed_is_said(content, label, words):
    note = read(content, label).note(label)
    assert note is not None
    assert all(word.replace("unicode-escape", label) in note for word in words)


@pytest.mark.parametrize(
    ("content", "label"),
    [
        (b"hi", "x-foo"),
        ("Grüße".encode("latin-1"), ""),
        ("Grüße".encode(), "us-ascii"),
        ("Привет".encode("koi8-r"), "koi8-r"),
        (b"hi", ""),
        ("日本語".encode("iso-2022-jp"), "us-ascii"),
    ],
)
def test_nothing_is_said_where_nothing_is_in_doubt(content, label):
    assert read(content, label).note(label) is None


def test_a_label_in_a_note_is_made_safe():
    label = "x-\x1b]0;evil\u202e" + "y" * 500
    note = read("Grüße".encode("latin-1"), label).note(label)
    assert note is not None
    assert note.isprintable()
    assert len(note) < 200


@pytest.mark.parametrize(
    "unit", [b"<meta", b"<meta charset", b"<meta charset=", b"<?xml encoding="]
)
def test_looking_for_what_html_says_costs_the_same_for_any_length(unit):
    # 8,192 bytes are looked at: twenty times as much HTML must not take longer to look through
    assert read(unit * 100_000, "", is_html=True).text == (unit * 100_000).decode()
