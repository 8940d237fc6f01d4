"""`[notify]` becomes what is told, or an error that names file, line and key."""

import pytest

from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.errors import ConfigError
from tuimail.model.notify import Notify, QuietHours, TerminalNotice


@pytest.fixture
def profile(tmp_path):
    return Profile.at(tmp_path)


def read(profile: Profile, text: str) -> Notify:
    profile.config_file.write_text(f"[notify]\n{text}\n")
    return load_config(profile).notify


def test_nothing_is_told_unless_it_is_set(profile):
    assert not load_config(profile).notify.is_on
    assert not read(profile, 'mailboxes = ["inbox"]').is_on


def test_every_key_is_read(profile):
    text = (
        'command = ["tell", "me"]\ndesktop = true\nterminal = "osc777"\n'
        'mailboxes = ["inbox", "work/Alerts"]\nquiet = "22:00-07:30"'
    )
    assert read(profile, text) == Notify(
        ("tell", "me"),
        desktop=True,
        terminal=TerminalNotice.OSC777,
        mailboxes=("inbox", "work/Alerts"),
        quiet=QuietHours(22 * 60, 7 * 60 + 30),
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("command = 'tell me'", "notify.command"),
        ("command = ['']", "notify.command"),
        (r'command = ["a", "b\u0000"]', "notify.command"),
        ("desktop = 'yes'", "notify.desktop"),
        ("terminal = 'bell'", "notify.terminal"),
        ("quiet = 'at night'", "notify.quiet"),
        ("quiet = '22:60-07:00'", "notify.quiet"),
        ("quiet = '24:00-07:00'", "notify.quiet"),
        ("quiet = '22:00-24:01'", "notify.quiet"),
        ("sound = true", "notify.sound"),
    ],
)
def test_what_is_wrong_is_refused_with_line_and_key(profile, text, key):
    with pytest.raises(ConfigError) as caught:
        read(profile, text)
    assert (caught.value.line, caught.value.key) == (2, key)


@pytest.mark.parametrize(
    ("hours", "minute", "is_quiet"),
    [
        ((60, 120), 59, False),
        ((60, 120), 60, True),
        ((60, 120), 120, False),
        ((1320, 420), 1319, False),
        ((1320, 420), 1320, True),
        ((1320, 420), 0, True),
        ((1320, 420), 420, False),
        ((0, 1440), 1439, True),
        ((60, 60), 60, False),
    ],
)
def test_quiet_hours_may_span_midnight(hours, minute, is_quiet):
    assert QuietHours(*hours).holds_at(minute) is is_quiet


def test_the_bell_of_the_terminal_is_a_way_to_tell(profile):
    profile.config_file.write_text("[ui]\nbell = true\n")
    notify = load_config(profile).notify
    assert notify.is_on
    assert notify.asks_screen
    assert notify.terminal is TerminalNotice.OFF
