"""The plan: from what is here and what is there to what has to be asked."""

from hypothesis import given
from hypothesis import strategies as st

from tuimail.model.uid_set import ALL_UIDS, UidSet
from tuimail.sync.plan import FlagSurvey, LocalState, Opening, compare_uids, plan_opening
from tuimail.sync.remote import Known, RemoteState

uids = st.sets(st.integers(1, 400), max_size=60)


def remote_state(
    exists: int = 0, uid_next: int = 1, modseq: int = 0, uid_validity: int = 7
) -> RemoteState:
    return RemoteState(uid_validity, uid_next, exists, modseq, frozenset(), is_read_only=False)


def local_state(
    count: int = 0,
    uid_next: int = 0,
    modseq: int = 0,
    uid_validity: int = 7,
    *,
    is_complete: bool = True,
) -> LocalState:
    return LocalState(uid_validity, uid_next, modseq, count, is_complete)


@given(here=uids, there=uids)
def test_fetching_what_is_missing_and_forgetting_what_is_gone_makes_both_equal(here, there):
    found = compare_uids(UidSet.of(here), UidSet.of(there), len(there))
    assert here - set(found.gone) | set(found.missing) == there


@given(here=uids)
def test_no_difference_means_nothing_to_do(here):
    found = compare_uids(UidSet.of(here), UidSet.of(here), len(here))
    assert (found.missing, found.gone, found.is_doubtful) == (UidSet(), UidSet(), False)


def test_the_first_time_the_newest_hundred_come_before_the_rest_is_counted():
    opening = plan_opening(
        local_state(uid_validity=0, is_complete=False), remote_state(5_000, uid_next=9_001)
    )
    assert opening == Opening(newest=UidSet.since(8901), needs_uids=True)


def test_a_small_mailbox_is_fetched_whole_without_a_survey():
    opening = plan_opening(local_state(uid_validity=0), remote_state(100, uid_next=9_001))
    assert opening == Opening(newest=ALL_UIDS)


def test_an_empty_mailbox_needs_nothing():
    assert plan_opening(local_state(uid_validity=0), remote_state(0, uid_next=1)) == Opening()


def test_a_server_that_hides_uidnext_says_first_what_it_has():
    opening = plan_opening(local_state(uid_validity=0), remote_state(5_000, uid_next=0))
    assert opening == Opening(needs_uids=True)


def test_another_uidvalidity_is_a_new_generation():
    opening = plan_opening(
        local_state(10, uid_next=11, uid_validity=6), remote_state(5_000, uid_next=9_001)
    )
    expected = Opening(newest=UidSet.since(8901), needs_uids=True, is_new_generation=True)
    assert opening == expected


def test_another_uidvalidity_of_a_known_empty_mailbox_is_a_new_generation():
    assert plan_opening(local_state(uid_validity=6), remote_state()).is_new_generation


def test_the_same_counters_and_modseq_mean_nothing_to_ask():
    assert plan_opening(local_state(5, 6, 40), remote_state(5, 6, 40)) == Opening()


def test_without_modseqs_the_same_counters_say_nothing_of_flags():
    opening = plan_opening(local_state(5, 6), remote_state(5, 6))
    assert opening == Opening(flags=FlagSurvey.NOW_AND_THEN)


def test_without_modseqs_new_mail_asks_for_itself_alone():
    opening = plan_opening(local_state(5, 6), remote_state(6, 7))
    assert opening == Opening(newest=UidSet.since(6), flags=FlagSurvey.NOW_AND_THEN)


def test_a_backlog_is_found_again_by_comparing_uids():
    opening = plan_opening(local_state(5, 6, 40, is_complete=False), remote_state(5, 6, 40))
    assert opening == Opening(flags=FlagSurvey.CHANGES, needs_uids=True)


def test_new_mail_with_condstore_is_fetched_and_changes_are_asked():
    opening = plan_opening(local_state(5, 6, 40), remote_state(7, 8, 44))
    assert opening == Opening(newest=UidSet.since(6), flags=FlagSurvey.CHANGES)


def test_changed_flags_alone_ask_for_changes_only():
    opening = plan_opening(local_state(5, 6, 40), remote_state(5, 6, 44))
    assert opening == Opening(flags=FlagSurvey.CHANGES)


def test_after_a_long_absence_the_newest_come_first_and_the_rest_is_backlog():
    opening = plan_opening(local_state(5, 6, 40), remote_state(700, 701, 99))
    expected = Opening(newest=UidSet.since(601), flags=FlagSurvey.CHANGES, needs_uids=True)
    assert opening == expected


def test_a_modseq_that_went_back_is_not_trusted():
    assert plan_opening(local_state(5, 6, 40), remote_state(5, 6, 12)).flags is FlagSurvey.ALL


def test_unknown_uidnext_of_a_known_mailbox_means_comparing_uids():
    opening = plan_opening(local_state(5, 6, 40), remote_state(5, 0, 44))
    assert opening == Opening(flags=FlagSurvey.CHANGES, needs_uids=True)


def test_only_what_is_here_can_be_left_out():
    assert local_state(5, 6, 40).known == Known(7, 40)
    assert local_state(0, 6, 40).known is None
    assert local_state(5, 6).known is None


def test_equal_counters_of_a_mailbox_that_is_not_whole_say_nothing():
    assert local_state(5, 6, 40).equals(remote_state(5, 6, 40))
    assert not local_state(5, 6, 40).equals(remote_state(5, 6, 41))
    assert not local_state(5, 6, 40, is_complete=False).equals(remote_state(5, 6, 40))


def test_fewer_uids_than_messages_make_what_went_doubtful():
    here = UidSet.of(range(1, 10))
    found = compare_uids(here, UidSet.of(range(1, 9)), 9)
    assert (found.gone, found.is_doubtful) == (UidSet.of([9]), True)
    assert not compare_uids(here, here, 12).is_doubtful


def test_more_than_half_vanishing_is_doubtful():
    here = UidSet.of(range(1, 11))
    assert compare_uids(here, UidSet.of([1]), 1).is_doubtful
    assert not compare_uids(here, UidSet.of(range(1, 6)), 5).is_doubtful


def test_an_answer_shorter_than_the_mailbox_deletes_nothing():
    here = UidSet.of(range(1, 11))
    assert compare_uids(here, UidSet.of([1]), 10).gone == UidSet()
