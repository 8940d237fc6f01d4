"""What a person can set in config.toml beside accounts."""

from dataclasses import dataclass
from enum import StrEnum

from .columns import DEFAULT_COLUMNS, Columns, DateFormat, Density
from .filters import NO_FILTERS, Filters
from .sort import NEWEST_FIRST, Sort


class MarkSeen(StrEnum):
    """When a mail counts as read."""

    OPENED = "opened"
    DELAYED = "delayed"
    """After two seconds in the reader."""
    NEVER = "never"


class Output(StrEnum):
    """How the screen is sent to the terminal."""

    DIFF = "diff"
    STOCK = "stock"


class ArchiveBy(StrEnum):
    """Into which mailboxes below the archive mail goes by its date."""

    NONE = "none"
    YEAR = "year"
    MONTH = "month"


class Images(StrEnum):
    """How a picture that hangs on a mail is drawn, where that is asked for."""

    AUTO = "auto"
    """As well as the terminal is known to draw; half blocks over SSH and in tmux."""
    KITTY = "kitty"
    SIXEL = "sixel"
    HALF = "half"
    """Two pixels to a character, anywhere."""
    NO = "no"


class Colours(StrEnum):
    """How many colours are sent."""

    AUTO = "auto"
    """As many as the terminal is known to have; 256 at most over SSH."""
    SIXTEEN = "16"
    """The terminal's own: the theme is `ansi`."""
    MANY = "256"
    TRUE = "truecolor"


class Ascii(StrEnum):
    """Whether nothing but ASCII is sent."""

    AUTO = "auto"
    """Where the locale is not of UTF-8."""
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Settings:
    """Defaults are the shipped behaviour."""

    theme: str = "dark"
    keymap: str = "default"
    mark_seen: MarkSeen = MarkSeen.OPENED
    output: Output = Output.DIFF
    colours: Colours = Colours.AUTO
    ascii: Ascii = Ascii.AUTO
    early_paint: bool = True
    mouse: bool = True
    plain: bool = False
    """For screen readers: one pane, words for marks, and the terminal's cursor on the row."""
    threads: bool = False
    columns: Columns = DEFAULT_COLUMNS
    density: Density = Density.COMPACT
    date_format: DateFormat = DateFormat.SHORT
    snippet: bool = True
    """Whether rows show the first words of a mail where there is room."""
    expand_unread: bool = True
    """Whether folded threads with something unread are unfolded where a list is opened."""
    own_replies: bool = True
    """Whether what one answered oneself stands inside threads, out of the mailbox of sent mail."""
    sort: Sort = NEWEST_FIRST
    """Of lists that the person has not sorted."""
    subscribed_only: bool = False
    """Whether mailboxes that are not subscribed to are hidden; otherwise they are dimmed."""
    wrap_columns: int = 80
    """Reader text is wrapped at this many columns at most; 0 means the pane's width."""
    fold_quotes: bool = True
    """Whether long quotes are folded in the reader until they are asked for."""
    undo_send_s: int = 10
    editor: str = ""
    """Command line of an editor; empty means VISUAL or EDITOR, then the built-in one."""
    download_dir: str = "~/Downloads"
    print_command: str = "lp"
    """Command line of what prints plain text from its standard input."""
    title: bool = False
    """Whether the terminal's window is named after what is unread."""
    bell: bool = False
    """Whether the terminal's bell rings when mail comes."""
    clipboard_command: str = ""
    """Command line of what takes text to copy from its standard input; empty means the terminal."""
    calendar_command: str = ""
    """Command line of what takes an invitation into a calendar from its standard input."""
    opener: str = ""
    """Command line of what opens a file of a mail; empty means the desktop's own way."""
    filters: Filters = NO_FILTERS
    """Commands that make text of a file or an HTML mail on their standard input."""
    images: Images = Images.AUTO
    archive_by: ArchiveBy = ArchiveBy.NONE
    """What archiving by date means; NONE leaves it at years."""
    mute_keeps_direct: bool = False
    """Whether mail that is addressed to nobody else comes in though its conversation is muted."""
    time_zone: str = ""
    """IANA name; empty means the system's."""
