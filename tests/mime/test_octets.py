import random

import pytest

from tuimail.mime.octets import FileOctets
from tuimail.mime.parse import parse_mail
from tuimail.mime.render import render_mail

PIECE_BYTES = 7


@pytest.fixture
def opened(tmp_path):
    """Make octets of a file that holds these bytes, with hardly any of it in memory."""
    files = []

    def make(raw, piece_bytes=PIECE_BYTES):
        path = tmp_path / str(len(files))
        path.write_bytes(raw)
        files.append(path.open("rb"))
        return FileOctets(files[-1], piece_bytes)

    yield make
    for file in files:
        file.close()


def test_a_file_answers_as_its_bytes_would(opened):
    chance = random.Random(6)
    for _ in range(200):
        raw = bytes(chance.choices(b"ab\r\n-", k=chance.randrange(60)))
        octets = opened(raw)
        for _ in range(30):
            start, end = sorted(chance.choices(range(len(raw) + 1), k=2))
            sub = bytes(chance.choices(b"ab\r\n-", k=chance.randrange(1, 5)))
            assert octets.find(sub, start, end) == raw.find(sub, start, end)
            assert octets.startswith(sub, start, end) == raw.startswith(sub, start, end)
            assert octets[start:end] == raw[start:end]
            assert octets.count(b"a", start, end) == raw.count(b"a", start, end)
        assert len(octets) == len(raw)
        assert octets[:] == raw


def test_a_mail_in_a_file_is_read_as_one_in_memory(opened):
    part = (
        "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n"
    )
    stated = "From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    for raw in ((stated + part * 40 + "--b--\r\n").encode(), b"no mail", b"", b"From: a@x\n\nhi"):
        octets = opened(raw)
        assert render_mail(octets) == render_mail(raw)
        parsed, whole = parse_mail(octets), parse_mail(raw)
        assert parsed.leaves == whole.leaves
        assert [parsed.content(one) for one in parsed.leaves] == [
            whole.content(one) for one in whole.leaves
        ]
