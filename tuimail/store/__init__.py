"""SQLite and files: all mail and all intents. Services, sync, outbox and engine may enter."""
