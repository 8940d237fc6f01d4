"""The door of the background process: its lock, its socket, its supervisor."""
