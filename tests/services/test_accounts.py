import pytest

from tuimail.errors import UserError
from tuimail.model.account import Auth, Program, Security, Server
from tuimail.services.accounts import Wanted, make_account


def server(text, security=Security.TLS):
    wanted = Wanted("work", "me@north.example", imap=text, imap_security=security)
    return make_account(wanted).imap


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("imap.north.example", "imap.north.example", 993),
        ("imap.north.example:1993", "imap.north.example", 1993),
        ("imap.bücher.example:1993", "imap.xn--bcher-kva.example", 1993),
        ("localhost:65535", "localhost", 65535),
        ("192.0.2.7:993", "192.0.2.7", 993),
        ("[::1]:1993", "::1", 1993),
        ("[2001:DB8::7]", "2001:db8::7", 993),
        ("::1", "::1", 993),
    ],
)
def test_a_server_is_a_host_and_perhaps_a_port(text, host, port):
    assert (server(text).host, server(text).port) == (host, port)


def test_a_port_that_is_not_written_is_that_of_its_security():
    assert server("[::1]", Security.STARTTLS).port == 143


@pytest.mark.parametrize(
    "text",
    [
        "host:", ":993", "host:0", "host:65536", "host:x", "host:" + "9" * 5_000, "host:٣",
        "[::1", "::1]", "[::1]993", "[host]:993", "a b", "-host", "host_name", "https://host",
        "\x1b[2J",
    ],
)  # fmt: skip
def test_what_is_no_server_is_refused_with_what_to_write(text):
    with pytest.raises(UserError, match="HOST:PORT") as error:
        server(text)
    assert "\x1b" not in error.value.hint


def wanted(**said):
    return make_account(Wanted("work", "me@north.example", imap="imap.north.example", **said))


def test_a_token_needs_a_command_that_prints_it():
    account = wanted(auth=Auth.OAUTH2, password_command=("token",), smtp="smtp.north.example")
    assert account.imap.auth is account.smtp.auth is Auth.OAUTH2
    with pytest.raises(UserError, match="--password-command"):
        wanted(auth=Auth.OAUTH2)


def test_mail_goes_out_by_a_server_or_by_a_program():
    assert wanted(sendmail=("sendmail", "-v")).way_out == Program(("sendmail", "-v"))
    with pytest.raises(UserError, match="not by both"):
        wanted(sendmail=("sendmail",), smtp="smtp.north.example")
    known = make_account(Wanted("me@fastmail.com", sendmail=("sendmail",)))
    assert known.smtp is None
    assert known.imap is not None


def test_clear_is_for_a_named_port_of_this_machine():
    account = wanted(smtp="[::1]:1025", smtp_security=Security.CLEAR, username="al")
    assert account.smtp == Server("::1", 1025, Security.CLEAR, "")
    assert account.imap.username == "al"
    account = wanted(smtp="localhost:25", smtp_security=Security.CLEAR, smtp_username="al")
    assert account.smtp.username == "al"
    with pytest.raises(UserError, match="Say the port"):
        wanted(smtp="localhost", smtp_security=Security.CLEAR)
    with pytest.raises(UserError, match="for this machine alone"):
        wanted(smtp="smtp.north.example:25", smtp_security=Security.CLEAR)
