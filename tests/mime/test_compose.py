"""From a draft to bytes: what is meant is what is read back, and nothing else is in it."""

import os
import re
import socket
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tuimail.errors import UserError
from tuimail.mime.addresses import format_address_list
from tuimail.mime.compose import (
    attachment_of,
    build_mail,
    field_names,
    is_message_id,
    new_message_id,
)
from tuimail.mime.headers import parse_envelope
from tuimail.model.address import Address
from tuimail.model.draft import Attachment, Draft
from tuimail.model.ids import AccountName, DraftId

ANN = Address("Ann Example", "ann@north.test")
CASES = 10_000 if os.environ.get("PROOF_FULL") == "1" else 500


def draft(**fields) -> Draft:
    given_fields = {"to": "bob@south.test", "subject": "Hello", "body": "Hi.\n"} | fields
    return Draft(DraftId("d"), AccountName("north"), given_fields.pop("from_", ANN), **given_fields)


def build(**fields) -> bytes:
    return build_mail(draft(**fields), "id1@north.test", 1_700_000_000)


def header_of(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[0]


def unfolded(raw: bytes) -> dict[str, str]:
    lines = header_of(raw).replace(b"\r\n ", b" ").decode("ascii").split("\r\n")
    return dict(line.split(": ", 1) for line in lines)


def unflowed(text: str) -> str:
    """Undo format=flowed (RFC 3676 section 4), written from the RFC alone."""
    out: list[str] = []
    open_depth = -1
    for line in text.removesuffix("\r\n").split("\r\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        is_flowed = content.endswith(" ") and content != "-- "
        if open_depth == depth:
            out[-1] += content
        else:
            out.append(">" * depth + (" " if depth and content else "") + content)
        open_depth = depth if is_flowed else -1
    return "\n".join(out)


def test_the_header_is_what_was_meant() -> None:
    raw = build(
        cc="Cee <c@x.org>", bcc="hidden@y.org", in_reply_to="a@b", references=("x@y", "a@b")
    )
    assert field_names(header_of(raw)) == [
        "Date", "From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    ]  # fmt: skip
    fields = unfolded(raw)
    assert fields["Date"] == "Tue, 14 Nov 2023 22:13:20 +0000"
    assert fields["From"] == "Ann Example <ann@north.test>"
    assert fields["Message-ID"] == "<id1@north.test>"
    assert fields["References"] == "<x@y> <a@b>"
    assert b"hidden" not in raw


def test_an_address_beyond_ascii_is_written_as_it_is_and_read_back() -> None:
    raw = build(to="Jürgen <jürgen@straße.de>, bob@x.org")
    spec = "jürgen@xn--strae-oqa.de"
    assert f"<{spec}>".encode() in raw
    assert [a.addr_spec for a in parse_envelope(raw).to] == [spec, "bob@x.org"]
    with pytest.raises(ValueError, match="must not"):
        field_names("Subject: ü".encode())


def test_only_hidden_recipients_leave_no_trace() -> None:
    raw = build(to="", bcc="hidden@y.org")
    assert unfolded(raw)["To"] == "undisclosed-recipients:;"
    assert b"hidden" not in raw


def test_a_message_id_tells_nothing_of_this_machine() -> None:
    ids = {new_message_id("ann@straße.de") for _ in range(1000)}
    assert len(ids) == 1000
    for one in ids:
        random, _, domain = one.partition("@")
        assert domain == "xn--strae-oqa.de"
        assert re.fullmatch(r"[0-9a-f]{30}", random)  # 120 bits
        assert is_message_id(one)
        assert socket.gethostname() not in one


def test_the_bytes_are_the_same_each_time() -> None:
    assert build() == build()


@pytest.mark.parametrize(
    "hostile",
    ["x\r\nBcc: evil@x.org", "x\nBcc: evil@x.org\n\nbody", "x\rBcc: e@x", "x\0y", "x\u2028Bcc: e@x",
     "=?utf-8?q?a=0D=0ABcc=3A_x?=", "\x1b]0;x\x07", "x\r\n\r\n<html>", "\ud800"],
)  # fmt: skip
@pytest.mark.parametrize("where", ["subject", "from_", "in_reply_to", "references", "filename"])
def test_nothing_can_be_injected(tmp_path, hostile, where) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"x")
    fields = {
        "subject": {"subject": hostile},
        "from_": {"from_": Address(hostile, "ann@north.test")},
        "in_reply_to": {"in_reply_to": hostile},
        "references": {"references": (hostile, "fine@x")},
        "filename": {"attachments": (Attachment(file, hostile, "text/plain", 1),)},
    }[where]
    raw = build(**fields)
    plain = build(**({"attachments": (attachment_of(file),)} if where == "filename" else {}))
    expected = field_names(header_of(plain))
    if where == "references":
        expected.insert(expected.index("Message-ID") + 1, "References")
    assert field_names(header_of(raw)) == expected
    assert len(message_from_bytes(raw).get_all("Bcc", [])) == 0


def test_a_bad_address_is_refused() -> None:
    with pytest.raises(UserError, match="evil"):
        build(to="evil")


@pytest.mark.parametrize(
    "body",
    ["", "Hi.\n", "word " * 100, "> quoted\n>> deeper\nmine\n", "From here\n >x\n  in\n",
     "-- \nAnn\n", "a" * 3000, "日本語" * 400, ".\n..\n.x\n", "tab\there", "é", "x\n\n\n y \n",
     "> " + "long quoted words " * 20 + "\n> next", "🙂" * 50],
)  # fmt: skip
def test_a_body_reads_back(body) -> None:
    raw = build(body=body)
    message = message_from_bytes(raw, policy=policy.SMTP)
    text = message.get_content()
    wanted = "\n".join(line if line == "-- " else line.rstrip(" ") for line in body.split("\n"))
    assert unflowed(text).rstrip("\n") == wanted.rstrip("\n")
    assert message.get_param("format") == "flowed"


def test_every_line_is_short_and_seven_bit() -> None:
    raw = build(body="ä" * 5000 + "\n" + "x" * 5000, subject="Größe " * 300)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_attachments_arrive_byte_for_byte(tmp_path) -> None:
    contents = {
        "a.bin": bytes(range(256)) * 1000,
        'ü ber "x".txt': "häh\r\nbare\nx".encode(),
        "leer.txt": b"",
        "n" * 200 + ".pdf": b"%PDF",
        "日本語の長い名前" * 5 + ".docx": b"PK",
        "mail.eml": b"From: x\n\nFrom y\n",
        "=?utf-8?q?x?=.txt": b"x",
    }
    files = []
    for n, (name, content) in enumerate(contents.items()):
        path = tmp_path / str(n)
        path.write_bytes(content)
        files.append(attachment_of(path, name))
    raw = build(attachments=tuple(files))
    parts = list(message_from_bytes(raw, policy=policy.SMTP).iter_attachments())
    assert [part.get_payload(decode=True) for part in parts] == list(contents.values())
    assert [part.get_filename() for part in parts] == [name[-120:] for name in contents]
    assert parts[0].get_content_type() == "application/octet-stream"
    assert parts[5].get_content_type() == "application/octet-stream"


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "device"])
def test_only_regular_files_are_attached(tmp_path, kind) -> None:
    path = tmp_path / "x"
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "device":
            path = Path("/dev/zero")
    with pytest.raises(UserError):
        attachment_of(path)
    with pytest.raises(UserError):
        build(attachments=(Attachment(path, "x", "text/plain", 1),))


def test_attachments_have_a_limit(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tuimail.mime.compose.MAX_ATTACHED_BYTES", 10)
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"123456")
    one, two = attachment_of(tmp_path / "a"), attachment_of(tmp_path / "b")
    build(attachments=(one,))
    with pytest.raises(UserError, match="too large"):
        build(attachments=(one, two))


def test_long_chains_of_references_keep_their_ends() -> None:
    raw = build(references=tuple(f"{n}@x" for n in range(100)))
    ids = unfolded(raw)["References"].split()
    assert len(ids) == 30
    assert (ids[0], ids[-1]) == ("<0@x>", "<99@x>")


text = st.text(st.characters(codec="utf-8"), max_size=120)
nasty = st.text(st.sampled_from('a ,;:<>@"\\()=?_\r\n\t\x00\x1b\u2028é日🙂.-'), max_size=60)
anything = st.one_of(text, nasty)
specs = st.sampled_from(["a@x.org", '"q, r"@y.org', "b.c+d@z.example", "e@bücher.example"])
people = st.lists(st.builds(Address, anything, specs), max_size=3)


@pytest.mark.proof
def test_what_is_composed_is_what_is_read() -> None:
    composed_is_read()
    print(f"composed and read back: {CASES} mails, 0 header fields injected")


@seed(20261123)
@settings(max_examples=CASES, deadline=None, database=None)
@given(subject=anything, sender=anything, to=people, cc=people, body=anything, reply_id=anything)
def composed_is_read(subject, sender, to, cc, body, reply_id) -> None:
    raw = build(
        subject=subject, from_=Address(sender, "ann@north.test"), to=format_address_list(to),
        cc=format_address_list(cc), bcc="secret@hidden.test", body=body, in_reply_to=reply_id,
        references=(reply_id,),
    )  # fmt: skip
    header, _, rest = raw.partition(b"\r\n\r\n")
    fields = unfolded(raw)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"secret" not in raw
    optional = {
        "To": bool(to) or not cc,
        "Cc": bool(cc),
        "In-Reply-To": is_message_id(reply_id),
        "References": is_message_id(reply_id),
    }
    expected = {"Date", "From", "Subject", "Message-ID", "MIME-Version", "Content-Type",
                "Content-Transfer-Encoding", *(name for name, is_there in optional.items() if is_there)}  # fmt: skip
    assert set(field_names(header)) == expected == set(fields)
    assert len(field_names(header)) == len(expected)
    assert decoded(fields["Subject"]) == plain(subject)
    message = message_from_bytes(raw, policy=policy.default)
    assert not message.defects
    if to:
        assert [a.addr_spec for a in message["to"].addresses] == [ascii_spec(a) for a in to]
        # The standard library keeps blanks between encoded-words of a name (RFC 2047 section 6.2).
        assert [plain(a.name) for a in parse_envelope(raw).to] == [plain(a.name) for a in to]
    assert rest.endswith(b"\r\n")
    assert unflowed(message.get_payload(decode=True).decode()).rstrip("\n") == as_sent(body)


def as_sent(body: str) -> str:
    """Line ends made one, blanks at line ends gone, quote marks followed by one blank."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [line if line == "-- " else line.rstrip(" ") for line in lines]
    return "\n".join(re.sub(r"^(>+) ?(?=[^>\n ])", r"\1 ", line) for line in lines).rstrip("\n")


def decoded(value: str) -> str:
    return str(make_header(decode_header(value))) if "=?" in value else value


def plain(value: str) -> str:
    from tuimail.mime.addresses import plain_name

    return plain_name(value)


def ascii_spec(address: Address) -> str:
    return address.addr_spec.replace("bücher", "xn--bcher-kva")
