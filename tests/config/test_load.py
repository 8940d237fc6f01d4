"""config.toml becomes settings and accounts, or an error that names file, line and key."""

import pytest

from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.config.write import add_account, remove_account, set_mailbox_role, set_offline
from tuimail.errors import ConfigError, UserError
from tuimail.model.account import (
    KeepOnServer,
    PasswordSource,
    Pop3,
    SaveSent,
    Security,
    Server,
)
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.offline import DEFAULT, EVERYTHING, HEADERS_ONLY, Offline

WORK = """\
# my mail
[ui]
theme = "light"

[account.work]
email = "alice@north.example"
display_name = "Alice"
signature = '''
--
Alice [not a table]
key = "not a key"
'''

[account.work.imap]
host = "imap.north.example"

[account.work.smtp]
host = "smtp.north.example"
security = "starttls"
username = "alice-out"

[account.work.password]
source = "command"
command = ["pass", "show", "work"]

[account.work.mailboxes]
sent = "Sent Items"

[[account.work.identity]]
email = "info@north.example"
"""


@pytest.fixture
def profile(tmp_path):
    return Profile.at(tmp_path)


def load(profile, text):
    profile.config_file.write_text(text)
    return load_config(profile)


def test_whether_sent_mail_is_saved_is_one_of_three_words(profile):
    [work] = load(profile, WORK).accounts
    assert work.save_sent is SaveSent.AUTO
    for word in SaveSent:
        text = WORK.replace('"Alice"', f'"Alice"\nsave_sent = "{word}"')
        [work] = load(profile, text).accounts
        assert work.save_sent is word
    with pytest.raises(ConfigError, match=r"toml:8: account\.work\.save_sent: .*auto, yes, no"):
        load(profile, WORK.replace('"Alice"', '"Alice"\nsave_sent = true'))


def test_a_missing_file_means_defaults_and_no_account(profile):
    config = load_config(profile)
    assert config.accounts == ()
    assert config.settings.theme == "dark"


def test_an_account_block_is_read_whole(profile):
    config = load(profile, WORK)
    account = config.account("work")
    assert config.settings.theme == "light"
    assert (account.imap.port, account.imap.security) == (993, Security.TLS)
    assert (account.smtp.port, account.smtp.security) == (587, Security.STARTTLS)
    assert (account.imap.username, account.smtp.username) == ("alice@north.example", "alice-out")
    assert account.password_command == ("pass", "show", "work")
    assert account.mailbox_for(Role.SENT) == "Sent Items"
    assert account.own_addresses == {"alice@north.example", "info@north.example"}


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('theme = "light"', "theme = 3", 3, "ui.theme"),
        ('theme = "light"', 'thme = "light"', 3, "ui.thme"),
        ('theme = "light"', 'columns = ["from"]', 3, "ui.columns"),
        ('theme = "light"', 'columns = ["subject", "from:x"]', 3, "ui.columns"),
        ('theme = "light"', 'density = "loose"', 3, "ui.density"),
        ('host = "imap.north.example"', "", 14, "account.work.imap.host"),
        ('host = "imap.north.example"', 'host = "bad host"', 15, "account.work.imap.host"),
        ('security = "starttls"', 'security = "none"', 19, "account.work.smtp.security"),
        ('security = "starttls"', "port = 0", 19, "account.work.smtp.port"),
        ('security = "starttls"', "port = true", 19, "account.work.smtp.port"),
        ('source = "command"', 'source = "plain"', 23, "account.work.password.source"),
        ('source = "command"', 'source = "ask"', 24, "account.work.password.command"),
        ('command = ["pass", "show", "work"]', "command = 3", 24, "account.work.password.command"),
        ('sent = "Sent Items"', 'snet = "Sent Items"', 27, "account.work.mailboxes.snet"),
        ('email = "info@north.example"', 'email = "info"', 30, "account.work.identity.email"),
        ('display_name = "Alice"', 'display_name = "A\\u0007"', 7, "account.work.display_name"),
        ('display_name = "Alice"', 'ca_file = "missing.pem"', 7, "account.work.ca_file"),
        ('email = "alice@north.example"', "", 5, "account.work.email"),
    ],
)
def test_each_error_names_file_line_and_key(profile, old, new, line, key):
    with pytest.raises(ConfigError) as caught:
        load(profile, WORK.replace(old, new, 1))
    assert (caught.value.line, caught.value.key) == (line, key)
    assert caught.value.hint.startswith(f"{profile.config_file}:{line}: {key}: ")


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"[ui]\ntheme = \n", 2),
        (b"[ui]\ntheme = 'a\xff'\n", 2),
        (b"[ui\n", 1),
        (b"[a]\n[a]\n", 2),
    ],
)
def test_what_is_no_toml_names_its_line(profile, raw, line):
    profile.config_file.write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        load_config(profile)
    assert caught.value.line == line


def test_a_file_that_cannot_be_read_is_a_config_error(profile):
    profile.config_file.mkdir()
    with pytest.raises(ConfigError, match=r"config\.toml"):
        load_config(profile)


def test_a_huge_file_is_refused(profile):
    profile.config_file.write_bytes(b"#" * (2 << 20))
    with pytest.raises(ConfigError, match="larger than"):
        load_config(profile)


def test_an_unknown_account_names_those_there_are(profile):
    with pytest.raises(UserError, match="work"):
        load(profile, WORK).account("home")


def test_a_new_account_leaves_the_persons_lines_as_they_are(profile):
    config = load(profile, WORK)
    other = config.account("work")
    remove_account(profile, AccountName("work"))
    add_account(profile, other)
    again = load_config(profile)
    assert again.account("work").imap == other.imap
    assert again.account("work").password_source is PasswordSource.COMMAND
    assert profile.config_file.read_text().startswith("# my mail\n")


def test_an_account_is_not_added_twice(profile):
    account = load(profile, WORK).account("work")
    with pytest.raises(UserError, match="already"):
        add_account(profile, account)


def test_a_chosen_mailbox_is_written_and_read_again(profile):
    load(profile, WORK)
    set_mailbox_role(profile, AccountName("work"), Role.TRASH, 'Bin "x" \\ Ä')
    assert load_config(profile).account("work").mailbox_for(Role.TRASH) == 'Bin "x" \\ Ä'


def test_removing_what_is_not_there_is_said(profile):
    with pytest.raises(UserError, match="no account"):
        remove_account(profile, AccountName("home"))
    with pytest.raises(UserError, match="no account"):
        set_mailbox_role(profile, AccountName("home"), Role.SENT, "Sent")


def test_a_profile_makes_closed_folders(tmp_path):
    profile = Profile.at(tmp_path / "p")
    profile.prepare()
    assert profile.data_dir.stat().st_mode & 0o777 == 0o700
    assert profile.state_dir.stat().st_mode & 0o777 == 0o700


def test_a_new_config_file_is_closed_to_others(profile, tmp_path):
    account = load(profile, WORK).account("work")
    fresh = Profile.at(tmp_path / "fresh")
    fresh.prepare()
    add_account(fresh, account)
    assert fresh.config_file.stat().st_mode & 0o777 == 0o600


POP3 = """\
[account.old]
email = "alice@north.example"

[account.old.pop3]
host = "pop.north.example"
"""


def test_a_pop3_account_leaves_mail_on_the_server_unless_it_is_told_otherwise(profile):
    [old] = load(profile, POP3).accounts
    server = Server("pop.north.example", 995, Security.TLS, "alice@north.example")
    assert old.pop3 == Pop3(server, KeepOnServer.LEAVE, 0, 300)
    assert old.imap is None
    assert old.retrieval == server
    [old] = load(profile, POP3 + 'security = "starttls"\nkeep = "delete"\n').accounts
    assert (old.pop3.server.port, old.pop3.keep) == (110, KeepOnServer.DELETE)
    [old] = load(profile, POP3 + 'keep = "days"\nkeep_days = 14\npoll_minutes = 60\n').accounts
    assert (old.pop3.keep, old.pop3.keep_days, old.pop3.poll_s) == (KeepOnServer.DAYS, 14, 3600)


@pytest.mark.parametrize(
    ("lines", "place", "problem"),
    [
        ('keep = "for ever"', ":6: account.old.pop3.keep: ", "leave, days, delete"),
        ('keep = "days"', ":4: account.old.pop3.keep_days: ", 'with keep = "days"'),
        ("keep_days = 3", ":6: account.old.pop3.keep_days: ", 'with keep = "days"'),
        ('keep = "days"\nkeep_days = 0', ":7: account.old.pop3.keep_days: ", "above 0"),
        ('keep = "days"\nkeep_days = "3"', ":7: account.old.pop3.keep_days: ", "whole number"),
        ("poll_minutes = 0", ":6: account.old.pop3.poll_minutes: ", "from 1 to 1440"),
        ("delete = true", ":6: account.old.pop3.delete: ", "unknown key"),
        ('[account.old.imap]\nhost = "x.example"', ":4: account.old.pop3: ", "not both"),
    ],
)
def test_an_error_in_pop3_names_its_place(profile, lines, place, problem):
    with pytest.raises(ConfigError) as found:
        load(profile, POP3 + lines + "\n")
    assert place in found.value.hint
    assert problem in found.value.hint


def test_a_pop3_account_is_written_as_it_is_read(profile, tmp_path):
    text = POP3 + 'keep = "days"\nkeep_days = 14\npoll_minutes = 60\n'
    [old] = load(profile, text).accounts
    fresh = Profile.at(tmp_path / "fresh")
    add_account(fresh, old)
    assert load_config(fresh).accounts == (old,)


OFFLINE = """\
[account.work]
email = "alice@north.example"
offline = "30d"

[account.work.imap]
host = "imap.north.example"

[account.work.offline_mailboxes]
inbox = "all"
"Lists/python" = "headers"
"""


def test_what_is_kept_of_an_account_and_of_single_mailboxes(profile):
    [work] = load(profile, OFFLINE).accounts
    assert work.offline_of("Archive") == Offline(30)
    assert work.offline_of("INBOX") == EVERYTHING
    assert work.offline_of("Lists/python") == HEADERS_ONLY
    [plain] = load(profile, WORK).accounts
    assert plain.offline_of("INBOX") == DEFAULT == Offline(90)


@pytest.mark.parametrize("word", ["", "0d", "90", "-1d", "99999d", "1.5d", "All", "90d "])
def test_what_is_no_span_is_refused_with_its_line(profile, word):
    with pytest.raises(ConfigError) as found:
        load(profile, OFFLINE.replace("30d", word))
    assert (found.value.line, found.value.key) == (3, "account.work.offline")
    with pytest.raises(ConfigError, match='"90d"') as found:
        load(profile, OFFLINE.replace('= "headers"', f'= "{word}"'))
    assert found.value.line == 10
    assert found.value.key == "account.work.offline_mailboxes.Lists/python"


def test_a_span_that_is_chosen_is_written_beside_what_the_person_wrote(profile):
    load(profile, WORK)
    set_offline(profile, AccountName("work"), "", HEADERS_ONLY)
    set_offline(profile, AccountName("work"), 'Bin "x" \\ Ä', Offline(7))
    set_offline(profile, AccountName("work"), "INBOX", EVERYTHING)
    set_offline(profile, AccountName("work"), "INBOX", Offline(14))
    [work] = load_config(profile).accounts
    assert work.offline == HEADERS_ONLY
    assert work.offline_mailboxes == (('Bin "x" \\ Ä', Offline(7)), ("INBOX", Offline(14)))
    text = profile.config_file.read_text()
    assert text.startswith("# my mail\n")
    assert work.imap.host == "imap.north.example"
    with pytest.raises(UserError, match="no account"):
        set_offline(profile, AccountName("home"), "", HEADERS_ONLY)


def test_a_span_can_be_written_where_an_account_stands_in_pieces(profile):
    load(profile, OFFLINE + '\n[ui]\ntheme = "light"\n\n[account.work.smtp]\nhost = "s.example"\n')
    set_offline(profile, AccountName("work"), "", EVERYTHING)
    set_offline(profile, AccountName("work"), "Archive", HEADERS_ONLY)
    [work] = load_config(profile).accounts
    assert work.offline == EVERYTHING
    assert work.offline_of("Archive") == HEADERS_ONLY
    assert work.smtp.host == "s.example"


def test_filters_are_commands_by_content_type(tmp_path):
    profile = Profile.at(tmp_path)
    text = (
        '[ui]\nopener = "zathura"\nimages = "half"\n'
        'filters = { "text/HTML" = "w3m -dump", "image/*" = "chafa" }\n'
    )
    profile.config_file.write_text(text)
    settings = load_config(profile).settings
    assert settings.filters.by_type == (("text/html", "w3m -dump"), ("image/*", "chafa"))
    assert (settings.opener, settings.images) == ("zathura", "half")
    written = str(settings.filters)
    profile.config_file.write_text(f"[ui]\nfilters = {written}\n")
    assert load_config(profile).settings.filters == settings.filters


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('filters = { "html" = "w3m" }', "is no content type"),
        ('filters = { "*/*" = "w3m" }', "is no content type"),
        ('filters = { "text/html" = 1 }', "ui.filters"),
        ('filters = "w3m"', "must be a table"),
        ('images = "some"', "must be one of: auto, kitty, sixel, half, no"),
    ],
)
def test_a_filter_or_a_way_to_draw_that_cannot_be_is_told_of(tmp_path, written, words):
    profile = Profile.at(tmp_path)
    profile.config_file.write_text(f"[ui]\n{written}\n")
    with pytest.raises(ConfigError, match=words):
        load_config(profile)
