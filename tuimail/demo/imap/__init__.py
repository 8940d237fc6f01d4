"""A small IMAP server (RFC 3501, 9051, and the extensions it announces); knows the mail store."""
