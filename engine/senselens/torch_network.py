"""Any masked language model that transformers can load, from a folder or the Hub. Needs the extra ``models``."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Vectors
from senselens.errors import BadModelFile, ModelUnavailable, Unsupported
from senselens.masked_lm import MaskedLM
from senselens.model import Card
from senselens.network import Batch
from senselens.pieces import PieceTokenizer
from senselens.registry import CARDS

if TYPE_CHECKING:
    from transformers import PreTrainedModel

INSTALL = "needs torch and transformers: pip install 'senselens[models]'"


class TorchNetwork:
    """A transformers model as a `Network`, in float32 on the processor or on the GPU there is."""

    def __init__(self, model: PreTrainedModel) -> None:
        import torch

        self._torch = torch
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._model = model.eval().to(self._device)
        config = model.config
        self.layers, self.width = config.num_hidden_layers + 1, config.hidden_size
        self.padding = config.pad_token_id or 0
        # RoBERTa and its kin count positions from the padding id onwards
        reserved = self.padding + 1 if "roberta" in config.model_type or config.model_type in ("camembert", "xlm-roberta") else 0
        self.longest = getattr(config, "max_position_embeddings", 512) - reserved
        self._takes_segments = "token_type_ids" in inspect.signature(model.base_model.forward).parameters
        self.has_words = model.get_output_embeddings() is not None
        self.has_next = hasattr(getattr(model, "cls", None), "seq_relationship")

    def hidden(self, batch: Batch) -> Vectors:
        with self._torch.inference_mode():
            out = self._model.base_model(**self._inputs(batch), output_hidden_states=True)
            stacked: Vectors = self._torch.stack(out.hidden_states).float().cpu().numpy()
        return stacked

    def logits(self, batch: Batch, rows: NDArray[np.intp], places: NDArray[np.intp]) -> Vectors:
        with self._torch.inference_mode():
            out = self._model(**self._inputs(batch))
            scores = out.prediction_logits if self.has_next else out.logits
            found: Vectors = scores[self._torch.from_numpy(rows), self._torch.from_numpy(places)].float().cpu().numpy()
        return found

    def follows(self, batch: Batch) -> NDArray[np.float32]:
        with self._torch.inference_mode():
            odds = self._model(**self._inputs(batch)).seq_relationship_logits  # (B, 2): follows, does not
            share: NDArray[np.float32] = odds.softmax(-1)[:, 0].float().cpu().numpy()
        return share

    def _inputs(self, batch: Batch) -> dict[str, Any]:
        arrays = {"input_ids": batch.ids, "attention_mask": batch.attention}
        if self._takes_segments:
            arrays["token_type_ids"] = batch.segments
        return {name: self._torch.from_numpy(array).to(self._device) for name, array in arrays.items()}


def load_transformers(name: str, precision: str = "fp32") -> MaskedLM:
    """The model in the folder *name*, or of the Hub id *name*; only safetensors are read and no code of theirs is run.

    Raises `ModelUnavailable` (no torch, no network, no such model), `BadModelFile`, `Unsupported` (a model that reads
    from left to right, or a precision other than fp32).
    """
    if precision != "fp32":
        raise Unsupported(f"{name} computes in fp32; only mini has other precisions")
    try:
        import transformers
    except ImportError:
        raise ModelUnavailable(f"{name} {INSTALL}") from None
    folder = Path(name).expanduser()
    source = str(folder) if folder.is_dir() else name
    try:
        config = transformers.AutoConfig.from_pretrained(source, trust_remote_code=False)
        tokenizer = transformers.AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        model = _head(config).from_pretrained(source, config=config, trust_remote_code=False, use_safetensors=True)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        if folder.is_dir():
            raise BadModelFile(f"{source} is not a model folder that transformers reads: {reason}") from None
        raise ModelUnavailable(f"{name} is neither on this machine nor to be had from the Hub: {reason}") from None
    network = TorchNetwork(model)
    pieces = PieceTokenizer(tokenizer.backend_tokenizer.to_str(), tokenizer.mask_token)
    return MaskedLM(_card(name, network, model), network, pieces, max(1, network.layers - 2), _fingerprint(name, model))


def _head(config: Any) -> Any:
    """The transformers class that keeps every head *config*'s checkpoint says it has."""
    import transformers

    kinds = " ".join(config.architectures or ())
    if "CausalLM" in kinds or "LMHeadModel" in kinds:
        raise Unsupported("a model that reads from left to right has no masked words; give a masked language model")
    if "PreTraining" in kinds or "NextSentence" in kinds:
        return transformers.AutoModelForPreTraining
    return transformers.AutoModelForMaskedLM if "MaskedLM" in kinds else transformers.AutoModel


def _card(name: str, network: TorchNetwork, model: PreTrainedModel) -> Card:
    capabilities = ("vectors", "sentence") + ("masked",) * network.has_words + ("next-sentence",) * network.has_next
    size = sum(p.numel() * p.element_size() for p in model.parameters())
    known = CARDS.get(name)
    licence, where = (known.licence, known.where) if known else ("see its model card", "folder or Hub")
    return Card(
        name, "transformers", capabilities, network.layers, network.width, licence, size, where, about=model.config.model_type
    )


def _fingerprint(name: str, model: PreTrainedModel) -> str:
    """The name and a hash over a row of every tensor: enough to tell two checkpoints apart, and quick."""
    total = hashlib.blake2b(digest_size=8)
    for tensor in model.state_dict().values():
        total.update(tensor.reshape(-1)[:64].float().cpu().numpy().tobytes())
    return f"{Path(name).name}-{total.hexdigest()}"
