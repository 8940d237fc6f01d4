"""What goes over the wire: TLS, sign-in, IMAP, POP3, SMTP. Sync, outbox and services may enter."""
