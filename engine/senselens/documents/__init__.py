"""Documents: which of their characters are prose, and as what text they are read.

`prose` gives a `Prose`, the readable text with the place of each of its characters in the document; `kinds` says which reader
a document of a kind has. A reader takes a document whose lines end in a line feed and yields its passages, each a list of
`Piece`s.
"""
