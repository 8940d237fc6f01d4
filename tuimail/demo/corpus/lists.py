"""Mailing lists: discussions and patches, with the fields of RFC 2369 and 2919."""

from dataclasses import dataclass
from typing import Final

from .story import Kind, Story
from .talk import arrival, subject_of, text_of
from .writing import encoded, header, mailbox, text_part, written_date


@dataclass(frozen=True, slots=True)
class MailingList:
    """A list people have subscribed to."""

    name: str
    title: str
    domain: str

    @property
    def address(self) -> str:
        """Where one writes to."""
        return f"{self.name}@{self.domain}"

    @property
    def mailbox(self) -> str:
        """Where its readers file it."""
        return f"Lists/{self.name}"


LISTS: Final = (
    MailingList("tide-users", "Users of the tide gauge", "lists.tideline.example"),
    MailingList("harbour-talk", "Talk of the harbour", "lists.harbour.example"),
)
PATCH_LIST: Final = MailingList("lantern-devel", "Lantern development", "lists.lantern.example")

_CHANGES: Final = (
    ("gauge: report a missing sensor as missing", "gauge/sensor.c", "raw", "TIDE_NONE"),
    ("clock: do not trust a clock that runs backwards", "clock/step.c", "delta", "MAX_STEP"),
    ("log: rotate at midnight of the station, not of the server", "log/rotate.c", "when", "zone"),
    ("docs: say what the red light means", "docs/lights.txt", "red", "no signal"),
    ("serial: read whole frames", "serial/frame.c", "count", "FRAME_SIZE"),
    ("config: name the file and line of an error", "config/parse.c", "line", "where"),
)
_REASONS: Final = (
    (
        "Seen at two stations after the last storm. The value was taken for a measurement because "
        "nobody asked whether there was one."
    ),
    (
        "The old code worked by luck: the buffer happened to be zeroed. With the new allocator "
        "it is not, and the first reading after a restart was anything at all."
    ),
    "This has been on the list since 2019. It is three lines, and I am sorry.",
)
_REVIEWS: Final = (
    "Good catch. Could this be a named constant, though?",
    "What happens when this is negative? I do not see it being checked above.",
    "Reviewed-by is yours once the comment says why and not what.",
    "Nit: the blank line at the end. Otherwise fine by me.",
)


def list_of(story: Story) -> MailingList:
    """Return the list a story is told on."""
    return PATCH_LIST if story.kind is Kind.PATCHES else story.random().choice(LISTS)


def write(story: Story, step: int) -> bytes:
    """Return one message of a discussion on a list."""
    there = list_of(story)
    subject = subject_of(story, 0)
    answered = "Re: " if step else ""
    text = text_of(story, step) + _footer(there)
    return _head(story, step, f"{answered}[{there.name}] {subject}") + text_part(text)


def write_patch(story: Story, step: int) -> bytes:
    """Return a patch (steps 0, 2, ...) or its review."""
    dice = story.random()
    title, *_ = change = dice.choice(_CHANGES)
    version, part, parts = dice.randint(1, 4), 1, dice.randint(1, 5)
    shown = f"[PATCH{f' v{version}' if version > 1 else ''} {part}/{parts}] {title}"
    diff = _patch(story, change)
    if step == 0:
        return _head(story, 0, shown) + text_part(diff)
    review = story.random(step).choice(_REVIEWS)
    text = f"{story.writer(step - 1).name} wrote:\n" + _commented(diff, review)
    return _head(story, step, f"Re: {shown}") + text_part(text)


def _head(story: Story, step: int, subject: str) -> bytes:
    there, writer = list_of(story), story.writer(step)
    home = f"https://{there.domain}/{there.name}"
    fields = [
        ("Date", written_date(story.dates[step])),
        ("From", mailbox(writer)),
        ("To", f"{encoded(there.title)} <{there.address}>"),
        ("Subject", encoded(subject)),
        *story.threading(step),
        ("Sender", f"{there.name}-bounces@{there.domain}"),
        ("Precedence", "list"),
        ("List-Id", f"{there.title} <{there.name}.{there.domain}>"),
        ("List-Post", f"<mailto:{there.address}>"),
        ("List-Archive", f"<{home}/archive>"),
        ("List-Unsubscribe", f"<{home}/leave>,\r\n <mailto:{there.name}-leave@{there.domain}>"),
        ("MIME-Version", "1.0"),
    ]
    return arrival(story, step) + header(fields)


def _footer(there: MailingList) -> str:
    return (
        f"\n_______________________________________________\n{there.name} mailing list\n"
        f"{there.address}\nhttps://{there.domain}/{there.name}\n"
    )


_PATCH: Final = (
    "{reason}\n\n"
    "Signed-off-by: {author}\n---\n"
    " {file} | 6 ++++--\n"
    " 1 file changed, 4 insertions(+), 2 deletions(-)\n\n"
    "diff --git a/{file} b/{file}\n"
    "index {old:07x}..{new:07x} 100644\n"
    "--- a/{file}\n+++ b/{file}\n"
    "@@ -{line},6 +{line},8 @@ static int step(struct station *s)\n"
    " \tint {name} = next(s);\n \n"
    "-\tif ({name})\n"
    "-\t\treturn store(s, {name});\n"
    "+\tif ({name} < 0 || {name} >= {limit}) {{\n"
    '+\t\twarn(s, "{name} %d is out of range", {name});\n'
    "+\t\treturn -1;\n"
    "+\t}}\n"
    "+\treturn store(s, {name});\n"
    " \n \treturn 0;\n }}\n-- \n2.47.1\n"
)


def _patch(story: Story, change: tuple[str, str, str, str]) -> str:
    _, file, name, limit = change
    dice = story.random()
    writer = story.writers[0]
    return _PATCH.format(
        reason=dice.choice(_REASONS),
        author=f"{writer.name} <{writer.email}>",
        file=file,
        name=name,
        limit=limit,
        old=story.seed % 0xFFFFFFF,
        new=story.seed * 7 % 0xFFFFFFF,
        line=dice.randint(12, 480),
    )


def _commented(diff: str, review: str) -> str:
    lines = [f"> {line}" if line else ">" for line in diff.split("\n")]
    at = next((i for i, line in enumerate(lines) if line.startswith("> +\t\twarn")), len(lines))
    return "\n".join([*lines[: at + 1], "", review, "", *lines[at + 1 :]]) + "\n"
