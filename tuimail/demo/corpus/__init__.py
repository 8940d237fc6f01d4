"""Generated mail that looks like life, the same for the same seed; each message made when read."""
