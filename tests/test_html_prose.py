from __future__ import annotations

import pytest
from read_documents import CODE, passages


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("<p>the <b>river</b>\n   bank</p><p>and</p>", ["the river bank", "and"]),
        ("<title>a</title><h1>b</h1>c<ul><li>d<li>e</ul><td>f<td>g", ["a", "b", "c", "d", "e", "f", "g"]),
        ("a <code>b <i>c</i></code> d <kbd>e</kbd>f<br>g", [f"a {CODE} d {CODE}f g"]),
        ("a<pre>b\n\n<b>c</b></pre>d<svg><text>e</text></svg>", ["a", "d" + CODE]),
        ("<!doctype html><style>a</style><script>b < c</script>d <!-- e\n --> f <?php g ?> h", ["d  f  h"]),
        ('<a href="x>y" title=\'b\'>a</a> <img alt="c">d', ["a d"]),
        ("&lt;a&gt; &amp;&nbsp;&nope; b", ["<a> &\xa0&nope; b"]),
        ("{{ a }} {% if b %}c{% endif %} {#if d} e {/if}", [CODE + " c  e"]),
        ("1 < 2 > a <", ["1 < 2 > a <"]),
        ("a <code>b<p>c", [f"a {CODE}", "c"]),
        ("a <pre>b<p>c", ["a"]),
        ("a <a hre\nb <b>c", ["a <a hre b c"]),
        ("a <!-- b", ["a"]),
        ("a <![if b]>c", ["a c"]),
    ],
)
def test_html(document: str, expected: list[str]) -> None:
    assert passages(document, "html") == expected


def test_a_word_with_an_entity_or_a_tag_is_one_word() -> None:
    assert passages("caf&#233; <b>ri</b>ver", "html", respelled=("café", "river")) == ["café river"]
