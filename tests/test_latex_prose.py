from __future__ import annotations

import pytest
from read_documents import CODE, passages


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (r"the \textbf{river \emph{bank}} {\em here}", ["the river bank  here"]),
        (r"5\% of \$3 \& \#1 \_ a~b \ldots{} c", ["5% of $3 & #1 _ a b … c"]),
        ("``a'' --- b -- c's", ["“a” — b – c's"]),
        ("a % comment\n  b\n% c\nd\\% e", ["a b d% e"]),
        ("a\nb\n\nc\n%\n\nd", ["a b", "c", "d"]),
        (r"where $x$ and \(y\) and \[z\] are, for $$a$$ b", [f"where {CODE} and {CODE} and {CODE} are, for {CODE} b"]),
        (
            r"see \cite[p.~3]{a}, \citet{b}, \textcites{c}{d}, Figure~\ref{e}\label{f}",
            [f"see {CODE}, {CODE}, {CODE}, Figure {CODE}"],
        ),
        (r"\href{http://x}{the link} \url{http://y} \hyperref[z]{there}", [f"the link {CODE} there"]),
        (r"\verb|a b| \lstinline{c} \mintinline{py}{d} \texttt{e} f", [f"{CODE} {CODE} {CODE} {CODE} f"]),
        (r"\textcolor{red}{a} \foo{b} \bar[c]{d} \setlength{\x}{1pt} e", ["a b d  e"]),
        (r"\SI{5}{\metre} long, \gls{bank}", [f"{CODE} long, {CODE}"]),
        (r"a\\b \\[2pt] c \newline d", ["a b   c   d"]),
    ],
)
def test_in_a_line(document: str, expected: list[str]) -> None:
    assert passages(document, "latex") == expected


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (r"caf\'e", "café"),
        (r"na\"{\i}ve", "naïve"),
        (r"\c{c}a", "ça"),
        (r"\v Skoda", "Škoda"),
        (r"Stra\ss{}e", "Straße"),
        (r"com\-pu\-ter", "computer"),
        (r"\LaTeX", "LaTeX"),
        ("ri%\n  ver", "river"),
    ],
)
def test_a_word_written_with_commands_is_one_word(document: str, word: str) -> None:
    assert passages(document, "latex", respelled=(word,)) == [word]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (r"\section[s]{The \emph{bank}}\label{x} We sat. \paragraph{There} we ate.", ["The bank", "We sat.", "There", "we ate."]),
        (r"We sat\footnote{On a \emph{bank}.} there\thanks{To all}. \section{A}", ["We sat there.", "On a bank.", "To all", "A"]),
        (r"a\footnote{b\footnote{c} d} e", ["a e", "c", "b d"]),
        (r"\begin{itemize} \item a \item<1-> b \item[c] d \end{itemize} e", ["a", "b", "[c] d", "e"]),
        (r"a \begin{equation*} b \end{equation*} c", [f"a {CODE} c"]),
        ("a\n\\begin{lstlisting}[language=C]\nb\n\n$\n\\end{lstlisting}\nc", ["a", "c"]),
        (
            r"\begin{tabular*}{1pt}{ll} a & b \\ \hline \multicolumn{2}{c}{c \& d} \end{tabular*} e \\ f",
            ["a", "b", "c & d", "e   f"],
        ),
        (r"\begin{figure}[ht]\includegraphics[width=1pt]{a}\caption[s]{The bank}\end{figure}", ["The bank"]),
        (r"\begin{theorem}[Cauchy] It \begin{proof} holds \end{proof}", ["[Cauchy] It", "holds"]),
        (
            r"\documentclass{a}\title{The \textit{bank}}\newcommand{\x}{y}\begin{document}\maketitle a\end{document} b",
            ["The bank", "a"],
        ),
    ],
)
def test_blocks(document: str, expected: list[str]) -> None:
    assert passages(document, "latex") == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("a \\textbf{b\n\nc} d", ["a b", "c d"]),
        ("a\\footnote{b\n\nc", ["a", "b", "c"]),
        ("a \\label{b c\nd", ["a  d"]),
        ("a $b\n\nc", ["a $b", "c"]),
        ("a \\[ b\n\nc", ["a  b", "c"]),
        ("a \\[ b\n\n\\[ c \\] d", ["a  b", f"{CODE} d"]),
        ("a \\begin{align} b\n\nc", [f"a {CODE}", "c"]),
        ("a \\begin{verbatim} b\n\nc", ["a"]),
        ("a \\begin{ b\n\nc \\", ["a  b", "c \\"]),
        ("a } b \\end{x} c", ["a  b", "c"]),
        ("\\section", []),
        ("\\title{a \\begin{document} b", ["a", "b"]),
    ],
)
def test_what_is_half_typed_hides_no_more_than_its_paragraph(document: str, expected: list[str]) -> None:
    assert passages(document, "latex") == expected
