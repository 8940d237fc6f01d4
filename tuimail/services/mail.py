"""An open profile: what every verb of the services works on."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from tuimail.config.load import Config, load_config
from tuimail.config.profile import Profile
from tuimail.mime.apart.process import Apart
from tuimail.model.safe import Safe, safe_line
from tuimail.store.database import Store, open_store
from tuimail.store.notices import Door, take


@dataclass(frozen=True, slots=True)
class Mail:
    """Profile, configuration and store of one person."""

    profile: Profile
    config: Config
    store: Store
    reading: Apart = field(default_factory=Apart, compare=False, repr=False)
    """Reads large mails, in a process of its own once there is one."""

    def close(self) -> None:
        """Close the store."""
        self.reading.end()
        self.store.close()


def open_mail(profile: Profile) -> Mail:
    """Open a profile; folders and databases are made as needed.

    Raises:
        ConfigError: config.toml cannot be used.
        StoreError: the store cannot be used.
    """
    config = load_config(profile)
    profile.prepare()
    return Mail(profile, config, open_store(profile.data_dir))


def mended_for_screen(mail: Mail) -> list[Safe]:
    """Return what had to be mended in the store and was not shown on a screen yet."""
    return [safe_line(sentence, 400) for sentence in take(mail.store, Door.SCREEN)]


def mended_for_command(mail: Mail) -> list[Safe]:
    """Return what had to be mended in the store and was not told by a command yet."""
    return [safe_line(sentence, 400) for sentence in take(mail.store, Door.COMMAND)]


def zone_of(mail: Mail) -> tzinfo:
    """Return the person's time zone; the system's where none is set."""
    if mail.config.settings.time_zone:
        return ZoneInfo(mail.config.settings.time_zone)
    local = datetime.now().astimezone().tzinfo
    assert local is not None
    return local
