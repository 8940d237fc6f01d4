"""What the doctor says of configuration, store and disk is what is so."""

import pytest

from tests.program import Program, Ran
from tests.store.makers import arrival, box_id, store_with_mailboxes
from tests.store.test_opening import corrupt
from tuimail.config.profile import Profile
from tuimail.services import doctor
from tuimail.services.mail import open_mail
from tuimail.store.files import Database, path_of
from tuimail.store.messages import put_messages


@pytest.fixture
def program(tmp_path) -> Program:
    one = Program(tmp_path)
    open_mail(one.profile).close()
    return one


def lines(ran: Ran) -> dict[str, str]:
    """Return what was said of each thing, with its mark."""
    found = [line.partition(": ") for line in ran.out.splitlines()]
    return {head[4:]: head[:4].strip() + " " + tail for head, _, tail in found}


def test_all_is_well_where_it_is(program):
    ran = program.run("doctor")
    said = lines(ran)
    assert said["configuration"] == f"ok {program.profile.config_file}"
    assert said["local store"].startswith(f"ok {program.profile.data_dir}: ")
    assert said["disk"].startswith("ok ")
    assert "file modes" not in said
    assert said["terminal"].startswith("ok ")
    assert " cop" in said["terminal"]


def test_a_damaged_store_is_found_and_the_next_start_mends_it(program):
    store = store_with_mailboxes(program.profile.data_dir)
    put_messages(store, box_id(store, "INBOX"), [arrival(n) for n in range(1, 3_000)])
    store.close()
    path = path_of(program.profile.data_dir, Database.CACHE)
    corrupt(path, begin=8_192 * 6, length=8_192 * 3)
    ran = program.run("doctor")
    assert ran.status == 6
    assert lines(ran)["local store"].startswith("!! cache.db is damaged (")
    assert "it is mended at the next start" in lines(ran)["local store"]
    again = program.run("doctor")
    assert "cache.db was damaged and is being made anew; nothing is lost." in again.err
    assert lines(again)["local store"].startswith("ok ")


def test_files_others_can_read_or_change_are_named_with_what_to_do(program):
    program.profile.config_file.write_text("")
    program.profile.config_file.chmod(0o666)
    blob = program.profile.data_dir / "blobs" / "aa"
    blob.mkdir(mode=0o755)
    blob.chmod(0o755)
    ran = program.run("doctor")
    assert ran.status == 2
    said = lines(ran)
    assert said["configuration"].startswith("!! others can change it")
    assert said["configuration"].endswith(f"chmod go-w {program.profile.config_file}")
    assert said["file modes"].endswith(f"chmod -R go-rwx {program.profile.data_dir}")


def test_little_room_is_said_with_what_it_means(tmp_path, monkeypatch):
    mail = open_mail(Profile.at(tmp_path))
    monkeypatch.setattr(doctor, "LITTLE_BYTES", 1 << 62)
    (disk,) = (one for one in doctor.examine_files(mail) if one.what == "disk")
    assert not disk.is_well
    assert disk.advice.endswith("free some space, or mail cannot be kept and sent")
    mail.close()


def test_an_index_that_is_being_made_again_is_said(tmp_path):
    mail = open_mail(Profile.at(tmp_path))
    with mail.store.writing(Database.CACHE) as writing:
        writing.run("insert into state values('reindex', 1)")
    assert [one.is_well for one in doctor.examine_files(mail) if one.what == "search index"] == [
        True
    ]
    mail.close()
