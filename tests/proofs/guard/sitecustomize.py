"""Writes down what each Python process that starts asks of the network; see `test_no_sockets`.

A line for each: the process, its command, the event, what it was asked for. Unix sockets, by which
a screen speaks with its engine, are left out.
"""

import os
import sys

NOTED = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
    "urllib.Request",
    "webbrowser.open",
}
TO_AN_ADDRESS = {"socket.connect", "socket.bind"}
"""Of a Unix socket the address is a path."""
PLACE = os.environ["GUARD_LOG"]


def note(event: str, arguments: tuple[object, ...]) -> None:
    is_unix = event in TO_AN_ADDRESS and isinstance(arguments[1], (str, bytes))
    if event in NOTED and not is_unix:
        kind = "engine" if "daemon" in sys.argv else "screen"
        line = f"{os.getpid()} {kind} {event} {arguments[1:]!r}\n"
        handle = os.open(PLACE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, line.encode())
        os.close(handle)


sys.addaudithook(note)
