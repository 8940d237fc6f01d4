"""Whatever happens to mails in whatever order: none is lost, none is sent twice without a yes.

Services and store together, over a file that is closed and opened again; the server is a ledger of
what it was given at the final dot.
"""

import os
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
)

from tuimail.errors import UserError
from tuimail.model.ids import MessageKey, OutgoingId
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.model.report import Grade, ReportAction, ReportKind
from tuimail.services import delivery, next_steps, writing
from tuimail.services.mail import Mail
from tuimail.store.database import open_store
from tuimail.store.expiry import expire_overdue, release_held
from tuimail.store.outgoing import blob_of
from tuimail.store.outgoing_attempts import (
    Claim,
    ClaimLost,
    Outcome,
    claim_due,
    claim_later,
    end_claim,
    recover,
    set_phase,
)
from tuimail.store.outgoing_history import RecipientState
from tuimail.store.reports import Told, put_report
from tuimail.store.seen_in_sent import put_found

from .letters import NORTH, ann

S = OutgoingState
FULL = os.environ.get("PROOF_FULL") == "1"
FAR = 1 << 34
"""Everything that waits is due by then."""
PEOPLE = ("ann@x.test", "bob@x.test", "cy@x.test")
ANSWERS = (S.ACCEPTED, S.HELD, S.QUEUED, S.REFUSED, S.UNCERTAIN)
AFTER_THE_DOT = (S.ACCEPTED, S.HELD, S.UNCERTAIN)
"""What a server that was given the whole mail may have taken."""
FINAL_TOLD = {ReportAction.FAILED: S.BOUNCED, ReportAction.DELIVERED: S.DELIVERED}


class Outbox(RuleBasedStateMachine):
    """One account, one sender, a person, and reports."""

    sent = Bundle("sent")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-machine-"))
        self.mail: Mail = ann(self.folder)
        self.queued: dict[OutgoingId, tuple[str, ...]] = {}
        self.given: Counter[tuple[OutgoingId, str]] = Counter()
        """How often the server may have taken a mail to somebody."""
        self.allowed: Counter[tuple[OutgoingId, str]] = Counter()
        """How often the person said that it may go, though it may have been taken."""
        self.alive: Claim | None = None
        self.now = 0

    def teardown(self) -> None:
        """Whatever is left goes out in the end, or says why not."""
        self.restart()
        for _ in range(100):
            claim = claim_due(self.mail.store, NORTH.name, FAR, 2)
            if claim is None:
                break
            self.alive = claim
            self.end(S.ACCEPTED)
        else:
            raise AssertionError("the outbox is never empty")
        left = {row.state for row in delivery.outbox(self.mail, all_mail=True)}
        assert not left & {S.QUEUED, S.SENDING}
        self.nobody_gets_it_twice_without_a_yes()
        self.mail.close()
        shutil.rmtree(self.folder)

    @rule(target=sent, people=st.sets(st.sampled_from(PEOPLE), min_size=1))
    def send(self, people: set[str]) -> OutgoingId:
        """Write a mail and hand it over."""
        draft = writing.new_draft(self.mail, NORTH.name, ", ".join(sorted(people)))
        draft = replace(draft, subject="s", body="b")
        outgoing_id = writing.send(self.mail, draft, 0)
        self.queued[outgoing_id] = tuple(sorted(people))
        return outgoing_id

    @rule(later=st.booleans())
    def claim(self, later: bool) -> None:
        """Begin an attempt, if none is being made."""
        if self.alive is None:
            take = claim_later if later else claim_due
            self.alive = take(self.mail.store, NORTH.name, FAR, 2)

    @rule(answer=st.sampled_from(ANSWERS))
    def end(self, answer: OutgoingState) -> None:
        """Go the way of an attempt to its end."""
        claim, self.alive = self.alive, None
        if claim is None:
            return
        with suppress(ClaimLost):
            set_phase(self.mail.store, claim, Phase.DATA)
            if answer in AFTER_THE_DOT:
                set_phase(self.mail.store, claim, Phase.FINAL_DOT)
                self._give(claim)
            outcome = Outcome(dict.fromkeys(claim.recipients, RecipientState(answer)))
            end_claim(self.mail.store, claim, outcome, 1, 1)

    @rule(is_at_the_dot=st.booleans())
    def crash(self, is_at_the_dot: bool) -> None:
        """Die in the middle of an attempt."""
        claim = self.alive
        if claim is not None and is_at_the_dot:
            with suppress(ClaimLost):
                set_phase(self.mail.store, claim, Phase.FINAL_DOT)
                self._give(claim)
        self.restart()

    @rule()
    def restart(self) -> None:
        """Close everything, and begin as the program does."""
        self.alive = None
        self.mail.close()
        self.mail = replace(self.mail, store=open_store(self.mail.profile.data_dir))
        recover(self.mail.store, 1)

    @rule(outgoing_id=sent)
    def cancel(self, outgoing_id: OutgoingId) -> None:
        """The person stops it, or tries to."""
        with suppress(UserError):
            delivery.cancel(self.mail, outgoing_id)
            assert not self._states(outgoing_id) & {S.QUEUED, S.SENDING}

    @rule(outgoing_id=sent, is_sure=st.booleans())
    def retry(self, outgoing_id: OutgoingId, is_sure: bool) -> None:
        """The person wants it to go again."""
        before = self._by_person(outgoing_id)
        with suppress(UserError):
            delivery.retry(self.mail, outgoing_id, is_sure=is_sure)
            self._allow(outgoing_id, before)
            if not is_sure:
                after = self._by_person(outgoing_id)
                assert all(after[a] is S.UNCERTAIN for a, s in before.items() if s is S.UNCERTAIN)

    @rule(target=sent, outgoing_id=sent, person=st.sampled_from(PEOPLE))
    def correct(self, outgoing_id: OutgoingId, person: str) -> OutgoingId:
        """The person sends it to another address instead."""
        right = f"right{len(self.queued)}@x.test"
        try:
            new = next_steps.correct(self.mail, outgoing_id, person, right, 0)
        except UserError:
            return outgoing_id
        self.queued[new] = (right,)
        return new

    @rule(outgoing_id=sent)
    def arrived(self, outgoing_id: OutgoingId) -> None:
        """The person knows that it did."""
        with suppress(UserError):
            next_steps.arrived(self.mail, outgoing_id)
            assert S.UNCERTAIN not in self._states(outgoing_id)

    @rule(outgoing_id=sent)
    def known(self, outgoing_id: OutgoingId) -> None:
        """The person has dealt with it."""
        before = self._by_person(outgoing_id)
        with suppress(UserError):
            assert not next_steps.known(self.mail, outgoing_id).needs_attention
        assert self._by_person(outgoing_id) == before

    @rule(outgoing_id=sent, is_sure=st.booleans())
    def edit(self, outgoing_id: OutgoingId, is_sure: bool) -> None:
        """The person writes it anew."""
        kept = len(writing.drafts(self.mail))
        with suppress(UserError):
            next_steps.edit(self.mail, outgoing_id, is_sure=is_sure)
            assert not self._states(outgoing_id) & {S.QUEUED, S.SENDING}
            kept += 1
        assert len(writing.drafts(self.mail)) >= min(kept, 1)

    @rule(outgoing_id=sent)
    def found(self, outgoing_id: OutgoingId) -> None:
        """The server has filed it in Sent."""
        put_found(self.mail.store, outgoing_id, "Sent", 1)

    @rule(outgoing_id=sent, action=st.sampled_from(ReportAction), grade=st.sampled_from(Grade))
    def report(self, outgoing_id: OutgoingId, action: ReportAction, grade: Grade) -> None:
        """A server reports about it."""
        self.now += 1
        before = self._by_person(outgoing_id)
        told = [
            Told(
                kind=ReportKind.DELIVERY,
                grade=grade,
                address=address,
                action=action,
                code=550,
                status="",
                diagnostic="",
                reporting_mta="mx",
                remote_mta="",
                explanation="",
                sentence="",
                message_key=MessageKey(self.now),
                message_id=f"r{self.now}@mx",
            )
            for address in before
        ]
        put_report(self.mail.store, outgoing_id, told, self.now)
        after = self._by_person(outgoing_id)
        assert {a: s for a, s in after.items() if s in (S.QUEUED, S.SENDING)} == {
            a: s for a, s in before.items() if s in (S.QUEUED, S.SENDING)
        }

    @rule()
    def release(self) -> None:
        """The time has come for what servers hold."""
        release_held(self.mail.store, NORTH.name, FAR)
        rows = delivery.outbox(self.mail, all_mail=True)
        assert not any(one.state is S.HELD for row in rows for one in row.recipients)

    @rule()
    def expire(self) -> None:
        """Nobody has answered for days."""
        expire_overdue(self.mail.store, NORTH.name, FAR, 1, "Given up.")
        waiting = [
            row.id for row in delivery.outbox(self.mail, all_mail=True) if row.state is S.QUEUED
        ]
        assert waiting == []

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every mail is there, with every recipient, its bytes and a state that fits."""
        rows = {row.id: row for row in delivery.outbox(self.mail, all_mail=True)}
        assert rows.keys() == self.queued.keys()
        for outgoing_id, row in rows.items():
            assert tuple(one.address for one in row.recipients) == self.queued[outgoing_id]
            assert blob_of(self.mail.store, outgoing_id)
        sending = [row.id for row in rows.values() if row.state is S.SENDING]
        assert len(sending) <= (self.alive is not None)

    @invariant()
    def nobody_gets_it_twice_without_a_yes(self) -> None:
        """The server was given a mail once, and once more for each yes."""
        for key, times in self.given.items():
            assert times <= 1 + self.allowed[key], key

    def _give(self, claim: Claim) -> None:
        for address in claim.recipients:
            self.given[claim.outgoing_id, address] += 1

    def _allow(self, outgoing_id: OutgoingId, before: dict[str, OutgoingState]) -> None:
        """Take note of whom the person asked for again though a server may have taken it."""
        after = self._by_person(outgoing_id)
        for address, state in before.items():
            if state in (S.UNCERTAIN, S.BOUNCED) and after[address] is S.QUEUED:
                self.allowed[outgoing_id, address] += 1

    def _by_person(self, outgoing_id: OutgoingId) -> dict[str, OutgoingState]:
        row = delivery.show(self.mail, outgoing_id)
        return {one.address: one.state for one in row.recipients}

    def _states(self, outgoing_id: OutgoingId) -> set[OutgoingState]:
        return set(self._by_person(outgoing_id).values())


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(
    max_examples=100 if FULL else 25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestOutbox.pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]
