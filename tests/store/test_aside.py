"""Mails kept aside: the last ones, in memory."""

from tuimail.model.ids import MessageKey
from tuimail.store import aside
from tuimail.store.aside import Aside


def test_the_ones_looked_at_last_are_kept() -> None:
    kept = Aside()
    for n in range(aside.MAX_MAILS):
        kept.put(MessageKey(n), b"mail %d" % n)
    assert kept.get(MessageKey(0)) == b"mail 0"
    kept.put(MessageKey(99), b"one more")
    assert kept.get(MessageKey(0)) == b"mail 0"
    assert kept.get(MessageKey(1)) is None


def test_large_ones_push_others_out_and_the_last_stays(monkeypatch) -> None:
    monkeypatch.setattr(aside, "MAX_BYTES", 10)
    kept = Aside()
    kept.put(MessageKey(1), b"12345")
    kept.put(MessageKey(2), b"12345678901")
    assert kept.get(MessageKey(1)) is None
    assert kept.get(MessageKey(2)) == b"12345678901"
