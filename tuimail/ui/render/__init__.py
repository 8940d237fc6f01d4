"""Pure drawing: values in, pieces of text with roles out. Only `ui` may enter; no Textual here."""
