"""The two ways to a classifier side by side, with more and more examples: features as they are, and all weights trained."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import mean, stdev
from typing import Any

from senselens.checkpoint import load_transformers
from senselens.classification import evaluate
from senselens.feature_based import FeatureClassifier, feature_classifier
from senselens.finetune import fine_tune, is_trainable
from senselens.labelled import Labelled, Text
from senselens.layer_mix import learn_mix
from senselens.model import Model
from senselens.registry import load

SENTENCE, WORD = "vector of the sentence, linear classifier", "vector of the word, linear classifier"
MIX, FULL = "learnt mix of its layers, linear classifier", "all weights, on whole sentences"


@dataclass(frozen=True, slots=True)
class Trial:
    """One classifier, trained on *examples* texts drawn with *seed*, and how it did on the texts of the test.

    parameters:   how many numbers were trained.
    seconds:      of processor time, all threads together, that training took: the same however busy the machine is.
    layer_shares: of a learnt mix, the input layer first.
    """

    approach: str
    examples: int
    seed: int
    accuracy: float
    macro_f1: float
    parameters: int
    seconds: float
    layer_shares: tuple[float, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Approaches:
    """Every trial of a comparison. *tested* texts were classified each time, of which the share *most_frequent* has one label."""

    model: str
    tested: int
    most_frequent: float
    trials: tuple[Trial, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def to_markdown(self) -> str:
        """A table with a row for each approach and number of examples: means over the seeds, ± their standard deviation."""
        lines = [
            f"| {self.model} | examples | accuracy | macro-F1 | numbers trained | processor seconds |",
            "|---|---|---|---|---|---|",
        ]
        groups: dict[tuple[str, int], list[Trial]] = {}
        for trial in self.trials:
            groups.setdefault((trial.approach, trial.examples), []).append(trial)
        for (approach, examples), some in groups.items():
            accuracy, macro_f1 = _spread([t.accuracy for t in some]), _spread([t.macro_f1 for t in some])
            seconds = mean(t.seconds for t in some)
            lines.append(f"| {approach} | {examples} | {accuracy} | {macro_f1} | {some[0].parameters:,} | {seconds:.0f} |")
        lines.append(f"| always the most frequent label |  | {self.most_frequent:.1%} |  |  |  |")
        return "\n".join(lines)


def compare_approaches(
    model: str | Model,
    train: Labelled,
    test: Labelled,
    *,
    sizes: Sequence[int] = (16, 64, 256),
    seeds: int = 3,
    epochs: int = 3,
    least_steps: int = 40,
    learning_rate: float = 2e-5,
    batch_size: int = 16,
    progress: Callable[[Trial], object] | None = None,
) -> Approaches:
    """Train classifiers on parts of *train* and try each on *test*: *sizes* × *seeds* × what *model* can be used for.

    Those are its sentence vectors; the word's vectors, where the texts are ``(text, word)``; a learnt mix, where it has
    layers; and fine-tuning, for the BERT family. A seed draws the examples, the same for every approach, and is that of
    fine-tuning, whose *epochs* become more where they would make fewer than *least_steps* (Mosbach et al. 2021: with few
    examples it is the steps that lack). Raises what these raise.
    """
    loaded = load(model) if isinstance(model, str) else model
    words = train.of_words and test.of_words

    def on_sentences(some: Labelled, seed: int) -> FeatureClassifier:
        return feature_classifier(loaded, some.sentences, some.labels)

    def on_words(some: Labelled, seed: int) -> FeatureClassifier:
        return feature_classifier(loaded, some.texts, some.labels)

    def on_a_mix(some: Labelled, seed: int) -> FeatureClassifier:
        return learn_mix(loaded, some.texts, some.labels)

    def fully(some: Labelled, seed: int) -> Model:
        steps = -(-len(some) // batch_size)  # in an epoch
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            run = fine_tune(
                loaded,
                some.sentences,
                some.labels,
                f"{scratch}/classifier",
                epochs=max(epochs, -(-least_steps // steps)),
                batch_size=batch_size,
                learning_rate=learning_rate,
                seed=seed,
            )
            return load_transformers(run.folder)

    approaches: dict[str, Callable[[Labelled, int], FeatureClassifier | Model]] = {SENTENCE: on_sentences}
    if words:
        approaches[WORD] = on_words
    if "vectors" in loaded.card.capabilities and loaded.card.layers > 1:
        approaches[MIX] = on_a_mix
    if is_trainable(loaded):
        approaches[FULL] = fully
    trials = []
    for approach, teach in approaches.items():
        asked: Sequence[Text] = test.texts if approach in (WORD, MIX) else test.sentences
        for size in sizes:
            for seed in range(seeds):
                examples = train.split(size, seed)[0] if size < len(train) else train
                began = time.process_time()
                classifier = teach(examples, seed)
                seconds = time.process_time() - began
                found = evaluate(classifier, asked, test.labels)
                trial = Trial(
                    approach=approach,
                    examples=len(examples),
                    seed=seed,
                    accuracy=found.accuracy,
                    macro_f1=found.macro_f1,
                    parameters=classifier.parameters or 0,
                    seconds=seconds,
                    layer_shares=classifier.layer_shares if isinstance(classifier, FeatureClassifier) else None,
                )
                trials.append(trial)
                if progress is not None:
                    progress(trial)
    most = max(test.labels.count(name) for name in test.names) / len(test)
    return Approaches(loaded.card.name, len(test), most, tuple(trials))


def _spread(values: Sequence[float]) -> str:
    return f"{mean(values):.1%}" + (f" ± {stdev(values) * 100:.1f}" if len(values) > 1 else "")
