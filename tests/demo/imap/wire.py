"""A client that shows every line, for what imaplib hides."""

from __future__ import annotations

import re
import socket

from tests.demo.fixtures import RunningHost
from tuimail.demo.host import HOST

TIMEOUT_S = 5.0


class Wire:
    def __init__(self, host: RunningHost, name: str | None = "alice", tls: bool = True) -> None:
        port = host.ports.imap_tls if tls else host.ports.imap_starttls
        self.socket = socket.create_connection((HOST, port), TIMEOUT_S)
        if tls:
            self.socket = host.tls().wrap_socket(self.socket, server_hostname=HOST)
        self.file = self.socket.makefile("rb")
        self.greeting = self.line()
        self.number = 0
        if name:
            person = host.person(name)
            password = person.password.replace("\\", "\\\\").replace('"', '\\"')
            self.ok(f'LOGIN {person.email} "{password}"')

    def line(self) -> bytes:
        """One response, literals inside; CRLF cut off."""
        text = self.file.readline()
        while found := re.search(rb"\{(\d+)\}\r\n\Z", text):
            text += self.file.read(int(found.group(1))) + self.file.readline()
        if not text:
            raise EOFError
        return text.removesuffix(b"\r\n")

    def send(self, text: str | bytes) -> None:
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def do(self, command: str | bytes) -> tuple[list[bytes], bytes]:
        """Untagged lines, and the tagged one without its tag."""
        self.number += 1
        tag = b"t%d" % self.number
        text = command.encode() if isinstance(command, str) else command
        self.send(tag + b" " + text + b"\r\n")
        return self.until(tag)

    def until(self, tag: bytes) -> tuple[list[bytes], bytes]:
        lines = []
        while not (line := self.line()).startswith(tag + b" "):
            lines.append(line)
        return lines, line[len(tag) + 1 :]

    def ok(self, command: str | bytes) -> list[bytes]:
        lines, tagged = self.do(command)
        assert tagged.startswith(b"OK"), (command, lines, tagged)
        return lines

    def append(self, mailbox: str, raw: bytes, flags: str = "") -> bytes:
        _, tagged = self.do(
            f"APPEND {mailbox} {flags and f'({flags}) '}{{{len(raw)}+}}\r\n".encode() + raw
        )
        return tagged

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
