"""Profile locations, settings and accounts, read from TOML and checked. Rooms above may enter."""
