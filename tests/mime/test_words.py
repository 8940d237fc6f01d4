import pytest

from tuimail.mime.words import decode_words, header_text, loose_base64, one_line


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?UTF-8?B?Y2Fmw6k=?=", "café"),
        ("=?iso-8859-1?Q?caf=E9_au_lait?=", "café au lait"),
        ("=?utf-8?b?Y2Fm?= =?utf-8?b?w6k=?=", "café"),
        ("=?utf-8?b?Y2Fmww==?=\n =?utf-8?b?qQ==?=", "café"),
        ("=?utf-8?q?a?= =?utf-8?q?b?= c =?utf-8?q?d?=", "ab c d"),
        ("=?utf-8?q?a?= =?iso-8859-1?q?=E9?=", "aé"),
        ("=?utf-8*en?q?hello?=", "hello"),
        ("Re: =?utf-8?q?x?= y", "Re: x y"),
        ("=?utf-8?b?Y2Fm", "=?utf-8?b?Y2Fm"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?nonsense?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?Y2F*m!w6k?=", "café"),
        ("=?utf-8?q?bad=ZZ=?=", "bad=ZZ"),
        ("=?utf-8?b??=", ""),
        ("=?unicode_escape?q?=5Cx1b?=", "\\x1b"),
        ("=?utf-8?q?=?= =?", "=?"),
    ],
)
def test_encoded_words_are_decoded(value, text):
    assert decode_words(value) == text


def test_decoded_control_characters_become_spaces():
    assert header_text("=?utf-8?q?a=0D=0ABcc:_x?=") == "a Bcc: x"
    assert header_text("=?utf-8?b?G10wO3B3bmVkBw==?=") == "]0;pwned"
    assert header_text("=?utf-8?q?=C2=9B31m=00?=") == "31m"


def test_lone_surrogates_never_come_out():
    assert one_line("a\ud800b").encode() == "a\ufffdb".encode()


def test_thousands_of_words_are_decoded_up_to_the_limit():
    text = decode_words("=?utf-8?q?a?= " * 8_000)
    assert text.startswith("a" * 1_000 + "=?utf-8")


@pytest.mark.parametrize("length", range(9))
def test_base64_of_any_length_is_decoded(length):
    whole = b"SGVsbG8gdGhlcmU"
    assert b"Hello there".startswith(loose_base64(whole[:length]))
    assert loose_base64(b"S G\nV-s_b*G8=") == b"Hello"
