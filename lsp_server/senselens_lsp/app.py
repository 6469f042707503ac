"""The server with all its handlers."""

from __future__ import annotations

from senselens_lsp import hover, inspect, lifecycle, uses
from senselens_lsp.server import Server

__all__ = ["Server", "hover", "inspect", "lifecycle", "uses"]
