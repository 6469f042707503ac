"""A transformers model of the BERT family as a `Network`. Needs the extra ``models``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Vectors
from senselens.errors import Unsupported
from senselens.input_representation import assemble
from senselens.network import Batch, InputParts, MaskedBatch
from senselens.pieces import Ids

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class TorchNetwork:
    """A transformers model as a `Network`, in float32 on the processor or on the GPU there is.

    What it has is found by running it on a few pieces: as many layers as it gives, attention where it gives that, and an
    input layer where its parts, added up here, give the layer 0 that it gives.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        import torch

        self._torch = torch
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._model = model.eval().float().to(self._device)
        config = model.config
        self.padding = config.pad_token_id or 0
        self.longest = _longest(model)
        takes = inspect.signature(model.base_model.forward).parameters
        self._segments = getattr(config, "type_vocab_size", 0) if "token_type_ids" in takes else 0
        self.has_words = model.get_output_embeddings() is not None
        self.has_next = hasattr(getattr(model, "cls", None), "seq_relationship")
        self.labels = _labels(model)
        self.has_answers = type(model).__name__.endswith("ForQuestionAnswering")
        probe = np.array([i for i in range(5) if i != self.padding], np.int64)
        hidden = self.hidden(Batch.of([probe], self.padding))
        self.layers, self.width = len(hidden), hidden.shape[-1]
        self.has_attention = self._has_attention(Batch.of([probe], self.padding))
        self.has_input = self._has_input(probe, hidden[0, 0])

    def hidden(self, batch: Batch) -> Vectors:
        with self._torch.inference_mode():
            out = self._model.base_model(**self.inputs(batch), output_hidden_states=True)
        states = getattr(out, "hidden_states", None) or ()
        if len({state.shape for state in states}) != 1:
            raise Unsupported(f"a {self._model.config.model_type} gives no vectors of one size, layer by layer")
        return _numpy(self._torch.stack(states))

    def hidden_all(self, batches: Sequence[Batch]) -> Iterator[Vectors]:
        return map(self.hidden, batches)

    def logits(self, masked: MaskedBatch) -> Vectors:
        with self._torch.inference_mode():
            out = self._model(**self.inputs(masked.batch))
            scores = out.prediction_logits if self.has_next else out.logits
            return _numpy(scores[self._torch.from_numpy(masked.rows), self._torch.from_numpy(masked.columns)])

    def logits_all(self, masked: Sequence[MaskedBatch]) -> Iterator[Vectors]:
        return map(self.logits, masked)

    def follows(self, batch: Batch) -> NDArray[np.float32]:
        with self._torch.inference_mode():
            odds = self._model(**self.inputs(batch)).seq_relationship_logits  # (B, 2): follows, does not
            return _numpy(odds.softmax(-1)[:, 0])

    def attention(self, batch: Batch) -> Vectors:
        """The fused kernels give no weights, so this one call is computed step by step ("eager"), with the same tensors."""
        fused = self._model.config._attn_implementation
        self._model.set_attn_implementation("eager")
        try:
            with self._torch.inference_mode():
                out = self._model.base_model(**self.inputs(batch), output_attentions=True)
                return _numpy(self._torch.stack(out.attentions))
        finally:
            self._model.set_attn_implementation(fused)

    def input_parts(self, ids: Ids, segments: Ids) -> InputParts:
        base = self._model.base_model
        embeddings = base.embeddings
        token = getattr(embeddings, "word_embeddings", None) or embeddings.tok_embeddings
        norm = getattr(embeddings, "LayerNorm", None) or embeddings.norm
        segment, position = (getattr(embeddings, f"{n}_embeddings", None) for n in ("token_type", "position"))
        first = getattr(embeddings, "embed_proj", None)  # DeBERTa's
        after = getattr(base, "embeddings_project", None)  # ELECTRA's and ALBERT's
        after = after or getattr(getattr(base, "encoder", None), "embedding_hidden_mapping_in", None)
        segment_ids = None if segment is None else np.minimum(segments, segment.num_embeddings - 1)
        position_ids = None if position is None else _offset(position) + np.arange(len(ids))
        epsilon = norm.eps if hasattr(norm, "eps") else norm.variance_epsilon
        projection = first or after
        return InputParts(
            token=self._rows(token, ids),
            segment=self._rows(segment, segment_ids),
            segment_ids=segment_ids,
            position=self._rows(position, position_ids),
            position_ids=position_ids,
            norm=(_numpy(norm.weight), _bias(norm), epsilon),
            projection=None if projection is None else (_numpy(projection.weight), _bias(projection)),
            projected_first=first is not None,
        )

    def answer_scores(self, batch: Batch) -> tuple[Vectors, Vectors]:
        with self._torch.inference_mode():
            out = self._model(**self.inputs(batch))
            return _numpy(out.start_logits), _numpy(out.end_logits)

    def label_probabilities(self, batch: Batch) -> Vectors:
        """Softmax over the labels, or for a head of independent labels (its configuration says) each one's own sigmoid."""
        with self._torch.inference_mode():
            scores = self._model(**self.inputs(batch)).logits  # (B, L)
            independent = self._model.config.problem_type == "multi_label_classification"
            return _numpy(scores.sigmoid() if independent else scores.softmax(-1))

    def inputs(self, batch: Batch) -> dict[str, Any]:
        """*batch* as the tensors that the model takes, by name, where the model is."""
        arrays = {"input_ids": batch.ids, "attention_mask": batch.attention}
        if self._segments:
            arrays["token_type_ids"] = np.minimum(batch.segments, self._segments - 1)
        return {name: self._torch.from_numpy(array).to(self._device) for name, array in arrays.items()}

    def _rows(self, table: Any, numbers: Ids | None) -> Any:
        return None if numbers is None else _numpy(table.weight[self._torch.from_numpy(numbers).to(self._device)])

    def _has_attention(self, batch: Batch) -> bool:
        """Whether it gives every piece's weights over every piece; sparse attention is of another form."""
        try:
            found = self.attention(batch)
        except (AttributeError, TypeError, ValueError, RuntimeError):
            return False
        return found.ndim == 5 and found.shape[-2:] == batch.ids.shape[-1:] * 2

    def _has_input(self, ids: Ids, layer_0: Vectors) -> bool:
        try:
            found = assemble(self.input_parts(ids, np.zeros_like(ids)))[2]
        except (AttributeError, TypeError, ValueError):
            return False
        return found.shape == layer_0.shape and bool(np.allclose(found, layer_0, rtol=1e-3, atol=1e-4))


def _labels(model: Any) -> tuple[str, ...]:
    """What a classification head sorts texts into; nothing where it gives a single number, or numbers that are no labels."""
    names = model.config.id2label
    is_classifier = type(model).__name__.endswith("ForSequenceClassification")
    if not is_classifier or len(names) < 2 or model.config.problem_type == "regression":
        return ()
    return tuple(str(names[i]) for i in sorted(names))


def _longest(model: Any) -> int:
    """How many pieces the model takes: the rows of its table of positions that are free, or else what it was trained on.

    RoBERTa and its kin (XLM-R, CamemBERT, MPNet) count positions from the one after the padding's.
    """
    table = getattr(getattr(model.base_model, "embeddings", None), "position_embeddings", None)
    if table is not None:
        return int(table.num_embeddings - _offset(table))
    trained = getattr(model.config, "max_position_embeddings", None)
    return trained if isinstance(trained, int) and trained > 2 else 512


def _offset(table: Any) -> int:
    """The first position's row: after that of padding where the table keeps one."""
    return 0 if table.padding_idx is None else int(table.padding_idx) + 1


def _bias(layer: Any) -> Vectors:
    weight, bias = layer.weight, getattr(layer, "bias", None)
    return np.zeros(len(weight), np.float32) if bias is None else _numpy(bias)


def _numpy(tensor: Any) -> Vectors:
    values: Vectors = tensor.detach().float().cpu().numpy()
    return values
