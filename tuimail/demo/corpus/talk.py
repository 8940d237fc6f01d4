"""People writing to each other: threads over days, in many languages, with quotes."""

from typing import Final

from .languages import LANGUAGES
from .personas import Persona
from .story import Story
from .topics import ASIDES, CLOSINGS, SIGNATURES, TOPICS
from .writing import encoded, header, mailbox, paragraphs, path, quoted, text_part, written_date

QUOTED_LEVELS: Final = 4
"""How many earlier steps stay below an answer; whoever writes above the quote never cuts it."""


def write(story: Story, step: int) -> bytes:
    """Return one message of a talk."""
    writer = story.writer(step)
    text = text_of(story, step)
    return head(story, step, subject_of(story, step)) + text_part(text, writer.charset)


def head(story: Story, step: int, subject: str) -> bytes:
    """Return the header fields up to the content type: path, people, subject, thread."""
    writer = story.writer(step)
    others = [w for w in story.writers if w != writer] or [story.reader]
    previous = story.writer(step - 1) if step else others[0]
    copies = [w for w in others if w != previous]
    fields = [
        ("Date", written_date(story.dates[step], _zone(writer))),
        ("From", mailbox(writer)),
        ("To", mailbox(previous)),
        *([("Cc", ",\r\n ".join(mailbox(w) for w in copies))] if copies else []),
        ("Subject", encoded(subject, writer.charset)),
        *story.threading(step),
        ("User-Agent", writer.agent),
        ("MIME-Version", "1.0"),
    ]
    return arrival(story, step) + header(fields)


def arrival(story: Story, step: int) -> bytes:
    """Return the trace fields of a message that was received; one's own mail in Sent has none."""
    if story.is_own(step):
        return b""
    sender, reader = story.writer(step).email, story.reader.email
    return path(sender, reader, story.dates[step], story.token(step))


def subject_of(story: Story, step: int) -> str:
    """Return the subject, with Re: from the first answer on."""
    dice = story.random()
    if story.language in LANGUAGES:
        subject = dice.choice(LANGUAGES[story.language].subjects)
    else:
        subject = dice.choice(TOPICS).subject
    return f"Re: {subject}" if step and not subject.startswith("Re: ") else subject


def text_of(story: Story, step: int, levels: int = QUOTED_LEVELS) -> str:
    """Return the text of a step, what it answers quoted below."""
    said = _letter(story, step) if story.language in LANGUAGES else _english(story, step)
    if not step or not levels:
        return said
    earlier = quoted(text_of(story, step - 1, levels - 1).rstrip("\n"))
    return f"{said}\n{_attribution(story, step - 1)}\n{earlier}\n"


def _english(story: Story, step: int) -> str:
    topic = story.random().choice(TOPICS)
    dice = story.random(step)
    writer = story.writer(step)
    addressed = story.writer(step - 1) if step else _first_addressed(story)
    if step == 0:
        said = [topic.opening]
    else:
        said = [topic.answers[(step - 1) % len(topic.answers)]]
        if step > len(topic.answers):
            said = [dice.choice(ASIDES)]
    if dice.random() < 0.5:
        said.append(dice.choice(ASIDES))
    greeting = f"{dice.choice(('Hello', 'Hi', 'Dear'))} {addressed.first_name},"
    signature = SIGNATURES[sum(writer.email.encode()) % len(SIGNATURES)]
    closing = f"{dice.choice(CLOSINGS)}\n{writer.first_name}"
    return paragraphs([greeting, *said]) + f"\n\n{closing}\n" + (signature and f"\n{signature}\n")


def _letter(story: Story, step: int) -> str:
    language = LANGUAGES[story.language]
    dice = story.random(step)
    count = min(len(language.sentences), dice.randint(2, 5))
    said = dice.sample(language.sentences, count)
    middle = count // 2
    addressed = story.writer(step - 1) if step else _first_addressed(story)
    texts = [language.greeting.format(addressed.name), " ".join(said[:middle])]
    return (
        paragraphs([*(t for t in texts if t), " ".join(said[middle:])])
        + f"\n\n{language.closing}\n{story.writer(step).name}\n"
    )


def _attribution(story: Story, step: int) -> str:
    writer = story.writer(step)
    if story.language in LANGUAGES:
        return LANGUAGES[story.language].wrote.format(writer.name)
    return f"On {written_date(story.dates[step], _zone(writer))[:16]}, {writer.name} wrote:"


def _first_addressed(story: Story) -> Persona:
    return story.writers[1] if len(story.writers) > 1 else story.reader


def _zone(writer: Persona) -> int:
    return {"ru": 3, "el": 2, "he": 2, "zh": 8, "ja": 9, "ko": 9, "th": 7}.get(writer.language, 1)
