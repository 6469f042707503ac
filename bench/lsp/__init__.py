"""How fast hovers are in an editor, beside the obvious way to write the server."""
