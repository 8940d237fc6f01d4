"""Real Dovecot and Postfix on loopback, for tests marked `servers`.

Needs root (Dovecot and Postfix drop to users of their own) and, from Debian 12 (`.ci/run` installs
them; no service of the system is started or changed):

    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \\
        dovecot-imapd dovecot-pop3d dovecot-lmtpd dovecot-sieve postfix

Each test process starts its own pair in a folder of its own below /tmp, on free ports, with its own
certificate authority. Without the packages the tests skip and name what is missing; with
TUIMAIL_REQUIRE_SERVERS=1 that is a failure.
"""
