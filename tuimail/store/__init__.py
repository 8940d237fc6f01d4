"""SQLite and files: what servers hold (cache) and what exists nowhere else (local)."""
