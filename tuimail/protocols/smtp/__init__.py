"""Message submission (RFC 6409), driven step by step."""
