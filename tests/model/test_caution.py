from tuimail.model.caution import Caution, CautionKind, Weight, worst_first
from tuimail.model.safe import Safe


def test_the_worst_stands_first_and_equal_ones_keep_their_order():
    cut = Caution(CautionKind.CUT, Safe("cut"))
    reply = Caution(CautionKind.REPLY, Safe("reply"))
    first = Caution(CautionKind.FIRST, Safe("first"))
    name = Caution(CautionKind.NAME, Safe("name"))
    assert worst_first([cut, reply, first, name, reply]) == (name, reply, first, cut)
    assert [one.weight for one in (name, reply, cut)] == [
        Weight.GRAVE, Weight.WARNING, Weight.NOTE
    ]  # fmt: skip
