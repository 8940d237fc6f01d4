"""Several mails sent on: as they are, in files of their own that hang on one new mail."""

from collections.abc import Sequence

from tuimail.mime.compose import attachment_of
from tuimail.mime.headers import parse_envelope
from tuimail.model.draft import Draft, DraftKind
from tuimail.model.ids import MessageRef
from tuimail.model.safe import Untrusted, safe_filename
from tuimail.store.drafts import new_draft_id

from .answering import original
from .draft_check import signed
from .draft_files import put_file
from .mail import Mail

_NAMED_CHARS = 60
"""Of a subject in the name of a file."""


def forward_attached(mail: Mail, refs: Sequence[MessageRef]) -> Draft:
    """Return the draft that sends mails on, each byte by byte in a file; from the first's account.

    Raises:
        NotFound: a message or its body is not here yet.
        StoreError: the files cannot be kept.
    """
    originals = [original(mail, ref) for ref in refs]
    account = originals[0][1]
    draft_id = new_draft_id()
    files = []
    for number, (raw, _) in enumerate(originals, 1):
        subject = parse_envelope(raw).subject.strip()[:_NAMED_CHARS] or f"mail {number}"
        name = safe_filename(Untrusted(f"{subject.replace('/', '_')}.eml"))
        files.append(attachment_of(put_file(mail, draft_id, name, raw), name))
    return Draft(
        id=draft_id,
        account=account.name,
        from_=account.address,
        subject=f"Fwd: {len(refs)} mails",
        body=signed("", account),
        attachments=tuple(files),
        kind=DraftKind.NEW,
    )
