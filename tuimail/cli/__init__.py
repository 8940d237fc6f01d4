"""The same services as the screen, as commands. Enters services and below, never textual."""
