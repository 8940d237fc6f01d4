"""Charsets of older mail without a codec in Python: VISCII (RFC 1456), ISO-2022-CN (RFC 1922)."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừử"
    "ÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_LOW: Final = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
_VISCII: Final = MappingProxyType(
    _VISCII_LOW | {0x80 + place: char for place, char in enumerate(_VISCII_HIGH)}
)
_SHIFTED = re.compile(rb"\x1b\$([)*+])([A-Z])|\x0e|\x0f|\r?\n|[^\x0e\x0f\x1b\r\n]+|.", re.DOTALL)
_HIGH_BITS = bytes((byte | 0x80) for byte in range(256))


def viscii(content: bytes) -> str:
    """Return Vietnamese text in VISCII."""
    return content.decode("latin-1").translate(_VISCII)


def iso_2022_cn(content: bytes) -> str:
    """Return Chinese text in ISO-2022-CN; of the sets it may shift to, GB 2312 alone is read."""
    pieces = list[str]()
    chosen, is_shifted = b"", False
    for found in _SHIFTED.finditer(content):
        token = found[0]
        if found[2]:
            chosen = found[2] if found[1] == b")" else chosen
        elif token in {b"\x0e", b"\x0f"}:
            is_shifted = token == b"\x0e"
        elif token.endswith(b"\n"):
            chosen, is_shifted = b"", False  # each line begins anew
            pieces.append("\n")
        elif is_shifted:
            pieces.append(_pairs(token, chosen))
        else:
            pieces.append(token.decode("ascii", "replace"))
    return "".join(pieces)


def _pairs(token: bytes, chosen: bytes) -> str:
    if chosen != b"A":
        return "\ufffd" * (len(token) // 2)
    return token.translate(_HIGH_BITS).decode("gb2312", "replace")


RARE: Final[Mapping[str, Callable[[bytes], str]]] = MappingProxyType(
    {"viscii": viscii, "iso-2022-cn": iso_2022_cn}
)
"""By the name they have among the codecs."""
