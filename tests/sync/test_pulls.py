"""What is known of which pull began when."""

from tuimail.model.ids import OperationId
from tuimail.sync.pulls import Pulls


def test_a_mailbox_is_fresh_once_it_was_pulled_whole_on_this_connection():
    pulls = Pulls()
    pulls.connected()
    assert not pulls.is_fresh("INBOX")
    pulls.whole("INBOX", pulls.begin())
    assert pulls.is_fresh("INBOX")
    assert not pulls.is_fresh("Work")
    pulls.connected()
    assert not pulls.is_fresh("INBOX")


def test_a_pull_counts_for_an_operation_only_where_it_began_after_it_was_parked():
    pulls = Pulls()
    begun = pulls.begin()
    assert not pulls.is_since("INBOX", OperationId(1))
    pulls.whole("INBOX", begun)
    assert not pulls.is_since("INBOX", OperationId(1))
    pulls.whole("INBOX", pulls.begin())
    assert pulls.is_since("INBOX", OperationId(1))
