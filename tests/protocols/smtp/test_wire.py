"""What follows DATA, and what comes back."""

import random

import pytest

from tuimail.protocols.smtp.replies import queue_id_of, reply_of
from tuimail.protocols.smtp.wire import data_chunks, normalised, whole_pieces


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 64])
def test_pieces_of_any_size_give_the_same_wire(size) -> None:
    source = random.Random(size)
    for _ in range(300):
        raw = bytes(source.choice(b".\r\nx") for _ in range(source.randrange(40)))
        clean = normalised(raw)
        wire = b"".join(data_chunks(clean, size))
        assert clean.count(b"\n") == clean.count(b"\r\n") == clean.count(b"\r")
        assert clean.endswith(b"\r\n")
        assert not wire.startswith(b".\r\n")
        assert b"\r\n.\r\n" not in wire
        assert [line.removeprefix(b".") for line in wire.split(b"\r\n")] == [
            line.removeprefix(b".") if not line.startswith(b".") else line
            for line in clean.split(b"\r\n")
        ]


def test_pieces_never_part_a_line_end(monkeypatch) -> None:
    monkeypatch.setattr("tuimail.protocols.smtp.wire.PIECE_BYTES", 3)
    assert normalised(b"ab\r\ncd\r\n\n\r\r\n") == b"ab\r\ncd\r\n\r\n\r\n\r\n"
    assert b"".join(whole_pieces(b"ab\r\ncd\r\n", 3)) == b"ab\r\ncd\r\n"


def test_a_clean_mail_is_not_copied() -> None:
    raw = b"a\r\n" * 100
    assert normalised(raw) is raw


@pytest.mark.parametrize(
    ("text", "queue_id"),
    [
        ("2.0.0 Ok: queued as 4XyZ12Ab", "4XyZ12Ab"),
        ("2.0.0 Ok: 123 bytes queued as C697B220746", "C697B220746"),
        ("OK id=1abcDE-0000001AbCd-0xYZ", "1abcDE-0000001AbCd-0xYZ"),
        ("2.0.0 OK  1700000000 a1-2b3.4 - gsmtp", "a1-2b3.4"),
        ("2.6.0 <m@x> [InternalId=42, Hostname=H.example] Queued mail for delivery", "42"),
        ("2.0.0 3ANMDtx1012345 Message accepted for delivery", "3ANMDtx1012345"),
        ("2.0.0 1a2b3c4d Message accepted for delivery", "1a2b3c4d"),
        ("Message queued with id 1f2e", "1f2e"),
        ("Ok 0100018b-aaaa-bbbb-cccc-000000000000-000000", "0100018b-aaaa-bbbb-cccc-000000000000-000000"),
        ("2.0.0 it is done", ""),
        ("ok", ""),
        ("queued as " + "x" * 900, "x" * 128),
    ],
)  # fmt: skip
def test_the_queue_id_is_found_in_the_last_word(text, queue_id) -> None:
    assert queue_id_of(reply_of(250, text)) == queue_id


def test_a_reply_of_several_lines_is_one() -> None:
    reply = reply_of(550, "5.7.1 first\n5.7.1 second")
    assert (reply.enhanced_code, reply.text) == ("5.7.1", "first\nsecond")
    assert reply.line == "550 5.7.1 first second"


@pytest.mark.parametrize("text", ["2.1.5 no", "5.1.1.1 no", "no 5.1.1", ""])
def test_a_code_that_does_not_belong_is_left_in_the_text(text) -> None:
    assert reply_of(550, text).enhanced_code == ""


def test_a_server_s_text_is_cut() -> None:
    assert len(reply_of(550, "x" * 100_000).text) == 2000
