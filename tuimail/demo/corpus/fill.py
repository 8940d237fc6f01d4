"""Fills mailboxes with generated mail: planned now, written when it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tuimail.demo.mailstore import MailStore
from tuimail.demo.people import Person

from . import files, impostors, invitations, lists, newsletters, notices, talk
from .personas import persona_of
from .plan import Placement, placements, stories
from .story import Kind, Story

_FIRST_SHARE: Final = 0.7
"""Of all messages, for the first person; the others share the rest."""

_WRITERS: Final[Mapping[Kind, Callable[[Story, int], bytes]]] = {
    Kind.TALK: talk.write,
    Kind.LIST: lists.write,
    Kind.PATCHES: lists.write_patch,
    Kind.NEWSLETTER: newsletters.write,
    Kind.INVITATION: invitations.write,
    Kind.NOTICE: notices.write,
    Kind.FILES: files.write,
    Kind.SPAM: impostors.write,
}


@dataclass(frozen=True, slots=True)
class GeneratedSource:
    """A message that is written anew each time it is read: 50,000 of them cost no memory."""

    story: Story
    step: int

    def raw(self) -> bytes:
        """Return the whole message."""
        return _WRITERS[self.story.kind](self.story, self.step)


def fill(stores: Mapping[Person, MailStore], messages: int, seed: int, now: int) -> None:
    """Put `messages` generated messages into the mailboxes, the newest shortly before `now`."""
    people = list(stores)
    wanted = _shares(messages, len(people))
    planned: dict[Person, list[Placement]] = {person: [] for person in people}
    for person, other, count in zip(people, people[1:] + people[:1], wanted, strict=True):
        reader, partner = persona_of(person), persona_of(other)
        telling = stories(reader, partner, count, seed, now)
        while len(planned[person]) < count:
            story = next(telling)
            planned[person].extend(placements(story, now))
            if partner in story.writers:  # the other side has it too, under the same Message-IDs
                planned[other].extend(placements(replace(story, reader=partner), now))
    for person, count in zip(people, wanted, strict=True):
        newest = sorted(planned[person], key=lambda p: p.date)[-count:] if count else []
        _put(stores[person], newest)


def _shares(messages: int, people: int) -> list[int]:
    first = round(messages * _FIRST_SHARE) if people > 1 else messages
    rest = [(messages - first) // max(people - 1, 1)] * (people - 1)
    return [messages - sum(rest), *rest]


def _put(store: MailStore, placed: list[Placement]) -> None:
    by_mailbox: dict[str, list[Placement]] = {}
    for one in placed:
        by_mailbox.setdefault(one.mailbox, []).append(one)
    for name, ones in by_mailbox.items():
        mailbox = store.find(name) or store.create(name)
        mailbox.fill((GeneratedSource(one.story, one.step), one.flags, one.date) for one in ones)
