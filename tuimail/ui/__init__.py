"""The terminal interface; the only room that imports textual or rich."""
