"""When the cycle collector may run."""

from tuimail.ui.garbage import EVERY_S, REST_S, Sweeper


def test_nothing_is_collected_while_keys_come_and_once_they_rest_it_is() -> None:
    swept: list[float] = []
    sweeper = Sweeper(0.0, lambda: swept.append(1.0))
    sweeper.sweep(EVERY_S + 1, key_at=EVERY_S)
    assert not swept
    sweeper.sweep(EVERY_S + REST_S, key_at=EVERY_S)
    assert len(swept) == 1


def test_at_rest_it_is_collected_now_and_then_only() -> None:
    swept: list[float] = []
    sweeper = Sweeper(0.0, lambda: swept.append(1.0))
    for second in range(int(EVERY_S * 3) + 1):
        sweeper.sweep(float(second), key_at=0.0)
    assert len(swept) == 3
