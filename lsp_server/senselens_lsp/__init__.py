"""Senselens in an editor: a language server whose hovers say what a word means here."""
