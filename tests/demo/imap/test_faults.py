"""Scripted faults of the embedded IMAP server strike where they were told to."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from tests.demo.fixtures import RunningHost
from tuimail.demo.faults import Fault, FaultKind, FaultScript

from .wire import Wire

MAIL = b"Subject: x\r\n\r\n" + b"y" * 200_000 + b"\r\n"


@pytest.fixture
def wire(mail_host: RunningHost) -> Wire:
    mail_host.deliver(MAIL)
    with Wire(mail_host) as wire:
        wire.ok("SELECT INBOX")
        yield wire


def until_cut(wire: Wire) -> bytes:
    received = b""
    with suppress(OSError):
        while piece := wire.socket.recv(65_536):
            received += piece
    return received


def test_a_cut_before_the_command_leaves_it_undone(mail_host: RunningHost, wire: Wire) -> None:
    mail_host.imap_fault(Fault(FaultKind.CUT, "UID STORE"))
    with pytest.raises((EOFError, OSError)):
        wire.do("UID STORE 1 +FLAGS.SILENT (\\Seen)")
    assert mail_host.store("alice").find("INBOX").unseen == 1


def test_a_cut_after_the_command_loses_only_the_answer(mail_host: RunningHost, wire: Wire) -> None:
    mail_host.imap_fault(Fault(FaultKind.CUT, "UID MOVE", carried_out=True))
    with pytest.raises((EOFError, OSError)):
        wire.do("UID MOVE 1 Trash")
    assert len(mail_host.store("alice").find("Trash").messages) == 1


def test_a_cut_in_the_middle_of_a_literal(mail_host: RunningHost, wire: Wire) -> None:
    mail_host.imap_fault(Fault(FaultKind.CUT, "UID FETCH", after_bytes=1_000))
    wire.send("x UID FETCH 1 BODY[]\r\n")
    assert len(until_cut(wire)) == 1_000


def test_a_refusal_is_passed_on_and_nothing_is_done(mail_host: RunningHost, wire: Wire) -> None:
    mail_host.imap_fault(Fault(FaultKind.REFUSE, "UID STORE", text="NO [OVERQUOTA] Full"))
    assert wire.do("UID STORE 1 +FLAGS (\\Seen)") == ([], b"NO [OVERQUOTA] Full")
    assert wire.ok("UID STORE 1 +FLAGS (\\Seen)")


def test_a_greeting_can_be_anything(mail_host: RunningHost) -> None:
    mail_host.imap_fault(Fault(FaultKind.REFUSE, "greeting", text="PREAUTH Come in"))
    with Wire(mail_host, None) as wire:
        assert wire.greeting == b"* PREAUTH Come in"


def test_lines_are_injected_before_and_behind_an_answer(mail_host: RunningHost, wire: Wire) -> None:
    mail_host.imap_fault(
        Fault(FaultKind.INJECT, "NOOP", raw=b"* 9 EXISTS\r\n"),
        Fault(FaultKind.INJECT, "NOOP", nth=2, raw=b"z OK extra\r\n", carried_out=True),
    )
    assert wire.ok("NOOP") == [b"* 9 EXISTS"]
    wire.ok("NOOP")
    assert wire.line() == b"z OK extra"


def test_an_answer_is_delayed(mail_host: RunningHost, wire: Wire) -> None:
    mail_host.imap_fault(Fault(FaultKind.DELAY, "NOOP", delay_s=0.2))
    began = time.monotonic()
    wire.ok("NOOP")
    assert time.monotonic() - began >= 0.2


def test_idle_can_be_cut_while_it_waits(mail_host: RunningHost, wire: Wire) -> None:
    mail_host.imap_fault(Fault(FaultKind.CUT, "IDLE", after_bytes=8))
    wire.send("i IDLE\r\n")
    assert until_cut(wire) == b"+ idling\r\n"[:8]


def test_the_nth_matching_command_is_struck_once() -> None:
    script = FaultScript()
    second = Fault(FaultKind.DELAY, "FETCH", nth=2)
    always = Fault(FaultKind.DELAY, "STORE", nth=0)
    script.add(second, always)
    struck = [script.strike(c) for c in ("FETCH", "STORE", "FETCH", "FETCH", "STORE")]
    assert struck == [None, always, second, None, always]
    script.clear()
    assert script.strike("STORE") is None
