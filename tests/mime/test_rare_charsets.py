import pytest

from tuimail.mime.charset import decode, read
from tuimail.mime.rare_charsets import RARE


def test_vietnamese_text_in_viscii_is_read():
    assert decode(b"Vi\xaet Nam", "VISCII") == "Việt Nam"
    assert decode(b"\xf0\xd0\xe0\xff\x80\x9f\xa0", "viscii") == "đĐàỮẠỲÕ"
    assert decode(b"\x02\x05\x06\x14\x19\x1e", "csVISCII") == "ẲẴẪỶỸỴ"
    assert len(set(decode(bytes(range(128, 256)), "viscii"))) == 128


SHIFTED = b"\x1b$)A\x0e"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (SHIFTED + b"VPND\x0f abc", "中文 abc"),
        (b"abc " + SHIFTED + b"VPND\x0f\r\nnext", "abc 中文\nnext"),
        (SHIFTED + b"VPND\nVPND", "中文\nVPND"),
        (b"\x1b$)G\x0eVPND\x0f", "\ufffd\ufffd"),
        (b"\x0eVP\x0f", "\ufffd"),
        (b"\x1b\x1b$ plain", "\x1b\x1b$ plain"),
        (b"", ""),
    ],
)
def test_chinese_text_in_iso_2022_cn_is_read(content, text):
    assert decode(content, "ISO-2022-CN") == text
    assert read(content, "iso-2022-cn").text == text


@pytest.mark.timeout(60)
@pytest.mark.parametrize("codec", RARE)
@pytest.mark.parametrize("unit", [b"\x1b", b"\x0e", b"\x1b$)A", b"\r", b"\xff", bytes(range(256))])
def test_rubbish_raises_nothing_and_costs_linear_time(codec, unit):
    assert isinstance(decode(unit * (1024 * 1024 // len(unit)), codec), str)
