"""Values, enums and ids. Everyone may enter; nothing here does I/O."""
