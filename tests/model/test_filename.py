import pytest

from tuimail.model.filename import FALLBACK, MAX_NAME_BYTES
from tuimail.model.safe import Untrusted, safe_filename

NAMES = {
    "report.pdf": "report.pdf",
    "../../etc/passwd": "passwd",
    "../../etc/passwd\x00.txt": "passwd_.txt",
    "/etc/shadow": "shadow",
    "..": FALLBACK,
    ".": FALLBACK,
    "": FALLBACK,
    "/": FALLBACK,
    "///": FALLBACK,
    "a/b/": "b",
    "..\\..\\windows\\system32\\evil.dll": "evil.dll",
    "\\\\host\\share\\x.txt": "x.txt",
    "C:\\autoexec.bat": "autoexec.bat",
    "C:evil.exe": "C_evil.exe",
    "file.txt:stream": "file.txt_stream",
    "\x00": FALLBACK,
    "a\x00b": "a_b",
    "-rf": "rf",
    "--help": "help",
    "-": FALLBACK,
    ".bashrc": "bashrc",
    "...hidden": "hidden",
    ".ssh/authorized_keys": "authorized_keys",
    "~root": "root",
    "~/x": "x",
    "CON": "_CON",
    "con.txt": "_con.txt",
    "NUL": "_NUL",
    "nul.tar.gz": "_nul.tar.gz",
    "COM1": "_COM1",
    "LPT9.doc": "_LPT9.doc",
    "aux .txt": "_aux .txt",
    "console.txt": "console.txt",
    "name.": "name",
    "name ": "name",
    "name. . .": "name",
    " lead": "lead",
    "annexe\u202egpj.exe": "annexegpj.exe",
    "a\u2066b\u2069.txt": "ab.txt",
    "invo\u200bice.pdf": "invoice.pdf",
    "line\nbreak.txt": "line break.txt",
    "line\r\nbreak.txt": "line break.txt",
    "tab\there.txt": "tab here.txt",
    "esc\x1b[31m.txt": "esc_[31m.txt",
    "c1\x9b31m.txt": "c1_31m.txt",
    "invoice.pdf" + " " * 200 + ".exe": "invoice.pdf .exe",
    'quo"te<x>|y?*.txt': "quo_te_x_y_.txt",
    "fake\u2215slash\uff0fhere.txt": "fake_slash_here.txt",
    "e\u0301.txt": "é.txt",
    "\u0301.txt": "\u25cc\u0301.txt",
    "lone\ud800.txt": "lone_.txt",
    ";$(touch x)": ";$(touch x)",
    "`id`.txt": "`id`.txt",
    "文件.pdf": "文件.pdf",
    "отчёт.doc": "отчёт.doc",
    "tag\U000e0041.txt": "tag.txt",
    "a" * 300 + ".tar.gz": "a" * 117 + ".gz",
    "я" * 300 + ".pdf": "я" * 58 + ".pdf",
    "x." + "y" * 300: "x." + "y" * 118,
    "z" * 4_000_000: "z" * MAX_NAME_BYTES,
    "📎" * 100: "📎" * 30,
}


def test_there_are_at_least_sixty_names():
    assert len(NAMES) >= 60


@pytest.mark.parametrize(("raw", "name"), NAMES.items(), ids=range(len(NAMES)))
def test_name_is_one_component_that_hides_nothing(raw, name, tmp_path):
    made = safe_filename(Untrusted(raw))
    assert made == name
    assert len(made.encode()) <= MAX_NAME_BYTES
    assert safe_filename(Untrusted(made)) == made
    path = tmp_path / made
    path.write_bytes(b"x")
    assert path.resolve().parent == tmp_path.resolve()
    assert [p.name for p in tmp_path.iterdir()] == [made]
