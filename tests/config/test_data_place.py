"""The store lies on a local disk: by default, by a line of config.toml, or by the environment."""

from pathlib import Path

import pytest

from tuimail.__main__ import main
from tuimail.config import data_place
from tuimail.config.data_place import VARIABLE, network_type
from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.errors import ConfigError, ExitStatus, StoreError, UserError

TABLE = r"""/dev/vda / ext4 rw 0 0
proc /proc proc rw 0 0
server:/home {home} {kind} rw 0 0
/dev/vdb {home}/local\040disk ext4 rw 0 0
short
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home on the network, with a local disk in it."""
    folder = tmp_path / "home"
    (folder / "local disk").mkdir(parents=True)
    mount(monkeypatch, folder, "nfs4")
    return folder


def mount(monkeypatch, home: Path, kind: str) -> None:
    table = home.parent / "mounts"
    table.write_text(TABLE.format(home=home, kind=kind))
    monkeypatch.setattr(data_place, "MOUNTS", table)


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone"])
def test_a_home_on_the_network_is_noticed(home, monkeypatch, kind):
    mount(monkeypatch, home, kind)
    assert network_type(home / "not" / "there" / "yet") == kind
    assert network_type(home / "local disk" / "mail") == ""
    assert network_type(home.parent) == ""


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "overlay", "tmpfs", "fuseblk", "fuse.gocryptfs"])
def test_a_local_one_is_taken(home, monkeypatch, kind):
    mount(monkeypatch, home, kind)
    assert network_type(home) == ""
    Profile.at(home / "mail").prepare()


def test_a_link_counts_as_where_it_leads(home, tmp_path):
    (tmp_path / "link").symlink_to(home)
    assert network_type(tmp_path / "link" / "mail") == "nfs4"


def test_the_later_of_two_mounts_at_one_place_counts(home, monkeypatch):
    table = data_place.MOUNTS
    table.write_text(table.read_text() + f"/dev/vdc {home} xfs rw 0 0\n")
    assert network_type(home) == ""


def test_where_there_is_no_table_nothing_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(data_place, "MOUNTS", tmp_path / "none")
    assert network_type(tmp_path) == ""


def test_nothing_is_made_on_the_network_and_the_way_out_is_told(home, capsys):
    profile = Profile.at(home / "mail")
    with pytest.raises(StoreError, match="nfs4"):
        profile.prepare()
    assert main(["--profile", str(home / "mail"), "list"]) == ExitStatus.STORE
    said = capsys.readouterr().err
    assert "lies on a network file system (nfs4)" in said
    assert f"{home / 'mail' / 'config.toml'}: data_dir = " in said
    assert VARIABLE in said
    assert not (home / "mail" / "data").exists()


def test_what_it_tells_to_write_is_what_helps(home, capsys):
    folder = home / "mail"
    folder.mkdir()
    (folder / "config.toml").write_text(
        f'data_dir = "{home}/local disk/me"\n[ui]\ntheme = "dark"\n'
    )
    assert main(["--profile", str(folder), "list"]) == ExitStatus.NOTHING_FOUND
    assert (home / "local disk" / "me" / "data" / "local.db").exists()
    assert not (folder / "data").exists()


def test_the_environment_counts_more_and_parts_profiles(tmp_path):
    one, two = Profile.at(tmp_path / "one"), Profile.at(tmp_path / "two")
    one.config_dir.mkdir()
    one.config_file.write_text("data_dir = '/elsewhere'")
    environ = {VARIABLE: str(tmp_path / "disk")}
    assert one.placed({}).data_dir == Path("/elsewhere/data")
    assert one.placed(environ).data_dir.parents[1] == tmp_path / "disk"
    assert one.placed(environ).data_dir != two.placed(environ).data_dir
    assert one.placed(environ).state_dir.parent == one.placed(environ).data_dir.parent
    assert two.placed({}) == two


def test_a_mistake_elsewhere_in_the_file_hides_no_mail(tmp_path):
    profile = Profile.at(tmp_path)
    profile.config_file.write_text('data_dir = "/elsewhere"  # local\n[ui\n')
    assert profile.placed({}).data_dir == Path("/elsewhere/data")


@pytest.mark.parametrize("written", ["mail", "./mail", "~nobody-of-that-name/mail"])
def test_a_place_that_depends_on_where_one_stands_is_refused(tmp_path, written):
    profile = Profile.at(tmp_path)
    profile.config_file.write_text(f'data_dir = "{written}"')
    with pytest.raises(UserError, match="data_dir"):
        profile.placed({})
    with pytest.raises(UserError, match=VARIABLE):
        profile.placed({VARIABLE: written})


@pytest.mark.parametrize(
    "text", ['data_dir = """/a"""', r'data_dir = "/\u0061"', '"data_dir" = "/a"', "data_dir = 3"]
)
def test_a_place_that_would_not_be_found_is_refused(tmp_path, text):
    profile = Profile.at(tmp_path)
    profile.config_file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(profile)
    assert (caught.value.line, caught.value.key) == (1, "data_dir")
