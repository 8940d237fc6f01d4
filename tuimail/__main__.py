"""Composition root: read the command line, open the profile, go through one of the doors.

The interface is the door most people take, so nothing is imported before it is known that
something else is wanted; the first rows are on the screen before the framework is loaded.
"""

import os
import resource
import sys
from pathlib import Path

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, TuimailError

PLAIN = "TUIMAIL_PLAIN"
"""In the environment: as the setting `plain`."""
_NEWEST = 20
"""Unread mails that a terminal is told of that can do no more than print lines."""


def main(arguments: list[str] | None = None) -> int:
    """Run tuimail; return its exit status."""
    os.umask(0o077)  # databases, drafts and logs are nobody else's
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold passwords
    _fill_closed_streams()
    words = sys.argv[1:] if arguments is None else arguments
    try:
        return _enter(words)
    except TuimailError as error:
        sys.stderr.write(f"tuimail: {error.hint}\n")
        return error.exit_status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.DONE
    except KeyboardInterrupt:
        return 130


def _fill_closed_streams() -> None:
    """Put nothing where a standard stream was closed, before a database takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def profile_of(folder: Path | str | None) -> Profile:
    """Return the profile named on the command line, by TUIMAIL_PROFILE, or the platform's.

    Raises:
        UserError: it can lie nowhere.
    """
    chosen = folder or os.environ.get("TUIMAIL_PROFILE")
    profile = Profile.at(Path(chosen)) if chosen else Profile.default()
    return profile.placed(os.environ)


def _enter(words: list[str]) -> int:
    match words:
        case []:
            return _open_interface(profile_of(None))
        case ["--profile", folder] if folder:
            return _open_interface(profile_of(folder))
        case _:
            return _enter_by_command(words)


def _open_interface(profile: Profile, mailto: str = "") -> int:
    from tuimail.ui.boot import early_paint, is_dumb, require_terminal, undo_paint

    require_terminal()
    if is_dumb():
        return _print_newest(profile)
    is_plain = bool(os.environ.get(PLAIN))
    painted = None if mailto or is_plain else early_paint(profile.state_dir, profile.data_dir)
    try:
        from tuimail.ui.app import run_ui

        return run_ui(profile, painted, mailto or None)
    except BaseException:
        if painted is not None:
            undo_paint(painted)
        raise


def _print_newest(profile: Profile) -> int:
    """Do what a terminal that cannot be drawn on allows: lines of what is new."""
    from tuimail.cli.main import run_command
    from tuimail.cli.parser import make_parser
    from tuimail.cli.terminal import say

    say("TERM is “dumb”: nothing can be drawn here. What is unread, newest first:")
    options = make_parser().parse_args(["list", "is:unread", "--limit", str(_NEWEST)])
    status = run_command(profile, options)
    say(
        "Read one with: tuimail show ID. All commands: tuimail --help. "
        "If the terminal can do more, name it: TERM=xterm-256color tuimail."
    )
    return ExitStatus.DONE if status == ExitStatus.NOTHING_FOUND else status


def _enter_by_command(words: list[str]) -> int:
    from tuimail.cli.parser import make_parser

    options = make_parser().parse_args(words)
    profile = profile_of(options.profile)
    if options.log_level:
        from tuimail.config.logfile import choose_log_level

        choose_log_level(options.log_level)
    if options.plain:
        os.environ[PLAIN] = "1"
    match options.command:
        case None:
            return _open_interface(profile)
        case "compose":
            from tuimail.cli.compose import mailto_of

            return _open_interface(profile, mailto_of(options))
        case "demo":
            from tuimail.demo.command import run_demo
            from tuimail.ui.boot import require_terminal

            if not options.serve:
                require_terminal()  # before a host is started for nobody
            return run_demo(options.messages, serve=options.serve, open_interface=_open_interface)
        case "daemon":
            from tuimail.config.load import load_config
            from tuimail.engine.process import run_engine

            if not options.until_idle:
                load_config(profile)  # a mistake is told now; later ones go into the log
            return run_engine(profile, stay=not options.until_idle)
        case _:
            from tuimail.cli.main import run_command

            if options.command in ("config", "doctor"):
                from tuimail.ui.chosen import check_chosen, terminal_words

                options.check_screen = check_chosen  # what cli cannot know of ui
                options.terminal_words = terminal_words
            return run_command(profile, options)


if __name__ == "__main__":
    sys.exit(main())
