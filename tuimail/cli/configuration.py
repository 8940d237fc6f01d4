"""`config` and `doctor`: what is set, what works, and what to do about the rest."""

import argparse
from collections.abc import Sequence

from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus
from tuimail.model.safe import Safe, safe_block, safe_line
from tuimail.services import doctor

from .opening import open_mail
from .terminal import print_json, print_lines, say


def run_config(profile: Profile, options: argparse.Namespace) -> int:
    """Check the configuration, show it, or say where it is."""
    if options.action == "path":
        print_lines([safe_line(str(profile.config_file))])
        return ExitStatus.DONE
    config = load_config(profile)
    if options.action == "check":
        options.check_screen(profile)
        names = ", ".join(account.name for account in config.accounts) or "no account yet"
        print_lines([safe_line(f"{profile.config_file}: right ({names})")])
        return ExitStatus.DONE
    if not profile.config_file.exists():
        say("there is no configuration yet; everything is as shipped")
        return ExitStatus.NOTHING_FOUND
    print_lines([safe_block(profile.config_file.read_text(encoding="utf-8").rstrip("\n"))])
    print_lines(
        Safe(f"# {safe_line(account.name)}: {account.offline.sentence}")
        for account in config.accounts
        if account.imap is not None
    )
    return ExitStatus.DONE


async def run_doctor(profile: Profile, options: argparse.Namespace) -> int:
    """Look at everything an account needs and say what to do about what does not work."""
    options.check_screen(profile)
    mail = open_mail(profile)
    words = options.terminal_words(mail.config.settings)
    findings = [*doctor.examine_files(mail), doctor.Finding("", Safe("terminal"), True, words)]
    findings += [finding async for finding in doctor.examine(mail, options.account)]
    if options.json:
        print_json(
            [
                {"account": f.account, "what": f.what, "well": f.is_well, "advice": f.advice}
                for f in findings
            ]
        )
    else:
        print_lines(_line(finding) for finding in findings)
    return _status_of(findings)


def _status_of(findings: Sequence[doctor.Finding]) -> ExitStatus:
    """Return what kind of thing is wrong first; 1 where something is only missing."""
    wrong = [f.exit_status for f in findings if not f.is_well]
    return next((status for status in wrong if status), ExitStatus(bool(wrong)))


def _line(finding: doctor.Finding) -> Safe:
    mark = "ok  " if finding.is_well else "!!  "
    place = f"{safe_line(finding.account)}: " if finding.account else ""
    return Safe(f"{mark}{place}{finding.what}: {finding.advice}")
