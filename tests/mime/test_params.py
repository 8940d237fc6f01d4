import pytest

from tuimail.mime.params import MAX_PARAMETERS, MAX_VALUE_CHARS, parse_parameters


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("text/plain", {}),
        ("text/plain; charset=utf-8", {"charset": "utf-8"}),
        ('text/plain; CHARSET="utf-8"; format=flowed', {"charset": "utf-8", "format": "flowed"}),
        ('x; name="a;b=c"; d=e', {"name": "a;b=c", "d": "e"}),
        (r'x; name="a\"b\\c"', {"name": 'a"b\\c'}),
        ("x; name=a b.txt ; c=d", {"name": "a b.txt", "c": "d"}),
        ("x; name=unclosed", {"name": "unclosed"}),
        ('x; name="unclosed', {"name": '"unclosed'}),
        ("x; filename*=utf-8''na%C3%AFve.txt", {"filename": "naïve.txt"}),
        ("x; filename*=iso-8859-1'de'%FC.txt", {"filename": "ü.txt"}),
        ("x; filename*0=a; filename*1=b; filename*2=c", {"filename": "abc"}),
        ("x; filename*1=b; filename*0=a", {"filename": "ab"}),
        ("x; filename*0*=utf-8''%C3; filename*1*=%A9; filename*2=%41", {"filename": "é%41"}),
        ("x; filename=plain; filename*=utf-8''better", {"filename": "better"}),
        ('x; filename="=?utf-8?q?caf=C3=A9?="', {"filename": "café"}),
        ("x; a=1; a=2", {"a": "1"}),
        ("x; filename*=unicode_escape''%5Cx1b", {"filename": "\\x1b"}),
        ("x;;;=;a;=b; c=d", {"c": "d"}),
        ("x; filename*=%41", {"filename": "A"}),
    ],
)
def test_parameters_are_read(body, parameters):
    assert parse_parameters(body)[1] == parameters


def test_parameters_are_capped():
    assert (
        len(parse_parameters("x" + "".join(f"; a{n}=b" for n in range(8_000)))[1]) == MAX_PARAMETERS
    )
    pieces = "x" + "".join(f"; a*{n}={'y' * 100}" for n in range(99_999))
    assert len(parse_parameters(pieces)[1]["a"]) == MAX_VALUE_CHARS


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "unit", ['; a="', ";", "; ", "; a=", '; a="\\', "; a*", "; a*0*=%", "=", '"']
)
def test_repeated_pieces_cost_linear_time(unit):
    parse_parameters("x" + unit * (16_384 // len(unit)))
