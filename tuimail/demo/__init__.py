"""The embedded mail host: two domains, SMTP between them, bounces, mailboxes over IMAP."""
