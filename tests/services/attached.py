"""Mails with files, in an open profile."""

from base64 import b64encode

from tests.store.makers import arrival, box_id, view
from tuimail.mime.render import searchable_text
from tuimail.model.ids import MessageKey
from tuimail.services import reading
from tuimail.services.mail import Mail
from tuimail.store.bodies import put_body
from tuimail.store.messages import put_messages


def with_files(*files: tuple[str, str, bytes], text: bytes = b"text", kind: str = "mixed") -> bytes:
    """Return a mail of a text and (name, type, content) each; other than by name, by Content-ID."""
    mail = b"Subject: Files\r\nContent-Type: multipart/%s; boundary=bb\r\n\r\n" % kind.encode()
    mail += (
        b"--bb\r\n\r\n%s\r\n" % text if b"Content-Type" not in text else b"--bb\r\n%s\r\n" % text
    )
    for name, content_type, content in files:
        encoded = "".join(f"%{byte:02X}" for byte in name.encode())
        head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n"
        if name.startswith("cid:"):
            head += f"Content-ID: <{name[4:]}>\r\n"
        else:
            head += f"Content-Disposition: attachment; filename*=utf-8''{encoded}\r\n"
        packed = b64encode(content)
        lines = b"\r\n".join(packed[at : at + 76] for at in range(0, len(packed), 76))
        mail += b"--bb\r\n%s\r\n%s\r\n" % (head.encode(), lines)
    return mail + b"--bb--\r\n"


def kept(mail: Mail, raw: bytes, uid: int = 1) -> MessageKey:
    """Put a mail into the inbox of a profile; return its key."""
    put_messages(mail.store, box_id(mail.store, "INBOX"), [arrival(uid)])
    row = reading.rows(mail, view(), reading.view_ids(mail, view()))[0]
    put_body(mail.store, row.key, raw, searchable_text(raw))
    return row.key
