"""Any checkpoint of the BERT family that transformers can load, from a folder or the Hub. Needs the extra ``models``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senselens.cards import CARDS, Card
from senselens.classification import TEACH
from senselens.errors import BadModelFile, ModelUnavailable, SenselensError, Unsupported
from senselens.masked_lm import MaskedLM
from senselens.pieces import PieceTokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from senselens.torch_network import TorchNetwork

INSTALL = "needs torch and transformers: pip install 'senselens[models]'"
NO_NEXT_SENTENCE = {
    "albert": "ALBERT's head tells in which order two neighbouring texts stood, not whether one follows the other",
    "roberta": "RoBERTa was trained without that task",
    "distilbert": "DistilBERT was trained without that task",
}
NO_LABELS = "its head gives a number to a text, and no labels"
NO_MASKED = "it was trained to tell which words were replaced, not to fill them in"
CLASSIFIER = "ForSequenceClassification"  # how transformers' classes with such a head end
DETECTORS = ("discriminator_predictions.", "mask_predictions.")  # the heads of ELECTRA's and DeBERTa-v3's detectors


class Checkpoint(MaskedLM):
    """A model of the BERT family that transformers runs."""

    network: TorchNetwork
    parameters: int
    files: tuple[Any, Any]  # transformers' model and tokenizer

    def save(self, folder: str | Path) -> Path:
        """Write it as an ordinary transformers folder, safetensors and all, which `senselens.load` reads without a network."""
        target = Path(folder).expanduser()
        with quietly():
            for part in self.files:
                part.save_pretrained(target)
        return target


def load_transformers(name: str, precision: str = "fp32") -> Checkpoint:
    """The model in the folder *name*, or of the Hub id *name*; only safetensors are read and no code of theirs is run.

    Raises `ModelUnavailable` (no torch, no network, no such model), `BadModelFile`, `Unsupported` (a model that reads
    from left to right, a tokenizer in Python only, or a precision other than fp32).
    """
    if precision != "fp32":
        raise Unsupported(f"{name} computes in fp32; only mini has other precisions")
    try:
        import torch  # noqa: F401  # transformers can be imported without it
        import transformers  # noqa: F401
    except ImportError:
        raise ModelUnavailable(f"{name} {INSTALL}") from None
    known = CARDS.get(name)
    source = (known.source if known else "") or name
    tokenizer, model, report = _read(name, source)
    row = known or Card(name, "transformers", (), 0, 0, "see its model card", 0, "folder or Hub", source, model.config.model_type)
    return checkpoint(row, tokenizer, model, report["missing_keys"], is_detector=_is_detector(report))


def checkpoint(
    row: Card, tokenizer: Any, model: PreTrainedModel, random: Container[str] = (), is_detector: bool = False
) -> Checkpoint:
    """transformers' *tokenizer* and *model* as a `Checkpoint`, which shares the model's tensors.

    Its card is *row* with what the model itself says; *random* names tensors that hold nothing learnt.
    """
    from senselens.torch_network import TorchNetwork

    network = TorchNetwork(model)
    pieces = PieceTokenizer(tokenizer.backend_tokenizer.to_str(), tokenizer.mask_token)
    heads = {
        "attention": network.has_attention,
        "input": network.has_input,
        "masked": network.has_words and pieces.mask_id is not None,
        "next-sentence": network.has_next,
        "answer": network.has_answers,
        "classify": bool(network.labels),
    }
    capabilities = ("vectors", "sentence", *(head for head, there in heads.items() if there))
    reasons = {
        "next-sentence": NO_NEXT_SENTENCE.get(model.config.model_type, ""),
        "masked": NO_MASKED if is_detector else "",
        "classify": NO_LABELS if type(model).__name__.endswith(CLASSIFIER) else TEACH,
    }
    size = sum(p.numel() * p.element_size() for p in model.parameters())
    card = replace(row, capabilities=capabilities, layers=network.layers, width=network.width, size=size)
    loaded = Checkpoint(
        card,
        network,
        pieces,
        sense_layer=max(1, network.layers - 2),
        fingerprint=fingerprint(row.name, model, random),
        reasons=reasons,
    )
    loaded.files = (model, tokenizer)
    loaded.parameters = sum(p.numel() for p in model.parameters())
    return loaded


def _read(name: str, source: str) -> tuple[Any, PreTrainedModel, dict[str, Any]]:
    """The tokenizer, the model with every head its files have, and transformers' report on them."""
    import transformers

    folder = Path(source).expanduser()
    source = str(folder) if folder.is_dir() else source
    try:
        with quietly():
            config = transformers.AutoConfig.from_pretrained(source, trust_remote_code=False)
            kinds = _classes(config)
            tokenizer = transformers.AutoTokenizer.from_pretrained(source, trust_remote_code=False)
            model, report = _first_whole(source, config, kinds)
    except SenselensError:
        raise
    except Exception as error:  # transformers raises all kinds on files it does not like
        raise explained(name, source, error) from error
    check_tokenizer(name, source, tokenizer, model)
    return tokenizer, model, report


def check_tokenizer(name: str, source: str, tokenizer: Any, model: PreTrainedModel) -> None:
    """Raises `Unsupported` for a tokenizer in Python only, and `BadModelFile` for one that is not the *model*'s."""
    if not getattr(tokenizer, "is_fast", False):
        raise Unsupported(
            f"{name} cuts words with {type(tokenizer).__name__}, which does not tell where in the text a piece stands; "
            "give a checkpoint whose tokenizer has a tokenizer.json"
        )
    known, rows = len(tokenizer), model.get_input_embeddings().weight.shape[0]
    if not rows // 2 <= known <= rows:
        raise BadModelFile(
            f"{source}: the tokenizer has {known} pieces and the model a table of {rows}: its tokenizer.json or vocab.txt "
            "is missing, or of another model"
        )


def _classes(config: Any) -> list[tuple[Any, dict[str, Any]]]:
    """The transformers classes that may fit *config*'s checkpoint, those with more heads first, and changes to *config*.

    The class that config.json names is no guide: that of bert-base-uncased leaves out the next-sentence head it has.
    """
    import transformers as t

    kinds = " ".join(config.architectures or ())
    if "CausalLM" in kinds or "LMHeadModel" in kinds:
        raise Unsupported("a model that reads from left to right has no masked words; give a masked language model")
    if getattr(config, "is_encoder_decoder", False):
        raise Unsupported(f"a {config.model_type} has an encoder and a decoder; give a masked language model")
    if "QuestionAnswering" in kinds:
        return [(t.AutoModelForQuestionAnswering, {})]
    if CLASSIFIER in kinds:
        return [(t.AutoModelForSequenceClassification, {})]
    found: list[tuple[Any, dict[str, Any]]] = []
    if type(config) in t.MODEL_FOR_NEXT_SENTENCE_PREDICTION_MAPPING:
        found.append((t.AutoModelForPreTraining, {}))
    if type(config) in t.MODEL_FOR_MASKED_LM_MAPPING:
        found.append((t.AutoModelForMaskedLM, {}))
        if hasattr(config, "legacy"):  # DeBERTa's own head, as against the one transformers first gave it
            found.append((t.AutoModelForMaskedLM, {"legacy": False}))
    return [*found, (t.AutoModel, {})]


def _first_whole(source: str, config: Any, kinds: list[tuple[Any, dict[str, Any]]]) -> tuple[PreTrainedModel, dict[str, Any]]:
    """The first of *kinds* of which the files hold every tensor, and transformers' report. Raises `BadModelFile`.

    transformers fills what is missing with random numbers; here that is allowed only of a pooler that no head uses.
    """
    lacking: dict[str, str] = {}  # by its name in the encoder alone, the tensor's name in the file
    for kind, changes in kinds:
        for key, value in changes.items():
            setattr(config, key, value)
        model, report = kind.from_pretrained(
            source,
            config=config,
            trust_remote_code=False,
            use_safetensors=True,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
        if report["mismatched_keys"]:
            tensor, stored, wanted = sorted(report["mismatched_keys"])[0]
            raise BadModelFile(
                f"{source}: the tensor {tensor} is {tuple(stored)}, and config.json makes it {tuple(wanted)}: "
                "one of the two is of another model"
            )
        last = (kind, changes) == kinds[-1]
        prefix, headless = f"{model.base_model_prefix}.", kind.__name__ == "AutoModel"
        missing = sorted(key for key in report["missing_keys"] if not (headless and "pooler." in key))
        for key in missing:
            lacking.setdefault(key.removeprefix(prefix), key)
        if not missing and (last or not _is_detector(report)):
            break
    present = {_head(key) for key in report["unexpected_keys"]}
    named = [lacking[key.removeprefix(prefix)] for key in missing]
    named = named or [key for key in lacking.values() if _head(key) in present]
    if named:
        names = ", ".join(named[:3]) + (", …" if len(named) > 3 else "")
        raise BadModelFile(f"{source} lacks the tensor {names}: the file is not whole, or not of the model config.json describes")
    return model, report


def _head(key: str) -> str:
    """What the names of all tensors of one head begin with: ``cls.predictions``, ``lm``, ``vocab``, …"""
    return re.match(r"(?:cls\.)?[^\W_]*", key)[0]  # type: ignore[index]  # it matches anything


def _is_detector(report: dict[str, Any]) -> bool:
    return any(key.startswith(DETECTORS) for key in report["unexpected_keys"])


def explained(name: str, source: str, error: Exception, kind: str = "AutoModelForPreTraining") -> SenselensError:
    """What went wrong in transformers, and the way on; *kind* is its class for such models."""
    told = " ".join(str(error).split())
    reason = told if len(told) <= 300 else told[:299] + "…"
    if "trust_remote_code" in told:
        return Unsupported(f"{name} needs code from its own repository, which senselens never runs; give another model")
    if isinstance(error, ImportError):
        return ModelUnavailable(f"{name} needs a further library: {reason}")
    if type(error).__name__ == "SafetensorError":
        return BadModelFile(f"the safetensors file of {source} is damaged ({reason}); copy or download it again")
    local = Path(source).is_dir()
    if local and (Path(source) / "pytorch_model.bin").exists() and not list(Path(source).glob("*.safetensors*")):
        return BadModelFile(
            f"{source} has its weights in pytorch_model.bin, a format that can run code and is never read here; where you trust "
            f"it, write safetensors once: transformers.{kind}.from_pretrained(…).save_pretrained(…)"
        )
    if local:
        return BadModelFile(f"{source} is not a model folder that transformers reads: {reason}")
    return ModelUnavailable(f"{name} is neither on this machine nor to be had from the Hub: {reason}")


@contextmanager
def quietly() -> Iterator[None]:
    """Without transformers' reports and bars on standard error, but with the Hub's bar for a download."""
    from huggingface_hub.utils import are_progress_bars_disabled, enable_progress_bars
    from transformers.utils import logging

    level, bars, downloads = logging.get_verbosity(), logging.is_progress_bar_enabled(), not are_progress_bars_disabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    if downloads:
        enable_progress_bars()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def fingerprint(name: str, model: PreTrainedModel, random: Container[str] = ()) -> str:
    """The name and a hash over a row of every tensor that is not *random*: enough to tell two checkpoints apart, and quick."""
    total = hashlib.blake2b(digest_size=8)
    for key, tensor in model.state_dict().items():
        if key not in random:
            total.update(tensor.reshape(-1)[:64].float().cpu().numpy().tobytes())
    return f"{Path(name).name}-{total.hexdigest()}"
