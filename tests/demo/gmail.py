"""An account whose mailboxes are as at Gmail, kept in step with the embedded host."""

from tests.demo.fixtures import RunningHost
from tuimail.demo.mailstore import Mailbox
from tuimail.model.account import Security, Server
from tuimail.model.secret import Secret
from tuimail.sync.imap_remote import connect_imap
from tuimail.sync.remote import Remote


class GmailServer:
    """What a walk connects to."""

    def __init__(self, host: RunningHost) -> None:
        self.host = host

    async def connect(self) -> Remote:
        alice = self.host.person("alice")
        port = self.host.ports.imap_tls
        server = Server(self.host.address, port, Security.TLS, alice.email, self.host.ca_file)
        return await connect_imap(server, Secret(alice.password))

    def box(self, name: str) -> Mailbox:
        found = self.host.store("alice").find(name)
        assert found is not None
        return found

    def lies_in(self) -> dict[bytes, list[str]]:
        """Subject of each mail -> the mailboxes it lies in."""
        found: dict[bytes, list[str]] = {}
        for box in self.host.store("alice"):
            for message in box.messages.values():
                subject = message.raw.partition(b"Subject: ")[2].partition(b"\r\n")[0]
                found.setdefault(subject, []).append(box.name)
        return found

    def label(self, uid: int, *labels: str, mailbox: str = "INBOX") -> None:
        letter = self.box(mailbox).messages[uid].letter
        assert letter is not None
        self.host.call(lambda: letter.change_labels(labels, ()))


def letter(number: int, *fields: str) -> bytes:
    lines = [f"Message-ID: <g{number}@x.test>", f"Subject: mail {number}", *fields]
    date = f"Date: Tue, 14 Nov 2023 22:{number:02}:00 +0000"
    return "\r\n".join(["From: Ann <ann@x.test>", date, *lines, "", "Hello.", ""]).encode()
