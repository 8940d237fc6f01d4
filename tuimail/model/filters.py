"""Commands that make text of kinds of files, as a person set them."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filters:
    """Command lines by content type; `image/*` means every picture."""

    by_type: tuple[tuple[str, str], ...] = ()

    def command_for(self, *content_types: str) -> str:
        """Return the command line for the first of these types that has one; empty for none."""
        commands = dict(self.by_type)
        wanted = [n for one in content_types for n in (one, f"{one.partition('/')[0]}/*")]
        return next((commands[name] for name in wanted if name in commands), "")

    def __str__(self) -> str:
        """Return them as config.toml has them."""
        pairs = (f"{json.dumps(name)} = {json.dumps(line)}" for name, line in self.by_type)
        return f"{{{', '.join(pairs)}}}"


NO_FILTERS = Filters()
