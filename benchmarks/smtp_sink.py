"""A submission server that takes everything and keeps nothing: `python -m benchmarks.smtp_sink`.

In a process of its own, with blocking sockets, so that it costs the client next to nothing.
Arguments: certificate, key, and words for its EHLO. Prints its port.
"""

import socket
import ssl
import sys
import threading

PIECE = 256 * 1024


class Conversation:
    """One client."""

    def __init__(self, client: socket.socket, context: ssl.SSLContext, offers: list[str]) -> None:
        self._client = client
        self._context = context
        self._offers = offers
        self._buffer = b""

    def run(self) -> None:
        """Answer until it leaves."""
        self._say("220 sink.test ESMTP")
        while line := self._line():
            words = line.upper().split()
            match words[0]:
                case b"EHLO":
                    lines = ["sink.test", "AUTH PLAIN", "STARTTLS", *self._offers]
                    said = [f"250-{word}" for word in lines[:-1]] + [f"250 {lines[-1]}"]
                    self._say("\r\n".join(said))
                case b"STARTTLS":
                    self._say("220 2.0.0 go ahead")
                    self._client = self._context.wrap_socket(self._client, server_side=True)
                case b"AUTH":
                    self._say("235 2.7.0 welcome")
                case b"DATA":
                    self._say("354 go ahead")
                    self._mail()
                    self._say("250 2.0.0 Ok: queued as 4XyZ123")
                case b"BDAT":
                    self._octets(int(words[1]))
                    self._say("250 2.0.0 Ok: queued as 4XyZ123")
                case b"QUIT":
                    self._say("221 2.0.0 bye")
                    return
                case _:
                    self._say("250 2.0.0 ok")

    def _say(self, line: str) -> None:
        self._client.sendall(line.encode() + b"\r\n")

    def _line(self) -> bytes:
        while b"\n" not in self._buffer:
            piece = self._client.recv(PIECE)
            if not piece:
                return b""
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _mail(self) -> None:
        tail, self._buffer = self._buffer, b""
        while not tail.endswith(b"\r\n.\r\n"):
            tail = tail[-5:] + self._client.recv(PIECE)

    def _octets(self, left: int) -> None:
        taken, self._buffer = self._buffer[:left], self._buffer[left:]
        left -= len(taken)
        while left:
            left -= len(self._client.recv(min(left, PIECE)))


def _serve(client: socket.socket, context: ssl.SSLContext, offers: list[str]) -> None:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        Conversation(client, context, offers).run()
    except OSError:
        pass  # a client that breaks off is none of our business
    finally:
        client.close()


def main() -> None:
    """Serve until killed."""
    certificate, key, *offers = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_serve, args=(client, context, offers), daemon=True).start()


if __name__ == "__main__":
    main()
