"""What goes over the wire: TLS, sign-in, IMAP and SMTP. Only sync, outbox and services may enter."""
