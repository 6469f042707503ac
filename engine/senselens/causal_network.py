"""Any causal language model that transformers can run, from a folder, the Hub or a GGUF file. Needs the extra ``models``."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from senselens.cards import CARDS, Card
from senselens.causal_lm import CausalLM
from senselens.checkpoint import INSTALL, check_tokenizer, explained, fingerprint, quietly
from senselens.encoding import Vectors
from senselens.errors import BadModelFile, ModelUnavailable, Unsupported
from senselens.fetch_smollm2 import whole_smollm2
from senselens.network import Batch
from senselens.next_word import Shares
from senselens.pieces import Ids, PieceTokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedModel

CAPABILITIES = ("vectors", "sentence", "next-word", "log-probability")
# What training put between documents. An instruction-tuned model calls the start of a chat its BOS, which is no such place.
SEPARATOR = "<|endoftext|>"
REPORT = {"output_loading_info": True, "ignore_mismatched_sizes": True}  # so that a tensor can be named
AT_ONCE = 128  # places whose scores over the vocabulary are turned into probabilities together


class CausalNetwork:
    """A transformers model that reads from left to right, in float32 on the processor or on the GPU there is.

    *longest* is None for a model that sets no limit.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        import torch

        self._torch = torch
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._model = model.eval().to(self._device)
        config = model.config
        self.layers, self.width = config.num_hidden_layers + 1, config.hidden_size
        self.longest: int | None = getattr(config, "max_position_embeddings", None)
        self.vocabulary = model.get_output_embeddings().weight.shape[0]
        self.parameters = sum(p.numel() for p in model.parameters())
        self._only_last = {"logits_to_keep": 1} if "logits_to_keep" in inspect.signature(model.forward).parameters else {}

    def hidden(self, rows: Sequence[Ids]) -> Vectors:
        """Every layer's vectors, (layers, B, T, width), of rows (B,) of pieces; a shorter row is filled up at its end."""
        with self._torch.inference_mode():
            out = self._model.base_model(**self._inputs(rows), output_hidden_states=True, use_cache=False)
            stacked: Vectors = self._torch.stack(out.hidden_states).float().cpu().numpy()
        return stacked

    def log_shares(self, row: Ids, some: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """For the pieces (T,) of a row: the log probability of each after those before it (T - 1,), and at each place (T,)

        the log probability that the next piece is one of *some* (V,).
        """
        chosen = self._torch.from_numpy(np.flatnonzero(some)).to(self._device)
        targets = self._torch.from_numpy(row[1:]).to(self._device)
        own, group = [], []
        with self._torch.inference_mode():
            scores = self._model(**self._inputs([row]), use_cache=False).logits[0]  # (T, V)
            for start in range(0, len(row), AT_ONCE):
                part = scores[start : start + AT_ONCE].double().log_softmax(-1)
                group.append(part[:, chosen].logsumexp(-1))
                mine = targets[start : start + AT_ONCE]
                own.append(part[: len(mine)].gather(1, mine[:, None])[:, 0])
        return self._torch.cat(own).cpu().numpy(), self._torch.cat(group).cpu().numpy()

    def shares_after(self, context: Ids) -> Shares:
        """The function from N continuations of *context* (T,) to the probabilities (N, V) of the next piece.

        The context is read once; what the layers keep of it is used again where it is plain keys and values.
        """
        import transformers

        with self._torch.inference_mode():
            out = self._model(**self._inputs([context]), use_cache=True, **self._only_last)
        first = self._softmax(out.logits[:, -1])
        kept: Any = getattr(out, "past_key_values", None)
        reusable = type(kept) is transformers.DynamicCache

        def shares(continuations: Sequence[tuple[int, ...]]) -> Vectors:
            if not any(continuations):
                return np.repeat(first, len(continuations), axis=0)
            tails = [np.array(c, np.int64) for c in continuations]
            with self._torch.inference_mode():
                if reusable:
                    cache = copy.deepcopy(kept)
                    cache.batch_repeat_interleave(len(tails))
                    ids = self._torch.from_numpy(Batch.of(tails, 0).ids).to(self._device)
                    scores = self._model(input_ids=ids, past_key_values=cache, use_cache=True).logits
                    last = [len(t) - 1 for t in tails]
                else:
                    rows = [np.concatenate([context, t]) for t in tails]
                    scores = self._model(**self._inputs(rows), use_cache=False).logits
                    last = [len(r) - 1 for r in rows]
                return self._softmax(scores[self._torch.arange(len(last)), last])

        return shares

    def _softmax(self, scores: Any) -> Vectors:
        found: Vectors = scores.float().softmax(-1).cpu().numpy()
        return found

    def _inputs(self, rows: Sequence[Ids]) -> dict[str, Any]:
        batch = Batch.of(rows, 0)  # whatever fills a row up comes after its pieces, which do not look ahead
        arrays = {"input_ids": batch.ids, "attention_mask": batch.attention}
        return {name: self._torch.from_numpy(array).to(self._device) for name, array in arrays.items()}


def load_causal(name: str, precision: str = "fp32") -> CausalLM:
    """The model called *name*: a row, a folder, a GGUF file, or a Hub id. Only safetensors and GGUF are read, no code is run.

    Raises `ModelUnavailable` (no torch, no network, not set up), `BadModelFile`, `Unsupported`.
    """
    if precision != "fp32":
        raise Unsupported(f"{name} computes in fp32; only mini has other precisions")
    try:
        import transformers
    except ImportError:
        raise ModelUnavailable(f"{name} {INSTALL}") from None
    with quietly():
        if name == "smollm2" or name.endswith(".gguf"):
            from senselens.gguf_model import read_gguf

            model, definition, specials = read_gguf(whole_smollm2() if name == "smollm2" else Path(name).expanduser())
        else:
            model, tokenizer = _from_transformers(transformers, name)
            definition = tokenizer.backend_tokenizer.to_str()
            specials = [tokenizer.bos_token_id, tokenizer.eos_token_id]
    try:
        pieces = PieceTokenizer(definition, None)
    except Exception as error:  # what the Rust library raises for pieces and merges that do not fit is a plain Exception
        raise BadModelFile(f"the tokenizer in {name} cannot be read ({error}): fetch the file again") from None
    network = CausalNetwork(model)
    card = _card(name, network, model)
    return CausalLM(card, network, pieces, _start(pieces, specials), fingerprint(name, model))


def _from_transformers(transformers: Any, name: str) -> tuple[PreTrainedModel, Any]:
    folder = Path(name).expanduser()
    source = str(folder) if folder.is_dir() else CARDS[name].source if name in CARDS else name
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        model, loaded = transformers.AutoModelForCausalLM.from_pretrained(
            source, trust_remote_code=False, use_safetensors=True, dtype="float32", **REPORT
        )
    except Exception as error:  # transformers raises all kinds on files it does not like
        raise explained(name, source, error, "AutoModelForCausalLM") from error
    for wrong, names in (("lacks", loaded["missing_keys"]), ("has another shape for", loaded["mismatched_keys"])):
        if tensors := sorted(n if isinstance(n, str) else n[0] for n in names):
            raise BadModelFile(f"{source} {wrong} the tensor {tensors[0]} ({len(tensors)} in all): fetch the checkpoint again")
    check_tokenizer(name, source, tokenizer, model)
    return model, tokenizer


def _start(pieces: PieceTokenizer, specials: Sequence[int | None]) -> tuple[int, ...]:
    """What stands before a text: what the tokenizer puts there; else the separator of documents; else BOS; else EOS."""
    if pieces.template.start:
        return pieces.template.start
    separator = pieces.number_of(SEPARATOR)
    return next(((n,) for n in (separator, *specials) if n is not None), ())


def _card(name: str, network: CausalNetwork, model: PreTrainedModel) -> Card:
    known = CARDS.get(name)
    licence, where = (known.licence, known.where) if known else ("see its model card", "folder or Hub")
    size = known.size if known else sum(p.numel() * p.element_size() for p in model.parameters())
    source = known.source if known else ""
    kind = model.config.model_type
    return Card(name, "causal", CAPABILITIES, network.layers, network.width, licence, size, where, source, kind)
