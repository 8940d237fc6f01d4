"""How an account signs in and sends, and what becomes of its mail, as config.toml says it."""

import pytest

from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.config.write import add_account
from tuimail.errors import ConfigError
from tuimail.model.account import (
    Auth,
    DeliveryReports,
    MatchedReports,
    PasswordSource,
    Program,
    Security,
    Server,
)

HEAD = """\
[account.work]
email = "alice@north.example"
"""
IMAP = """
[account.work.imap]
host = "imap.north.example"
"""
SMTP = """
[account.work.smtp]
host = "smtp.north.example"
"""
TOKEN = """
[account.work.password]
source = "command"
command = ["token", "alice@north.example"]
"""
CLEAR = """
[account.work.smtp]
host = "localhost"
port = 1025
security = "clear"
"""


@pytest.fixture
def profile(tmp_path):
    return Profile.at(tmp_path)


def load(profile, text):
    profile.config_file.write_text(text)
    [account] = load_config(profile).accounts
    return account


def test_what_is_not_written_has_its_usual_value(profile):
    work = load(profile, HEAD + IMAP + SMTP)
    assert work.imap.auth is work.smtp.auth is Auth.PASSWORD
    assert work.sendmail == work.trusted_servers == ()
    assert (work.give_up_days, work.reminder_days) == (5, 0)
    assert work.delivery_reports is DeliveryReports.FAILURES
    assert work.reports is MatchedReports.ARCHIVE
    assert not work.transcript
    assert work.way_out == work.smtp


def test_what_is_written_is_read(profile):
    lines = (
        'give_up_days = 2\ndelivery_reports = "all"\ntranscript = true\nreports = "keep"\n'
        'reminder_days = 7\ntrusted_servers = ["MX.example.org", "mx2.example.org"]\n'
    )
    work = load(profile, HEAD + lines + IMAP)
    assert (work.give_up_days, work.reminder_days) == (2, 7)
    assert work.delivery_reports is DeliveryReports.ALL
    assert work.reports is MatchedReports.KEEP
    assert work.transcript
    assert work.trusted_servers == ("mx.example.org", "mx2.example.org")
    assert work.way_out is None


def test_a_token_is_printed_by_a_command_and_signs_in_to_every_server(profile):
    work = load(profile, HEAD + 'auth = "oauth2"\n' + IMAP + SMTP + TOKEN)
    assert work.imap.auth is work.smtp.auth is Auth.OAUTH2
    assert work.password_source is PasswordSource.COMMAND


def test_clear_is_for_this_machine_alone_and_signs_in_only_where_that_is_written(profile):
    work = load(profile, HEAD + CLEAR)
    assert work.smtp == Server("localhost", 1025, Security.CLEAR, "")
    work = load(profile, HEAD + CLEAR + 'username = "alice"\n')
    assert work.smtp.username == "alice"
    for host in ("127.0.0.1", "127.8.9.10", "::1", "tunnel.localhost"):
        assert load(profile, HEAD + CLEAR.replace("localhost", host)).smtp.host == host


@pytest.mark.parametrize(
    "host",
    [
        "smtp.north.example",
        "192.168.1.1",
        "10.0.0.1",
        "0.0.0.0",
        "::",
        "127.1",
        "localhost.example",
    ],
)
def test_clear_is_refused_for_any_other_machine(profile, host):
    with pytest.raises(ConfigError, match="clear is for this machine alone") as found:
        load(profile, HEAD + CLEAR.replace("localhost", host))
    assert (found.value.line, found.value.key) == (7, "account.work.smtp.security")


def test_a_program_takes_mail_in_place_of_a_server(profile):
    work = load(profile, HEAD + 'sendmail = ["/usr/sbin/sendmail", "-C", "my.cf"]\n' + IMAP)
    assert work.sendmail == ("/usr/sbin/sendmail", "-C", "my.cf")
    assert work.smtp is None
    assert work.way_out == Program(work.sendmail)
    assert work.way_out.host == "sendmail"


@pytest.mark.parametrize(
    ("head", "rest", "line", "key", "problem"),
    [
        ('auth = "token"', IMAP, 3, "auth", "password, plain, oauth2"),
        ('auth = "oauth2"', IMAP, 1, "password.source", "prints an access token"),
        ("give_up_days = 0", IMAP, 3, "give_up_days", "from 1 to 30"),
        ("give_up_days = true", IMAP, 3, "give_up_days", "whole number"),
        ('delivery_reports = "none"', IMAP, 3, "delivery_reports", "failures, all"),
        ('transcript = "yes"', IMAP, 3, "transcript", "true or false"),
        ('trusted_servers = "mx.example"', IMAP, 3, "trusted_servers", "a list of texts"),
        ('trusted_servers = ["mx example"]', IMAP, 3, "trusted_servers", "names of servers"),
        ('trusted_servers = [""]', IMAP, 3, "trusted_servers", "names of servers"),
        ('reports = "delete"', IMAP, 3, "reports", "archive, keep"),
        ("reminder_days = -1", IMAP, 3, "reminder_days", "from 0 to 365"),
        ('sendmail = "sendmail -oi"', IMAP, 3, "sendmail", "a list of texts"),
        ('sendmail = [""]', IMAP, 3, "sendmail", "begin with a program"),
        ('sendmail = ["a\\u0000b"]', IMAP, 3, "sendmail", "control characters"),
        ("", TOKEN.replace("token", "to\\u0000ken"), 7, "password.command", "control characters"),
        ('sendmail = ["sendmail", "-t"]', IMAP, 3, "sendmail", "without -t"),
        ('sendmail = ["sendmail", "-ti"]', IMAP, 3, "sendmail", "without -t"),
        ('sendmail = ["msmtp", "--read-recipients"]', IMAP, 3, "sendmail", "without -t"),
        ('sendmail = ["sendmail"]', SMTP, 3, "sendmail", "not by both"),
        ("", IMAP + 'security = "clear"', 7, "imap.security", "one of: tls, starttls"),
        ("", '[account.work.pop3]\nhost = "::1"\nsecurity = "clear"', 6, "pop3.security", "one of"),
        ("", SMTP + 'security = "none"', 7, "smtp.security", "tls, starttls, clear"),
        ("", CLEAR.replace("port = 1025\n", ""), 5, "smtp.port", "is missing"),
    ],
)  # fmt: skip
def test_an_error_names_its_place(profile, head, rest, line, key, problem):
    with pytest.raises(ConfigError) as found:
        load(profile, f"{HEAD}{head}\n{rest}\n")
    assert problem in found.value.hint
    assert (found.value.line, found.value.key) == (line, f"account.work.{key}")


@pytest.mark.parametrize(
    "text",
    [
        HEAD + 'auth = "oauth2"\n' + IMAP + SMTP + TOKEN,
        HEAD + 'auth = "plain"\n' + SMTP,
        HEAD + 'username = "al"\n' + IMAP + CLEAR,
        HEAD + 'username = "al"\n' + IMAP + CLEAR + 'username = "al"\n',
        HEAD + IMAP + SMTP + 'username = ""\n',
        HEAD
        + 'sendmail = ["sendmail", "-C", "a b"]\ngive_up_days = 2\ndelivery_reports = "all"\n'
        + 'transcript = true\nreports = "keep"\nreminder_days = 7\n'
        + 'trusted_servers = ["mx.example.org"]\n'
        + IMAP,
    ],
)
def test_an_account_is_written_as_it_is_read(profile, tmp_path, text):
    work = load(profile, text)
    fresh = Profile.at(tmp_path / "fresh")
    add_account(fresh, work)
    assert load_config(fresh).accounts == (work,)
