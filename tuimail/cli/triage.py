"""`flag`, `move`, `delete`: written down at once, carried out by the engine."""

import argparse
from collections.abc import Sequence

from tuimail.config.profile import Profile
from tuimail.errors import UserError
from tuimail.model.flags import flag_of_word
from tuimail.model.ids import MessageRef
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.services import triage
from tuimail.services.copies import copies, copy_to_move
from tuimail.services.mail import Mail

from .opening import open_mail
from .terminal import say
from .waiting import hand_over


async def run_flag(profile: Profile, options: argparse.Namespace) -> int:
    """Add and remove flags."""
    if not options.add and not options.remove:
        raise UserError("Say which: --add seen, --remove flagged, --add any-keyword.")
    mail = open_mail(profile)
    found = [row for one in options.id for row in copies(mail, one, options.within)]
    refs = _refs(found)
    if len(found) > len(options.id):
        say("a message that lies in several mailboxes is changed in each, and counted there")
    if options.add:
        say(triage.add_flags(mail, refs, frozenset(map(flag_of_word, options.add))).sentence)
    if options.remove:
        say(triage.remove_flags(mail, refs, frozenset(map(flag_of_word, options.remove))).sentence)
    return await hand_over(mail, (row.account for row in found), wait=options.wait)


async def run_move(profile: Profile, options: argparse.Namespace) -> int:
    """Move messages to another mailbox of their account."""
    mail = open_mail(profile)
    found = _to_move(mail, options, options.destination)
    say(triage.move(mail, _refs(found), options.destination).sentence)
    return await hand_over(mail, (row.account for row in found), wait=options.wait)


async def run_delete(profile: Profile, options: argparse.Namespace) -> int:
    """Move messages to Trash."""
    mail = open_mail(profile)
    found = _to_move(mail, options, Role.TRASH)
    say(triage.delete(mail, _refs(found)).sentence)
    return await hand_over(mail, (row.account for row in found), wait=options.wait)


def _to_move(mail: Mail, options: argparse.Namespace, destination: str | Role) -> list[MessageRow]:
    return [copy_to_move(mail, one, options.within, destination) for one in options.id]


def _refs(found: Sequence[MessageRow]) -> list[MessageRef]:
    return [row.ref for row in found]
