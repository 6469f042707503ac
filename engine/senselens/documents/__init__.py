"""Documents: which of their characters are prose, and as what text it is read.

`prose` gives a `Prose`, the readable text with the place of each of its characters in the document; `kinds` says which reader
a document of a kind has. A reader takes a document with ``\\n`` for line ends and yields its passages as lists of `Piece`s.
"""
