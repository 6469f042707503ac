"""Commands about labels: finetune, classify."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senselens.cli.arguments import UsageError, command, count, print_json, read_text

if TYPE_CHECKING:
    from senselens.classification import Evaluation, Label
    from senselens.feature_based import FeatureClassifier
    from senselens.finetune import FineTuning
    from senselens.labelled import Labelled

WAYS = {
    "full": "all weights, as a transformers folder",
    "features": "a linear classifier on the model's vectors, any model, in seconds",
    "mix": "the same on a learnt mix of the model's layers",
}


def add(commands: Any) -> None:
    finetune = command(commands, "finetune", _finetune, "teach a model to sort texts into your labels", model=False)
    finetune.add_argument("data", metavar="FILE", help="texts and labels: a .csv or .tsv with column names, or .jsonl")
    finetune.add_argument("--to", required=True, metavar="FOLDER", help="where the classifier is written")
    finetune.add_argument("--model", default="mini", help="what to start from (default mini)")
    finetune.add_argument("--way", choices=WAYS, default="full", help="; ".join(f"{k}: {v}" for k, v in WAYS.items()))
    finetune.add_argument("--text", default="text", metavar="COLUMN", help="the column of the texts (default text)")
    finetune.add_argument("--label", default="label", metavar="COLUMN", help="the column of the labels (default label)")
    finetune.add_argument("--dev", metavar="FILE_OR_SHARE", help="texts to choose the best weights by, or a share of FILE: 0.1")
    finetune.add_argument("--test", metavar="FILE", help="texts to try the classifier on at the end")
    finetune.add_argument("--overwrite", action="store_true", help="replace a classifier that is there already")
    recipe = finetune.add_argument_group("for --way full")
    recipe.add_argument("--epochs", type=count, default=3, help="how often all texts are gone through (default 3)")
    recipe.add_argument("--batch-size", type=count, default=16, help="texts in a step (default 16)")
    recipe.add_argument("--learning-rate", type=float, default=2e-5, help="(default 2e-5; mini learns faster with 1e-4)")
    recipe.add_argument("--patience", type=count, help="end when so many tries on --dev in a row did no better")
    recipe.add_argument("--seed", type=int, default=0, help="(default 0)")

    classify = command(commands, "classify", _classify, "the labels of texts, by a classifier", model=False)
    classify.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE")
    classify.add_argument("--model", required=True, help="what finetune wrote, distilbert-sst2, or a classifier from the Hub")
    classify.add_argument("--lines", action="store_true", help="each line is a text of its own")
    classify.add_argument("-k", type=count, help="how many labels of each text (default all)")


def _finetune(options: argparse.Namespace) -> None:
    from senselens.classification import evaluate
    from senselens.labelled import read_labelled

    if options.patience and not options.dev:
        raise UsageError("--patience needs --dev: a file of texts, or a share of FILE such as 0.1")
    examples, dev = read_labelled(options.data, options.text, options.label), None
    if options.dev:
        examples, dev = _set_aside(examples, options)
    test = read_labelled(options.test, options.text, options.label) if options.test else None
    told: dict[str, Any] = {"folder": options.to, "start": options.model, "examples": len(examples)}
    lines = []
    if options.way == "full":
        run = _full(examples, dev, options)
        classifier: Any = run.model
        told |= run.to_dict()
        lines.append(f"{run.parameters:,} numbers trained in {len(run.losses)} steps, {run.seconds:.0f} s")
    else:
        classifier = _on_features(examples, options)
        told["labels"] = list(classifier.labels)
        if classifier.layer_shares:
            told["layer_shares"] = list(classifier.layer_shares)
            lines.append("shares of the layers: " + ", ".join(f"{share:.2f}" for share in classifier.layer_shares))
    for name, some in (("dev", dev), ("test", test)):
        if some is not None:
            found = evaluate(classifier, some.texts, some.labels)
            told[name] = found.to_dict()
            lines.append(_summary(name, found))
    lines.append(f'next: senselens classify "some text" --model {options.to}')
    print_json(told) if options.json else print("\n".join(lines))


def _set_aside(examples: Labelled, options: argparse.Namespace) -> tuple[Labelled, Labelled]:
    """What to train on, and what to choose by."""
    from senselens.labelled import read_labelled

    try:
        share = float(options.dev)
    except ValueError:
        return examples, read_labelled(options.dev, options.text, options.label)
    dev, rest = examples.split(share, options.seed)
    return rest, dev


def _full(examples: Labelled, dev: Labelled | None, options: argparse.Namespace) -> FineTuning:
    from senselens.cli.terminal import progress
    from senselens.finetune import fine_tune

    with progress("training") as bar:
        return fine_tune(
            options.model,
            examples.sentences,
            examples.labels,
            options.to,
            dev=dev,
            epochs=options.epochs,
            batch_size=options.batch_size,
            learning_rate=options.learning_rate,
            patience=options.patience,
            seed=options.seed,
            progress=lambda step: bar(step.step, step.steps),
            overwrite=options.overwrite,
        )


def _on_features(examples: Labelled, options: argparse.Namespace) -> FeatureClassifier:
    from senselens.feature_based import DESCRIPTION, feature_classifier
    from senselens.layer_mix import learn_mix
    from senselens.output_folder import free

    free(options.to, DESCRIPTION, options.overwrite)
    train = learn_mix if options.way == "mix" else feature_classifier
    classifier = train(options.model, examples.texts, examples.labels)
    classifier.save(options.to, options.overwrite)
    return classifier


def _summary(name: str, found: Evaluation) -> str:
    return f"{name}: {found.accuracy:.1%} of {found.count} texts right, macro-F1 {found.macro_f1:.3f}"


def _classify(options: argparse.Namespace) -> None:
    from senselens.feature_based import DESCRIPTION, load_classifier
    from senselens.registry import load

    texts = [read_text(t) for t in options.texts]
    if options.lines:
        texts = [line for text in texts for line in text.splitlines() if line.strip()]
    is_linear = (Path(options.model).expanduser() / DESCRIPTION).is_file()
    classifier: Any = load_classifier(options.model) if is_linear else load(options.model)
    found: list[list[Label]] = [labels[: options.k] for labels in classifier.classify_all(texts)]
    if options.json:
        rows = zip(texts, found, strict=True)
        print_json([{"text": text, "labels": [label.to_dict() for label in labels]} for text, labels in rows])
    else:
        _show(texts, found)


def _show(texts: list[str], found: list[list[Label]]) -> None:
    """The labels of each text; the text above them where there are several."""
    from rich.table import Table
    from rich.text import Text

    from senselens.cli.terminal import bar, console, percent

    out = console()
    for text, labels in zip(texts, found, strict=True):
        if len(texts) > 1:
            line = " ".join(text.split())
            out.print(Text(line if len(line) <= 100 else line[:99] + "…", style="bold"))
        table = Table.grid(padding=(0, 1))
        for label in labels:
            table.add_row(Text(percent(label.probability), style="dim"), bar(label.probability), Text(label.label))
        out.print(table)
