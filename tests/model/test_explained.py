import pytest

from tuimail.model.explained import cause_of, our_words
from tuimail.outbox.explain import Stage, explain


@pytest.mark.parametrize(
    ("explanation", "cause"),
    [
        ("mx.x refused: there is no such person. Ask. They say: 550 5.1.1 No", "there is no such person"),
        ("mx.x refused and gives no reason. Ask them.", "mx.x refused and gives no reason"),
        ("127.0.0.1 took it for delivery.", "127.0.0.1 took it for delivery"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_cause_is_told_in_few_words(explanation, cause):
    assert cause_of(explanation) == cause


def test_what_explains_is_taken_apart_as_it_was_put_together():
    said = explain(550, "5.1.1", "User unknown: \x1b[2J. They say: no", Stage.RCPT, "mx.x.example")
    assert "User unknown" in said
    assert our_words(said).startswith("mx.x.example refused: ")
    assert "User unknown" not in our_words(said)
    assert cause_of(said)
    assert ":" not in cause_of(said)
