"""Mails read in a process of their own are read the same, and one that takes too much is ended."""

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from tests.hostile.bombs import BOMBS
from tuimail.mime.apart import process, worker
from tuimail.mime.apart.asked import Wish, message
from tuimail.mime.apart.handle import MAX_SENT_BYTES
from tuimail.mime.apart.process import Apart, Asker, Ended, GivenUp, is_ordinary
from tuimail.mime.apart.wire import writer_of
from tuimail.mime.octets import FileOctets
from tuimail.mime.render import render_mail, searchable_text
from tuimail.model.part import Searchable

HEAD = b"From: a@x.example\r\nSubject: s\r\nContent-Type: "
LONG = HEAD + b"text/plain\r\n\r\n" + b"words and http://x.example/y\r\n> quoted\r\n" * 3_000
RICH = HEAD + b"text/html\r\n\r\n" + b"<p>words <a href='http://x.example/'>x</a><ul><li>a" * 2_000

PATIENCE_S = 60
"""However slow the machine is."""


@pytest.fixture
def apart():
    """Make readers that end with the test."""
    made = []

    def make(*command, **how):
        how = {"patience_s": PATIENCE_S, **how}
        made.append(Apart(command, **how) if command else Apart(**how))
        return made[-1]

    yield make
    for one in made:
        one.end()


def python(code):
    """A process that greets as one of this version, and then does as it likes."""
    greeting = message(process.__version__)
    before = (
        f"import os, socket, sys, time; line = socket.socket(fileno=0); line.sendall({greeting!r})"
    )
    return (sys.executable, "-S", "-c", f"{before}\n{code}")


def is_alive(pid):
    return Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("raw", [LONG, RICH])
def test_a_mail_is_read_as_it_would_be_in_here(apart, raw, tmp_path):
    reader = apart()
    assert reader.rendered(raw) == render_mail(raw)
    assert reader.rendered(raw, Wish.HTML_FIRST) == render_mail(raw, prefer_html=True)
    assert reader.searchable(raw) == searchable_text(raw)
    (tmp_path / "mail").write_bytes(raw)
    with (tmp_path / "mail").open("rb") as file:
        assert reader.rendered(FileOctets(file)) == render_mail(raw)


def test_a_large_mail_in_memory_is_handed_over_as_a_file(apart):
    head = HEAD + b"multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\n"
    file = b"Content-Type: application/x; name=a.bin\r\n\r\n" + b"x" * 3_000_000
    raw = head + file + b"\r\n--b--\r\n"
    assert len(raw) > MAX_SENT_BYTES
    reader = apart()
    assert reader.searchable(raw) == searchable_text(raw)
    assert reader.rendered(raw) == render_mail(raw)


def test_the_beginning_of_a_long_mail_is_told_first(apart):
    told = []
    whole = apart().rendered(LONG, on_beginning=told.append)
    (beginning,) = told
    assert 0 < len(beginning.lines) < len(whole.lines)
    assert beginning.lines == whole.lines[: len(beginning.lines)]
    assert (beginning.links, beginning.envelope) == (whole.links, whole.envelope)


def test_small_mails_are_read_in_here(apart):
    reader = apart("no such program")
    raw = HEAD + b"text/plain\r\n\r\nwords"
    assert is_ordinary(raw)
    assert reader.rendered(raw) == render_mail(raw)
    assert reader.searchable(raw) == searchable_text(raw)
    assert reader._worker is None


def test_mails_are_ordinary_by_what_they_could_cost():
    assert is_ordinary(HEAD + b"text/html\r\n\r\n" + b"<p>word " * 999)
    assert not is_ordinary(HEAD + b"text/html\r\n\r\n" + b"<p>words of it " * 1_100)
    assert not is_ordinary(
        HEAD + b"text/html\r\nContent-Transfer-Encoding: BASE64\r\n\r\n" + b"A" * 17_000
    )
    assert is_ordinary(HEAD + b"text/plain\r\n\r\n" + b"A" * 60_000)
    assert not is_ordinary(HEAD + b"text/plain\r\n\r\n" + b"A" * 70_000)


def test_where_no_process_can_be_had_mails_are_read_in_here(apart):
    for command in (("no such program",), (sys.executable, "-c", "")):
        assert apart(*command).rendered(LONG) == render_mail(LONG)
    other = (sys.executable, "-s", "-S", "-P", "-m", "tuimail.mime.apart.worker", "0.0.0")
    assert apart(*other).rendered(LONG) == render_mail(LONG)


def test_one_process_reads_many_mails(apart):
    reader = apart()
    reader.rendered(LONG)
    first = reader._worker
    reader.rendered(RICH)
    assert reader._worker is first


def test_a_process_that_was_killed_is_begun_again(apart):
    reader = apart()
    reader.rendered(LONG)
    reader._worker._process.kill()
    reader._worker._process.wait()
    assert reader.rendered(LONG) == render_mail(LONG)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "line.recv(9)",
        "line.recv(9); os.kill(os.getpid(), 9)",
        "line.recv(9); line.sendall(b'\\xff' * 100); time.sleep(60)",
        "line.recv(9); line.sendall(bytes(4) * 100); time.sleep(60)",
        "line.recv(9); line.sendall(b'\\0\\0\\0\\4null' * 9); time.sleep(60)",
        "line.recv(9); line.sendall(b'\\0\\0\\0\\4true'); time.sleep(60)",
        "line.recv(9); line.sendall((100_000).to_bytes(4) + b'[' * 100_000); time.sleep(60)",
    ],
)  # fmt: skip
def test_what_a_strange_process_says_is_no_mail(apart, code):
    with pytest.raises(Ended):
        apart(*python(code)).rendered(LONG)


def test_an_answer_that_is_cut_anywhere_is_no_mail(apart):
    """As where the process is killed, whatever it was about to say."""
    raw = HEAD + b"text/html; x=" + b"y" * 70_000 + b"\r\n\r\n<p>words"
    whole = b"".join([*worker.answers(raw, Wish.TEXT_FIRST), message(True)])
    assert not is_ordinary(raw)
    for cut in (*range(0, len(whole), max(1, len(whole) // 12)), len(whole) - 1):
        code = f"line.recv(9); line.sendall({whole[:cut]!r})"
        with pytest.raises(Ended):
            apart(*python(code)).rendered(raw)
    code = f"line.recv(9); line.sendall({whole!r}); time.sleep(60)"
    assert apart(*python(code)).rendered(raw) == render_mail(raw)


def test_a_process_that_hangs_is_ended(apart):
    reader = apart(*python("time.sleep(600)"), patience_s=0.2)
    with pytest.raises(Ended):
        reader.rendered(LONG)
    assert reader.searchable(LONG) == Searchable("", "", "", has_attachments=False)


def test_who_gives_up_waits_no_longer_and_the_process_is_ended(apart):
    reader = apart(*python("line.recv(9); line.sendall(b'x'); time.sleep(600)"), patience_s=600)
    asker, ends = Asker(), []

    def ask():
        try:
            reader.rendered(LONG, asker=asker)
        except GivenUp as error:
            ends.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while asker._worker is None:
        thread.join(0.01)
    pid = asker._worker._process.pid
    asker.give_up()
    thread.join()
    assert len(ends) == 1
    assert not is_alive(pid)
    with pytest.raises(GivenUp):
        reader.rendered(LONG, asker=asker)


def test_who_gives_up_a_mail_that_is_read_already_takes_nothing_from_the_next(apart, monkeypatch):
    """The process is ended, and for a moment it is there yet: the next mail must not meet it."""
    reader, whole = apart(), render_mail(LONG)
    plain_text = process.plain_text
    for _ in range(5):
        asker = Asker()

        def at_the_end(lines, asker=asker):
            if len(lines) == len(whole.lines):
                asker.give_up()
            return plain_text(lines)

        with monkeypatch.context() as patched:
            patched.setattr(process, "plain_text", at_the_end)
            reader.rendered(LONG, asker=asker)
        assert asker.has_given_up
        assert reader.rendered(LONG) == whole


def test_a_mail_that_takes_too_long_ends_the_process_by_itself(apart):
    """Also where nobody is left to see that it hangs."""
    code = "import signal; signal.setitimer(signal.ITIMER_PROF, 0.05)\nwhile True: pass"
    reader = apart(*python(code), patience_s=600)
    with pytest.raises(Ended):
        reader.rendered(LONG)


def test_a_process_ends_when_nobody_asks_any_more(apart):
    reader = apart(linger_s=0.2)
    reader.begin()
    assert reader._worker._process.wait() == 0
    assert not reader._worker.can_be_asked(60)


def test_a_process_ends_with_who_began_it(apart):
    reader = apart()
    reader.rendered(LONG)
    running = reader._worker._process
    reader._worker._line.close()
    assert running.wait() == 0


def test_a_process_has_nothing_of_the_persons(apart, monkeypatch):
    monkeypatch.setenv("TUIMAIL_SECRET", "hunter2")
    inside = os.open(os.devnull, os.O_RDONLY)
    os.set_inheritable(inside, True)
    try:
        reader = apart()
        reader.rendered(LONG)
        pid = reader._worker._process.pid
        assert b"hunter2" not in Path(f"/proc/{pid}/environ").read_bytes()
        handles = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
        assert all(handle.startswith(("socket:", "/dev/null")) for handle in handles)
        assert len(handles) == 3
        assert os.getpgid(pid) == pid
    finally:
        os.close(inside)


def test_a_process_finds_the_libraries_of_its_interpreter(apart, monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/python/lib")
    reader = apart()
    reader.rendered(LONG)
    environment = Path(f"/proc/{reader._worker.pid}/environ").read_bytes()
    assert b"LD_LIBRARY_PATH=/opt/python/lib\0" in environment


def test_memory_is_not_bounded_where_the_system_does_not_tell_how_much_there_is(monkeypatch):
    """By a bound below that nothing could be read at all: BSD has no /proc as a rule."""
    bounded = []
    monkeypatch.setattr(worker.resource, "setrlimit", lambda limit, _: bounded.append(limit))
    worker._be_bounded(0)
    assert worker.resource.RLIMIT_CORE in bounded
    assert worker.resource.RLIMIT_AS not in bounded
    worker._be_bounded(1 << 20)
    assert worker.resource.RLIMIT_AS in bounded


def test_the_first_bombs_are_read_or_ended(apart):
    """All of them, with their time and memory, are among the proofs."""
    reader = apart()
    for name in ("a thousand parts of blocks", "lists in lists", "four megabytes of links"):
        raw = BOMBS[name]()
        try:
            assert reader.rendered(raw).lines
        except Ended:
            assert reader.searchable(raw).text == ""
    assert reader.rendered(LONG) == render_mail(LONG)


def test_ended_processes_leave_nothing(apart):
    reader = apart()
    reader.rendered(LONG)
    pid = reader._worker._process.pid
    reader.end()
    assert not is_alive(pid)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)


def twice(tmp_path, first, then):
    """A process that does one thing when it is begun first, and another ever after."""
    mark = str(tmp_path / "begun")
    return (
        f"first = not os.path.exists({mark!r}); open({mark!r}, 'w').close()\n"
        f"line.recv(9)\nif first: {first}\n{then}"
    )


FOUND = Searchable("words", "", "words", has_attachments=False)


def says(*words):
    """Say what is known, and end."""
    return f"line.sendall({b''.join(message(one) for one in words)!r}); time.sleep(60)"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_text_is_found_although_somebody_ended_the_process_that_read_it(apart, tmp_path, number):
    """As when the computer is shut down, or has no memory left: the mail is not to blame."""
    answer = says(writer_of(Searchable)(FOUND), True)
    code = twice(tmp_path, f"os.kill(os.getpid(), {int(number)})", answer)
    assert apart(*python(code)).searchable(LONG) == FOUND


def test_a_process_that_had_just_ended_by_itself_is_begun_again(apart, tmp_path):
    answer = says(writer_of(Searchable)(FOUND), True)
    assert apart(*python(twice(tmp_path, "sys.exit(0)", answer))).searchable(LONG) == FOUND


def test_a_mail_that_ended_its_process_is_not_read_again(apart, tmp_path):
    answer = says(writer_of(Searchable)(FOUND), True)
    for end in ("sys.exit(1)", "os.kill(os.getpid(), 27)", "os.kill(os.getpid(), 11)"):
        (tmp_path / "begun").unlink(missing_ok=True)
        assert apart(*python(twice(tmp_path, end, answer))).searchable(LONG).text == ""


def test_what_is_indexed_when_the_program_ends_is_read_all_the_same(apart):
    reader = apart()
    reader.begin()
    found = []
    asks = threading.Thread(target=lambda: found.append(reader.searchable(LONG)))
    with reader._lock:
        asks.start()
    reader.end()
    asks.join()
    assert found == [searchable_text(LONG)]


def test_an_answer_left_half_way_is_not_taken_for_that_to_another_mail(apart):
    class Leaves(Exception):
        pass

    def leave(_):
        raise Leaves

    reader = apart()
    with pytest.raises(Leaves):
        reader.rendered(LONG, on_beginning=leave)
    assert reader.rendered(RICH) == render_mail(RICH)
