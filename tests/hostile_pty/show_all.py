"""Prints mails as `tuimail show` does, in every form, without a new process for each.

python -m tests.hostile_pty.show_all PROFILE ID...
"""

import sys

from tuimail.__main__ import main
from tuimail.errors import ExitStatus

FORMS = ((), ("--headers",), ("--raw",), ("--json",))

if __name__ == "__main__":
    folder, *ids = sys.argv[1:]
    ended = {main(["--profile", folder, "show", one, *form]) for one in ids for form in FORMS}
    # A mail of no byte at all is one whose content the server has lost, and is said to be.
    sys.exit(max(ended - {ExitStatus.REFUSED}, default=0))
