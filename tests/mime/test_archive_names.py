"""Names in archives: all of them where they are few, some where they are many, none extracted."""

import io
import struct
import tarfile
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.mime.archive_names import (
    MAX_DIRECTORY_BYTES,
    MAX_NAMES,
    MAX_UNPACKED_BYTES,
    TAIL_BYTES,
    tar_names,
    unpacked,
    zip_names,
)

HOSTILE = ["../../etc/passwd", "/etc/shadow", "a\x1b[2J.txt", "C:\\x", "\u202egpj.exe", "ü.txt"]


def zipped(names: list[str], before: bytes = b"", comment: bytes = b"") -> bytes:
    made = io.BytesIO()
    made.write(before)
    with zipfile.ZipFile(made, "a") as archive:
        for name in names:
            archive.writestr(name, name * 3)
        archive.comment = comment
    return made.getvalue()


def tarred(names: list[str], form: int = tarfile.GNU_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = 700
            archive.addfile(entry, io.BytesIO(b"x" * 700))
    return made.getvalue()


def gzipped(content: bytes, times: int = 1) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(content) for _ in range(times)) + packer.flush()


def pieces(content: bytes, size: int = 1_000):
    return (content[at : at + size] for at in range(0, len(content), size))


@pytest.mark.parametrize("before", [b"", b"MZ" + b"\0" * 999])
@pytest.mark.parametrize("comment", [b"", b"hello", b"x" * 65_535])
def test_a_zip_archive_names_what_lies_in_it(before, comment):
    found = zip_names(zipped(HOSTILE, before, comment)[-TAIL_BYTES:])
    assert [entry.name for entry in found.entries] == HOSTILE
    assert [entry.size_bytes for entry in found.entries] == [len(3 * n.encode()) for n in HOSTILE]
    assert found.is_whole


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("size", [7, 512, 100_000])
def test_a_tar_archive_names_what_lies_in_it(form, size):
    names = [f"{'d' * 80}/{'n' * 60}", *(n for n in HOSTILE if not n.startswith("\u202e"))]
    if form != tarfile.USTAR_FORMAT:
        names.append("long/" * 100 + "name")
    found = tar_names(pieces(tarred(names, form), size))
    assert [entry.name for entry in found.entries] == names
    assert {entry.size_bytes for entry in found.entries} == {700}
    assert found.is_whole


def test_a_packed_tar_archive_is_read_as_it_is_unpacked():
    found = tar_names(unpacked(pieces(gzipped(tarred(["a", "b"])))))
    assert [entry.name for entry in found.entries] == ["a", "b"]
    assert found.is_whole


def test_of_many_names_some_are_shown():
    many = [f"{n}.txt" for n in range(MAX_NAMES + 5)]
    for found in (zip_names(zipped(many)), tar_names([tarred(many)])):
        assert len(found.entries) == MAX_NAMES
        assert not found.is_whole


def test_a_zip_bomb_costs_no_more_than_its_directory():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(20):
            archive.writestr(f"{n}", bytes(1 << 22))
    tracemalloc.start()
    found = zip_names(packed.getvalue()[-TAIL_BYTES:])
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.entries) == 20
    assert found.entries[0].size_bytes == 1 << 22
    assert grown < 1 << 20


def test_a_gzip_bomb_is_looked_through_to_a_bound_and_never_held():
    bomb = gzipped(bytes(1 << 20), 200)
    assert len(bomb) < 300_000
    tracemalloc.start()
    sizes = [len(piece) for piece in unpacked(pieces(bomb, 1 << 20))]
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(sizes) == MAX_UNPACKED_BYTES
    assert grown < 2 << 20


def test_a_tar_archive_of_headers_that_name_nothing_ends():
    header = bytearray(tarred(["x"])[:512])
    header[156:157] = b"g"
    header[124:136] = b"00000000000\0"
    assert not tar_names(bytes(header) * 1_000 for _ in range(1_000)).is_whole


@pytest.mark.parametrize("size", [0, 1, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF])
def test_a_directory_of_another_size_than_it_says_is_no_directory(size):
    made = bytearray(zipped(["a", "b"]))
    struct.pack_into("<I", made, len(made) - 10, size)
    assert not zip_names(bytes(made)).entries


def test_a_directory_too_large_is_not_read():
    made = zipped(["a"])
    assert not zip_names(b"PK\1\2" * (MAX_DIRECTORY_BYTES // 4) + made[:-30]).entries


@given(st.binary(max_size=2_000))
def test_nothing_raises(content):
    zip_names(content)
    zip_names(content + zipped(["a"]))
    tar_names([content])
    list(unpacked([content]))
    list(unpacked([gzipped(b"x" * 100)[:-4] + content]))


@given(st.integers(0, 3_000), st.binary(min_size=1, max_size=8))
def test_nothing_that_is_damaged_raises(at, junk):
    for whole in (zipped(HOSTILE), tarred(["a", "b" * 150]), gzipped(tarred(["a"]))):
        broken = whole[: at % len(whole)] + junk + whole[at % len(whole) + len(junk) :]
        zip_names(broken)
        tar_names(pieces(broken))
        tar_names(unpacked(pieces(broken)))
