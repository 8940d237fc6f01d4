from dataclasses import replace

import pytest

from tests.ui.render.test_lines import outgoing
from tuimail.model.next_step import NextStep
from tuimail.model.outgoing import OutgoingState
from tuimail.model.safe import Safe
from tuimail.ui.action_table import ACTIONS
from tuimail.ui.actions import Context
from tuimail.ui.keymap_file import known_keymaps, load_keymap
from tuimail.ui.steps import STEPS, is_settled, steps_after, steps_for


@pytest.mark.parametrize("state", list(OutgoingState))
def test_what_a_list_offers_can_be_done_once_all_is_known(state):
    assert set(steps_after(state)) <= set(steps_for(outgoing(state)))


def test_every_next_step_is_an_action_and_nothing_is_offered_without_a_mail():
    assert set(STEPS) == set(NextStep)
    assert steps_for(None) == []


def test_a_copy_that_was_refused_can_be_asked_for_again():
    row = replace(outgoing(OutgoingState.ACCEPTED), copy_problem=Safe("No copy in Sent."))
    assert steps_for(row) == ["outbox.retry"]


@pytest.mark.parametrize("name", known_keymaps())
@pytest.mark.parametrize("context", [Context.OUTBOX, Context.LIST, Context.READER])
def test_each_step_has_a_key_in_the_outbox_in_sent_mail_and_in_the_reader(name, context):
    keymap = load_keymap(name, None)
    for action_id in (*STEPS.values(), "outbox.report", "outbox.remind"):
        assert ACTIONS[action_id].applies_in(context)
        assert keymap.keys_for(action_id, context)


def test_what_failed_is_settled_once_a_person_knows_of_it():
    row = outgoing(OutgoingState.BOUNCED)
    (one,) = row.recipients
    assert not is_settled(row)
    assert is_settled(replace(row, recipients=(replace(one, is_known=True),)))
    assert is_settled(outgoing(OutgoingState.ACCEPTED))
    assert not is_settled(outgoing(OutgoingState.DELAYED))
    assert not is_settled(replace(outgoing(OutgoingState.ACCEPTED), copy_problem=Safe("No copy.")))
