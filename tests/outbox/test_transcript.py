"""What was said is kept where the account wants that: addresses in it, secrets never."""

from base64 import b64encode
from dataclasses import replace

import pytest

from tests.protocols.smtp.scripted import PASSWORD, USERNAME, Script, running
from tuimail.outbox.transcript import MAX_TRANSCRIPT_CHARS, transcript_of
from tuimail.protocols.smtp.replies import Heard, reply_of
from tuimail.store.outgoing import transcripts

from .conftest import office_of, queue


def test_each_command_and_each_line_of_its_answer_stands_on_a_line() -> None:
    heard = [
        Heard(0, "", reply_of(220, "mail.test ESMTP")),
        Heard(1, "EHLO [127.0.0.1]", reply_of(250, "mail.test\nSIZE 5")),
        Heard(2, ".", reply_of(250, "2.0.0 Ok: queued as 4Xy")),
    ]
    assert transcript_of(heard).split("\n") == [
        "1970-01-01T00:00:00Z < 220 mail.test ESMTP",
        "> EHLO [127.0.0.1]",
        "1970-01-01T00:00:01Z < 250 mail.test",
        "1970-01-01T00:00:01Z < 250 SIZE 5",
        "> (the mail)",
        "1970-01-01T00:00:02Z < 250 2.0.0 Ok: queued as 4Xy",
    ]


def test_a_server_that_never_ends_is_cut_short() -> None:
    endless = [Heard(0, "RCPT TO:<a@b>", reply_of(250, "x" * 2_000))] * 1_000
    text = transcript_of(endless)
    assert len(text) < 2 * MAX_TRANSCRIPT_CHARS
    assert text.endswith("... and more")


@pytest.mark.parametrize("is_wanted", [True, False])
async def test_it_is_kept_where_it_is_wanted(store, tls, is_wanted) -> None:
    queue(store)
    async with running(tls.context) as server:
        office = office_of(store, server, tls)
        office.account = replace(office.account, transcript=is_wanted)
        async with office.running():
            await office.until("accepted")
    kept = transcripts(store, office.row().id)
    assert [attempt for attempt, _ in kept] == ([1] if is_wanted else [])
    if is_wanted:
        assert "> RCPT TO:<bob@south.test>" in kept[0][1]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("password", [PASSWORD, "a wrong one"])
async def test_no_secret_stands_in_it_even_where_the_server_repeats_it(
    store, tls, mechanism, password
) -> None:
    forms = [password, b64encode(password.encode()).decode()]
    forms.append(b64encode(f"\0{USERNAME}\0{password}".encode()).decode())

    def echo(line: bytes) -> str:
        code = 235 if password == PASSWORD else 535
        return f"{code} {' '.join(forms)} {line.decode()}"

    queue(store)
    script = Script({"AUTH": echo}, auth=mechanism)
    async with running(tls.context, script) as server:
        office = office_of(store, server, tls)
        office.password = password
        office.account = replace(office.account, transcript=True)
        async with office.running():
            await office.until("accepted", "queued")
    ((_, text),) = transcripts(store, office.row().id)
    assert f"> AUTH {mechanism}" in text
    assert not [form for form in forms if form in text]
