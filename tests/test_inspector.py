"""The inspector's kernel side: what it reads, when, and what it tells the browser."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from made import BANKS, banks, inspection

import senselens as sl
import senselens_widget
from senselens_widget import Inspector, bundle, embedding, reading
from senselens_widget.reading import parts

TEXTS = ["I deposited money at the bank.", "We sat by the river bank."]


@pytest.fixture(scope="module")
def view(mini: sl.Model) -> Inspector:
    view = Inspector(TEXTS)
    view.wait(120)
    return view


def seen(view: Inspector, *names: str) -> list[tuple[str, Any]]:
    """The changes of these traits from now on."""
    found: list[tuple[str, Any]] = []
    view.observe(lambda change: found.append((change["name"], change["new"])), names=list(names))
    return found


# What is read


def test_texts_are_paragraphs_whose_words_are_compared(view: Inspector) -> None:
    assert view.text == "\n\n".join(TEXTS)
    assert view.wait() == sl.inspect(view.text)
    bank = next(w for w in view.wait().words if w.word == "bank")
    assert [o.span.of(view.text) for o in bank.readings["mini"].others] == ["bank"]


def test_the_browser_is_given_the_inspection_as_json(view: Inspector) -> None:
    state = view.get_state()
    assert state["inspection"] == view.wait().to_dict()
    assert (state["text"], state["progress"], state["error"], state["live"]) == (view.text, None, None, True)


def test_progress_is_told_until_all_is_read(mini: sl.Model) -> None:
    view = Inspector("A bank.")
    view.wait(120)
    changes = seen(view, "progress", "inspection")
    view.text = "The river bank."
    view.wait(120)
    names = [name for name, _ in changes]
    assert changes[0] == ("progress", 0.0)
    assert changes[-1] == ("progress", None)
    assert names[-2] == "inspection"
    assert [w.word for w in view.wait().words] == ["The", "river", "bank"]


def test_what_the_browser_is_sent_is_written_out_before_the_view_s_turn(mini: sl.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    view = Inspector("A bank.")
    view.wait(120)
    write, inside = sl.Inspection.to_dict, []

    def written(self: sl.Inspection) -> dict[str, Any]:
        inside.append(view._untold is not None)
        return write(self)

    monkeypatch.setattr(sl.Inspection, "to_dict", written)
    view.text = "The river bank."
    found = view.wait(120)
    assert inside == [False, False, False], "at sight, and two parts"
    assert view.get_state("inspection")["inspection"] == write(found)


def test_chosen_words_of_a_text_are_read_and_all_words_of_the_next(mini: sl.Model) -> None:
    view = Inspector("The river bank.", words=[sl.Span(10, 14)])
    assert [w.word for w in view.wait(120).words] == ["bank"]
    view.text = "A plane."
    assert [w.word for w in view.wait(120).words] == ["A", "plane"]


def test_options_are_those_of_inspect(mini: sl.Model) -> None:
    found = Inspector("The river bank.", k=2, neighbours=1).wait(120)
    assert {len(w.readings["mini"].guesses) for w in found.words} == {2}


def test_what_goes_wrong_is_said_in_the_view_and_raised_by_wait() -> None:
    view = Inspector("A bank.", models=("no such model",))
    with pytest.raises(sl.SenselensError, match="no model is called 'no such model': there are mini"):
        view.wait(60)
    assert view.error.startswith("no model is called")
    assert view.progress is None


def test_a_fault_of_our_own_is_called_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> sl.Inspection:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(reading, "inspect", broken)
    with pytest.raises(sl.SenselensError, match=r"ZeroDivisionError: by zero\. That is a fault of Senselens"):
        Inspector("A bank.").wait(60)


def test_a_made_inspection_is_shown_as_it_is_and_nothing_is_read() -> None:
    view = Inspector(banks())
    assert view.wait() == banks()
    assert (view.text, view.live) == (BANKS, False)


def test_waiting_ends_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def slow(text: str, *_: Any, **__: Any) -> sl.Inspection:
        go.wait(60)
        return inspection(text)

    monkeypatch.setattr(reading, "inspect", slow)
    view = Inspector("A bank.")
    with pytest.raises(TimeoutError, match=r"not ready after 0\.01 seconds"):
        view.wait(0.01)
    view.close()
    go.set()
    with pytest.raises(sl.SenselensError, match="closed before it was ready"):
        view.wait(60)


# In which order


def made(
    outline: sl.Outline, models: Any, words: Sequence[sl.Span], step: Callable[[int, int], None], k: int = 5
) -> sl.Inspection:
    """An inspection in no time; *k* is the number of a word's sentence."""
    step(1, 1)
    read = tuple(sl.InspectedWord(w, w.of(outline.text), k, {}) for w in words)
    return sl.Inspection(outline.text, (), (), read, {"m": {words[0].start: ()}} if words else {})


def whole(found: sl.Inspection) -> list[sl.Span]:
    """The words with guesses."""
    return [word.span for word in found.words if word.sentence]


@pytest.mark.parametrize("words", [0, 1, 2, 3, 100])
def test_each_part_is_as_long_as_all_before_it_and_together_they_are_whole(words: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "inspect", made)
    text = "word " * words
    found = list(parts(text, (), lambda _: None))
    sizes = [len(whole(one)) for one, _ in found]
    assert sizes == [0, *(n for n in (2, 4, 8, 16, 32, 64) if n < words), words][not words :]
    assert [progress for _, progress in found] == [size / words for size in sizes[:-1]] + [None]
    assert [w.span for w in found[-1][0].words] == list(sl.words(text))


def test_what_is_quickly_known_of_the_words_in_view_is_shown_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "inspect", made)
    text = "word " * 200
    spans = sl.words(text)
    at_sight, then, *_ = parts(text, (), lambda _: None, visible=lambda: sl.Span(spans[100].start, spans[103].end))
    assert at_sight == (made(sl.Outline(text), (), spans[70:134], lambda *_: None, k=0), 0.0)
    assert whole(then[0]) == list(spans[100:102])
    assert len(then[0].words) == 64, "the others keep what is known of them"


def test_without_guesses_nothing_comes_before_the_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "inspect", made)
    assert [len(one.words) for one, _ in parts("word " * 6, (), lambda _: None, k=0)] == [2, 4, 6]


def test_what_is_looked_at_is_read_first_and_what_is_near_it_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "inspect", made)
    text = "word " * 64
    spans = sl.words(text)
    looked = [spans[0]]
    reading_on = parts(text, (), lambda _: None, visible=lambda: looked[-1])
    found = [next(reading_on)[0], next(reading_on)[0]]
    assert whole(found[-1]) == list(spans[:2])
    looked.append(spans[40])
    assert whole(next(reading_on)[0]) == [*spans[:2], *spans[39:41]]
    assert whole(next(reading_on)[0]) == [*spans[:2], *spans[37:43]]


def test_the_share_that_is_read_only_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "inspect", made)
    shares: list[float] = []
    list(parts("word " * 8, (), shares.append))
    assert shares == [0, 2 / 8, 4 / 8, 8 / 8]


def test_a_card_comes_before_its_guesses(mini: sl.Model) -> None:
    """With the very senses that it has in the end."""
    (at_sight, _), *_, (last, _) = parts(TEXTS[1], ("mini",), lambda _: None)
    assert [word.readings["mini"].guesses for word in at_sight.words] == [()] * 6
    assert [word.readings["mini"].senses for word in at_sight.words] == [word.readings["mini"].senses for word in last.words]
    assert last == sl.inspect(TEXTS[1])


# What the browser sets


def test_what_is_clicked_comes_back_as_a_word(view: Inspector) -> None:
    span = view.wait().words[-1].span
    changes = seen(view, "selection", "pinned")
    view.set_state({"selection": span.to_dict(), "pinned": [span.to_dict()]})
    assert changes == [("selection", span), ("pinned", [span])]
    assert view.word == view.wait().words[-1]
    assert view.get_state(["selection", "pinned"]) == {"selection": span.to_dict(), "pinned": [span.to_dict()]}
    view.set_state({"selection": None, "pinned": []})
    assert view.word is None


def test_a_text_written_in_the_browser_is_read(mini: sl.Model) -> None:
    view = Inspector("A bank.")
    view.wait(120)
    view.set_state({"text": "The plane."})
    assert [w.word for w in view.wait(120).words] == ["The", "plane"]


# Where no widget lives


def test_the_output_holds_the_widget_and_what_was_found(view: Inspector) -> None:
    data, _ = view._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == view.model_id
    assert "data-senselens=" in data["text/html"]
    assert view.embed()._repr_html_().partition("<style>")[0] == data["text/html"].partition("<style>")[0]
    assert view.wait().words[1].readings["mini"].senses[0].gloss in data["text/html"]


def test_before_anything_is_read_the_output_has_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENSELENS_PATIENCE", "0")
    monkeypatch.setattr(reading, "inspect", lambda *_, **__: threading.Event().wait(1) or inspection("<b>"))
    data, _ = Inspector("<b>")._repr_mimebundle_()
    assert data["text/html"] == '<div class="senselens"><p>&lt;b&gt;</p></div>'


def test_show_and_the_magic_display_an_inspector(mini: sl.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    senselens_widget.show("A bank.", theme="dark")
    (one,) = shown
    assert isinstance(one, Inspector)
    assert (one.text, one.theme) == ("A bank.", "dark")
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "senselens_widget")
    view = shell.run_cell_magic("lens", "", "The river bank.\n")
    assert [w.word for w in view.wait(120).words] == ["The", "river", "bank"]
    assert shell.run_cell_magic("lens", "glove mini", "A bank.")._models == ["glove", "mini"]
    InteractiveShell.clear_instance()


def test_without_the_built_script_the_output_is_what_needs_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    embedding.loader.cache_clear()
    with monkeypatch.context() as unbuilt:
        unbuilt.setattr(bundle, "files", lambda _: tmp_path)
        assert Inspector(banks()).embed()._repr_html_().startswith('<div class="senselens"><style>')


def test_without_the_built_script_the_view_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundle, "files", lambda _: tmp_path)
    assert "make script" in bundle.widget_script()
    with pytest.raises(sl.SenselensError, match="make script"):
        bundle.script("page")


@pytest.mark.parametrize(("name", "most"), [("widget", 150_000), ("page", 150_000)])
def test_the_scripts_are_small_and_ask_for_nothing(name: str, most: int) -> None:
    text = bundle.script(name)
    assert len(text.encode()) < most
    assert "http" not in text.replace("http://www.w3.org/", "")


def test_a_view_of_what_is_computed_needs_no_model() -> None:
    """As in JupyterLite, where there is no torch and no onnxruntime."""
    code = (
        f"import sys; sys.path.append({str(Path(__file__).parent)!r}); from made import banks;"
        "from senselens_widget import Inspector;"
        "Inspector(banks())._repr_mimebundle_(); Inspector(banks()).embed(); print(*sorted(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "onnxruntime", "transformers", "tokenizers", "sklearn"} & set(loaded)


def test_pages_need_no_widget_library() -> None:
    code = "import sys, senselens_widget; senselens_widget.page; senselens_widget.live_page; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"anywidget", "ipywidgets", "IPython", "numpy", "traitlets"} & set(loaded)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = senselens_widget.nothing
