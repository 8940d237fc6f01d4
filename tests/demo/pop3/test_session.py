"""The POP3 server of the embedded host, asked by the standard library's client."""

import poplib
import ssl

import pytest

from tests.demo.fixtures import RunningHost
from tuimail.demo.faults import Fault, FaultKind
from tuimail.demo.host import HOST

MAIL = b"Subject: dots\r\n\r\n.\r\n..\r\nlast\r\n"


def test_a_mail_is_listed_shown_and_given_out_exactly(mail_host: RunningHost) -> None:
    mail_host.deliver(MAIL)
    pop3 = mail_host.poplib()
    assert pop3.stat() == (1, len(MAIL))
    assert pop3.list()[1] == [b"1 %d" % len(MAIL)]
    assert pop3.uidl()[1] == [pop3.uidl(1).removeprefix(b"+OK ")]
    assert b"\r\n".join(pop3.retr(1)[1]) + b"\r\n" == MAIL
    assert pop3.top(1, 1)[1] == [b"Subject: dots", b"", b"."]
    assert pop3.noop() == b"+OK"
    pop3.quit()


def test_what_is_marked_goes_at_quit_alone(mail_host: RunningHost) -> None:
    for _ in range(3):
        mail_host.deliver(MAIL)
    pop3 = mail_host.poplib()
    pop3.dele(1)
    pop3.dele(2)
    pop3.rset()
    pop3.dele(2)
    with pytest.raises(poplib.error_proto, match="No such message"):
        pop3.retr(2)
    assert [line.split()[0] for line in pop3.list()[1]] == [b"1", b"3"]
    pop3.close()
    pop3 = mail_host.poplib()
    assert pop3.stat()[0] == 3
    pop3.dele(2)
    pop3.quit()
    assert len(mail_host.store("alice").find("INBOX").messages) == 2


def test_one_client_at_a_time_looks_into_a_maildrop(mail_host: RunningHost) -> None:
    first = mail_host.poplib()
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        mail_host.poplib()
    mail_host.poplib("bob").quit()
    first.quit()
    mail_host.poplib().quit()


def test_nothing_is_signed_in_without_tls(mail_host: RunningHost) -> None:
    pop3 = poplib.POP3(HOST, mail_host.ports.pop3_starttls, timeout=60)
    assert "STLS" in pop3.capa()
    assert "USER" not in pop3.capa()
    with pytest.raises(poplib.error_proto, match="Not without TLS"):
        pop3.user("alice")
    pop3.stls(mail_host.tls())
    assert isinstance(pop3.sock, ssl.SSLSocket)
    with pytest.raises(poplib.error_proto, match="Sign in first"):
        pop3.stat()
    person = mail_host.person("alice")
    pop3.user(person.email)
    with pytest.raises(poplib.error_proto, match=r"\[AUTH\]"):
        pop3.pass_("wrong")
    pop3.user(person.email)
    pop3.pass_(person.password)
    pop3.quit()


def test_faults_strike(mail_host: RunningHost) -> None:
    mail_host.deliver(MAIL)
    mail_host.pop3_fault(
        Fault(FaultKind.REFUSE, "STAT", text="-ERR [SYS/TEMP] later"),
        Fault(FaultKind.CUT, "RETR", carried_out=True, after_bytes=10),
    )
    pop3 = mail_host.poplib()
    with pytest.raises(poplib.error_proto, match="SYS/TEMP"):
        pop3.stat()
    with pytest.raises((poplib.error_proto, OSError)):
        pop3.retr(1)
    pop3.close()


def test_commands_can_be_withheld(mail_host: RunningHost) -> None:
    mail_host.host.pop3_withheld.add("UIDL")
    pop3 = mail_host.poplib()
    assert "UIDL" not in pop3.capa()
    with pytest.raises(poplib.error_proto, match="No such command"):
        pop3.uidl()
    pop3.quit()
