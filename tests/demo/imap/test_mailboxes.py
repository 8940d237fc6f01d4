"""Sign-in and mailboxes of the embedded IMAP server."""

from __future__ import annotations

import imaplib
import socket
import ssl

import pytest

from tests.demo.fixtures import RunningHost
from tuimail.demo.host import HOST

from .wire import Wire

HELLO = b"Subject: Hello\r\n\r\nHi.\r\n"


def test_nobody_signs_in_with_a_wrong_password(mail_host: RunningHost) -> None:
    with Wire(mail_host, None) as wire:
        _, tagged = wire.do("LOGIN alice@north.example guess")
        assert tagged.startswith(b"NO [AUTHENTICATIONFAILED]")
        _, tagged = wire.do("SELECT INBOX")
        assert tagged.startswith(b"BAD")


def test_a_clear_line_offers_starttls_and_takes_no_password(mail_host: RunningHost) -> None:
    with Wire(mail_host, None, tls=False) as wire:
        (offered,) = wire.ok("CAPABILITY")
        assert b"STARTTLS" in offered
        assert b"LOGINDISABLED" in offered
        assert b"AUTH=PLAIN" not in offered
        _, tagged = wire.do('LOGIN alice@north.example "aurora over the fjord"')
        assert tagged.startswith(b"NO [PRIVACYREQUIRED]")


def test_starttls_drops_what_was_sent_in_clear_behind_it(mail_host: RunningHost) -> None:
    raw = socket.create_connection((HOST, mail_host.ports.imap_starttls), 5)
    raw.recv(100)
    raw.sendall(b"a STARTTLS\r\nb NOOP\r\n")
    assert raw.recv(100).startswith(b"a OK")
    line = mail_host.tls().wrap_socket(raw, server_hostname=HOST)
    line.sendall(b"c NOOP\r\n")
    assert line.recv(100).startswith(b"c OK")
    line.close()


def test_authenticate_plain_with_and_without_initial_response(mail_host: RunningHost) -> None:
    mail_host.imaplib("bob").logout()
    with Wire(mail_host, None) as wire:
        lines, tagged = wire.do(
            "AUTHENTICATE PLAIN AGFsaWNlQG5vcnRoLmV4YW1wbGUAYXVyb3JhIG92ZXIgdGhlIGZqb3Jk"
        )
        assert (lines, tagged[:15]) == ([], b"OK [CAPABILITY ")
        assert b"CONDSTORE" in tagged


def test_the_certificate_is_good_for_loopback_and_can_be_exchanged(
    mail_host: RunningHost,
) -> None:
    wrong = mail_host.host.authority.issue("wrong", ("elsewhere.example",))
    mail_host.call(lambda: mail_host.host.use(wrong))
    with pytest.raises(ssl.SSLCertVerificationError):
        mail_host.imaplib()


def test_list_tells_special_use_children_subscription_and_status(mail_host: RunningHost) -> None:
    mail_host.deliver(HELLO)
    with Wire(mail_host) as wire:
        wire.ok('CREATE "Work/Plans"')
        wire.ok("UNSUBSCRIBE Junk")
        lines = wire.ok('LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UNSEEN))')
        assert b'* LIST (\\HasNoChildren \\Sent \\Subscribed) "/" "Sent"' in lines
        assert b'* LIST (\\HasNoChildren \\Junk) "/" "Junk"' in lines
        assert b'* STATUS "INBOX" (MESSAGES 1 UNSEEN 1)' in lines
        assert [line for line in wire.ok('LIST (SPECIAL-USE) "" "*"') if b"INBOX" in line] == []
        assert len(wire.ok('LIST "" "%"')) == 6
        assert wire.ok('LIST "" "Work/%"') == [b'* LIST (\\HasNoChildren) "/" "Work/Plans"']
        assert wire.ok('LIST "" ""') == [b'* LIST (\\Noselect) "/" ""']
        assert not any(b"Junk" in line for line in wire.ok('LSUB "" "*"'))


@pytest.mark.parametrize(
    ("name", "wire_name"),
    [
        ("Entwürfe", b"Entw&APw-rfe"),
        ("Q & A", b"Q &- A"),
        ("灯台", b"&cG9T8A-"),
        ("😀", b"&2D3eAA-"),
        ('half "quoted" \\ (open', b'half \\"quoted\\" \\\\ (open'),
    ],
)
def test_names_travel_in_modified_utf7(mail_host: RunningHost, name: str, wire_name: bytes) -> None:
    with Wire(mail_host) as wire:
        wire.ok(b'CREATE "%b"' % wire_name)
        assert mail_host.store("alice").find(name) is not None
        assert any(line.endswith(b'"%b"' % wire_name) for line in wire.ok('LIST "" "*"'))


def test_a_name_that_is_not_modified_utf7_is_bad(mail_host: RunningHost) -> None:
    with Wire(mail_host) as wire:
        assert wire.do('CREATE "open &shift"')[1].startswith(b"BAD")
        assert wire.do('CREATE "&AAAA&-x*"')[1].startswith(b"BAD")


def test_rename_takes_children_along_and_delete_refuses_inbox(mail_host: RunningHost) -> None:
    with mail_host.imaplib() as imap:
        imap.create("Old")
        imap.create("Old/Child")
        assert imap.rename("Old", "New")[0] == "OK"
        names = {line.split(b'"')[3] for line in imap.list()[1]}
        assert {b"New", b"New/Child"} <= names
        assert imap.delete("INBOX")[0] == "NO"
        assert imap.delete("New/Child")[0] == "OK"
        assert imap.select('"New/Child"')[0] == "NO"


def test_a_mailbox_made_anew_has_another_uidvalidity(mail_host: RunningHost) -> None:
    with Wire(mail_host) as wire:
        validities = []
        for _ in range(2):
            wire.ok("CREATE Again")
            validities.append(wire.ok("STATUS Again (UIDVALIDITY)"))
            wire.ok("DELETE Again")
        assert validities[0] != validities[1]


def test_create_with_use_gives_the_role(mail_host: RunningHost) -> None:
    with Wire(mail_host) as wire:
        wire.ok("CREATE Everything (USE (\\All))")
        assert any(b"\\All" in line for line in wire.ok('LIST "" Everything'))


def test_select_describes_and_examine_forbids_changes(mail_host: RunningHost) -> None:
    mail_host.deliver(HELLO)
    with Wire(mail_host) as wire:
        lines, tagged = wire.do("SELECT INBOX")
        assert tagged.startswith(b"OK [READ-WRITE]")
        assert b"* 1 EXISTS" in lines
        assert any(b"PERMANENTFLAGS" in line and b"\\*" in line for line in lines)
        assert any(b"HIGHESTMODSEQ" in line for line in lines)
        assert wire.do("EXAMINE INBOX")[1].startswith(b"OK [READ-ONLY]")
        assert wire.do("STORE 1 +FLAGS (\\Seen)")[1].startswith(b"NO")
        wire.ok("FETCH 1 BODY[]")
        assert wire.ok("STATUS INBOX (UNSEEN)") == [b'* STATUS "INBOX" (UNSEEN 1)']


def test_namespace_id_enable_and_unselect(mail_host: RunningHost) -> None:
    with Wire(mail_host) as wire:
        assert wire.ok("NAMESPACE") == [b'* NAMESPACE (("" "/")) NIL NIL']
        assert wire.ok('ID ("name" "tuimail" "version" NIL)')[0].startswith(b"* ID (")
        assert wire.ok("ENABLE CONDSTORE X-UNKNOWN") == [b"* ENABLED CONDSTORE"]
        wire.ok("SELECT INBOX")
        wire.ok("UNSELECT")
        assert wire.do("FETCH 1 UID")[1].startswith(b"BAD")


def test_withheld_capabilities_are_neither_offered_nor_understood(mail_host: RunningHost) -> None:
    mail_host.host.imap_withheld |= {"MOVE", "CONDSTORE", "UIDPLUS", "SPECIAL-USE"}
    mail_host.deliver(HELLO)
    with Wire(mail_host) as wire:
        (offered,) = wire.ok("CAPABILITY")
        assert not {b"MOVE", b"CONDSTORE", b"UIDPLUS"} & set(offered.split())
        assert not any(b"HIGHESTMODSEQ" in line for line in wire.ok("SELECT INBOX"))
        assert wire.do("UID MOVE 1 Trash")[1].startswith(b"BAD")
        assert wire.do("UID COPY 1 Trash")[1] == b"OK Done"
        assert not any(b"\\Trash" in line for line in wire.ok('LIST "" "*"'))


def test_nonsense_is_answered_with_bad_and_the_session_goes_on(mail_host: RunningHost) -> None:
    with Wire(mail_host) as wire:
        for nonsense in ("", "FROB", "SELECT", "SELECT (INBOX", "STATUS INBOX (WEIGHT)", "UID"):
            assert wire.do(nonsense)[1].startswith(b"BAD"), nonsense
        wire.ok("NOOP")


def test_endless_lines_and_literals_end_the_session(mail_host: RunningHost) -> None:
    with Wire(mail_host, None) as wire:
        wire.send(b"a LOGIN {999999999}\r\n")
        assert wire.line().startswith(b"* BYE")
    with Wire(mail_host, None) as wire:
        wire.send(b"a " + b"x" * 66_000)
        assert wire.line().startswith(b"* BYE")


def test_logout_says_goodbye(mail_host: RunningHost) -> None:
    imap = mail_host.imaplib()
    assert imap.logout()[0] == "BYE"
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        imap.noop()
