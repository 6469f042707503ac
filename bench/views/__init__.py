"""The figures that the views are held to."""
