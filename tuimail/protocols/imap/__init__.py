"""IMAP4rev1 and rev2 (RFC 3501, RFC 9051) over a bounded receive path of our own.

From the wire upwards: `framing` (lines and literals), `receive` (the one file that knows
aioimaplib), `lexer`, `codes`, `fetch`, `structure` and `grammar` (bytes to values), `session` (one
command at a time, every wait bounded), `connection` (a verified line, signed in), `mailboxes`,
`messages`, `watch` and `identity` (what can be asked). Others enter by the last five.
"""
