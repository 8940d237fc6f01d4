"""The plan: from what is here and what is there to what has to be done."""

from hypothesis import given
from hypothesis import strategies as st

from tuimail.model.flags import Flag, Flags
from tuimail.model.uid_set import ALL_UIDS, UidSet
from tuimail.sync.plan import LocalState, Opening, Survey, plan_opening, plan_steps
from tuimail.sync.remote import RemoteFlags, RemoteState

SEEN: Flags = frozenset({Flag.SEEN})
NONE: Flags = frozenset()

flag_sets = st.frozensets(st.sampled_from([Flag.SEEN, Flag.FLAGGED, "$Label1"]))
mailboxes = st.dictionaries(st.integers(1, 400), flag_sets, max_size=60)


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


def rows(flags: dict[int, Flags]) -> list[RemoteFlags]:
    return [RemoteFlags(uid, names, 1) for uid, names in flags.items()]


def apply(local: dict[int, Flags], remote: dict[int, Flags]) -> dict[int, Flags]:
    steps = plan_steps(local, rows(remote), len(remote))
    after = {uid: flags for uid, flags in local.items() if uid not in steps.vanished}
    after.update(dict(steps.flags))
    after.update({uid: remote[uid] for uid in steps.fetch})
    return after


@given(local=mailboxes, remote=mailboxes)
def test_applying_the_steps_of_a_full_survey_makes_local_equal_remote(local, remote):
    assert apply(local, remote) == remote


@given(local=mailboxes)
def test_no_difference_means_no_step(local):
    steps = plan_steps(local, rows(local), len(local))
    assert (steps.fetch, steps.flags, steps.vanished) == ((), (), ())


@given(local=mailboxes, remote=mailboxes, data=st.data())
def test_stopping_after_any_part_of_the_fetch_and_surveying_again_ends_equal(local, remote, data):
    steps = plan_steps(local, rows(remote), len(remote))
    part = data.draw(st.integers(0, len(steps.fetch)))
    cut = dict(local) | {uid: remote[uid] for uid in steps.fetch[:part]}
    assert apply(cut, remote) == remote


def test_the_first_time_the_newest_hundred_come_before_the_rest_is_counted():
    opening = plan_opening(
        local_state(uid_validity=0, is_complete=False), remote_state(5_000, uid_next=9_001)
    )
    assert opening == Opening(
        is_new_generation=False, newest=UidSet.since(8901), survey=Survey.UIDS
    )


def test_a_small_mailbox_is_fetched_whole_without_a_survey():
    opening = plan_opening(local_state(uid_validity=0), remote_state(100, uid_next=9_001))
    assert opening == Opening(is_new_generation=False, newest=ALL_UIDS, survey=Survey.NONE)


def test_an_empty_mailbox_needs_nothing():
    opening = plan_opening(local_state(uid_validity=0), remote_state(0, uid_next=1))
    assert opening == Opening(is_new_generation=False, newest=UidSet(), survey=Survey.NONE)


def test_a_server_that_hides_uidnext_says_first_what_it_has():
    opening = plan_opening(local_state(uid_validity=0), remote_state(5_000, uid_next=0))
    assert opening == Opening(is_new_generation=False, newest=UidSet(), survey=Survey.UIDS)


def test_another_uidvalidity_is_a_new_generation():
    opening = plan_opening(
        local_state(10, uid_next=11, uid_validity=6), remote_state(5_000, uid_next=9_001)
    )
    assert opening == Opening(is_new_generation=True, newest=UidSet.since(8901), survey=Survey.UIDS)


def test_another_uidvalidity_of_a_known_empty_mailbox_is_a_new_generation():
    assert plan_opening(local_state(uid_validity=6), remote_state()).is_new_generation


def test_the_same_counters_and_modseq_mean_nothing_to_ask():
    opening = plan_opening(local_state(5, 6, 40), remote_state(5, 6, 40))
    assert opening == Opening(is_new_generation=False, newest=UidSet(), survey=Survey.NONE)


def test_without_condstore_the_same_counters_still_need_a_survey():
    assert plan_opening(local_state(5, 6), remote_state(5, 6)).survey is Survey.ALL


def test_a_backlog_is_found_again_by_a_survey():
    opening = plan_opening(local_state(5, 6, 40, is_complete=False), remote_state(5, 6, 40))
    assert opening.survey is Survey.ALL


def test_new_mail_with_condstore_is_fetched_and_changes_are_asked():
    opening = plan_opening(local_state(5, 6, 40), remote_state(7, 8, 44))
    assert opening == Opening(
        is_new_generation=False, newest=UidSet.since(6), survey=Survey.CHANGES
    )


def test_changed_flags_alone_ask_for_changes_only():
    opening = plan_opening(local_state(5, 6, 40), remote_state(5, 6, 44))
    assert opening == Opening(is_new_generation=False, newest=UidSet(), survey=Survey.CHANGES)


def test_after_a_long_absence_the_newest_come_first_and_the_rest_is_backlog():
    opening = plan_opening(local_state(5, 6, 40), remote_state(700, 701, 99))
    assert opening == Opening(is_new_generation=False, newest=UidSet.since(601), survey=Survey.ALL)


def test_a_modseq_that_went_back_is_not_trusted():
    assert plan_opening(local_state(5, 6, 40), remote_state(5, 6, 12)).survey is Survey.ALL


def test_unknown_uidnext_of_a_known_mailbox_means_a_full_survey():
    opening = plan_opening(local_state(5, 6, 40), remote_state(5, 0, 44))
    assert opening == Opening(is_new_generation=False, newest=UidSet(), survey=Survey.ALL)


def test_fewer_rows_than_messages_make_what_went_doubtful():
    local = dict.fromkeys(range(1, 10), NONE)
    steps = plan_steps(local, rows(dict.fromkeys(range(1, 9), NONE)), 9)
    assert (steps.vanished, steps.is_doubtful) == ((9,), True)
    assert not plan_steps(local, rows(local), 12).is_doubtful


def test_more_than_half_vanishing_is_doubtful():
    local = dict.fromkeys(range(1, 11), NONE)
    assert plan_steps(local, rows({1: NONE}), 1).is_doubtful
    assert not plan_steps(local, rows(dict.fromkeys(range(1, 6), NONE)), 5).is_doubtful


def test_a_survey_shorter_than_the_mailbox_deletes_nothing():
    local = dict.fromkeys(range(1, 11), NONE)
    assert plan_steps(local, rows({1: NONE}), 10).vanished == ()


def test_uid_zero_is_not_a_message():
    seen = [
        RemoteFlags(0, SEEN, 1),
        RemoteFlags(-4, SEEN, 1),
        RemoteFlags(3, SEEN, 1),
    ]
    steps = plan_steps({3: SEEN}, seen, 1)
    assert (steps.fetch, steps.flags, steps.vanished) == ((), (), ())
