"""Where a profile keeps its files: configuration, data and state.

With `--profile DIR` everything lies under DIR; without it in the folders of the platform (XDG).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tuimail.errors import UserError
from tuimail.model.safe import safe_line

from .data_place import chosen_place, require_local
from .private import private_folder

ADVICE = "Choose another place with --profile DIR."


@dataclass(frozen=True, slots=True)
class Profile:
    """The places of one profile; nothing is made until `prepare`."""

    config_file: Path
    data_dir: Path
    """What must not be lost: the store."""
    state_dir: Path
    """What can be made again: socket, lock, log, the last screen's frame."""
    folder: Path | None
    """The DIR of `--profile DIR`; None for the platform's folders."""

    @classmethod
    def at(cls, folder: Path) -> "Profile":
        """Return the profile below one folder. Raises UserError for the home of nobody."""
        folder = expanded(folder).absolute()
        return cls(folder / "config.toml", folder / "data", folder / "state", folder)

    @classmethod
    def default(cls) -> "Profile":
        """Return the profile in the platform's folders. Raises UserError where there are none."""
        import platformdirs  # not needed with --profile, and the start is measured

        try:
            return cls(
                Path(platformdirs.user_config_dir("tuimail")) / "config.toml",
                Path(platformdirs.user_data_dir("tuimail")),
                Path(platformdirs.user_state_dir("tuimail")),
                None,
            )
        except RuntimeError as error:
            raise UserError("There is no home folder: set HOME, or use --profile DIR.") from error

    def placed(self, environ: Mapping[str, str]) -> "Profile":
        """Return the profile with its data and state where the person wants them.

        Raises:
            UserError: that is no absolute path.
        """
        chosen = chosen_place(self.config_file, environ)
        if chosen is None:
            return self
        return replace(self, data_dir=chosen / "data", state_dir=chosen / "state")

    @property
    def config_dir(self) -> Path:
        """Where config.toml, keys.toml and themes of the person lie."""
        return self.config_file.parent

    @property
    def lock(self) -> Path:
        """Says which process is the engine."""
        return self.state_dir / "engine.lock"

    @property
    def socket(self) -> Path:
        """Where the engine listens."""
        return self.state_dir / "engine.sock"

    @property
    def log(self) -> Path:
        """What went wrong, without secrets, addresses or subjects."""
        return self.state_dir / "tuimail.log"

    @property
    def arguments(self) -> tuple[str, ...]:
        """The command-line arguments that name this profile to another process."""
        return ("--profile", str(self.folder)) if self.folder else ()

    def prepare(self) -> None:
        """Make the folders, closed to others: they hold mail.

        A folder for configuration that is there already is left as the person made it.

        Raises:
            StoreError: a folder cannot be made, is not a folder or lies on a network.
        """
        for folder in (self.data_dir, self.state_dir):
            require_local(folder, self.config_file)
        for folder in (self.config_dir, self.data_dir, self.state_dir):
            if folder != self.config_dir or not folder.is_dir():
                private_folder(folder, ADVICE)


def expanded(path: Path) -> Path:
    """Return a path with the home folder for `~`.

    Raises:
        UserError: there is no such home.
    """
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise UserError(f"{safe_line(str(path))}: there is no such home folder.") from error


def readable(path: Path) -> Path:
    """Return the path of a file, if it can be read.

    Raises:
        UserError: it cannot; says why.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        raise UserError(f"{safe_line(str(path))} cannot be read: {error.strerror}.") from error
    return path
