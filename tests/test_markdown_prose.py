from __future__ import annotations

import pytest
from read_documents import CODE, passages

import senselens as sl


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("the **river** [bank](http://x)", ["the river bank"]),
        ("*a* _b_ ***c*** **d *e* f** ~~g~~ *h **i* j**", ["a b c d e f g h i j"]),
        ("2 * 3 * 4, snake_case_x, a*, *b and **c", ["2 * 3 * 4, snake_case_x, a*, *b and **c"]),
        ("(*a*)b, *a*. __c__", ["(a)b, a. c"]),
        (r"\*not\* \[x\](y) \q", [r"*not* [x](y) \q"]),
        ("a [b *c*](<d e> 'f') [g](h(i)j \"k\") [l](m", ["a b c g [l](m"]),
        ("[a][x] [b][] [X] [c] [d][y]\n\n[x]: /u\n[b]: <v> 'w'", ["a b X [c] [d][y]"]),
        ("![the *alt*](a.png) [![in](b)](c)", ["the alt in"]),
        ("[[Target]] [[Target|the label]]", ["Target the label"]),
        ("run `a b` and ``c`d``, `e", [f"run {CODE} and {CODE}, `e"]),
        ("where $x^2$ is, for $5 and $6, or $$y$$", [f"where {CODE} is, for $5 and $6, or {CODE}"]),
        ("<http://a.b> and <me@x.org>, a < b > c", [f"{CODE} and {CODE}, a < b > c"]),
        ("a <b class='x'>c</b><br>d <!-- e\nf --> g <code>h *i*</code> j", [f"a c d  g {CODE} j"]),
        ("a <kbd>b</b> c <!-- d", ["a b c <!-- d"]),
        ("&lt;a&gt; &amp; b &nope;", ["<a> & b &nope;"]),
        ("a[^1] b[@smith04, p. 3].\n\n[^1]: The *note*\n    goes on.\n\n    And on.", ["a b.", "The note goes on.", "And on."]),
        ("{{ name }} and {% if x %}b{% endif %} {@link y}", [f"{CODE} and b {CODE}"]),
        ("# Title {#id .class}\n\n[a]{.b} c", ["Title", "[a] c"]),
        ("{ref}`a <b>` {term}`bank` {math}`x` {doc}`y`", [f"a bank {CODE} {CODE}"]),
    ],
)
def test_in_a_line(document: str, expected: list[str]) -> None:
    assert passages(document, "markdown") == expected


@pytest.mark.parametrize(
    ("document", "word"),
    [("caf&eacute;", "café"), ("**ri**ver", "river"), ("un*frigging*real", "unfriggingreal"), (r"don\'t", "don't")],
)
def test_a_word_with_markup_inside_is_one_word(document: str, word: str) -> None:
    assert passages(document, "markdown", respelled=(word,)) == [word]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("# One #\nTwo\n===\nthree\n***\nfour", ["One", "Two", "three", "four"]),
        ("hard  \nbreak\\\nand   \n   soft", ["hard break and soft"]),
        ("- a\n  b\n- c\n\n  d\n  1. e\n* [x] f", ["a b", "c", "d", "e", "f"]),
        ("> a\n> b\nlazy\n>> c\n\n> [!NOTE]\n> d", ["a b lazy", "c", "d"]),
        ("-\ta\n\tb\n\n\t> c\n\t> d", ["a b", "c d"]),
        ("a\n\n    code\n\n```py\ncode\n```\n\n~~~\ncode", ["a"]),
        ("> - a\n>   ```\n>   code\n>   ```\n>   b\n>   c", ["a", "b c"]),
        ("| a *b* | c\\|d |\n|---|:-:|\n| e | |\n| a | `x` y |", ["a b", "c|d", "e", "a", f"{CODE} y"]),
        ("> | a | b |\n> |---|---|\n> | c | d |", ["a", "b", "c", "d"]),
        ("Term\n: The *definition*\n  goes on", ["Term", "The definition goes on"]),
        ("a\n\n<div>\n<p>b <b>c</b>\n<pre>d</pre>\ne\n</div>\n\nf", ["a", "b c", "e", "f"]),
        ("<script>\na\n\nb\n</script>\n\n<!-- c\n\nd -->\n\ne", ["e"]),
        ("$$\na\n$$\n\nb", ["b"]),
        ("(target)=\n% a comment\na\n\n+++ {}\n\nb", ["a", "b"]),
    ],
)
def test_blocks(document: str, expected: list[str]) -> None:
    assert passages(document, "markdown") == expected
    assert passages(document.replace("\n", "\r\n"), "markdown") == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("---\ntitle: a\n---\nb", ["b"]),
        ("---\ntitle: a\n...\nb", ["b"]),
        ("---\n---\nb", ["b"]),
        ("+++\ntitle = 'a'\n+++\nb", ["b"]),
        ("\ufeff---\ntitle: a\n---\n\n# b", ["b"]),
        ("---\n\na\n\n---\nb", ["a", "b"]),
        ("a\n\n---\nb: c\n---", ["a", "b: c"]),
    ],
)
def test_front_matter(document: str, expected: list[str]) -> None:
    assert passages(document, "markdown") == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("```{note}\nThe *bank*\n```", ["The bank"]),
        ("> ```{tip} A title\n> :class: x\n>\n> - one\n> - two\n> ```", ["A title", "one", "two"]),
        ("```{figure} a.png\n---\nname: x\n---\nThe caption\n```", ["The caption"]),
        ("```{prf:theorem} Cauchy\nAll is well.\n```", ["Cauchy", "All is well."]),
        ("```{code-cell}\na\n```\n\n```{math}\nb\n```", []),
        (":::{warning}\na\n:::\n\n::: {.callout-tip}\n## b\n:::\n\n:::{code-block}\nc\n:::", ["a", "b"]),
        ("::::{grid}\n:::{grid-item-card} a\nb\n:::\n::::", ["a", "b"]),
        (":::{note}\nnot closed yet", ["not closed yet"]),
    ],
)
def test_directives(document: str, expected: list[str]) -> None:
    assert passages(document, "markdown") == expected


def test_directives_inside_directives_have_an_end() -> None:
    fences = [":" * n for n in range(60, 2, -1)]
    assert passages("".join(f"{fence}{{note}} a\n" for fence in fences), "markdown") == ["a"] * 8


@pytest.mark.parametrize("before", ["\u2028\n", "> \u2028\n> ", "- \u2028\n", "\u2028\n\x85\n"])
def test_a_text_after_rows_of_foreign_spaces_is_found_where_it_stands(before: str) -> None:
    text = f"{before}<b>bank</b>\nriver"
    prose = sl.prose(text, "markdown")
    at = prose.text.index("bank")
    assert prose.to_document(sl.Span(at, at + 4)).of(text) == "bank"
