"""Reading HTML mails never touches the network: no socket is made and no name is asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COUNT = 1_000 if os.environ.get("PROOF_FULL") == "1" else 100


def said(*words: str) -> list[str]:
    """Return what the program that reads them says: mails, hosts in them, events."""
    found = subprocess.run(
        [sys.executable, "-m", "tests.mime.reads_html", *words],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return found.stdout.split(maxsplit=2)


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_html_mails_are_read_without_a_socket_or_a_question_for_a_name():
    mails, hosts, events = said(str(COUNT))
    assert (int(mails), events.strip()) == (COUNT, "[]")
    assert int(hosts) > 50
    print(f"{mails} HTML mails, {hosts} hosts in them: 0 sockets, 0 DNS questions")


def test_what_would_touch_the_network_is_seen():
    _, _, events = said("2", "call")
    assert events.strip() == "['socket.getaddrinfo']"
