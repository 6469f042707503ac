"""LaTeX: its text, read by what each command does with its arguments.

A parser of TeX gives up, or swallows the rest, where a brace is missing, and in a document being typed one always is: here a
blank line closes whatever is open, as it ends the argument of most commands in TeX itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import regex

from senselens.documents.prose import PLACEHOLDER, Passage, Piece, names


def _counts(rows: dict[int, str]) -> dict[str, int]:
    return {name: count for count, table in rows.items() for name in table.split()}


# How many arguments in braces are no text. What comes after them is; commands that are not listed have none.
_HIDDEN = _counts(
    {
        0: "hyperref",
        1: """addbibresource bibliography bibliographystyle captionsetup cline cmidrule color colorbox documentclass
        foreignlanguage graphicspath hphantom hspace href hyphenation hypersetup include includegraphics includeonly includepdf
        index input label lstinputlisting lstset markboth markright newcounter newlength newtheorem nocite pagenumbering
        pagestyle parbox phantom raisebox rotatebox scalebox selectlanguage setlist subfile textcolor textsubscript
        textsuperscript thispagestyle tikzset usepackage usetikzlibrary vphantom vspace""",
        2: """addtocounter addtolength addcontentsline DeclareMathOperator fontsize inputminted multicolumn multirow newcommand
        providecommand renewcommand NewDocumentCommand resizebox rule setcounter setlength""",
        3: "definecolor newenvironment renewenvironment newacronym newglossaryentry",
    }
)
# Those whose arguments stand for something that is read, but is not there: references, code, quantities.
_STANDS = _counts(
    {
        0: "today thepage",
        1: """ac acf acl acp acs ce code ensuremath eqref gls Gls glspl Glspl lstinline nolinkurl num path si texttt unit
        url""",
        2: "mintinline qty SI",
    }
)
_REFERENCE = regex.compile(r"\w*(?:[cC]ite\w*|ref)")
_BREAKS = names("item par bigskip medskip smallskip newpage clearpage maketitle hline toprule midrule bottomrule")
_BLOCKS = names(
    """part chapter section subsection subsubsection paragraph subparagraph title subtitle caption subcaption frametitle
    framesubtitle abstract dedication address affil author date"""
)
_NOTES = names("footnote footnotetext thanks marginpar marginnote sidenote endnote todo")
_SIGNS = {
    **{sign: sign for sign in "&%$#_{}"},
    **dict.fromkeys((" ", ",", ";", ":", "\n", "quad", "qquad", "space", "newline", "linebreak"), " "),
    **{"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å"},
    **{"i": "ı", "j": "ȷ", "dots": "…", "ldots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "slash": "/"},
    **{"LaTeX": "LaTeX", "LaTeXe": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "textbackslash": "\\", "pounds": "£", "S": "§"},
}
_LIGATURES = {"``": "“", "''": "”", "---": "—", "--": "–", "~": " "}
_ACCENTS = dict(
    zip(
        "`'^\"~=.uvHckrbd",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0328\u030a\u0331\u0323",
        strict=True,
    )
)

_CODE_ENVIRONMENTS = names(
    """verbatim Verbatim alltt lstlisting minted comment filecontents tikzpicture pgfpicture picture asy luacode pycode
    sageblock algorithm algorithmic algorithm2e forest CCSXML"""
)
_MATH_ENVIRONMENTS = names(
    """math displaymath equation eqnarray align alignat flalign gather multline dmath dgroup split IEEEeqnarray subequations
    empheq"""
)
_TITLED_ENVIRONMENTS = names("theorem lemma corollary proposition definition remark example proof claim conjecture")
_ENVIRONMENT_HIDDEN = _counts(
    {
        1: "tabular longtable minipage multicols adjustbox thebibliography column subfigure subtable tabbing otherlanguage",
        2: "tabular* tabularx tabulary wrapfigure list xltabular",
    }
)
_ROWS = names("tabular tabular* tabularx tabulary longtable xltabular array")

_FIRST = re.compile(r"[%\n$\\{}&`'~-]")  # of a token
_TOKEN = regex.compile(
    r"""(?xsV1)
    (?P<comment> %[^\n]*+ (?: \n[\ \t]*+(?!\n) )?+ )
  | (?P<paragraph> \n[\ \t]*+\n\s*+ )
  | (?P<space> \n[\ \t]*+ )
  | (?P<math> \$\$ (?: [^$\\\n] | \\. | \n(?![\ \t]*+\n) )++ \$\$
            | \$ (?: [^$\\\n] | \\. | \n(?![\ \t]*+\n) )++ \$ )
  | (?P<formula> \\[(\[] )
  | (?P<verbatim> \\(?:verb|lstinline|mintinline\{\w*+\})\*?+ (?:\[[^\[\]\n]*+\])?+ (?P<fence>[^\w\s*\{\[]) [^\n]*? (?P=fence) )
  | (?P<environment> \\(?P<edge>begin|end)\ *+\{(?P<name>[^\{\}\n]*+)\} )
  | (?P<accent> \\(?: (?P<mark>[`'^"~=.]) \s*+ | (?P<mark>[uvHckrbd]) (?:\s++|(?=\{)) )
                       (?: \{(?:\\(?=[ij]\}))?+(?P<base>\p{L})\} | (?:\\(?=[ij]\b))?+(?P<base>\p{L}) ) )
  | (?P<command> \\(?: (?P<word>[a-zA-Z@]++\*?+) (?:<[^<>\n]{0,40}>)?+ | . ) )
  | (?P<ligature> ``|''|---?|~ )
  | (?P<brace> [\{\}] )
  | (?P<cell> & )
    """
)

_BRACE = regex.compile(r"(?s)\\.|%[^\n]*+|[{}]|\n[ \t]*+\n")
_OPTIONS = regex.compile(r"(?:\*|\[(?:[^\[\]{}]|\{[^{}]*+\}){0,400}+\])*+")
_SPACE = regex.compile(r"[ \t]*+(?:\n[ \t]*+(?!\n))?+")
_BLANK_LINE = regex.compile(r"\n[ \t]*+\n")
_DOCUMENT = regex.compile(r"\\begin\{document\}")


def read(text: str) -> Iterator[Passage]:
    """Paragraphs, headings, captions, items and cells; a note after the passage that it belongs to.

    Formulas, references, citations and code in a line are a placeholder. Comments, the preamble except the title, and arguments
    that are names or lengths are left out. What an unknown command holds in braces is read.
    """
    reading = _Reading(text)
    document = _DOCUMENT.search(text)
    if document:
        for title in regex.finditer(r"\\(?:sub)?title\b", text, endpos=document.start()):
            yield from reading.passages(title.start(), min(reading.after_groups(title.end(), 1), document.start()))
    end = text.find(r"\end{document}")
    yield from reading.passages(document.end() if document else 0, end if end >= 0 else len(text))


class _Reading:
    """A text being read: one method for each token, which gives the position to go on from."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.passage: list[Piece] = []
        self.notes: list[Passage] = []
        self.ready: list[Passage] = []
        self.groups: list[tuple[str, list[Piece]]] = []  # open braces: what they hold, and the passage a note interrupts
        self.opening = ""  # what the next brace holds
        self.rows = 0  # tables that are open
        self.next: dict[str, int] = {}  # where what was searched for is next
        self.closing = _braces(text)

    def passages(self, position: int, end: int) -> Iterator[Passage]:
        """The passages of the text from *position* to *end*."""
        read = position
        while first := _FIRST.search(self.text, position, end):
            token = _TOKEN.match(self.text, first.start(), end)
            if not token:
                position = first.end()
                continue
            self._add(self.text[read : token.start()], read, token.start())
            read = position = min(getattr(self, f"_{token.lastgroup}")(token), end)
            yield from self.ready
            self.ready.clear()
        self._add(self.text[read:end], read, end)
        self._break()
        yield from self.ready
        self.ready.clear()

    def after_groups(self, position: int, count: int) -> int:
        """The position after so many arguments in braces, and the options before them; a line ends one that nothing closes."""
        position = self._after_options(position)
        for _ in range(count):
            start = self._after_space(position)
            if not self.text.startswith("{", start):
                break
            line_end = self.text.find("\n", start)
            position = self.closing.get(start, line_end if line_end >= 0 else len(self.text))
            position = self._after_options(position)
        return position

    def _after_options(self, position: int) -> int:
        found = _OPTIONS.match(self.text, position)
        return found.end() if found else position

    def _after_space(self, position: int) -> int:
        found = _SPACE.match(self.text, position)
        return found.end() if found else position

    def _after(self, sign: str, position: int) -> int:
        """The position after the next *sign* from *position* on; the end of the text if there is none."""
        if self.next.get(sign, -1) < position:
            found = self.text.find(sign, position)
            self.next[sign] = found if found >= 0 else len(self.text)
        return min(self.next[sign] + len(sign), len(self.text))

    def _paragraph_end(self, position: int) -> int:
        """Where the next blank line begins; the end of the text if there is none."""
        if self.next.get("", -1) < position:
            found = _BLANK_LINE.search(self.text, position)
            self.next[""] = found.start() if found else len(self.text)
        return self.next[""]

    def _add(self, text: str, start: int, end: int) -> int:
        self.passage.append(Piece(text, start, end))
        return end

    def _break(self) -> None:
        """The passage ends here, and so does whatever is open in it."""
        for holds, outer in reversed(self.groups):
            if holds == "note":
                self.notes.append(self.passage)
                self.passage = outer
        self.ready += [self.passage, *self.notes]
        self.passage, self.notes, self.groups = [], [], []

    def _comment(self, token: regex.Match[str]) -> int:
        return token.end()

    def _paragraph(self, token: regex.Match[str]) -> int:
        self._break()
        return token.end()

    def _space(self, token: regex.Match[str]) -> int:
        return self._add(" ", *token.span())

    def _math(self, token: regex.Match[str]) -> int:
        return self._add(PLACEHOLDER, *token.span())

    _verbatim = _math

    def _formula(self, token: regex.Match[str]) -> int:
        end = self._after(r"\)" if token[0] == r"\(" else r"\]", token.end())
        return self._add(PLACEHOLDER, token.start(), end) if end <= self._paragraph_end(token.end()) else token.end()

    def _ligature(self, token: regex.Match[str]) -> int:
        return self._add(_LIGATURES[token[0]], *token.span())

    def _accent(self, token: regex.Match[str]) -> int:
        return self._add(unicodedata.normalize("NFC", token["base"] + _ACCENTS[token["mark"]]), *token.span())

    def _cell(self, token: regex.Match[str]) -> int:
        self._break()
        return token.end()

    def _brace(self, token: regex.Match[str]) -> int:
        if token[0] == "{":
            self.groups.append((self.opening, self.passage))
            if self.opening == "note":
                self.passage = []
            self.opening = ""
        elif self.groups:
            holds, outer = self.groups.pop()
            if holds == "note":
                self.notes.append(self.passage)
                self.passage = outer
            elif holds == "block":
                self._break()
        return token.end()

    def _environment(self, token: regex.Match[str]) -> int:
        name, position = token["name"], token.end()
        plain = name.rstrip("*")
        if token["edge"] == "end":
            self._break()
            self.rows -= name in _ROWS and self.rows > 0
            return position
        if name in _CODE_ENVIRONMENTS or plain in _CODE_ENVIRONMENTS:
            self._break()
            return self._after(rf"\end{{{name}}}", position)
        if plain in _MATH_ENVIRONMENTS:
            end = min(self._after(rf"\end{{{name}}}", position), self._paragraph_end(position))
            return self._add(PLACEHOLDER, token.start(), end)
        self._break()
        self.rows += name in _ROWS
        return position if plain in _TITLED_ENVIRONMENTS else self.after_groups(position, _ENVIRONMENT_HIDDEN.get(name, 0))

    def _command(self, token: regex.Match[str]) -> int:
        name, position = token["word"] or token[0][1:], token.end()
        plain = name.rstrip("*")
        if plain in _SIGNS:
            return self._add(_SIGNS[plain], *token.span())
        if plain == "\\" and not self.rows:
            return self._add(" ", token.start(), self._after_options(position))
        if plain == "\\" or plain in _BREAKS:
            self._break()
            return position if plain == "item" else self._after_options(position)
        if plain in _STANDS or (plain not in _HIDDEN and _REFERENCE.fullmatch(plain)):
            count = 9 if plain.endswith("cites") else _STANDS.get(plain, 1)
            return self._add(PLACEHOLDER, token.start(), self.after_groups(position, count))
        if plain in _BLOCKS or plain in _NOTES:
            position = self._after_options(position)
            if plain in _BLOCKS:
                self._break()
            if self.text.startswith("{", position):
                self.opening = "note" if plain in _NOTES else "block"
            return position
        return self.after_groups(position, _HIDDEN.get(plain, 0)) if token["word"] else position


def _braces(text: str) -> dict[int, int]:
    """Where each brace that something closes in its own paragraph is closed: the positions of it and after its partner."""
    closing = {}
    opened: list[int] = []
    for brace in _BRACE.finditer(text):
        if brace[0] == "{":
            opened.append(brace.start())
        elif brace[0] == "}" and opened:
            closing[opened.pop()] = brace.end()
        elif brace[0][0] == "\n":
            opened.clear()
    return closing
