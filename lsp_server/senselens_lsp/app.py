"""The server with all its handlers: each module below adds its own."""

from __future__ import annotations

from importlib import import_module

from senselens_lsp.server import Server

__all__ = ["Server"]

FEATURES = "lifecycle hover inspect uses completion substitutes hints colours search workspace commands"

for feature in FEATURES.split():
    import_module(f"senselens_lsp.{feature}")
