"""What goes over the wire: TLS, sign-in, IMAP, SMTP. Sync, outbox and services may enter."""
