"""Reads HTML mails in both forms and says what of the network was touched meanwhile.

Run by `test_html_network`: an audit hook cannot be taken away again, so it has a process of its own.
`python -m tests.mime.reads_html COUNT [call]`; with `call` something is asked for at the end, to see
that the hook would have told.
"""

import socket
import sys

from tests.mime.html_mails import html_mails
from tuimail.mime.render import render_mail, searchable_text

WATCHED = ("socket.", "urllib.", "http.client.", "ftplib.", "webbrowser.", "subprocess.", "os.exec")
"""Audit events of <https://docs.python.org/3/library/audit_events.html>: sockets, names, programs."""

seen: list[str] = []


def watch(event: str, _: object) -> None:
    """Note an event that has to do with the network or another program."""
    if event.startswith(WATCHED) or event in {"os.system", "os.posix_spawn", "os.fork"}:
        seen.append(event)


def main() -> None:
    """Read the mails, print how many, the hosts found in them, and what was seen."""
    mails = html_mails(int(sys.argv[1]))
    render_mail(mails[0], prefer_html=True)  # what is imported is imported now
    sys.addaudithook(watch)
    hosts = set()
    for raw in mails:
        for prefer_html in (True, False):
            hosts.update(render_mail(raw, prefer_html=prefer_html).remote_hosts)
        searchable_text(raw)
    if sys.argv[2:] == ["call"]:
        socket.getaddrinfo("localhost", 80)
    sys.stdout.write(f"{len(mails)} {len(hosts)} {sorted(set(seen))}\n")


if __name__ == "__main__":
    main()
