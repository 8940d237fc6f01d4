"""Where secrets come from: keyring, a command, asking. Never a plain-text file."""
