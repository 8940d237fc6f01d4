"""Which stories there are, when they happened and in which mailbox each message lies now."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from .lists import list_of
from .personas import ABROAD, ENGLISH, Persona
from .story import Kind, Story

DAY_S: Final = 86_400
HOUR_S: Final = 3_600
MESSAGES_A_DAY: Final = 12
LEAST_DAYS: Final = 45
MOST_DAYS: Final = 3_650
RECENT_DAYS: Final = 4
"""What is younger may well be unread."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How stories of a kind usually go."""

    weight: int
    most_steps: int
    most_gap_h: float
    """Longest pause between two steps."""


HABITS: Final = {
    Kind.TALK: Habit(34, 7, 70),
    Kind.LIST: Habit(8, 9, 50),
    Kind.PATCHES: Habit(6, 4, 30),
    Kind.NEWSLETTER: Habit(20, 1, 0),
    Kind.INVITATION: Habit(5, 2, 9),
    Kind.NOTICE: Habit(18, 1, 0),
    Kind.FILES: Habit(9, 3, 30),
    Kind.SPAM: Habit(4, 1, 0),
}
_KINDS: Final = tuple(HABITS)
_WEIGHTS: Final = tuple(habit.weight for habit in HABITS.values())
_THROWN_AWAY: Final = 0.04
_UNSENT: Final = 0.15
_DRAFT_DAYS: Final = 20
"""Answers that are still drafts are not older."""
_FILED_SHARE: Final = 0.75
_FILED: Final = {
    Kind.TALK: ("Archive", 30),
    Kind.INVITATION: ("Archive", 15),
    Kind.NOTICE: ("Archive", 20),
    Kind.FILES: ("Projects/Küste & Meer", 20),
    Kind.NEWSLETTER: ("Newsletters", 10),
    Kind.SPAM: ("Junk", 0),
}
"""Where mail that is older than so many days was mostly put."""
_WITH_OWN_STEPS: Final = frozenset({Kind.TALK, Kind.INVITATION, Kind.FILES})


@dataclass(frozen=True, slots=True)
class Placement:
    """One message of a story, where it lies, and its flags."""

    story: Story
    step: int
    mailbox: str
    flags: frozenset[str]

    @property
    def date(self) -> int:
        """When it arrived, seconds UTC."""
        return self.story.dates[self.step] + 3


def stories(reader: Persona, other: Persona, messages: int, seed: int, now: int) -> Iterator[Story]:
    """Yield stories for a reader for ever; a few of them are with the `other` account holder.

    `messages` is how many are wanted, which decides how far back they reach.
    """
    dice = Random(f"{reader.email} {seed}")
    days = min(max(messages / MESSAGES_A_DAY, LEAST_DAYS), MOST_DAYS)
    while True:
        kind = dice.choices(_KINDS, _WEIGHTS)[0]
        habit = HABITS[kind]
        dates = _dates(dice, habit, now, days)
        story_seed = dice.getrandbits(40)
        writers, language = _cast(dice, kind, reader, other)
        yield Story(kind, story_seed, reader, writers, language, dates)


def _dates(dice: Random, habit: Habit, now: int, days: float) -> tuple[int, ...]:
    """Return when the steps happened: in waking hours, more often lately, none in the future."""
    start = now - int(dice.random() ** 1.4 * days * DAY_S) - 600
    at = start - start % DAY_S + dice.randint(7 * HOUR_S, 22 * HOUR_S)
    dates = [at if at < now - 300 else start]
    for _ in range(dice.randint(1, habit.most_steps) - 1):
        later = dates[-1] + dice.randint(420, int(habit.most_gap_h * HOUR_S))
        if later >= now - 60:
            break
        dates.append(later)
    return tuple(dates)


def _cast(
    dice: Random, kind: Kind, reader: Persona, other: Persona
) -> tuple[tuple[Persona, ...], str]:
    if kind not in _WITH_OWN_STEPS:
        return tuple(dice.sample(ENGLISH, 4)), "en"
    chance = dice.random()
    if chance < 0.08:
        return (other, reader), "en"
    if chance < 0.38:
        friend = dice.choice(ABROAD)
        own = replace(reader, language=friend.language)
        return ((friend, own) if dice.random() < 0.7 else (own, friend)), friend.language
    friends = dice.sample(ENGLISH, dice.choice((1, 1, 1, 2, 3)))
    cast = [*friends[:1], reader, *friends[1:]] if dice.random() < 0.75 else [reader, *friends]
    return tuple(cast), "en"


def placements(story: Story, now: int) -> Iterator[Placement]:
    """Yield where the messages of a story lie now, and their flags."""
    dice = Random(story.seed)
    fate = dice.random()
    for step, date in enumerate(story.dates):
        age_days = (now - date) / DAY_S
        is_last = step == len(story.dates) - 1
        flags = _flags(dice, story, step, age_days=age_days, is_last=is_last)
        if story.is_own(step) and is_last and step and age_days < _DRAFT_DAYS and fate < _UNSENT:
            yield Placement(story, step, "Drafts", flags | {"\\Draft"})
        else:
            yield Placement(story, step, _mailbox(story, step, age_days, fate), flags)


def _mailbox(story: Story, step: int, age_days: float, fate: float) -> str:
    if story.is_own(step):
        return "Sent"
    if story.kind in {Kind.LIST, Kind.PATCHES}:
        return list_of(story).mailbox
    if fate < _THROWN_AWAY:
        return "Trash"
    mailbox, from_days = _FILED[story.kind]
    return mailbox if age_days > from_days and fate < _FILED_SHARE else "INBOX"


def _flags(
    dice: Random, story: Story, step: int, *, age_days: float, is_last: bool
) -> frozenset[str]:
    flags = set()
    unread = 0.45 if age_days < RECENT_DAYS else 0.03
    if story.kind in {Kind.LIST, Kind.NEWSLETTER, Kind.SPAM}:
        unread += 0.2
    answered = not is_last and story.is_own(step + 1) and not story.is_own(step)
    if story.is_own(step) or answered or dice.random() >= unread:
        flags.add("\\Seen")
    if answered:
        flags.add("\\Answered")
    if story.kind in _WITH_OWN_STEPS and dice.random() < 0.05:
        flags.add("\\Flagged")
    if story.kind is Kind.FILES and dice.random() < 0.1:
        flags.add("$Forwarded")
    return frozenset(flags)
