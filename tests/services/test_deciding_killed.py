"""kill -9 at random moments of every decision: each is there whole, or not at all."""

import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

from tuimail.model.outgoing import OutgoingState, Remark
from tuimail.model.outgoing_steps import mail_state
from tuimail.services import delivery, writing
from tuimail.services.mail import Mail
from tuimail.store.database import Database
from tuimail.store.outgoing import bytes_of
from tuimail.store.outgoing_attempts import recover

from .deciding_process import RIGHT, WRONG
from .letters import ann

S = OutgoingState
KILLS = 200 if os.environ.get("PROOF_FULL") else 5
ROOT = Path(__file__).parents[2]


def decided_until_killed(folder: Path, after_s: float) -> list[list[str]]:
    """Return what the process said was durable before it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.services.deciding_process", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(after_s)
    process.kill()
    said = [line.split() for line in process.stdout.read().splitlines()]
    process.wait()
    return [words for words in said if len(words) == 2]


def check_each(mail: Mail) -> int:
    """Fail where a mail is half decided; return how many there are."""
    rows = {row.id: row for row in delivery.outbox(mail, all_mail=True)}
    stands_in = {row.id for row in rows.values() if row.replaces}
    for row in rows.values():
        assert row.state is mail_state(one.state for one in row.recipients)
        assert f"Message-ID: <{row.message_id}>".encode() in bytes_of(mail.store, row.id)
        said = [event.what for event in delivery.history(mail, row.id)]
        is_corrected = Remark.CORRECTED in said
        replaced = [one.replaced_by for one in row.recipients if one.replaced_by]
        assert set(replaced) <= stands_in
        assert is_corrected or not replaced
        if row.replaces:
            assert (row.replaces, [one.address for one in row.recipients]) == (WRONG, [RIGHT])
            assert Remark.IN_PLACE in said
        if Remark.ARRIVED in said:
            assert S.UNCERTAIN not in {one.state for one in row.recipients}
        if Remark.KNOWN in said or Remark.WRITTEN_ANEW in said:
            assert not row.needs_attention
    corrected = mail.store.rows(
        Database.LOCAL, "select count(*) from event where what = ?", (Remark.CORRECTED,)
    )
    assert corrected == [(len(stands_in),)]
    anew = mail.store.rows(
        Database.LOCAL, "select count(*) from event where what = ?", (Remark.WRITTEN_ANEW,)
    )
    assert anew[0][0] <= len(writing.drafts(mail))
    return len(rows)


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_killed_at_any_moment_every_decision_is_whole(tmp_path: Path) -> None:
    chance = random.Random(20261129)
    durable: defaultdict[str, set[str]] = defaultdict(set)
    for _ in range(KILLS):
        for what, which in decided_until_killed(tmp_path, chance.random() * 0.4):
            durable[what].add(which)
        mail = ann(tmp_path)
        recover(mail.store, 1)
        mails = check_each(mail)
        states = {row.id: row.state for row in delivery.outbox(mail, all_mail=True)}
        assert durable["sent"] | durable["corrected"] <= states.keys()
        assert {states[one] for one in durable["cancelled"]} <= {S.CANCELLED}
        assert {states[one] for one in durable["arrived"]} <= {S.ACCEPTED}
        assert {states[one] for one in durable["expired"]} <= {S.EXPIRED}
        assert durable["draft"] <= {draft.id for draft in writing.drafts(mail)}
        mail.close()
    said = sum(map(len, durable.values()))
    print(f"{KILLS} kills over {mails} mails: {said} decisions durable, 0 lost, 0 half made")
