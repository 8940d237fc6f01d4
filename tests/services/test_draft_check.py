"""Whoever writes again to an address that mail came back from is told, however it is written."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.services import writing
from tuimail.services.mail import Mail
from tuimail.store.outgoing_attempts import Outcome, claim_due, end_claim
from tuimail.store.outgoing_history import RecipientState, ReplyRecord

from .letters import NORTH, ann


def refuse(mail: Mail, to: str) -> None:
    """Send a mail to somebody whom the server does not know."""
    writing.send(mail, replace(writing.new_draft(mail, NORTH.name, to), body="Hello"), 0)
    now = int(time.time())
    claim = claim_due(mail.store, NORTH.name, now, 100)
    assert claim is not None
    (address,) = claim.recipients
    refused = RecipientState(OutgoingState.REFUSED, 550)
    said = ReplyRecord(Phase.ENVELOPE, address, 550, "5.1.1", "no such person", "mx")
    end_claim(mail.store, claim, Outcome({address: refused}, (said,)), now, now)


@pytest.mark.parametrize(
    ("refused", "typed"),
    [
        ("anna@bücher.example", "Anna <anna@bücher.example>"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example, b"),
        ("jane@x.test", '"Doe, Jane" <jane@x.test>, bo'),
    ],
)
def test_a_warning_comes_while_it_is_typed(tmp_path: Path, refused: str, typed: str) -> None:
    mail = ann(tmp_path)
    refuse(mail, refused)
    draft = writing.new_draft(mail, NORTH.name, typed)
    (warning,) = writing.early_warnings(mail, draft)
    assert ": mail came back on " in warning
    mail.close()
