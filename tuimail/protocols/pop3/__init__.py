"""POP3 (RFC 1939) over a bounded receive path of our own.

From the wire upwards: `lines` (lines, blocks, dots), `faults` (how a server says no), `connection`
(one verified line, a command at a time), `signin` (from nothing to signed in), `messages` (what can
be asked). Others enter by the last two.

| RFC | where |
|---|---|
| 1939 USER, PASS, STAT, LIST, RETR, DELE, QUIT, TOP, UIDL | `signin`, `messages` |
| 2449 CAPA, RESP-CODES, PIPELINING, LOGIN-DELAY, IN-USE | `signin`, `faults`, `messages` |
| 2595 STLS | `connection`, `signin` |
| 3206 SYS/TEMP, SYS/PERM, AUTH | `faults` |
| 5034 AUTH with an initial response | `signin` |
| 8314 implicit TLS | `signin` |
"""
