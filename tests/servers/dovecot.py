"""Dovecot in a folder of its own: IMAP, POP3, LMTP, Sieve and the sign-in that Postfix asks."""

from __future__ import annotations

import hmac
import json
import os
import shutil
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tuimail.demo.certificate import Identity

from .process import ServerProcess, accepts, free_ports

MAIL_UID = 5000
"""Owner of all mailboxes; needs no entry in /etc/passwd."""
_NO_ARCHIVE = "userdb_namespace/inbox/mailbox/Archive/auto=no"
"""The setting of one user that takes a mailbox away which all others have."""

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
auth_failure_delay = 0
auth_mechanisms = plain login scram-sha-256 xoauth2 oauthbearer
disable_plaintext_auth = yes
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovenull
first_valid_uid = {uid}
listen = 127.0.0.1
protocols = imap pop3 lmtp
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
mail_location = maildir:~/Maildir
mail_plugins = quota
mailbox_idle_check_interval = 1 secs
shutdown_clients = yes
hostname = mail.south.test
mail_max_userip_connections = 100
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-reader {{
    mode = 0666
  }}
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login scram-sha-256
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
  mailbox Archive {{
    special_use = \\Archive
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
}}
plugin {{
  quota = maildir:User quota
  sieve = file:~/sieve;active=~/.dovecot.sieve
}}
protocol imap {{
  mail_plugins = quota imap_quota zlib imap_zlib
}}
protocol lmtp {{
  mail_plugins = quota sieve
  postmaster_address = postmaster@north.test
}}
"""

_TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""
_TOKEN_KEY = b"an authority for tokens, thirty-two or more bytes"


@dataclass(frozen=True)
class DovecotUser:
    """One mailbox owner."""

    email: str
    password: str
    quota_rule: str = ""
    """Dovecot's form, for example `*:bytes=2048`; empty means no limit."""
    has_archive: bool = True


class Dovecot:
    """A running Dovecot; ports on 127.0.0.1, sockets `lmtp` and `auth` in its folder."""

    def __init__(self, folder: Path, identity: Identity, users: Sequence[DovecotUser]) -> None:
        self.folder = folder
        self.imap_port, self.imaps_port, self.pop3_port, self.pop3s_port = free_ports(4)
        self._write_users(users)
        self._write_token_key()
        configuration = folder / "dovecot.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                folder=folder,
                uid=MAIL_UID,
                certificate=identity.certificate_file,
                key=identity.key_file,
                imap=self.imap_port,
                imaps=self.imaps_port,
                pop3=self.pop3_port,
                pop3s=self.pop3s_port,
            )
        )
        self._process = ServerProcess(
            ["/usr/sbin/dovecot", "-F", "-c", str(configuration)], folder / "dovecot.log"
        )
        self._process.wait_until(lambda: accepts(self.imaps_port))

    def home(self, email: str) -> Path:
        """Return the folder of a user, which holds `Maildir` and Sieve scripts."""
        return self.folder / "homes" / email

    def token(self, username: str, lasts_s: int = 3_600) -> str:
        """Return an access token (a signed JWT, RFC 7519) that signs somebody in."""
        now = int(time.time())
        claims = {"sub": username, "iat": now - 60, "nbf": now - 60, "exp": now + lasts_s}
        parts = [
            _base64(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"}, claims)
        ]
        signature = hmac.digest(_TOKEN_KEY, ".".join(parts).encode(), "sha256")
        return ".".join((*parts, _base64(signature)))

    def stop(self) -> None:
        """End it."""
        self._process.stop()

    def _write_token_key(self) -> None:
        (self.folder / "oauth2.conf").write_text(_TOKENS.format(folder=self.folder))
        key = self.folder / "keys" / "default" / "HS256" / "default"
        key.parent.mkdir(parents=True)
        key.write_bytes(b64encode(_TOKEN_KEY))

    def _write_users(self, users: Sequence[DovecotUser]) -> None:
        lines = []
        for user in users:
            home = self.home(user.email)
            home.mkdir(parents=True)
            os.chown(home, MAIL_UID, MAIL_UID)
            extra = f"userdb_quota_rule={user.quota_rule}" if user.quota_rule else ""
            if not user.has_archive:
                extra += f" {_NO_ARCHIVE}"
            lines.append(
                f"{user.email}:{{PLAIN}}{user.password}:{MAIL_UID}:{MAIL_UID}::{home}::{extra}\n"
            )
        file = self.folder / "users"
        file.touch(mode=0o640)
        file.write_text("".join(lines))
        shutil.chown(file, "root", "dovecot")


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
