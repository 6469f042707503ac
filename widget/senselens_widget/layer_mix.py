"""A mix of a model's layers, as ELMo's users make it, and what it does to the similarity of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, cast

import traitlets

from senselens import LayerProducts, Model, Span, Use, WordNotFound, layer_products, load, sentences
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Step
from senselens_widget.view import View

MOST = 12  # uses: every pair of them is sent, for every pair of layers


class LayerMix(View):
    """The uses of a word, or of several *words*, under a mix of the layers of *model* that sliders make.

    A mix is gamma · Σ s_l · h_l with s = softmax(weights) (Peters et al. 2018, equation 1). *texts* are one or several; a word is
    read in its sentence, and the first 12 uses are shown. Any model with two layers or more will do.

    What can be observed, besides what every `View` has:

    weights:   one for each layer, the input layer first; equal ones give the mean. Settable, as are the next ones
    gamma:     the length of all vectors; no cosine hangs on it
    reference: the number of the use that the others are compared with
    """

    _view = traitlets.Unicode("layer_mix").tag(sync=True)
    _title = "A mix of layers"
    weights = traitlets.List(traitlets.Float()).tag(sync=True)
    gamma = traitlets.Float(1.0).tag(sync=True)
    reference = traitlets.Int(0).tag(sync=True)
    model_name = traitlets.Unicode().tag(sync=True)  # this and the rest: js/widget/layer_mix/state.ts
    uses = traitlets.List(traitlets.Dict()).tag(sync=True)
    products = traitlets.Bytes(None, allow_none=True).tag(sync=True)
    random = traitlets.Bytes(None, allow_none=True).tag(sync=True)
    calibration = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        texts: str | Sequence[str],
        words: str | Sequence[str],
        model: str | Model = "mini",
        *,
        weights: Sequence[float] | None = None,
        theme: str = "auto",
    ) -> None:
        super().__init__(theme=theme, weights=list(weights or []))
        self.found: LayerProducts | None = None

        def read(step: Step) -> Iterator[tuple[Found, float | None]]:
            step(0.1)
            loaded = load(model) if isinstance(model, str) else model
            uses = _uses(loaded, [texts] if isinstance(texts, str) else texts, [words] if isinstance(words, str) else words)
            step(0.4)
            self.found = layer_products(uses)
            yield {**_traits(self.found), "weights": self.weights or [0.0] * loaded.card.layers}, None

        self._work_out(read)

    def wait(self, timeout: float | None = None) -> LayerProducts:
        """What every mix's similarities follow from, when it is there. Raises as `View.wait`."""
        super().wait(timeout)
        return cast(LayerProducts, self.found)

    def _fallback(self, prefix: str) -> tuple[Html, Html]:
        if not self.found:
            return Html(), tag("p", "The layers are being read.")
        return Html(), _table(self.found)


def _uses(model: Model, texts: Sequence[str], words: Sequence[str]) -> list[Use]:
    """The first uses of *words*, any case. Raises `WordNotFound`, `Unsupported`."""
    model.need("vectors")
    wanted = {word.casefold() for word in words}
    found: list[Use] = []
    for encoding in model.encode([sentence.of(text) for text in texts for sentence in sentences(text)]):
        found += [use for use in encoding.uses if use.word.casefold() in wanted]
    if not found:
        raise WordNotFound(f"no text holds the word {' or '.join(map(repr, words))}")
    return found[:MOST]


def _traits(found: LayerProducts) -> Found:
    model = found.uses[0].model
    calibration = model.calibration
    return {
        "model_name": model.card.name,
        "uses": [{"sentence": use.encoding.text, "span": use.span.to_dict()} for use in found.uses],
        "products": found.products.astype("<f4").tobytes(),
        "random": found.random.astype("<f4").tobytes(),
        "calibration": {
            "sense_layer": model.sense_layer,
            "baselines": list(calibration.baselines),
            "random": found.layer_baselines().tolist(),
            "slopes": list(calibration.slopes),
            "intercepts": list(calibration.intercepts),
        },
    }


def _table(found: LayerProducts) -> Html:
    """The uses, and the cosine of each pair at every layer and under the mean."""
    layers = found.products.shape[-1]
    alone = [[50.0 * (layer == other) for other in range(layers)] for layer in range(layers)]
    mixes: list[Any] = [*alone, [0.0] * layers]
    tables = [found.cosines(mix) for mix in mixes]
    head = tag("tr", *(tag("th", name, scope="col") for name in ("uses", *map(str, range(layers)), "mean")))
    rows = [
        tag("tr", tag("th", f"{i + 1}–{j + 1}", scope="row"), *(tag("td", f"{table[i, j]:.2f}") for table in tables))
        for i, j in combinations(range(len(found.uses)), 2)
    ]
    random = tag("tr", tag("th", "random words", scope="row"), *(tag("td", f"{found.baseline(mix):.2f}") for mix in mixes))
    caption = tag("caption", f"Cosine at each layer of {found.uses[0].model.card.name}")
    listed = tag("ol", *(tag("li", *_marked(use.encoding.text, use.span), dir="auto") for use in found.uses))
    return tag("div", listed, tag("table", caption, tag("thead", head), tag("tbody", *rows, random)))


def _marked(text: str, span: Span) -> tuple[str, str, str]:
    return text[: span.start], tag("b", span.of(text)), text[span.end :]
