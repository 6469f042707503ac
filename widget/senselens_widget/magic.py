"""The cell magic ``%%lens``."""

from __future__ import annotations

from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from senselens_widget.inspector import Inspector


@magics_class
class LensMagics(Magics):  # type: ignore[misc]
    """``%%lens glove mini`` shows the text below it under these models."""

    @magic_arguments()  # type: ignore[untyped-decorator]
    @argument("models", nargs="*", default=["mini"], help="names of models, as for senselens.load; mini if there are none")  # type: ignore[untyped-decorator]
    @cell_magic  # type: ignore[untyped-decorator]
    def lens(self, line: str, cell: str) -> Inspector:
        """Show the cell's text in an inspector."""
        return Inspector(cell.strip(), parse_argstring(self.lens, line).models)
