"""`show`: one message, as text, header, JSON or its exact bytes."""

import argparse
from collections.abc import Iterable
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, NotFound
from tuimail.model.caution import Caution, worst_first
from tuimail.model.ids import MessageKey
from tuimail.model.message import MessageRow
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe, safe_block, safe_line
from tuimail.services import reading, trust
from tuimail.services.attachments import files_of, is_here
from tuimail.services.engine_link import EngineLink
from tuimail.services.mail import Mail
from tuimail.services.path import path_of
from tuimail.services.people import written

from .attachments import save_files
from .messages import mailbox_names, message_json
from .opening import open_mail
from .path import authentication_json, hops_json
from .terminal import print_bytes, print_json, print_lines, short_time

_GONE: Final = "The message is gone from the server, and no copy of it is here."


async def run_show(profile: Profile, options: argparse.Namespace) -> int:
    """Print one message; its body is fetched first if it is not here yet."""
    mail = open_mail(profile)
    row = reading.row_of_id(mail, options.id)[0]
    if options.save is not None:
        await require_body(mail, row.key)
        return save_files(mail, row, options.save)
    raw = await bytes_of(mail, row.key)
    if options.raw:
        print_bytes(raw)
        return ExitStatus.DONE
    if options.headers:
        head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
        print_lines([safe_block(head)])
        return ExitStatus.DONE
    rendered = reading.rendered(mail, row.key)
    assert rendered is not None
    if options.json:
        print_json(_full_json(mail, row, rendered))
    else:
        warnings = _warnings(mail, row, rendered)
        print_lines([*_lines(row, rendered, warnings), *_file_lines(mail, row)])
    return ExitStatus.DONE


async def bytes_of(mail: Mail, key: MessageKey) -> bytes:
    """Return a mail's exact bytes; the engine fetches what is not here. Raises NotFound."""
    await require_body(mail, key)
    raw = reading.body(mail, key)
    if raw is None:
        raise NotFound(_GONE)
    return raw


async def require_body(mail: Mail, key: MessageKey) -> None:
    """Have a mail's bytes fetched by the engine where they are not here. Raises NotFound."""
    if is_here(mail, key):
        return
    async with EngineLink(mail.profile) as link:
        await link.ready()
        await link.body(key)
    if not is_here(mail, key):
        raise NotFound(_GONE)


def _full_json(mail: Mail, row: MessageRow, rendered: RenderedMail) -> dict[str, object]:
    envelope, path = rendered.envelope, path_of(mail, row)
    assert path is not None, "its bytes are here"
    return {
        **message_json(mail, row, mailbox_names(mail)),
        "to": written(envelope.to),
        "cc": written(envelope.cc),
        "bcc": written(envelope.bcc),
        "reply_to": written(envelope.reply_to),
        "text": rendered.plain_text,
        "attachments": [
            {
                "name": file.part.filename.raw,
                "type": file.part.content_type,
                "size": file.part.size_bytes,
                "true_type": file.kind.content_type,
                "warning": file.warning,
            }
            for file in files_of(mail, row.key)
        ],
        "links": [link.url.raw for link in rendered.links],
        "remote": {
            "hosts": list(rendered.remote_hosts),
            "pixels": rendered.pixel_count,
            "trackers": list(rendered.tracker_hosts),
        },
        "hidden_characters": rendered.hidden_chars,
        "warnings": [
            {"kind": caution.kind.value, "text": caution.text}
            for caution in _warnings(mail, row, rendered)
        ],
        "authentication": authentication_json(path),
        "hops": hops_json(path),
    }


def _warnings(mail: Mail, row: MessageRow, rendered: RenderedMail) -> tuple[Caution, ...]:
    """Return what the mail itself says, and what the store and the account's servers say."""
    return worst_first((*rendered.warnings, *trust.judged(mail, row)))


def _lines(row: MessageRow, rendered: RenderedMail, warnings: Iterable[Caution]) -> list[Safe]:
    envelope = rendered.envelope
    lines = [
        Safe(f"{name}: {safe_line(value)}")
        for name, value in (
            ("From", written(envelope.from_)),
            ("To", written(envelope.to)),
            ("Cc", written(envelope.cc)),
            ("Date", short_time(row.date)),
            ("Subject", envelope.subject),
        )
        if value
    ]
    lines += [Safe(f"! {warning.text}") for warning in warnings]
    lines += [Safe(""), rendered.plain_text]
    lines += [Safe(f"{link.mark} {safe_line(link.url)}") for link in rendered.links]
    return lines


def _file_lines(mail: Mail, row: MessageRow) -> list[Safe]:
    """Say of each file what it truly is, or where it says something else of itself."""
    return [
        Safe(
            f"Attachment: {safe_line(file.part.filename)} "
            f"({file.warning or file.kind.words}, {file.part.size_bytes} bytes)"
        )
        for file in files_of(mail, row.key)
    ]
