"""The words on the engine's socket."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.config.profile import Profile
from tuimail.errors import (
    EngineUnavailable,
    NotFound,
    ProtocolError,
    SignInRefused,
    TuimailError,
    UserError,
)
from tuimail.model.ids import AccountName
from tuimail.model.safe import Untrusted
from tuimail.services.engine_passes import (
    AccountPass,
    ExitStatus,
    MailboxPass,
    passes_of_json,
    passes_to_json,
)
from tuimail.services.engine_wire import (
    MAX_LINE_BYTES,
    Answer,
    BodiesWish,
    BodyWish,
    CancelWish,
    CreateWish,
    Done,
    Failed,
    Hello,
    Leaving,
    PushWish,
    Said,
    SyncWish,
    decode,
    encode,
    error_of,
    failed,
    hello,
    socket_path,
)

texts = st.text(max_size=40)
keys = st.integers(0, 2**63 - 1)
messages = st.one_of(
    st.builds(Hello, texts, st.integers(0, 99), st.integers(0, 9), st.booleans()),
    st.builds(SyncWish, texts, texts, texts, st.booleans()),
    st.builds(BodyWish, texts, keys),
    st.builds(CreateWish, texts, texts, texts),
    st.builds(BodiesWish, st.lists(keys, max_size=9).map(tuple)),
    st.builds(CancelWish, texts),
    st.builds(Answer, texts, texts),
    st.builds(Failed, texts, texts, texts),
    st.builds(Done, texts, st.dictionaries(texts, st.integers())),
    st.builds(Said, st.dictionaries(texts, texts)),
    st.just(PushWish()),
    st.just(Leaving()),
)


@given(messages)
def test_a_message_is_understood_as_it_was_said(message):
    line = encode(message)
    assert line.endswith(b"\n")
    assert b"\n" not in line[:-1]
    assert decode(line) == message


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"GET / HTTP/1.1\r\n",
        b"[]\n",
        b"3\n",
        b'{"say":"Nothing"}\n',
        b'{"say":"BodyWish","request":"1"}\n',
        b'{"say":"BodyWish","request":"1","key":"7"}\n',
        b'{"say":"BodyWish","request":1,"key":7}\n',
        b'{"say":"BodyWish","request":"1","key":true}\n',
        b'{"say":"BodyWish","request":"1","key":%d}\n' % 2**70,
        b'{"say":"BodiesWish","keys":["x"]}\n',
        b'{"say":"BodiesWish","keys":7}\n',
        b'{"say":"SyncWish","request":"1","headers_only":"yes"}\n',
        b'{"say":"Said","event":[]}\n',
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\n",
    ],
)
def test_what_is_not_understood_is_refused(line):
    with pytest.raises(ProtocolError):
        decode(line)


@given(st.binary(max_size=300))
def test_no_line_raises_anything_else(line):
    with suppress(ProtocolError):
        decode(line)


def test_more_keys_than_a_screen_has_rows_are_refused():
    line = json.dumps({"say": "BodiesWish", "keys": list(range(2_000))}).encode()
    with pytest.raises(ProtocolError):
        decode(line)


def test_a_line_longer_than_the_other_side_takes_is_not_said():
    with pytest.raises(ProtocolError):
        encode(Done("1", {"x": "y" * MAX_LINE_BYTES}))


def test_a_newer_program_or_schema_compares_greater():
    assert Hello("0.10.0", 4).age > Hello("0.9.9", 4).age
    assert Hello("0.1.0", 5).age > Hello("9.0.0", 4).age
    assert hello().age == hello(can_ask=True).age


@pytest.mark.parametrize("kind", [NotFound, SignInRefused, UserError, EngineUnavailable])
def test_a_failure_arrives_as_what_it_was(kind):
    error = error_of(failed("1", kind("why and what to do")))
    assert (type(error), error.hint) == (kind, "why and what to do")


def test_a_failure_of_an_unknown_kind_keeps_its_sentence():
    error = error_of(Failed("1", "SomethingNew", "why"))
    assert (type(error), error.hint) == (TuimailError, "why")


def test_a_secret_is_not_in_the_representation_of_an_answer():
    assert "hunter2" not in repr(Answer("q1", "hunter2"))


def test_passes_survive_the_way_over_the_wire():
    passes = [
        AccountPass(
            AccountName("work"),
            (MailboxPass(Untrusted("Lists/\x1b[31mred"), 9, 3, 2, 1, 0),),
            0.25,
            "",
            ExitStatus.DONE,
        ),
        AccountPass(AccountName("home"), (), 1.0, "No answer.", ExitStatus.NETWORK),
    ]
    assert passes_of_json(json.loads(json.dumps(passes_to_json(passes)))) == passes


@pytest.mark.parametrize("value", [{}, {"accounts": 3}, {"accounts": [{}]}, {"accounts": ["x"]}])
def test_an_answer_of_another_form_is_refused(value):
    with pytest.raises(ProtocolError):
        passes_of_json(value)


def test_a_short_profile_has_its_socket_inside(tmp_path):
    profile = Profile.at(tmp_path)
    if len(str(profile.socket)) <= 100:
        assert socket_path(profile) == profile.socket


def test_a_long_profile_has_a_short_socket_in_a_private_folder(tmp_path, monkeypatch):
    runtime = tmp_path.parents[2] / f"t{len(tmp_path.name)}-{abs(hash(tmp_path)) % 10**6}"
    runtime.mkdir(mode=0o700)
    try:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
        first = socket_path(Profile.at(tmp_path / ("a" * 120)))
        second = socket_path(Profile.at(tmp_path / ("b" * 120)))
        assert first != second
        assert len(str(first)) <= 100
        assert first.parent.stat().st_mode & 0o777 == 0o700
        assert first == socket_path(Profile.at(tmp_path / ("a" * 120)))
        first.parent.chmod(0o777)
        with pytest.raises(EngineUnavailable):
            socket_path(Profile.at(tmp_path / ("a" * 120)))
    finally:
        for folder in runtime.iterdir():
            folder.rmdir()
        runtime.rmdir()
