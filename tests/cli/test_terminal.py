from tuimail.cli.terminal import column


def test_a_column_takes_as_many_cells_whatever_is_written_in_it():
    assert column("会議の資料", 8) == "会議の… "
    assert column("Lunch", 8) == "Lunch   "
