"""The second way to a classifier: all weights of the model are trained for the task (Devlin et al. 2019, section 4.1).

Needs the extra ``finetune``. The first way, the model's vectors as they are, is `senselens.feature_based`.
"""

from __future__ import annotations

import copy
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from senselens.cards import Card
from senselens.checkpoint import Checkpoint, checkpoint, load_transformers, quietly
from senselens.classification import Evaluation, evaluate, numbers_of
from senselens.errors import BadExamples, ModelUnavailable, Unsupported
from senselens.export import export_mini
from senselens.feature_based import INSTALL
from senselens.labelled import Labelled, teachable
from senselens.model import Model
from senselens.output_folder import free, output_folder
from senselens.pieces import Ids
from senselens.registry import load
from senselens.training_loop import Recipe, TrainingStep, train

RECORD = "fine_tuning.json"
INSTEAD = "train a classifier on its vectors with feature_classifier, or fine-tune mini or another model of the BERT family"
WHY_NOT = {
    "static": "it is a table of vectors, with no layers to train",
    "elmo": "its layers stay frozen, as its authors used it",
    "causal": "it reads from left to right only",
}
Progress = Callable[[TrainingStep], object]


@dataclass(frozen=True, slots=True)
class FineTuning:
    """A run that is over, and the *folder* with what came out of it: an ordinary transformers folder, which `load` reads.

    examples:    how many texts it was trained on, of which *cut* were longer than the recipe reads.
    losses:      of each step's batch.
    evaluations: the steps after which the classifier was tried on the development texts, and how it did.
    kept:        the step whose weights were kept: the best there by macro-F1, of equal ones by loss; without dev the last.
    parameters:  how many numbers were trained.
    seconds:     all it took, the tries included.
    """

    folder: str
    start: str
    labels: tuple[str, ...]
    recipe: Recipe
    examples: int
    cut: int
    losses: tuple[float, ...]
    evaluations: tuple[tuple[int, Evaluation], ...]
    kept: int
    parameters: int
    seconds: float

    @property
    def model(self) -> Model:
        """The classifier: `Model.classify`, and all else that its folder can do."""
        return load(self.folder)

    def to_dict(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "labels": list(self.labels),
            "recipe": self.recipe.to_dict(),
            "examples": self.examples,
            "cut": self.cut,
            "losses": list(self.losses),
            "evaluations": [{"step": step} | evaluation.to_dict() for step, evaluation in self.evaluations],
            "kept": self.kept,
            "parameters": self.parameters,
            "seconds": self.seconds,
        }


def fine_tune(
    model: str | Model,
    texts: Sequence[str],
    labels: Sequence[str],
    folder: str | Path,
    *,
    dev: Labelled | None = None,
    epochs: int = 3,
    batch_size: int = 16,
    learning_rate: float = 2e-5,
    warmup: float = 0.1,
    weight_decay: float = 0.01,
    longest: int = 512,
    evaluate_every: int | None = None,
    patience: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    overwrite: bool = False,
) -> FineTuning:
    """Train all of *model* to sort texts into labels, and write the classifier into *folder*.

    *model* is ``mini``, any other model of the BERT family, or the name of one; it stays as it is. The numbers of the recipe
    are explained in `senselens.training_loop.Recipe`. The classifier is tried on *dev* after each epoch, or each
    *evaluate_every* steps: the weights that did best are kept, and training ends when *patience* tries in a row did no
    better. *progress* is called after each step (`print` will do).

    A seed gives the same weights on the same kind of machine with the same number of threads; torch's own random state is
    left alone. Nothing is written before the end. Raises `BadExamples`, `OutputExists`, `ModelUnavailable`, `Unsupported`
    for a model that cannot be trained so, and `SenselensError` for a loss that is no number any more.
    """
    examples = teachable(_whole(Labelled(tuple(texts), tuple(labels))))
    names = examples.names
    targets = numbers_of(examples.labels, names)
    if dev is not None:
        numbers_of(_whole(dev).labels, names)
        if not len(dev):
            raise BadExamples("dev holds no texts: give some to try the classifier on, or leave it out")
    elif patience is not None or evaluate_every is not None:
        raise BadExamples("patience and evaluate_every need texts to try the classifier on: give dev")
    recipe = Recipe(epochs, batch_size, learning_rate, warmup, weight_decay, longest=longest, seed=seed)
    target = free(folder, RECORD, overwrite)
    try:
        import torch
        import transformers  # noqa: F401  # torch can be there without it
    except ImportError:
        raise ModelUnavailable(f"fine-tuning needs torch and transformers: {INSTALL}") from None
    began = time.perf_counter()
    start = load(model) if isinstance(model, str) else model
    with torch.random.fork_rng(range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        classifier = with_labels(_trainable(start), names, str(target))
        rows, cut = _rows(classifier, examples, longest)
        steps = train(classifier, rows, targets, recipe)
        every = evaluate_every or recipe.steps(len(rows)) // epochs
        losses, tries, kept = _run(classifier, steps, dev, every, patience, progress)
    run = FineTuning(
        folder=str(target),
        start=start.card.name,
        labels=names,
        recipe=recipe,
        examples=len(rows),
        cut=cut,
        losses=losses,
        evaluations=tries,
        kept=kept,
        parameters=classifier.parameters,
        seconds=time.perf_counter() - began,
    )
    with output_folder(target, RECORD, overwrite) as new:
        classifier.save(new)
        (new / RECORD).write_text(json.dumps(run.to_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return run


def with_labels(start: Checkpoint, labels: Sequence[str], name: str) -> Checkpoint:
    """A copy of *start* with a new head for *labels*, random until it is trained, in place of the heads it has.

    Raises `Unsupported` where transformers has no such head for the architecture.
    """
    import torch
    import transformers

    model, tokenizer = start.files
    config = copy.deepcopy(model.config)
    config.id2label, config.label2id = dict(enumerate(labels)), {label: i for i, label in enumerate(labels)}
    config.problem_type = "single_label_classification"
    if type(config) not in transformers.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING:
        raise Unsupported(f"a {config.model_type} has no head for labels in transformers; {INSTEAD}")
    with quietly():
        new = transformers.AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
    new.base_model.load_state_dict(model.base_model.state_dict(), strict=False)  # a pooler is not in all of them
    row = Card(name, "transformers", (), 0, 0, start.card.licence, 0, "folder or Hub", name, config.model_type)
    return checkpoint(row, tokenizer, new)


def is_trainable(model: Model) -> bool:
    """Whether `fine_tune` can train *model*."""
    return isinstance(model, Checkpoint) or model.card.family == "mini"


def _trainable(model: Model) -> Checkpoint:
    """*model* as torch has it."""
    if isinstance(model, Checkpoint):
        return model
    if not is_trainable(model):
        reason = WHY_NOT.get(model.card.family, "its weights cannot be trained here")
        raise Unsupported(f"{model.card.name} cannot be fine-tuned: {reason}; {INSTEAD}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        return load_transformers(str(export_mini(Path(scratch))))


def _whole(examples: Labelled) -> Labelled:
    """*examples*, when they are whole texts."""
    if examples.of_words:
        raise BadExamples("fine-tuning reads whole texts; for a word in its context use feature_classifier or learn_mix")
    return examples


def _rows(classifier: Checkpoint, examples: Labelled, longest: int) -> tuple[list[Ids], int]:
    """The pieces of each text as the network reads them, and how many texts were cut to fit."""
    template = classifier.tokenizer.template
    room = min(longest, classifier.network.longest) - len(template.start) - len(template.end)
    pieces = classifier.tokenizer.pieces([str(text) for text in examples.texts])
    return [template.one(p.ids[:room]) for p in pieces], sum(len(p) > room for p in pieces)


def _run(
    classifier: Checkpoint,
    steps: Iterable[TrainingStep],
    dev: Labelled | None,
    every: int,
    patience: int | None,
    progress: Progress | None,
) -> tuple[tuple[float, ...], tuple[tuple[int, Evaluation], ...], int]:
    """Make the *steps*; the losses, the tries on *dev*, and the step whose weights the classifier has at the end."""
    weights = classifier.files[0]
    losses: list[float] = []
    tries: list[tuple[int, Evaluation]] = []
    best, kept, state = (-1.0, 0.0), 0, None
    for made in steps:
        step = made
        losses.append(step.loss)
        if dev is None:
            kept = step.step
        elif step.step % every == 0 or step.step == step.steps:
            tried = evaluate(classifier, dev.texts, dev.labels)
            step = replace(step, dev=tried)
            tries.append((step.step, tried))
            if (score := (tried.macro_f1, -tried.loss)) > best:
                best, kept = score, step.step
                state = {name: tensor.clone() for name, tensor in weights.state_dict().items()}
        if progress is not None:
            progress(step)
        if patience is not None and sum(at > kept for at, _ in tries) >= patience:
            break
    if state is not None:
        weights.load_state_dict(state)
    return tuple(losses), tuple(tries), kept
