"""Postfix in a folder of its own: submission, two domains, delivery by LMTP, bounces."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path

from tuimail.demo.certificate import Identity

from .process import ServerProcess, accepts, free_ports

REFUSED_LOCAL_PART = "refused"
"""`refused@DOMAIN` is answered 550 5.1.1 at RCPT TO."""
LATER_LOCAL_PART = "later"
"""`later@DOMAIN` is answered 450 4.2.1 at RCPT TO."""

_MAIN = """
compatibility_level = 3.6
config_directory = {folder}/etc
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mail.north.test
myorigin = north.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
biff = no
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = north.test, south.test
default_transport = error:5.1.2 this test server knows only north.test and south.test
message_size_limit = 41943040
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_received_header = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dovecot}/auth
smtpd_sasl_security_options = noanonymous
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions =
    check_recipient_access regexp:{{ {{ /^refused@/ 550 5.1.1 no such person here }}, {{ /^later@/ 450 4.2.1 come back later }} }}
    permit_sasl_authenticated, reject
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
"""
_PATIENT = """
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
bounce_queue_lifetime = 1h
maximal_queue_lifetime = 1h
virtual_transport = lmtp:unix:{dovecot}/lmtp
"""
_IMPATIENT = """
delay_warning_time = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
bounce_queue_lifetime = 20s
maximal_queue_lifetime = 20s
virtual_transport = final:unix:{dovecot}/lmtp
transport_maps = inline:{{ far.test=smtp:[127.0.0.1]:{far} }}
"""
"""Warns of delays and gives up soon, says when Dovecot has put a mail into its mailbox, and hands
mail for `far.test` to a port. No setting stands twice: each warning of that goes to a log that
nobody reads yet while Postfix starts, and a dozen of them stop it."""

_MASTER = """
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
final unix - - n - - lmtp flags=X
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""

_PRIVATE_QUEUES = [
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "private",
    "saved",
    "trace",
]


class Postfix:
    """A running Postfix; ports on 127.0.0.1."""

    def __init__(self, folder: Path, identity: Identity, dovecot: Path, far: int = 0) -> None:
        """With `far`, the port of another domain's server, it is impatient."""
        self.folder = folder
        self.submission_port, self.submissions_port = free_ports(2)
        self._make_folders()
        (folder / "etc" / "main.cf").write_text(
            _MAIN.format(
                folder=folder,
                dovecot=dovecot,
                certificate=identity.certificate_file,
                key=identity.key_file,
            )
            + (_IMPATIENT if far else _PATIENT).format(dovecot=dovecot, far=far)
        )
        (folder / "etc" / "master.cf").write_text(
            _MASTER.format(submission=self.submission_port, submissions=self.submissions_port)
        )
        self._process = ServerProcess(
            ["/usr/lib/postfix/sbin/master", "-d", "-c", str(folder / "etc")],
            folder / "stderr.log",
        )
        self._process.wait_until(lambda: accepts(self.submissions_port))

    @property
    def log(self) -> str:
        """What it has logged so far."""
        file = self.folder / "postfix.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def stop(self) -> None:
        """End it."""
        self._process.stop()

    def _make_folders(self) -> None:
        owner = pwd.getpwnam("postfix")
        drop = grp.getgrnam("postdrop").gr_gid
        queue = self.folder / "queue"
        for folder in (self.folder / "etc", self.folder / "data", queue, queue / "pid"):
            folder.mkdir(parents=True)
        os.chown(self.folder / "data", owner.pw_uid, owner.pw_gid)
        for name in _PRIVATE_QUEUES:
            (queue / name).mkdir(mode=0o700)
            os.chown(queue / name, owner.pw_uid, owner.pw_gid)
        for name, mode in (("maildrop", 0o730), ("public", 0o710)):
            (queue / name).mkdir()
            os.chown(queue / name, owner.pw_uid, drop)
            (queue / name).chmod(mode)
