"""Questions for a password."""

import asyncio

import pytest

from tests.engine.patience import until
from tuimail.engine import questions as module
from tuimail.engine.questions import Questions
from tuimail.errors import SecretUnavailable
from tuimail.model.ids import AccountName
from tuimail.model.secret import Secret

NAME = AccountName("work")


@pytest.fixture
def heard():
    return {"put": [], "settled": []}


@pytest.fixture
def questions(heard):
    return Questions(heard["put"].append, heard["settled"].append)


async def asked(questions, heard):
    task = asyncio.ensure_future(questions.ask(NAME, "Password of bob"))
    await until(lambda: heard["put"])
    return task, heard["put"][0].question


async def test_the_first_answer_counts_and_the_others_are_told(questions, heard):
    questions.screen_came()
    task, question = await asked(questions, heard)
    assert [one.question for one in questions.open] == [question]
    questions.answer(question, Secret("hunter2"))
    questions.answer(question, Secret("too late"))
    assert (await task).reveal() == "hunter2"
    assert heard["settled"] == [question]
    assert questions.open == []
    questions.answer(question, Secret("much too late"))


async def test_nobody_there_means_no_password_at_once(questions, heard):
    with pytest.raises(SecretUnavailable):
        await questions.ask(NAME, "Password of bob")
    assert heard["put"] == []


async def test_when_the_last_screen_leaves_nobody_will_answer(questions, heard):
    questions.screen_came()
    questions.screen_came()
    task, _ = await asked(questions, heard)
    questions.screen_left()
    assert not task.done()
    questions.screen_left()
    with pytest.raises(SecretUnavailable):
        await task


async def test_an_empty_answer_is_a_no(questions, heard):
    questions.screen_came()
    task, question = await asked(questions, heard)
    questions.answer(question, Secret(""))
    with pytest.raises(SecretUnavailable):
        await task


async def test_a_question_does_not_wait_for_ever(questions, heard, monkeypatch):
    monkeypatch.setattr(module, "ANSWER_TIMEOUT_S", 0.01)
    questions.screen_came()
    with pytest.raises(SecretUnavailable):
        await questions.ask(NAME, "Password of bob")
    assert questions.open == []
