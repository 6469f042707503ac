"""Fine-tuning tiny random checkpoints: against a loop written out here, saved and read again, and what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from conftest import Without
from safetensors.torch import load_file, save_file
from tiny import ENCODERS, checkpoint

import senselens as sl
from senselens.finetune import RECORD, with_labels
from senselens.training_loop import shuffled

Tiny = Callable[[str], str]
TEXTS = [
    *("The cat sat on the mat", "I deposited money at the bank", "The dog sat by the river", "tea and money"),
    *("Naïve cafés sell 😀 tea", "don't ask why the cat sat", "the money and the bank", "The river by the bank"),
]
LABELS = ["animal", "money", "animal", "money", "tea", "animal", "money", "tea"]
EXAMPLES = sl.Labelled(TEXTS, LABELS)
FAST = {"epochs": 30, "batch_size": 4, "learning_rate": 5e-3}
SHORT = {"epochs": 1, "batch_size": 4, "learning_rate": 1e-3}


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny BERT with the start that its authors gave it: those of `tiny` are too wild to learn."""
    folder = checkpoint("bert", tmp_path_factory.mktemp("learner") / "bert")
    torch.manual_seed(0)
    config = transformers.AutoConfig.from_pretrained(folder, initializer_range=0.1)
    transformers.BertForPreTraining(config).save_pretrained(folder)
    return str(folder)


def tensors(folder: str | Path) -> dict[str, torch.Tensor]:
    return load_file(Path(folder) / "model.safetensors")


def test_the_loss_falls_and_eight_texts_are_learnt_by_heart(learner: str, tmp_path: Path) -> None:
    seen: list[sl.TrainingStep] = []
    run = sl.fine_tune(learner, TEXTS, LABELS, tmp_path / "out", progress=seen.append, **FAST)
    assert np.mean(run.losses[-5:]) < 0.1
    assert np.mean(run.losses[:2]) > 0.9
    assert sl.evaluate(run.model, TEXTS, LABELS).accuracy == 1
    assert run.model.labels == run.labels == ("animal", "money", "tea")
    assert [s.step for s in seen] == list(range(1, 61))
    assert tuple(s.loss for s in seen) == run.losses
    assert (seen[-1].steps, seen[-1].epoch, run.kept) == (60, 30, 60)
    assert str(seen[0]).startswith("step 1 of 60, epoch 1, loss ")


def test_the_folder_is_transformers_own(tiny: Tiny, tmp_path: Path) -> None:
    run = sl.fine_tune(tiny("bert"), TEXTS, LABELS, tmp_path / "out", dev=EXAMPLES, **SHORT)
    assert {p.suffix for p in (tmp_path / "out").iterdir()} == {".json", ".safetensors"}
    tokenizer = transformers.AutoTokenizer.from_pretrained(run.folder)
    theirs = transformers.AutoModelForSequenceClassification.from_pretrained(run.folder).eval()
    assert theirs.config.id2label == {0: "animal", 1: "money", 2: "tea"}
    for text, found in zip(TEXTS, run.model.classify_all(TEXTS), strict=True):
        with torch.no_grad():
            shares = theirs(**tokenizer(text, return_tensors="pt")).logits.softmax(-1)[0]
        assert {a.label: a.probability for a in found} == pytest.approx(
            {theirs.config.id2label[i]: share for i, share in enumerate(shares.tolist())}, abs=1e-6
        )
    assert set(run.model.card.capabilities) == {"vectors", "sentence", "attention", "input", "classify"}
    assert run.model.encode("The cat").layers.shape == (4, 2, 32)
    assert run.model.attention("The cat").weights.shape[0] == 3
    assert run.parameters == theirs.num_parameters()


def test_what_was_saved_is_what_was_tried(tiny: Tiny, tmp_path: Path) -> None:
    run = sl.fine_tune(tiny("bert"), TEXTS, LABELS, tmp_path / "out", dev=EXAMPLES, **SHORT)
    ((step, tried),) = run.evaluations
    again = sl.evaluate(run.model, TEXTS, LABELS)
    assert step == run.kept == 2
    assert again.confusion == tried.confusion
    assert again.loss == pytest.approx(tried.loss, abs=1e-6)
    record = json.loads((tmp_path / "out" / RECORD).read_text(encoding="utf-8"))
    assert record == json.loads(json.dumps(run.to_dict()))
    assert record["recipe"]["seed"] == 0
    assert (record["start"], record["labels"], record["examples"]) == (tiny("bert"), ["animal", "money", "tea"], 8)


def test_it_is_the_loop_of_the_bert_paper(tmp_path: Path) -> None:
    """All eight texts in each batch and no dropout: AdamW, warm-up and decay, clipping, no decay of biases and LayerNorm."""
    start = checkpoint("bert", tmp_path / "start")
    config = json.loads((start / "config.json").read_text(encoding="utf-8"))
    still = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 2.0}  # long gradients
    (start / "config.json").write_text(json.dumps(config | still), encoding="utf-8")
    names = sorted(set(LABELS))
    torch.manual_seed(7)
    model = with_labels(sl.load(str(start)), names, "reference").files[0].train()
    tokenizer = transformers.AutoTokenizer.from_pretrained(start)
    inputs = tokenizer(TEXTS, return_tensors="pt", padding=True)
    targets = torch.tensor([names.index(label) for label in LABELS])
    plain = [p for n, p in model.named_parameters() if n.endswith("bias") or "LayerNorm" in n]
    decayed = [p for n, p in model.named_parameters() if not (n.endswith("bias") or "LayerNorm" in n)]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.3}, {"params": plain, "weight_decay": 0}])
    lengths = []
    for share in (1 / 2, 2 / 2, 4 / 4, 3 / 4, 2 / 4, 1 / 4):
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * share
        optimizer.zero_grad()
        model(**inputs, labels=targets).loss.backward()
        lengths.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)))
        optimizer.step()
    assert max(lengths) > 1
    run = sl.fine_tune(
        *(str(start), TEXTS, LABELS, tmp_path / "out"),
        **{"epochs": 6, "batch_size": 8, "learning_rate": 1e-3, "warmup": 1 / 3, "weight_decay": 0.3, "seed": 7},
    )
    ours, theirs = tensors(run.folder), model.state_dict()
    assert len(run.losses) == 6
    for name in ours.keys() - {n for n in ours if n.endswith("key.bias")}:  # softmax undoes those: their gradient is noise
        torch.testing.assert_close(ours[name], theirs[name], atol=2e-5, rtol=1e-3, msg=name)


@pytest.mark.parametrize("kind", [*ENCODERS, "bert-masked", "bert-encoder", "bert-classifier"])
def test_every_architecture_starts_from_its_own_layers_and_all_of_it_learns(tiny: Tiny, kind: str, tmp_path: Path) -> None:
    start = sl.load(tiny(kind))
    before = {name: tensor.clone() for name, tensor in start.files[0].base_model.state_dict().items()}
    fresh = with_labels(start, ("a", "b"), "fresh")
    np.testing.assert_array_equal(fresh.encode(TEXTS[4]).layers, start.encode(TEXTS[4]).layers)
    run = sl.fine_tune(start, TEXTS, LABELS, tmp_path / "out", **SHORT)
    after = run.model.files[0].base_model.state_dict()
    moved = {name for name in before.keys() & after.keys() if not torch.equal(before[name], after[name])}
    assert any("word_embeddings" in name or "tok_embeddings" in name for name in moved)
    assert any("layer" in name for name in moved)
    for name, tensor in start.files[0].base_model.state_dict().items():
        assert torch.equal(tensor, before[name]), f"{name} of the start model has changed"


def test_a_feature_classifier_moves_nothing(tiny: Tiny) -> None:
    model = sl.load(tiny("bert"))
    before = {name: tensor.clone() for name, tensor in model.files[0].state_dict().items()}
    for train in (sl.feature_classifier, sl.learn_mix):
        train(model, TEXTS, LABELS)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.files[0].state_dict().items())


def test_a_seed_gives_the_same_weights_and_torchs_own_chance_is_left_alone(tiny: Tiny, tmp_path: Path) -> None:
    torch.manual_seed(3)
    untouched = torch.rand(2)
    runs = []
    for number, seed in enumerate((5, 5, 6)):
        torch.manual_seed(3)
        runs.append(sl.fine_tune(tiny("bert"), TEXTS, LABELS, tmp_path / str(number), seed=seed, **SHORT))
        assert torch.equal(torch.rand(2), untouched)
    first, again, other = (tensors(run.folder) for run in runs)
    assert runs[0].losses == runs[1].losses != runs[2].losses
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["classifier.weight"], other["classifier.weight"])


def test_a_classifier_learns_other_labels(tiny: Tiny, tmp_path: Path) -> None:
    first = sl.fine_tune(tiny("bert"), TEXTS, LABELS, tmp_path / "first", **SHORT)
    second = sl.fine_tune(first.model, TEXTS, ["x", "y"] * 4, tmp_path / "second", **SHORT)
    assert second.model.labels == ("x", "y")
    assert second.start == first.folder


def test_the_embedded_model_learns_too(tmp_path: Path) -> None:
    run = sl.fine_tune("mini", TEXTS, LABELS, tmp_path / "out", epochs=1)
    assert run.start == "mini"
    assert run.parameters > 22_000_000
    assert [a.label for a in run.model.classify("tea")] == sorted(run.labels, key=lambda name: -dict(_shares(run.model))[name])
    near = np.abs(run.model.encode(TEXTS[0]).layers - sl.load("mini").encode(TEXTS[0]).layers)
    assert 0 < near.max() < 0.5


def _shares(model: sl.Model) -> list[tuple[str, float]]:
    return [(a.label, a.probability) for a in model.classify("tea")]


def test_the_best_weights_are_kept_and_training_ends_when_nothing_gets_better(learner: str, tmp_path: Path) -> None:
    """On texts whose labels are wrong it does worse the more it learns."""
    wrong = sl.Labelled(TEXTS, [{"animal": "money", "money": "tea", "tea": "animal"}[label] for label in LABELS])
    seen: list[sl.TrainingStep] = []
    run = sl.fine_tune(
        *(learner, TEXTS, LABELS, tmp_path / "out"),
        **{"dev": wrong, "patience": 3, "evaluate_every": 3, "progress": seen.append, **FAST},
    )
    tried = dict(run.evaluations)
    assert list(tried) == [3 * n for n in range(1, len(tried) + 1)]
    assert [s.step for s in seen if s.dev is not None] == list(tried)
    assert len(run.losses) == seen[-1].step == run.kept + 3 * 3 < 60
    assert "dev accuracy" in str(seen[2])
    best = tried[run.kept]
    assert all((best.macro_f1, -best.loss) >= (e.macro_f1, -e.loss) for e in tried.values())
    assert sl.evaluate(run.model, wrong.texts, wrong.labels).loss == pytest.approx(best.loss, abs=1e-6)
    assert json.loads(json.dumps(seen[2].to_dict()))["dev"]["count"] == 8


@pytest.mark.parametrize("reason", [KeyboardInterrupt, ValueError])
def test_training_that_is_interrupted_leaves_nothing(tiny: Tiny, tmp_path: Path, reason: type[BaseException]) -> None:
    def stop(step: sl.TrainingStep) -> None:
        raise reason

    with pytest.raises(reason):
        sl.fine_tune(tiny("bert"), TEXTS, LABELS, tmp_path / "out", progress=stop, **SHORT)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_classifier_is_replaced_only_when_told_to(tiny: Tiny, tmp_path: Path) -> None:
    first = sl.fine_tune(tiny("bert"), TEXTS, LABELS, tmp_path / "out", **SHORT)
    old = first.model
    with pytest.raises(sl.OutputExists, match="out is there already: give another folder, or overwrite=True"):
        sl.fine_tune("no model is looked for", TEXTS, LABELS, tmp_path / "out")
    second = sl.fine_tune(tiny("bert"), TEXTS, ["x", "y"] * 4, tmp_path / "out", overwrite=True, **SHORT)
    assert (old.labels, second.model.labels) == (("animal", "money", "tea"), ("x", "y"))
    shutil.copytree(tiny("bert"), tmp_path / "downloaded")
    with pytest.raises(sl.OutputExists, match="downloaded is there already and is not one that senselens wrote"):
        sl.fine_tune(tiny("bert"), TEXTS, LABELS, tmp_path / "downloaded", overwrite=True)


def test_long_texts_are_cut_and_counted(tiny: Tiny, tmp_path: Path) -> None:
    pieces = sl.load(tiny("bert")).tokenizer.pieces(TEXTS)
    texts = [*TEXTS[:6], "the cat " * 80, "the river bank " * 80]
    assert sl.fine_tune(tiny("bert"), texts, LABELS, tmp_path / "a", **SHORT).cut == 2
    assert sl.fine_tune(tiny("bert"), TEXTS, LABELS, tmp_path / "b", longest=8, **SHORT).cut == sum(len(p) > 6 for p in pieces)


@pytest.mark.parametrize(
    ("texts", "labels", "options", "error", "message"),
    [
        (TEXTS[:2], ["a", "a"], {}, sl.BadExamples, "there are 2 texts with all of them 'a': give texts of two labels"),
        ([], [], {}, sl.BadExamples, "there are 0 texts with no label at all"),
        (TEXTS, LABELS[:2], {}, sl.BadExamples, "there are 8 texts and 2 labels"),
        (
            [("tea", "tea"), ("x", "x")],
            ["a", "b"],
            {},
            sl.BadExamples,
            "reads whole texts; .* use feature_classifier or",
        ),
        (TEXTS, LABELS, {"dev": sl.Labelled(["x"], ["cat"])}, sl.BadExamples, "knows animal, money, tea, and not cat"),
        (TEXTS, LABELS, {"dev": sl.Labelled([], [])}, sl.BadExamples, "dev holds no texts"),
        (TEXTS, LABELS, {"patience": 2}, sl.BadExamples, "patience and evaluate_every need texts to try the classifier on"),
        (TEXTS, LABELS, {"epochs": 0}, sl.Unsupported, "a recipe has 1 epoch and 1 text in a batch or more"),
        (TEXTS, LABELS, {"learning_rate": 5}, sl.Unsupported, "a learning rate between 0 and 1"),
        (TEXTS, LABELS, {"warmup": 1.0}, sl.Unsupported, "a warm-up of 0 or more and below 1"),
    ],
)
def test_what_cannot_be_trained_on(
    tmp_path: Path, texts: list[str], labels: list[str], options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        sl.fine_tune("no model is looked for", texts, labels, tmp_path / "out", **options)


def test_models_that_cannot_be_trained_so_say_what_can_be_done(tiny: Tiny, tmp_path: Path) -> None:
    for name, reason in (("glove", "it is a table of vectors"), (tiny("gpt2"), "it reads from left to right only")):
        with pytest.raises(sl.Unsupported, match=f"cannot be fine-tuned: {reason}.*; train a classifier on its vectors with"):
            sl.fine_tune(name, TEXTS, LABELS, tmp_path / "out")
    with pytest.raises(sl.UnknownModel, match="no model is called 'nonesuch'"):
        sl.fine_tune("nonesuch", TEXTS, LABELS, tmp_path / "out")


def test_an_architecture_without_a_head_for_labels(tmp_path: Path) -> None:
    start = str(checkpoint("bert", tmp_path / "splinter", transformers.SplinterModel))
    with pytest.raises(sl.Unsupported, match="a splinter has no head for labels in transformers; train a classifier on its vect"):
        sl.fine_tune(start, TEXTS, LABELS, tmp_path / "out")


def test_a_loss_that_is_no_number_ends_the_run(tiny: Tiny, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny("bert"), tmp_path / "start")
    damaged = {name: t * float("nan") if "pooler" in name else t for name, t in tensors(folder).items()}
    save_file(damaged, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(sl.SenselensError, match="the loss at step 1 is no number: lower the learning rate, 2e-05"):
        sl.fine_tune(str(folder), TEXTS, LABELS, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("library", ["torch", "transformers"])
def test_without_its_libraries_the_extra_is_named(tmp_path: Path, without: Without, library: str) -> None:
    without(library)
    with pytest.raises(sl.ModelUnavailable, match=r"needs torch and transformers: pip install 'senselens\[finetune\]'"):
        sl.fine_tune("mini", TEXTS, LABELS, tmp_path / "out")


def test_the_rate_rises_and_falls_in_straight_lines() -> None:
    rates = [sl.Recipe(warmup=0.4).rate(done, 10) for done in range(10)]
    assert rates == pytest.approx([1 / 4, 2 / 4, 3 / 4, 4 / 4, 6 / 6, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6])
    assert sl.Recipe(warmup=0.0).rate(0, 3) == 1
    assert sl.Recipe(epochs=3, batch_size=16).steps(33) == 3 * 3


def test_batches_hold_each_text_once_and_like_lengths_together() -> None:
    lengths = np.random.default_rng(1).integers(1, 100, 503).tolist()
    batches = list(shuffled(lengths, 8, np.random.default_rng(0)))
    assert sorted(i for batch in batches for i in batch) == list(range(503))
    assert sorted(map(len, batches))[-1] == 8
    padded = sum(len(b) * max(lengths[i] for i in b) for b in batches)
    assert padded < 1.15 * sum(lengths)
    assert batches != list(shuffled(lengths, 8, np.random.default_rng(1)))
