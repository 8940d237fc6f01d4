"""`receipt`: tell the sender of a mail that it was opened, or ask no more."""

import argparse

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus
from tuimail.model.safe import safe_line
from tuimail.services import delivery, reading, receipts
from tuimail.services.engine_link import EngineLink

from .opening import open_mail
from .show import bytes_of
from .terminal import print_json, say


async def run_receipt(profile: Profile, options: argparse.Namespace) -> int:
    """Answer one mail; the command is the person's yes."""
    mail = open_mail(profile)
    row = reading.row_of_id(mail, options.id)[0]
    await bytes_of(mail, row.key)
    if options.decline:
        receipts.decline_receipt(mail, row)
        async with EngineLink(profile) as link:
            await link.ready()
            link.push()
        return ExitStatus.DONE
    wanted = receipts.asked(mail, row)
    sent = delivery.show(mail, receipts.send_receipt(mail, row))
    if wanted is not None and wanted.is_elsewhere:
        say(f"it goes to {safe_line(wanted.to.addr_spec)}, which is not where the mail came from")
    async with EngineLink(profile) as link:
        await link.ready()
        link.send()
        link.push()
    if options.json:
        print_json({"id": sent.id, "message_id": sent.message_id, "state": sent.state.value})
    return ExitStatus.DONE
