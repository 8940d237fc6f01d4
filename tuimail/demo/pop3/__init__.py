"""The POP3 server of the embedded host: INBOX of each person, one client at a time."""
