"""What a view tells the browser: a change and all that follows from it in one message, and nothing of what was shown before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import traitlets
from quick_model import QuickModel

import senselens as sl
from senselens_widget import MaskedWords, SenseMap, SimilarityMatrix, hidden_words
from senselens_widget.reader import Found, Step
from senselens_widget.view import View

TEXT, NEXT = "We sat by the river bank.", "The plane will bank left."
BANKS = ("We sat by the river bank.", "The bank lends money.", "Banks lend.")
SLOW = 60


def recorded(view: View, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The traits of each message that *view* sends from now on."""
    messages: list[dict[str, Any]] = []

    def send(data: Any = None, **_: Any) -> None:
        if data["method"] == "update":
            messages.append(dict(data["state"]))

    monkeypatch.setattr(view.comm, "send", send)
    return messages


class Shouting(View):
    """Its text in capitals, when *go* is set."""

    text = traitlets.Unicode().tag(sync=True)
    shouted = traitlets.Unicode().tag(sync=True)
    length = traitlets.Int().tag(sync=True)

    def __init__(self, text: str) -> None:
        super().__init__(text=text)
        self.begun, self.go = threading.Event(), threading.Event()
        self._ask()
        self.observe(lambda _: self._ask(), names="text")

    def _ask(self) -> None:
        text = self.text

        def work(step: Step) -> Iterator[tuple[Found, float | None]]:
            self.begun.set()
            self.go.wait(SLOW)
            yield {"shouted": text.upper(), "length": len(text)}, None

        self._work_out(work)


def test_what_is_found_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    view = Shouting("bank")
    messages = recorded(view, monkeypatch)
    view.go.set()
    view.wait(SLOW)
    assert messages == [{"shouted": "BANK", "length": 4, "progress": None}]


def test_nothing_is_told_of_a_text_that_was_there_before(monkeypatch: pytest.MonkeyPatch) -> None:
    view = Shouting("bank")
    assert view.begun.wait(SLOW)
    late = view._task
    assert late
    view.text = "river"
    messages = recorded(view, monkeypatch)
    late.report({"shouted": "BANK"}, None, None)  # it was about to be told when the text changed
    assert (view.shouted, view.progress, messages) == ("", 0.0, [])
    view.go.set()
    view.wait(SLOW)
    assert view.shouted == "RIVER"


def test_another_thread_waits_until_all_is_set() -> None:
    view = Shouting("bank")
    assert view.begun.wait(SLOW)
    with view._at_once():
        view.go.set()
        task = view._task
        assert task
        assert not task.done.wait(0.2), "what it found is not told before its turn"
        assert view.shouted == ""
        view.length = 1
    view.wait(SLOW)
    assert (view.shouted, view.length) == ("BANK", 4)


def test_observers_hear_of_a_change_when_all_of_it_is_set_and_may_wait_for_the_rest() -> None:
    view = Shouting("bank")
    view.go.set()
    view.wait(SLOW)
    heard: list[str] = []
    view.observe(lambda _: (view.wait(SLOW), heard.append(view.shouted)), names="theme")
    with view._at_once():
        view.theme = "dark"
        assert heard == []
        view.text = "river"
        view._ask()
    assert heard == ["RIVER"]


# The browser's picture of a text whose words are hidden


@pytest.fixture
def masks(mini: sl.Model) -> MaskedWords:
    view = MaskedWords(TEXT, masked=["river", "bank"], k=2)
    view.wait(SLOW)
    return view


@pytest.mark.parametrize("by", ["browser", "python"])
def test_no_message_leaves_words_of_one_text_over_another(masks: MaskedWords, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    messages = recorded(masks, monkeypatch)
    before = {name: masks.get_state(name)[name] for name in ("words", "written", "masked")}
    if by == "browser":
        masks.set_state({"text": NEXT})
    else:
        masks.text = NEXT
    masks.wait(SLOW)
    (split,) = [message for message in messages if "words" in message]
    assert {"read", "words", "masked", "readings", "progress"} <= split.keys()
    assert split["readings"] == []
    shown = {"read": TEXT, **before}
    for message in messages:
        shown |= message
        said = {shown["read"][span["start"] : span["end"]] for name in before for span in shown[name]}
        assert said <= {span.of(shown["read"]) for span in sl.words(shown["read"])}
    assert shown["read"] == NEXT


def test_a_text_that_changes_is_asked_about_once(masks: MaskedWords, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = recorded(masks, monkeypatch)
    masks.text = NEXT
    masks.wait(SLOW)
    assert [message.get("progress") for message in messages].count(0.0) == 1


def test_answers_about_the_text_before_are_not_kept_for_the_next(mini: sl.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first word is answered while the text changes: both texts have a word there."""
    begun, go = threading.Event(), threading.Event()
    answer = hidden_words.Column.answer

    def slow(self: hidden_words.Column, text: str, hidden: Any, k: int) -> dict[str, Any]:
        if text == TEXT:
            begun.set()
            go.wait(SLOW)
        return answer(self, text, hidden, k)

    monkeypatch.setattr(hidden_words.Column, "answer", slow)
    view = MaskedWords(TEXT, masked=["We"], k=1)
    assert begun.wait(SLOW)
    view.text = NEXT
    go.set()
    view.wait(SLOW)
    (expected,) = mini.predict(NEXT, sl.Span(0, 3), k=1)
    assert view.readings[0]["answers"]["0"]["guesses"] == [[pytest.approx(guess.to_dict()) for guess in expected]]


# What is asked for before the first answer is told


def test_a_search_while_sentences_are_compared_does_not_lose_the_comparison(
    mini: sl.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()
    compare = sl.similarity_matrix

    def slow(*given: Any) -> Any:
        found = compare(*given)
        begun.set()
        go.wait(SLOW)
        return found

    monkeypatch.setattr("senselens_widget.similarity_matrix.similarity_matrix", slow)
    view = SimilarityMatrix(BANKS)
    assert begun.wait(SLOW)
    view.set_state({"query": "a loan"})
    go.set()
    view.wait(SLOW)
    assert view.cosines is not None
    assert list(view.answers) == ["a loan"]


def test_another_projection_while_uses_are_read_does_not_lose_the_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    view: list[SenseMap] = []
    ready = threading.Event()
    read = sl.sense_map

    class Known(dict[str, Any]):
        """Tells when the map is there: then the browser asks for another."""

        def __setitem__(self, name: str, value: Any) -> None:
            super().__setitem__(name, value)
            if len(self) == 1:
                view[0].set_state({"method": "tsne"})

    def slow(*given: Any, **options: Any) -> Any:
        ready.wait(SLOW)
        return read(*given, **options)

    monkeypatch.setattr("senselens_widget.sense_map.sense_map", slow)
    view.append(SenseMap(list(BANKS), "bank", QuickModel()))
    view[0]._maps = Known()
    ready.set()
    view[0].wait(SLOW)
    assert view[0].sentences == list(BANKS)
    assert set(view[0].projections) == {"pca", "tsne"}
