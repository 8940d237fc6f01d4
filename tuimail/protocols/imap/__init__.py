"""IMAP4rev1 and rev2 over a bounded receive path of our own.

From the wire upwards: `framing` (lines and literals), `deflate`, `receive` (the one file that knows
aioimaplib), `lexer`, `codes`, `fetch`, `about` and `grammar` (bytes to values),
`session` (one command at a time, every wait bounded), `connection` (a verified line, signed in),
`settle` (what is arranged before a mailbox is opened), and what can be asked, in a file each:
`listing`, `mailboxes`, `namespaces`, `quota`, `flags`, `messages`, `small_bodies`, `appending`,
`searching`, `object_ids`, `gmail`, `watch`. Others enter by the last three groups.

Where each standard lives; what is not offered is done without.

RFC          what                              where
2087, 9208   QUOTA                             quota, about
2177         IDLE                              watch
2342         NAMESPACE                         namespaces, about
2971         ID                                identity, about
3501, 9051   IMAP4rev1 and rev2                all of it
3502         MULTIAPPEND                       appending
3516         BINARY (literal8 of APPEND)       appending, arguments
3691         UNSELECT                          not needed: a mailbox is left by opening another
4315         UIDPLUS                           messages, appending, codes
4616, 4959   AUTHENTICATE PLAIN, SASL-IR       connection
4731         ESEARCH                           searching, grammar
4978         COMPRESS=DEFLATE                  compress, deflate, receive
5161         ENABLE                            enable
5258         LIST-EXTENDED                     listing
5465         NOTIFY                            watch, unasked
5530         response codes                    session, connection
5819         LIST-STATUS                       listing
6154         SPECIAL-USE                       listing, roles
6851         MOVE                              messages
6855         UTF8=ACCEPT                       enable, names, appending, searching
7162         CONDSTORE, QRESYNC                mailboxes, flags, grammar
7888         LITERAL+, LITERAL-                arguments, session
7889         APPENDLIMIT                       appending
8314         TLS from the start                connection, protocols.tls
8474         OBJECTID                          object_ids, fetch, mailboxes, listing
X-GM-EXT-1   Gmail's labels, ids, search       gmail, object_ids, fetch, searching

What single servers do otherwise is in `quirks`.
"""
