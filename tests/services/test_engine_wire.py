"""The words on the engine's socket."""

from contextlib import suppress
from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import (
    EngineUnavailable,
    ExitStatus,
    NotFound,
    ProtocolError,
    SignInRefused,
    TuimailError,
    UserError,
)
from tuimail.events import Event, OutgoingChanged
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import MailboxChange, MailboxVerb
from tuimail.model.outgoing import OutgoingState
from tuimail.model.query import Between, Field, Is, Not, Or, State, Within, Word
from tuimail.model.safe import Untrusted
from tuimail.protocols.imap.faults import Refused
from tuimail.services.engine_passes import AccountPass, MailboxPass
from tuimail.services.engine_wire import (
    MAX_LINE_BYTES,
    Answer,
    BodiesWish,
    BodyWish,
    CancelWish,
    Done,
    Failed,
    ForgetWish,
    Hello,
    Leaving,
    MailboxWish,
    PushWish,
    Said,
    SearchWish,
    SyncWish,
    decode,
    encode,
    error_of,
    failed,
    hello,
)

texts = st.text(max_size=40)
keys = st.integers(0, 2**63 - 1)
counts = st.integers(0, 10**6)
names = st.builds(Untrusted, texts)
mailboxes = st.builds(MailboxPass, names, counts, counts, counts, counts, counts)
passes = st.builds(
    AccountPass,
    texts.map(AccountName),
    st.lists(mailboxes, max_size=3).map(tuple),
    st.floats(0, 1e6),
    texts,
    st.sampled_from(ExitStatus),
)
numbers = st.integers(-(2**63), 2**63 - 1)
PLAIN = {int: numbers, tuple[int, ...]: st.lists(keys, max_size=9).map(tuple)}
queries = st.recursive(
    st.builds(Word, st.sampled_from(Field), texts, st.booleans())
    | st.builds(Between, st.none() | keys, st.none() | keys)
    | st.builds(Is, st.sampled_from(State))
    | st.builds(Within, st.lists(keys, max_size=3).map(tuple)),
    lambda inner: st.builds(Not, inner) | st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
)
events = st.one_of(
    *(
        st.builds(kind, **{f.name: PLAIN[f.type] for f in fields(kind) if f.type in PLAIN})
        for kind in get_args(Event)
    )
)
messages = st.one_of(
    st.builds(Hello, texts, st.integers(0, 99), st.integers(0, 9), st.booleans()),
    st.builds(SyncWish, texts, texts, texts, st.booleans()),
    st.builds(BodyWish, texts, keys),
    st.builds(MailboxWish, texts, texts, st.builds(MailboxChange, st.sampled_from(MailboxVerb))),
    st.builds(SearchWish, texts, texts, queries, st.lists(keys, max_size=9).map(tuple)),
    st.builds(ForgetWish, texts),
    st.builds(BodiesWish, st.lists(keys, max_size=9).map(tuple)),
    st.just(CancelWish()),
    st.builds(Answer, texts, texts),
    st.builds(Failed, texts, texts, texts),
    st.builds(Done, texts, st.lists(passes, max_size=3).map(tuple)),
    st.builds(Said, events),
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
        b'{"say":"BodyWish","request":"1","key":[7]}\n',
        b'{"say":"Said","event":[]}\n',
        b'{"say":"Said","event":{}}\n',
        b'{"say":"Said","event":{"say":"Leaving"}}\n',
        b'{"say":"Said","event":{"say":"BodyArrived","key":"7"}}\n',
        b'{"say":"Said","event":{"say":"OutgoingChanged","outgoing_id":"m","state":"lost"}}\n',
        b'{"say":"Said","event":{"say":"RoleAsked","account":"work","role":["sent"]}}\n',
        b'{"say":"Done","request":"1","passes":{}}\n',
        b'{"say":"Done","request":"1","passes":[{}]}\n',
        b'{"say":"Done","request":"1","passes":["x"]}\n',
        b'{"say":"Done","request":"1","passes":[{"say":"AccountPass","account":"work"}]}\n',
        b'{"say":"SearchWish","request":"1","search":"s","mailboxes":[],"query":%s7%s}\n'
        % (b'{"say":"Not","node":' * 900, b"}" * 900),
        b'{"say":"SearchWish","request":"1","search":"s","query":{"say":"Size","larger":"x"}}\n',
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


def test_a_line_longer_than_the_other_side_takes_is_not_said():
    with pytest.raises(ProtocolError):
        encode(Failed("1", "NotFound", "y" * MAX_LINE_BYTES))


def test_a_newer_program_or_schema_compares_greater():
    assert Hello("0.10.0", 4).age > Hello("0.9.9", 4).age
    assert Hello("0.1.0", 5).age > Hello("9.0.0", 4).age
    assert hello().age == hello(can_ask=True).age


@pytest.mark.parametrize("kind", [NotFound, SignInRefused, UserError, EngineUnavailable])
def test_a_failure_arrives_as_what_it_was(kind):
    error = error_of(failed("1", kind("why and what to do")))
    assert (type(error), error.hint) == (kind, "why and what to do")


def test_a_failure_of_a_protocol_arrives_as_the_nearest_one_known_here():
    error = error_of(failed("1", Refused("The mail server refused.", "quota")))
    assert (type(error), error.exit_status) == (ProtocolError, ExitStatus.REFUSED)


def test_a_failure_of_an_unknown_kind_keeps_its_sentence():
    error = error_of(Failed("1", "SomethingNew", "why"))
    assert (type(error), error.hint) == (TuimailError, "why")


def test_what_is_one_of_a_closed_set_arrives_as_a_member_of_it():
    said = decode(encode(Said(OutgoingChanged("m1", OutgoingState.QUEUED))))
    assert said.event.state is OutgoingState.QUEUED


def test_a_secret_is_not_in_the_representation_of_an_answer():
    assert "hunter2" not in repr(Answer("q1", "hunter2"))
