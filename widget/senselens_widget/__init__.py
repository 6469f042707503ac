"""Senselens in a notebook and on a page."""

from senselens_widget.page import fragment, page

__all__ = ["fragment", "page"]
