"""Submission, transport between the two domains, and bounces (RFC 6409, 5321, 3464)."""
