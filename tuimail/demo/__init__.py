"""The embedded mail host: how mail travels, in one process. Tests and `tuimail demo` may enter."""
